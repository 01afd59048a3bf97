"""The hub's settings load, name what is there, and say the same in each place where they stand."""

import json
import re
import runpy
import sys
from pathlib import Path

import pytest
import yaml

from crmlib.grading.containment import container

ROOT = Path(__file__).resolve().parents[1]
HUB = ROOT / "deploy" / "jupyterhub"
LTI = {
    "CRM_LTI_ISSUER": "https://lms.example",
    "CRM_LTI_AUTHORIZE_URL": "https://lms.example/auth",
    "CRM_LTI_JWKS_ENDPOINT": "https://lms.example/keys",
    "CRM_LTI_CLIENT_ID": "one two",
}


class Config(dict):
    """Takes settings as the hub does: a name that is not there is a group of its own."""

    def __getattr__(self, name: str):
        return self.setdefault(name, Config())

    def __setattr__(self, name: str, value: object) -> None:
        self[name] = value


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Return a function that loads the hub's settings for a way to log in."""

    def load(login: str) -> Config:
        config = Config()
        for name, value in {**LTI, "CRM_HUB_STATE": str(tmp_path / "state"), "CRM_HUB_LOGIN": login}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "path", [*sys.path])
        monkeypatch.setitem(sys.modules, "nativeauthenticator", sys.modules[__name__])
        runpy.run_path(str(HUB / "jupyterhub_config.py"), {"get_config": lambda: config})
        return config

    return load


def test_the_hub_is_reached_on_this_machine_alone_until_somebody_opens_it(load):
    config = load("native")
    assert config.JupyterHub.bind_url.startswith("http://127.0.0.1:")
    assert config.JupyterHub.authenticator_class == "native"
    assert not config.NativeAuthenticator.get("open_signup", False), "an admin lets people in"
    assert config.Authenticator.admin_users == set()


def test_each_way_to_log_in_is_complete(load):
    config = load("lti")
    assert config.JupyterHub.authenticator_class.endswith("LTI13Authenticator")
    assert config.LTI13Authenticator.client_id == {"one", "two"}
    assert config.LTI13Authenticator.issuer == LTI["CRM_LTI_ISSUER"]


def test_every_server_is_the_course_s_own_bounded_and_ended_when_idle(load, tmp_path):
    config = load("native")
    assert [Path(word).name for word in config.Spawner.cmd][1:] == ["start.py"]
    assert config.Spawner.mem_limit == "3G"
    (culler,) = config.JupyterHub.services
    assert "--timeout=3600" in culler["command"]
    (role,) = config.JupyterHub.load_roles
    assert role["services"] == [culler["name"]] and "delete:servers" in role["scopes"]
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0 or sys.platform == "win32"


def test_kubernetes_starts_the_same_server_with_the_same_bounds(load):
    values, config = yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8")), load("native")
    recipe = (HUB / "Dockerfile").read_text(encoding="utf-8")
    assert json.loads(re.search(r"^CMD (.*)$", recipe, re.MULTILINE)[1]) == values["singleuser"]["cmd"]
    assert values["singleuser"]["memory"]["limit"] == config.Spawner.mem_limit
    assert f"--timeout={values['cull']['timeout']}" in config.JupyterHub.services[0]["command"]
    assert values["hub"]["activeServerLimit"] == config.JupyterHub.active_server_limit
    assert values["hub"]["config"]["NativeAuthenticator"] == {
        name: config.NativeAuthenticator[name]
        for name in ("minimum_password_length", "check_common_password")
    }


def test_no_image_holds_solutions_or_what_a_reader_did():
    left_out = (HUB / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert {"exercises/solutions", "progress", "work", "coursework", ".git"} <= set(left_out)


def test_the_image_for_grading_has_the_name_that_grading_asks_for():
    recipe = (ROOT / "deploy" / "grading" / "Dockerfile").read_text(encoding="utf-8")
    assert f"--tag {container.IMAGE} " in recipe
    assert f"USER {container.NOBODY.split(':')[0]}" in recipe


def test_a_server_starts_with_the_settings_of_crm_lab_on_the_user_s_own_copy(monkeypatch, tmp_path):
    from crmlib.lab import isolate_settings, list_extensions

    begun = {}
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name in ("CRM_HOME", "PYTHONPATH", "JUPYTERHUB_DEFAULT_URL", *isolate_settings(ROOT, ROOT)):
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("JUPYTERHUB_DEFAULT_URL")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr("os.execv", lambda program, words: begun.update(words=words))
    runpy.run_path(str(HUB / "start.py"))["main"](["--port=1"])
    own = tmp_path / "course"
    assert (own / "work" / "notebooks" / "00_start_here.ipynb").exists()
    assert not (own / "work" / "exercises" / "solutions").exists()
    import os

    for name, value in isolate_settings(ROOT, own).items():
        assert os.environ[name] == value
    assert begun["words"][1:4] == ["-m", "jupyterhub.singleuser", f"--ServerApp.root_dir={own / 'work'}"]
    assert set(list_extensions(ROOT)) < set(begun["words"]) and begun["words"][-1] == "--port=1"
    assert os.environ["JUPYTERHUB_DEFAULT_URL"] == "/lab/tree/notebooks/00_start_here.ipynb"
