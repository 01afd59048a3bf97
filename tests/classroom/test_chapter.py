"""The chapter in a notebook: what is stored is the same for every reader, what is live belongs to one."""

import os
from pathlib import Path

import nbformat
import pytest

from crmlib.classroom.chapter import open_chapter
from crmlib.classroom.claims.ledger import CLAIM_DATA
from crmlib.classroom.display import WIDGET_VIEW
from crmlib.estimates.estimate import Estimate
from tests.classroom.calls import SMALL_CHECKS, STEM, ten_customers, write_examples


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Return chapter 04 with the documented examples, the small exercise and ten customers."""
    folder = write_examples(tmp_path / "content")
    (folder / "checks.yaml").write_text(SMALL_CHECKS, encoding="utf-8")
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "progress"))
    return open_chapter(STEM, firm=ten_customers())


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (
            "opening",
            [
                "If most members are satisfied",
                "- tell satisfaction",
                "minutes to read and run, 60 for the exercise",
            ],
        ),
        (
            "recall",
            [
                "**1.** Name the four stages",
                "<details><summary>Answer</summary>",
                "Reread: 03_lifecycle, E-02",
            ],
        ),
        ("decision_sheet", ["| when | ask | look at | then |", "Who answered this time?"]),
        ("mistakes", ["| common mistake | instead |", 'Name the group after "of"']),
        (
            "glossary",
            [
                "| customer satisfaction | 客户满意 (kèhù mǎnyì) |",
                "spurious loyalty\\* | 虚假忠诚 | Buying again",
                "| 没有其他选择才重复购买。 | H-05 |",
                "Textbook knowledge",
            ],
        ),
        ("exam_items", ["| Calculations (计算题) | 1 | 4 | 3 |", "`%crm exam 04_satisfaction", "6,000 yuan"]),
        ("drill", ["2 terms to practise as cards"]),
        ("progress", ["Run this cell to see"]),
    ],
)
def test_each_part_of_a_chapter_is_shown_as_text(chapter, capsys, part, words):
    getattr(chapter, part)()
    shown = capsys.readouterr().out
    for word in words:
        assert word in shown


def test_a_prediction_asks_for_a_number_and_the_comparison_answers(chapter, capsys):
    chapter.predict("left", "What share leaves?", unit="%")
    chapter.compare_prediction("left", Estimate(0.238, 0.22, 0.26, n=80))
    shown = capsys.readouterr().out
    assert "What share leaves?\n\nWrite your number down (in %) before you read on." in shown
    assert "**The firm's data say 24 % (22 to 26).** How far off was your number?" in shown


def test_a_comparison_says_whose_number_it_is_and_in_which_unit(chapter, capsys):
    chapter.predict("fewer", "How many points fewer?", unit="percentage points")
    chapter.compare_prediction("fewer", 4.6, whose="the truth")
    # a difference of shares is kept between 0 and 1 and said in points
    chapter.compare_prediction("fewer", Estimate(0.18, 0.08, 0.27, n=80, unit="percentage points"))
    shown = capsys.readouterr().out
    assert "**The truth says 4.6 percentage points.**" in shown
    assert "**The firm's data say 18 percentage points (8 to 27).**" in shown


def test_the_live_comparison_says_so_too(chapter, shown):
    chapter.predict("fewer", "How many points fewer?", unit="percentage points")
    chapter.compare_prediction("fewer", 4.5, whose="the panel")
    field, comparison = (widget for _, widget in shown)
    field.children[1].children[0].value = "10"
    said = "You said 10 percentage points, the panel says 4.5 percentage points: 5.5 percentage points lower."
    assert comparison.value == f"<p>{said}</p>"


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (24, ValueError, "24 looks like per cent. Pass a share: 0.24"),
        (float("nan"), TypeError, "expected one finite number"),
        ("24 %", TypeError, "expected one finite number"),
    ],
)
def test_a_comparison_with_something_else_than_a_share_is_refused(chapter, value, error, message):
    chapter.predict("left", "What share leaves?", unit="%")
    with pytest.raises(error, match=message):
        chapter.compare_prediction("left", value)


def test_a_comparison_before_its_prediction_says_what_to_run(chapter):
    with pytest.raises(
        ValueError, match=r"no prediction 'left'\. None yet\. Run the cell with chapter\.predict first"
    ):
        chapter.compare_prediction("left", 0.24)
    chapter.predict("share_left", "?", unit="%")
    with pytest.raises(ValueError, match="Did you mean 'share_left'"):
        chapter.compare_prediction("shareleft", 0.24)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda chapter: chapter.claim("H-3", measured=0.2), r"no claim 'H-3'\. Did you mean 'H-03'"),
        (lambda chapter: chapter.check("shar", 0.2), r"no question 'shar'\. Did you mean 'share'"),
        (lambda chapter: open_chapter("04_satisfaction"), "Did you mean '04_satisfaction_and_loyalty'"),
        (lambda chapter: chapter.predict("left", "?", unit="percent"), "unknown unit 'percent'"),
    ],
)
def test_unknown_names_get_the_nearest_valid_one(chapter, call, message):
    with pytest.raises(ValueError, match=message):
        call(chapter)


def test_a_check_records_tries_and_that_it_was_passed_once(chapter, capsys):
    for answer in (..., 2 / 3, 0.25, 0.3):
        chapter.check("share", answer)
    shown = capsys.readouterr().out
    assert "✘ **share** Not answered yet" in shown
    assert "✘ **share** This looks like *turned round*. Who stands after of?" in shown
    assert "✔ **share** Right." in shown
    assert chapter._progress.read("answers") == {"share": {"tries": 3, "passed": True, "at_once": False}}


def test_a_hint_is_the_more_concrete_step_and_no_try(chapter, capsys):
    chapter.hint("share")
    chapter.hint("fee")
    shown = capsys.readouterr().out
    assert "**share**, the next step: Keep the satisfied; take the mean of left." in shown
    assert "**fee**, the next step: Read the question once more" in shown
    assert chapter._progress.read("answers") == {}


def test_the_worked_way_opens_after_the_second_try_and_is_noted(chapter, shown):
    chapter.check("share", 0.9)
    chapter.solution("share")
    assert "opens after 2 tries; you have made 1." in shown[-1][1].value
    assert "shown" not in chapter._progress.read("answers")["share"]
    chapter.check("share", 0.8)
    chapter.solution("share")
    assert "answer = satisfied[" in shown[-1][1].value
    chapter.check("share", 0.25)
    assert chapter._progress.read("answers")["share"] == {
        "tries": 3,
        "passed": True,
        "at_once": False,
        "shown": True,
    }


def test_the_worked_way_is_never_stored_in_the_notebook(chapter, shown):
    for _ in range(2):
        chapter.check("first", "b")
    chapter.solution("first")
    page, block = shown[-1]
    assert "satisfaction" in block.value
    assert page.markdown == "Run this cell to see the worked way of first, after two tries."


def test_a_comparison_that_is_on_the_page_takes_up_a_prediction_made_later(chapter, shown):
    chapter.predict("left", "What share leaves?", unit="%")
    chapter.compare_prediction("left", 0.24)
    field, comparison = (widget for _, widget in shown)
    assert "The firm's data say 24 %." in comparison.value
    field.children[1].children[0].value = "40"
    assert comparison.value == "<p>You said 40 %, the firm's data say 24 %: 16 percentage points lower.</p>"


CELLS = [
    f"from crmlib.classroom import open_chapter\nchapter = open_chapter({STEM!r})\nchapter.opening()",
    "chapter.recall()",
    "chapter.predict('left', 'What share leaves?', unit='%')",
    "chapter.compare_prediction('left', 0.24)\nchapter.claim('H-03', measured=0.24, low=0.22, high=0.26)",
    "chapter.progress()",
    "chapter.drill()",
]


def execute(setting: str, content: Path) -> list[list[dict]]:
    """Execute the cells in a kernel and return the data of their outputs."""
    from nbclient import NotebookClient

    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    env = os.environ | {"CRM_PROGRESS": setting, "CRM_CONTENT": str(content)}
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute(env=env)
    assert not [o for cell in notebook.cells for o in cell.outputs if o.output_type in ("stream", "error")]
    return [[dict(output.data) for output in cell.outputs] for cell in notebook.cells]


def without_live(outputs: list[list[dict]]) -> list[list[dict]]:
    """Return outputs as a stored notebook keeps them: without the live views."""
    return [
        [{mime: data for mime, data in o.items() if mime != WIDGET_VIEW} for o in cell] for cell in outputs
    ]


def test_what_a_notebook_stores_does_not_depend_on_what_the_reader_recorded(chapter, tmp_path):
    chapter._progress.update("predictions", "left", lambda entry: {"value": 0.4, "unit": "%"})
    recorded = execute(str(tmp_path / "progress"), tmp_path / "content")
    fresh = execute("off", tmp_path / "content")
    assert without_live(recorded) == without_live(fresh)
    assert [[WIDGET_VIEW in output for output in cell] for cell in recorded] == [
        [False],
        [True],
        [True],
        [True, False],  # the comparison is live, the claim is not
        [True],
        [True],
    ]
    assert fresh[3][1][CLAIM_DATA]["outcome"] == "fails"


def test_a_question_without_a_kernel_is_plain_text_and_an_answer_in_the_code_is_checked(chapter, capsys):
    chapter.answer("first")
    assert capsys.readouterr().out.startswith("- **a** satisfaction")
    chapter.answer("first", "b")
    said = capsys.readouterr().out
    assert "Answer: b" in said and "✘ **first** Trust is the result." in said
    with pytest.raises(ValueError, match=r'compute it and write chapter.check\("share"'):
        chapter.answer("share")


def test_a_clicked_answer_is_checked_recorded_and_found_again(chapter, shown, monkeypatch):
    recorded = []
    monkeypatch.setattr(
        "crmlib.classroom.answers.fields.show_changing", lambda page: recorded.append(page) or recorded.append
    )
    chapter.answer("first")
    _, field, row = shown[-1][1].children
    row.children[0].click()
    assert "Not answered yet." in row.children[1].value
    assert chapter._progress.read("answers") == {} and len(recorded) == 1
    field.value = "a"
    row.children[0].click()
    assert "✔" in row.children[1].value
    assert chapter._progress.read("answers")["first"]["given"] == "a"
    assert recorded[-1].markdown == "*Recorded for first:* a"
    chapter.answer("first")
    assert shown[-1][1].children[1].value == "a"
    assert recorded[-1].markdown == "*Recorded for first:* a"


def test_feedback_and_hints_come_in_the_language_that_the_reader_chose(capsys, monkeypatch):
    monkeypatch.setenv("CRM_PROGRESS", "off")
    chapter = open_chapter("03_lifecycle", language="zh")
    chapter.answer("q8", "b")
    assert "许多人不用寄信也会回来" in capsys.readouterr().out
    chapter.hint("q8")
    assert "**q8**，下一步：对每个选项问两点" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"language is 'de'. Valid: en, zh."):
        open_chapter("03_lifecycle", language="de")


def test_disagreements_are_told_as_the_registry_has_them_and_an_unknown_one_is_named(chapter, capsys):
    chapter.disagreements("X-09", "X-26")
    rows = capsys.readouterr().out.splitlines()[2:]
    assert [row.split(" | ")[:2] for row in rows] == [
        ["| X-09", "30 million"],
        ["| X-26", "free, around the clock, for complaints"],
    ]
    assert "more than 10 million; tens of millions" in rows[0]
    with pytest.raises(ValueError, match=r"There is no disagreement 'X-99'\. .*X-37"):
        chapter.disagreements("X-99")
