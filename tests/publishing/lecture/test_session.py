"""A kernel that stays: it runs cells, knows their sliders, and draws anew when one is moved."""

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.execute import Place
from crmlib.publishing.lecture.figures import draw_frames
from crmlib.publishing.lecture.session import Session
from tests.publishing.small_course import make_notebook

FIGURE = """
from crmlib.charts import Choice, Slider, explore

def draw(ax, slope, zone="low", share=0.5):
    if slope == 3:
        raise ValueError("three is too steep")
    ax.plot([0, 1], [0, slope + share], label=zone)
    ax.legend()

controls = {
    "slope": Slider("slope", 0, 3, 1, 1),
    "zone": Choice("zone", ("low", "high"), "low"),
    "share": Slider("share", 0.0, 1.0, 0.5, 0.25),
}
explore(draw, controls=controls, alt="A line.")
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One kernel for all tests here."""
    with Session(tmp_path_factory.mktemp("lecture")) as session:
        yield session


@pytest.fixture(scope="module")
def figure(session):
    """A live figure that the kernel has drawn."""
    ran = session.run_notebook(
        make_notebook("# Title", (FIGURE, []), ("1 + 1", [])), place=Place("n", "t", ())
    )
    assert session.find_figure(ran.cells[2]) is None
    return session.find_figure(ran.cells[1])


def test_a_figure_brings_its_sliders(figure):
    assert [(one.label, one.value, one.low, one.high, one.step) for one in figure.controls] == [
        ("slope", 1, 0, 3, 1),
        ("zone", 0, 0, 1, 1),
        ("share", 0.5, 0.0, 1.0, 0.25),
    ]
    assert figure.controls[1].show(1) == "zone: high"


def test_each_slider_draws_the_figure_anew_and_back(session, figure):
    slope, zone, share = figure.controls
    before = session.move(figure, slope, 1)
    moved = [session.move(figure, slope, 2), session.move(figure, zone, 1), session.move(figure, share, 0.75)]
    assert len({before, *moved}) == 4
    assert all(picture.startswith(b"\x89PNG") for picture in moved)
    session.move(figure, share, 0.5)
    session.move(figure, zone, 0)
    assert session.move(figure, slope, 1) == before


def test_a_value_that_cannot_be_drawn_is_said_in_words(session, figure):
    with pytest.raises(PublishingError, match="three is too steep"):
        session.move(figure, figure.controls[0], 3)
    assert session.move(figure, figure.controls[0], 1).startswith(b"\x89PNG")


def test_a_failure_on_the_way_to_a_value_does_not_count(session, figure):
    slope, zone, _ = figure.controls
    assert session.move_all(figure, [(slope, 3), (zone, 1), (slope, 2)]).startswith(b"\x89PNG")
    with pytest.raises(PublishingError, match="three is too steep"):
        session.move_all(figure, [(slope, 3), (zone, 0)])
    session.move(figure, slope, 1)


def test_what_one_figure_cannot_show_stops_no_other(session, figure):
    ran = session.run_notebook(
        make_notebook(("explore(draw, controls=controls, alt='B.')", [])), place=Place("n", "t", ())
    )
    other = session.find_figure(ran.cells[0])
    with pytest.raises(PublishingError, match="three is too steep"):
        session.move(other, other.controls[0], 3)
    assert session.move(figure, figure.controls[0], 2).startswith(b"\x89PNG")
    assert not set(figure.notes) & set(other.notes)
    session.move(figure, figure.controls[0], 1)


def test_a_setting_that_cannot_be_drawn_is_said_and_the_others_are_drawn(session, figure):
    frames = draw_frames(session, figure, [{"slope": 3}, {"slope": 2}])
    assert [bool(picture) for _, picture in frames] == [True, False, True]
    assert frames[1][0].startswith("slope: 3: ") and frames[1][0].endswith("three is too steep")
    assert session.picture(figure) == frames[0][1]


LIMITED = """
limit = 3

def draw_limited(ax, slope):
    if slope > limit:
        raise ValueError(f"beyond {limit}")
    ax.plot([0, 1], [0, slope])

explore(draw_limited, controls={"slope": Slider("slope", 0, 3, 3, 1)}, alt="A line.")
"""


def test_a_start_that_a_later_cell_has_spoilt_stops_no_figure_on_the_way_back(session, figure):
    ran = session.run_notebook(make_notebook((LIMITED, []), ("limit = 2", [])), place=Place("n", "t", ()))
    frames = draw_frames(session, session.find_figure(ran.cells[0]), [{"slope": 2}])
    assert [(caption, bool(picture)) for caption, picture in frames] == [
        ("slope: 3", True),
        ("slope: 2", True),
    ]


def test_settings_are_drawn_one_after_the_other_from_the_start(session, figure):
    frames = draw_frames(session, figure, [{"slope": 2, "zone": "high"}, {"zone": "high"}])
    assert [caption for caption, _ in frames] == ["slope: 1", "slope: 2 · zone: high", "zone: high"]
    assert len({picture for _, picture in frames}) == 3
    assert session.picture(figure) == frames[0][1], "the sliders go back"


def test_printed_lines_stay_together_and_a_failing_cell_is_named(session):
    (output,) = session.run_cell("print(1)\nprint(2)")
    assert output.text == "1\n2\n"
    failing = make_notebook("## Sums", ("x = 1\n1 / 0", []))
    with pytest.raises(PublishingError, match=r"n: cell 2 in section 'Sums'.*ZeroDivisionError"):
        session.run_notebook(failing, place=Place("n", "t", ()))
