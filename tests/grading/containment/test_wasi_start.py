"""The tier of WebAssembly where that Python is missing: its limits, and what is said if it does not start."""

import threading

import pytest

from crmlib.grading.containment import wasi, wasi_start

ROOM = {"seconds": 1e9, "wall_seconds": 1e9, "disk_mb": 1e9}


@pytest.mark.parametrize("bound", ["seconds", "wall_seconds", "disk_mb"])
def test_a_program_that_works_waits_or_writes_too_much_is_stopped(tmp_path, bound):
    (tmp_path / "written").write_bytes(b"x" * 2_000_000)
    enough, done = threading.Event(), threading.Event()
    settings = {**ROOM, bound: 1 if bound == "disk_mb" else 0}
    watching = threading.Thread(target=wasi_start.watch, args=(str(tmp_path), settings, enough, done))
    watching.start()
    try:
        assert enough.wait(timeout=120)
    finally:
        done.set()
        watching.join()


def test_a_program_within_its_bounds_goes_on(tmp_path):
    class Twice:
        """Ends the watching when it has looked twice."""

        looked = 0

        def wait(self, seconds):
            self.looked += 1
            return self.looked > 2

    enough = threading.Event()
    wasi_start.watch(str(tmp_path), ROOM, enough, Twice())
    assert not enough.is_set()


def test_where_that_python_does_not_start_the_message_says_what_to_do(tmp_path, monkeypatch):
    broken = tmp_path / "start.py"
    broken.write_text("raise SystemExit('no engine for this processor')", encoding="utf-8")
    monkeypatch.setattr(wasi, "START", broken)
    wasi.compile_it.cache_clear()
    with pytest.raises(ValueError, match=r"no engine for this processor\)\. Run `python tools/"):
        wasi.compile_it()
