import pytest

from crmlib.charts import interactive, pictures, style


@pytest.fixture
def notebook(monkeypatch):
    """Pretend to be in a notebook; return the list of outputs shown as (bundle, metadata)."""
    shown = []

    def display(bundle, *, metadata=None, raw):
        assert raw
        shown.append((bundle, metadata))

    monkeypatch.setattr("IPython.display.display", display)
    for module in (pictures, interactive, style):
        monkeypatch.setattr(module, "in_notebook", lambda: True)
    monkeypatch.setenv("MPLBACKEND", "agg")
    return shown
