from collections.abc import Callable
from pathlib import Path

import pytest

from crmlib.datasets.loaders import Firm, load_firm
from crmlib.imports.account import Account
from crmlib.imports.choices import Choices
from crmlib.imports.reading import import_export, propose

Import = Callable[..., tuple[Firm, Account]]


@pytest.fixture
def read_export(tmp_path: Path) -> Import:
    """Import a file, or rows of text, with what a reader says about it; return the firm and the account."""

    def read(content: Path | str, choices: Choices | None = None) -> tuple[Firm, Account]:
        path = content
        if isinstance(content, str):
            path = tmp_path / "export.csv"
            path.write_text(content, encoding="utf-8")
        said = choices or Choices()
        out = tmp_path / "firm"
        proposal = propose(path, said)
        account = import_export(
            proposal, out, said, progress=lambda share: None, overwrite=True, key_folder=tmp_path
        )
        return load_firm(out), account

    return read
