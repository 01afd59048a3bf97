"""A computation that is begun beside another one: its value, its error, and a place without threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from crmlib.ground.beside import begin


def test_what_is_begun_runs_in_a_thread_of_its_own_while_the_first_goes_on():
    may_end = threading.Event()
    value = begin(lambda: (may_end.wait(60), threading.get_ident()))
    may_end.set()  # were it computed at once, nobody could come here before the minute is over
    came, where = value()
    assert came and where != threading.get_ident()


def test_what_is_not_worth_a_thread_is_computed_once_when_it_is_asked_for():
    asked = []
    value = begin(lambda: asked.append(threading.get_ident()) or 7, worth=False)
    assert asked == []
    assert (value(), value()) == (7, 7) and asked == [threading.get_ident()]


def test_an_error_is_raised_when_the_value_is_asked_for():
    value = begin(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        value()


def test_where_no_thread_can_start_the_value_is_computed_in_this_one(monkeypatch):
    def refuse(*args):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert begin(threading.get_ident)() == threading.get_ident()
    monkeypatch.undo()
    assert ThreadPoolExecutor(1).submit(int, "3").result() == 3
