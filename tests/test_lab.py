"""JupyterLab starts on the course, with the course's settings and nobody else's."""

import json
import os
from pathlib import Path

import pytest

from crmlib import lab


@pytest.fixture
def course(tmp_path) -> Path:
    (tmp_path / "notebooks").mkdir()
    for stem in ("00_start_here", "04_satisfaction_and_loyalty"):
        (tmp_path / "notebooks" / f"{stem}.ipynb").touch()
    return tmp_path


@pytest.mark.parametrize(
    "named",
    ["notebooks/00_start_here.ipynb", "notebooks/00_start_here", "00_start_here.ipynb", "00_start_here"],
)
def test_notebook_is_found_by_every_name_a_reader_would_write(course, named):
    assert lab.find_notebook(course, named) == "notebooks/00_start_here.ipynb"


def test_misspelt_notebook_is_answered_with_the_nearest_and_with_all(course):
    with pytest.raises(
        ValueError, match=r"no notebook '04_satisfaction'. Did you mean '04_satisfaction_and"
    ) as error:
        lab.find_notebook(course, "04_satisfaction")
    assert "00_start_here, 04_satisfaction_and_loyalty" in str(error.value)


def test_the_first_start_opens_the_first_page_and_a_later_one_what_was_open(course):
    assert lab.find_last(course) == "notebooks/00_start_here.ipynb"
    layout = course / ".jupyter" / "config" / "lab" / "workspaces" / "default-37a8.jupyterlab-workspace"
    layout.parent.mkdir(parents=True)
    layout.touch()
    assert lab.find_last(course) == ""
    options = lab.list_options(course, course / "work", "", host="h", port=1, browser=True)
    assert "--LabApp.default_url=/lab" in options and f"--ServerApp.root_dir={course / 'work'}" in options


def test_settings_of_the_reader_are_neither_read_nor_written(course):
    for name, value in lab.isolate_settings(course, course).items():
        assert name == "JUPYTER_PREFER_ENV_PATH" or Path(value).is_relative_to(course), name


def test_lecturers_settings_come_before_the_courses_and_only_if_they_are_asked_for():
    def find(**options: bool) -> list[Path]:
        return [
            *map(
                Path,
                lab.isolate_settings(lab.COURSE, lab.COURSE, **options)["JUPYTER_CONFIG_PATH"].split(
                    os.pathsep
                ),
            )
        ]

    course = lab.COURSE / "tools" / "jupyter"
    assert find() == [course]
    assert find(show_all=True) == [course / "lecturer", course]
    config = json.loads((course / "lecturer" / "labconfig" / "page_config.json").read_text("utf-8"))
    script = (course / "labextensions" / "crm-answers" / "static" / "remoteEntry.js").read_text("utf-8")
    assert [name for name, shown in config.items() if shown and f".{name})" in script] == ["crmShowAll"]


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_root_is_allowed_only_if_the_reader_is_root(monkeypatch, user, allowed):
    monkeypatch.setattr(lab.os, "geteuid", lambda: user, raising=False)
    options = lab.list_options(
        Path("course"), Path("work"), "notebooks/x.ipynb", host="h", port=1, browser=True
    )
    assert ("--ServerApp.allow_root=True" in options) == allowed


def test_first_start_asks_about_no_news_and_looks_for_no_update(root):
    folder = root / "tools" / "jupyter"
    settings = json.loads((folder / "jupyter_lab_config.json").read_text(encoding="utf-8"))
    assert settings["LabApp"]["news_url"] is None
    assert settings["LabApp"]["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"


def test_settings_are_ones_that_jupyterlab_knows(root):
    text = (root / "tools" / "jupyter" / "labconfig" / "default_setting_overrides.json").read_text(
        encoding="utf-8"
    )
    from jupyterlab.commands import get_app_dir

    for plugin, values in json.loads(text).items():
        package, name = plugin.split(":")
        found = list(Path(get_app_dir()).parent.glob(f"**/{package}/{name}.json"))
        assert found, f"no settings of {plugin}"
        known = json.loads(found[0].read_text(encoding="utf-8"))["properties"]
        assert set(values) - set(known) == set()
