"""A paper against the clock: it stops, judges what it can, leaves the rest to the reader, keeps the marks."""

from datetime import date

import pytest

from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import find_item
from crmlib.classroom.review.records import Desk
from crmlib.classroom.review.sitting import Sitting


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def sit(bank, clock):
    """Return what begins a paper of these items and its results."""

    def begin(*keys, language="en"):
        ready = [instantiate(find_item(bank, key), seed=1) for key in keys]
        desk = Desk(Progress("exam_review", None), language, date(2026, 3, 1))
        return Sitting(ready, desk, minutes=10, seeds=[1] * len(keys), now=lambda: clock[0])

    return begin


def fields_of(sitting, place):
    return sitting._fields[place]


def test_the_clock_runs_and_takes_the_pen_away(sit, clock):
    sitting = sit("04-04", "05-08")
    assert "2 questions, 6 marks, 10 minutes" in sitting.frame.children[0].value
    sitting.frame.children[1].click()
    assert "10:00 left" in sitting.clock.value
    clock[0] = 61
    assert sitting.tick() and "8:59 left" in sitting.clock.value
    clock[0] = 600
    assert not sitting.tick() and "Time is over" in sitting.clock.value
    assert all(field.disabled for fields in sitting._fields for field in fields)
    assert not sitting.tick(), "the clock does not begin again"


def test_what_is_sure_is_ticked_and_the_rest_is_for_the_reader(sit, bank, clock):
    sitting = sit("04-04", "03-01", "04-06", "05-08", "03-16")
    sitting.start()
    fields_of(sitting, 0)[0].value = "c"
    fields_of(sitting, 1)[0].value = "  The next deal  "
    fields_of(sitting, 1)[1].value = find_item(bank, "03-01").points[1].zh
    fields_of(sitting, 2)[0].value = "false"
    fields_of(sitting, 4)[0].value = sitting.ready[4].answer.en
    clock[0] = 90
    sitting.frame.children[-1].click()
    assert "Handed in after 1:30" in sitting.clock.value
    ticked = [[box.value for box in boxes] for boxes in sitting._ticks]
    assert ticked[0] == [True] and sitting._ticks[0][0].disabled
    assert ticked[1][1] is True
    assert ticked[2] == [True, False, False], "the verdict is sure, the correction is not"
    assert ticked[3] == [False] * 4
    assert all(ticked[4])


def test_the_marks_are_added_up_and_each_item_comes_back_on_its_day(sit, clock):
    sitting = sit("04-04", "05-08")
    sitting.start()
    fields_of(sitting, 0)[0].value = "a"
    sitting.hand_in()
    for box in sitting._ticks[1]:
        box.value = True
    sitting.frame.children[-1].click()
    kept = sitting.desk.progress.read("items")
    assert (kept["04-04"]["marks"], kept["05-08"]["marks"]) == (0, 4)
    assert kept["04-04"]["due_on"] < kept["05-08"]["due_on"]
    assert "<strong>4 of 6 marks.</strong>" in sitting.frame.children[0].value
    assert "Reread: H-03" in sitting.frame.children[0].value


def test_a_kind_that_is_new_here_is_an_open_question(sit, bank):
    sitting = sit("05-08", language="zh")
    sitting.ready[0] = instantiate(find_item(bank, "04-10"), seed=1)
    sitting.start()
    (field,) = fields_of(sitting, 0)
    field.value = "写"
    sitting.hand_in()
    assert [box.value for box in sitting._ticks[0]] == [False] * 4
    assert "答案" in sitting.frame.children[1].children[2].value
