"""The exam review: marked answers add up, draws do not run out, checks name mistakes, nothing is lost."""

import re
from dataclasses import replace

import pytest
import yaml

from crmlib.classroom.course.audit import find_problems
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.formats.chapters import chapter_stems, files_of
from crmlib.classroom.formats.registry import load_syllabus, topics_of
from crmlib.classroom.formats.schema import ContentError, Text, build
from crmlib.classroom.progress import Progress
from crmlib.classroom.review import live as review_live
from crmlib.classroom.review.content import (
    AnswerLine,
    ConfusableList,
    KindGuide,
    ListGroup,
    count_marks,
    find_guide_problems,
    find_item,
    load_bank,
    load_guides,
    load_lists,
)
from crmlib.classroom.review.draw import ANY, Wish, choose_items, draw_question, judge_result
from crmlib.classroom.review.pages import (
    plan_minutes,
    render_bank,
    render_calculation,
    render_plan,
    render_worked,
)
from crmlib.classroom.review.review import open_review, shuffle_cards
from tests.classroom.calls import DOCUMENTATION

STEM = "exam_review"
# The groups of the course's own list of traps (L-08).
TRAPS = [
    {"A-06", "C-11"},
    {"B-09", "B-10", "B-11"},
    {"C-14", "C-17"},
    {"G-19", "G-20", "G-21"},
    {"E-02", "E-05", "E-06"},
    {"F-09", "F-10", "F-11"},
]


@pytest.fixture
def review(tmp_path, monkeypatch):
    """Return the review of the course as it stands; the reader is a new one."""
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "progress"))
    return open_review()


@pytest.fixture
def live_review(review, monkeypatch):
    """Return the review as in a notebook: what it shows is kept in a list instead."""
    shown = []
    for module in ("chapter", "review"):
        monkeypatch.setattr(f"crmlib.classroom.{module}.in_notebook", lambda: True)
        monkeypatch.setattr(
            f"crmlib.classroom.{module}.show", lambda page, widget=None: shown.append((page, widget))
        )
    return review, shown


@pytest.fixture(scope="module")
def bank():
    """Return the exam items of the written chapters."""
    return load_bank()


def test_the_review_has_its_own_files_and_no_matter_of_its_own():
    assert files_of(STEM) == ("chapter", "checks", "glossary", "lecture", "kinds", "lists")
    assert STEM in chapter_stems() and STEM not in chapter_stems(having="exam")
    assert find_problems(STEM) == []


def test_every_kind_of_question_has_a_guide_with_a_marked_answer(bank):
    guides = load_guides()
    assert list(guides) == list(HEADINGS)
    for guide in guides.values():
        item = find_item(bank, guide.item)
        assert find_guide_problems(guide, bank) == []
        assert count_marks(item, guide.answer) == item.marks, "a worked example shows how to earn all marks"


def test_every_topic_of_the_section_on_exams_is_named_by_a_guide_or_a_question(review):
    named = {topic for guide in load_guides().values() for topic in guide.topics}
    named |= {topic for question in review._exercise.questions for topic in question.topics}
    assert {topic.id for topic in topics_of(STEM)} <= named


def test_a_guide_with_a_wrong_item_or_point_is_refused(bank):
    guide = load_guides()["list"]
    line = AnswerLine("text", (9,), "why")
    wrong = [
        (replace(guide, item="03-99"), "There is no exam item '03-99'. Did you mean '03-"),
        (replace(guide, item="03-02"), "item 03-02 is of kind fill_in. Name another one."),
        (replace(guide, answer=(line,)), "item 05-08 has 4 marking points, found 9."),
    ]
    for broken, message in wrong:
        (problem,) = find_guide_problems(broken, bank)
        assert message in problem
    with pytest.raises(ValueError, match=r"point 1 is earned twice\. Give each point to one line"):
        replace(guide, answer=(AnswerLine("a", (1,), "b"), AnswerLine("c", (1,), "d")))


def test_the_worked_answer_shows_what_each_line_earns_with_the_numbers_of_the_draw(bank):
    guide = load_guides()["calculation"]
    text = render_worked(guide, find_item(bank, guide.item), seed=1)
    assert "{{" not in text and "| **together** | **3\u00a0of\u00a03** | |" in text
    solved = instantiate(find_item(bank, guide.item), seed=1).answer.en
    assert text.count(solved) >= 3, "in the answer, in the scheme, in the last step"
    assert "<details><summary>Marking points</summary>" in text


def test_the_lists_that_get_mixed_up_are_those_of_the_course():
    groups = load_lists().values()
    assert [{one.topic for one in group.lists} for group in groups] == TRAPS
    for group in groups:
        for one in group.lists:
            terms = {load_syllabus()[one.topic].term_zh, *load_syllabus()[one.topic].other_zh}
            assert any(one.name.zh in term for term in terms), f"{one.topic}: {one.name.zh} is no term"


def test_an_entry_of_several_lists_is_one_card():
    cards = {item.en: positions for item, positions in load_lists()["stages"].cards()}
    assert cards["growth"] == (0, 1)
    assert cards["decline"] == (0, 1, 2)
    assert cards["termination"] == (1,)


def test_lists_without_company_or_entries_are_refused():
    one = load_lists()["crm"].lists[0]
    with pytest.raises(ValueError, match="at least 2 lists, found 1"):
        ListGroup("a", "b", "c", (one,))
    with pytest.raises(ValueError, match="at least 3 entries, found 1"):
        ConfusableList("A-06", one.name, "What?", one.items[:1])


def test_the_documented_formats_of_the_review_load():
    text = DOCUMENTATION.read_text(encoding="utf-8").split("## The exam review")[1]
    kinds, lists = (yaml.safe_load(found) for found in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[:2])
    assert build(KindGuide, kinds["kinds"][0], where="kinds").item
    assert build(ListGroup, lists["groups"][0], where="lists").lists


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: r.opening(), ["The exam is tomorrow morning"]),
        (lambda r: r.bank(), ["| Fill in the blanks (填空题) |", "| **all** |"]),
        (lambda r: r.plan(minutes=90), ["| with 90 minutes | minutes |", "| Lists that get mixed up | 18 |"]),
        (lambda r: r.marking("list"), ["| earns marks | loses marks |"]),
        (lambda r: r.worked("choice"), ["| a student writes | earns | why |", "**2\u00a0of\u00a02**"]),
        (lambda r: r.ask("f-choice"), ["**f-choice** Which of these", "- **d** the way the store looks"]),
        (lambda r: r.practise("03"), ["1. **p03-1** ", "3. **p03-3** "]),
        (lambda r: r.fresh("case"), ["<details><summary>Answer and marking points</summary>"]),
        (lambda r: r.calculation("03-13", seed=1), ["Wrong ways, and what they give:", "3. Due in"]),
        (lambda r: r.calculation("03-13", seed=1, blanks=2), ["2. …\n3. …", "Missing steps"]),
        (
            lambda r: r.side_by_side("crm"),
            ["purpose of CRM (客户关系管理的目的) B-09", "What tells them apart."],
        ),
        (lambda r: r.sorting("crm"), ["purpose of CRM (B-09)", "or more than one?", "Solution"]),
        (lambda r: r.progress(), ["Run this cell to see"]),
    ],
)
def test_each_part_of_the_review_is_shown_as_text(review, capsys, call, words):
    call(review)
    shown = capsys.readouterr().out
    for word in words:
        assert word in shown


def test_what_is_stored_of_a_question_holds_no_answer(review, capsys):
    for question in review._exercise.questions:
        review.ask(question.id)
        shown = capsys.readouterr().out
        assert all(slip.hint not in shown for slip in question.mistakes)
        assert "answer:" not in shown.lower()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.marking("lists"), "no kind 'lists' of question. Did you mean 'list'"),
        (lambda r: r.fresh("essay"), "no kind 'essay'"),
        (lambda r: r.ask("f-fil"), "Did you mean 'f-fill'"),
        (lambda r: r.practise("12"), r"no practice for '12'. Valid: 02, 03, 04, 05|Did you mean '02'"),
        (lambda r: r.side_by_side("abcd"), "Did you mean 'abc'"),
        (lambda r: r.calculation("03-01", seed=1), "Item 03-01 is of kind fill_in. Name a calculation"),
        (lambda r: r.calculation("03-13", seed=1, blanks=4), "blanks is 4; item 03-13 has 3 steps"),
        (lambda r: r.plan(minutes=10), "Below 20 minutes"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(review, call, message):
    with pytest.raises(ValueError, match=message):
        call(review)


def test_the_plan_fills_the_evening_in_proportion_to_the_marks(bank):
    plan = plan_minutes(bank, 100)
    assert sum(plan.values()) == 100
    assert plan["Lists that get mixed up"] == 20
    small = {"x": tuple(item for items in bank.values() for item in items if item.kind in ("list", "case"))}
    assert set(plan_minutes(small, 60)) == {
        "Lists that get mixed up",
        "Name the points",
        "Cases",
        "Reread what you lost marks on",
    }
    assert "| with 30 minutes |" in render_plan(bank, 30)


def test_the_table_of_the_bank_counts_every_item_once(bank):
    rows = [line.split("|") for line in render_bank(bank).splitlines()[2:]]
    counts = [int(row[-4]) for row in rows[:-1]]
    assert sum(counts[:-1]) == counts[-1] == sum(len(items) for items in bank.values())
    assert sum(float(cell) for cell in rows[-1][2:-4]) == float(rows[-2][-3])


def test_every_item_comes_once_before_one_comes_again(bank):
    items = choose_items(bank, Wish("list"))
    draws = [draw_question(items, draw=n).item.id for n in range(1, 2 * len(items) + 1)]
    assert sorted(draws[: len(items)]) == sorted(item.id for item in items)
    assert draws[: len(items)] == draws[len(items) :]


def test_a_calculation_that_comes_again_has_new_numbers(bank):
    items = [find_item(bank, "03-13")]
    questions = {draw_question(items, draw=n).question.en for n in range(1, 6)}
    assert len(questions) >= 4


def test_a_wish_narrows_the_bank_and_one_that_nothing_fits_says_so(bank):
    chosen = choose_items(bank, Wish("list", "05_churn_and_recovery", "1"), without=["05-08"])
    assert {(item.kind, item.id[:2], item.difficulty) for item in chosen} == {("list", "05", 1)}
    assert "05-08" not in {item.id for item in chosen}
    with pytest.raises(ValueError, match="No question of the bank fits"):
        draw_question(choose_items(bank, Wish("list", "07_customer_value")), draw=1)


def test_a_bank_copes_with_a_chapter_whose_items_cannot_be_read_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    (tmp_path / "03_lifecycle").mkdir()
    assert load_bank() == {}
    with pytest.raises(ContentError, match="There is no exam item '03-01'"):
        find_item({}, "03-01")


def first_of(bank, key, seed):
    """Return an item, its right result and what its first listed mistake gives, as a reader types them."""
    ready = instantiate(find_item(bank, key), seed=seed)
    return ready.item, ready.answer.en, ready.wrong[0][1]


@pytest.mark.parametrize("key", ["03-13", "03-16", "04-16", "04-17", "05-15", "05-17", "05-18"])
def test_the_printed_result_passes_and_the_printed_mistake_is_named(bank, key):
    item, right, wrong = first_of(bank, key, 2)
    assert judge_result(item, right, seed=2).passed
    feedback = judge_result(item, wrong, seed=2)
    assert (feedback.kind, feedback.name) == ("mistake", item.mistakes[0].name)
    assert item.mistakes[0].note in feedback.message


def test_every_calculation_of_the_bank_recognises_its_printed_result(bank):
    for item in (item for items in bank.values() for item in items if item.result is not None):
        for seed in range(1, 6):
            printed = instantiate(item, seed=seed).answer.en
            assert judge_result(item, printed, seed=seed).passed, f"{item.id}, draw {seed}: {printed}"


def test_slips_of_any_calculation_are_recognised(bank):
    item = find_item(bank, "03-16")
    ready = instantiate(item, seed=1)
    share = ready.value
    assert judge_result(item, f"{100 * share + 0.3:.1f}", seed=1).kind == "near"
    assert judge_result(item, f"{100 * (1 - share):.1f}", seed=1).name in ("complement", "share of hits")
    assert judge_result(item, f"{share:.6f}", seed=1).name == "factor 0.01"
    assert judge_result(item, f"{-100 * share:.6f}", seed=1).name == "sign"
    assert judge_result(item, "a lot", seed=1).kind == "wrong_type"
    assert judge_result(item, "1", seed=1).kind == "wrong"
    with pytest.raises(ValueError, match="only the result of a calculation is checked"):
        judge_result(find_item(bank, "03-01"), "1", seed=1)


def test_a_faded_calculation_hides_its_last_steps_and_no_number_of_theirs(bank):
    ready = instantiate(find_item(bank, "04-16"), seed=2)
    text = render_calculation(ready, blanks=2)
    before, hidden = text.split("<details>")
    assert ready.answer.en not in before and ready.answer.en in hidden
    assert before.rstrip().endswith("3. …\n4. …")


def type_answer(widget, answer):
    """Type an answer into the field of a question, or press its letter; press Check; return the note."""
    field, _, button = widget.children[1].children
    field.value = answer
    button.click()
    return widget.children[2].value


def test_a_question_checks_names_the_mistake_and_remembers(live_review):
    review, shown = live_review
    review.ask("f-fill")
    widget = shown[-1][1]
    button = widget.children[1].children[2]
    button.click()
    assert widget.children[2].value == "", "nothing typed, nothing judged"
    assert "That is what a deal exchanges" in type_answer(widget, "goods")
    assert "✔ Right." in type_answer(widget, "建议")
    assert review._progress.read("answers")["f-fill"] == {"tries": 2, "passed": True}
    review.ask("f-fill")
    assert shown[-1][1].children[2].value == "✔ Solved before."


def test_a_letter_is_pressed_and_a_number_is_typed(live_review):
    review, shown = live_review
    review.ask("f-choice")
    assert "Can the customer answer on this one" in type_answer(shown[-1][1], "c")
    assert "✔" in type_answer(shown[-1][1], "d")
    review.ask("l-abc")
    assert "Count money" in type_answer(shown[-1][1], "1")
    assert "is not a number" in type_answer(shown[-1][1], "two")
    assert "✔" in type_answer(shown[-1][1], "2")


def test_every_question_of_the_review_accepts_its_answer_and_names_each_mistake(review):
    for question in review._exercise.questions:
        workbook = review._workbook
        right, slips = workbook.expected(question), workbook.slips(question)
        typed = [right, *slips] if question.kind != "list" else [None]
        if question.kind == "list":
            first = ", ".join(entry.split("|")[0] for entry in right)
            last = "，".join(entry.split("|")[-1] for entry in right)
            assert review._judge(question, first).passed and review._judge(question, last).passed
            typed = [None, *(entry for slip in slips for entry in slip)]
        elif question.kind != "choice":
            typed = [f"{value:g}" for value in typed]
        if typed[0] is not None:
            assert review._judge(question, typed[0]).passed, question.id
        for wrong in typed[1:]:
            feedback = review._judge(question, wrong)
            assert feedback.kind == "mistake", f"{question.id}: {wrong!r} gives {feedback}"


def test_the_walk_begins_at_the_first_open_question_and_counts(live_review):
    review, shown = live_review
    questions = review.list_practice("03")
    review._progress.note_answer(questions[0].id, passed=True)
    review.practise("03")
    walk = shown[-1][1]
    frame, buttons = walk.children
    back, forward, count = buttons.children
    assert count.value == f"Question 2 of {len(questions)}; 1 solved."
    type_answer(frame.children[0], f"{review._workbook.expected(questions[1])}")
    assert count.value == f"Question 2 of {len(questions)}; 2 solved."
    forward.click()
    assert f"<strong>{questions[2].id}</strong>" in frame.children[0].children[0].value
    assert forward.disabled
    back.click()
    back.click()
    assert back.disabled and "1 of" in count.value


def test_fresh_questions_follow_the_wish_and_keep_the_marks(live_review, tmp_path):
    review, shown = live_review
    review.fresh("list")
    page, widget = shown[-1]
    assert "<details><summary>Answer and marking points" in page.markdown
    (chapter, level, button), frame = widget.children[0].children, widget.children[1]
    chapter.value, level.value = "05_churn_and_recovery", "1"
    seen = set()
    for _ in range(20):
        seen.add(re.search(r"<strong>(05-\d\d)</strong>", frame.children[0].value)[1])
        button.click()
    items = choose_items(load_bank(), Wish("list", "05_churn_and_recovery", "1"))
    assert seen == {item.id for item in items} - {"05-08"}, "the worked example does not come again"
    marks = frame.children[-1].children[1]
    marks.value = 2
    assert re.search(r"Recorded\. Reread: [A-L]-\d\d \(05, ", frame.children[-1].children[2].value)
    assert "1 fresh question marked: 2 of" in review.describe_progress()
    level.value = "3"
    assert "No question of the bank fits" in frame.children[0].value


def test_kinds_can_be_mixed_or_chosen(live_review):
    review, shown = live_review
    review.fresh()
    widget = shown[-1][1]
    (kind, chapter, _, button), frame = widget.children[0].children, widget.children[1]
    seen = set()
    for _ in range(12):
        seen.add(re.search(r"<strong>(\d\d-\d\d)</strong>", frame.children[0].value)[1])
        button.click()
    kinds = {item.id: item.kind for item in review.items}
    assert len({kinds[key] for key in seen}) >= 4
    kind.value, chapter.value = "true_false", "04_satisfaction_and_loyalty"
    assert kinds[re.search(r"<strong>(04-\d\d)</strong>", frame.children[0].value)[1]] == "true_false"


def test_a_fresh_calculation_checks_its_result(live_review, bank):
    review, shown = live_review
    review.fresh("calculation")
    widget = shown[-1][1]
    chapter = widget.children[0].children[0]
    chapter.value = "05_churn_and_recovery"
    frame = widget.children[1]
    key = re.search(r"<strong>(05-\d\d)</strong>", frame.children[0].value)[1]
    field, _, button = frame.children[1].children[0].children
    button.click()
    field.value = instantiate(find_item(bank, key), seed=1).answer.en
    button.click()
    assert "✔" in frame.children[1].children[1].value
    assert review._progress.read("answers")[f"{key} draw 1"]["passed"]


def test_a_faded_calculation_checks_its_result(live_review, bank):
    review, shown = live_review
    review.calculation("03-13", seed=2, blanks=1)
    field, _, button = shown[-1][1].children[1].children[0].children
    field.value = first_of(bank, "03-13", 2)[2]
    button.click()
    assert "divided by purchases" in shown[-1][1].children[1].children[1].value
    review.calculation("03-13", seed=2)
    assert shown[-1][1] is None, "what is worked needs no field"


def test_the_plan_follows_its_slider(live_review):
    review, shown = live_review
    review.plan(minutes=60)
    slider, table = shown[-1][1].children
    slider.value = 120
    assert "with 120 minutes" in table.value


def sort_all(widget, group, *, wrong_first=False):
    """Sort every card into its list; on request press a wrong button for the first card."""
    face, buttons, note = widget.children
    cards = {item.show("both"): positions for item, positions in group.cards()}
    while "All sorted" not in face.value:
        shown = re.search(r"<h3>(.*?)</h3>", face.value)[1]
        positions = cards[shown]
        right = len(group.lists) if len(positions) > 1 else positions[0]
        pressed = (right + 1) % len(buttons.children) if wrong_first else right
        wrong_first = False
        buttons.children[pressed].click()
    return note.value


@pytest.mark.parametrize("key", ["crm", "stages", "abc"])
def test_lists_are_sorted_and_a_wrong_card_comes_again(live_review, key):
    review, shown = live_review
    group = load_lists()[key]
    review.sorting(key)
    sort_all(shown[-1][1], group, wrong_first=True)
    assert review._progress.read("answers")[f"sort {key}"] == {"tries": 1, "passed": False}
    review.sorting(key)
    assert "✔" in sort_all(shown[-1][1], group)
    assert review._progress.read("answers")[f"sort {key}"] == {"tries": 2, "passed": True}
    assert "sorted without a mistake: 1 of 6" in review.describe_progress()


def test_the_cards_of_a_group_are_mixed_and_the_same_for_everybody():
    group = load_lists()["complaints"]
    assert shuffle_cards(group) == shuffle_cards(group)
    assert [item for item, _ in shuffle_cards(group)] != [item for item, _ in group.cards()]


def test_progress_of_the_review_is_told_and_kept(live_review, tmp_path):
    review, shown = live_review
    assert "no fresh question marked yet" in review.describe_progress()
    review._progress.note_answer("f-fill", passed=True)
    review.progress()
    total = len(review._exercise.questions)
    assert f"questions solved: 1 of {total}; next: f-choice, " in shown[-1][1].value
    again = Progress(STEM, tmp_path / "progress")
    assert again.read("answers")["f-fill"]["passed"]


def test_a_single_question_needs_no_walk(review):
    question = review._exercise.find("f-fill")
    widget = review_live.walk([question], review._judge, review._progress)
    assert len(widget.children) == 1


def test_what_was_worked_or_faded_is_not_drawn_again(review, bank, capsys):
    guide = load_guides()["fill_in"]
    items = choose_items(bank, Wish("fill_in"), without=[guide.item, *guide.faded])
    assert guide.faded and {"03-01", "04-02"}.isdisjoint(item.id for item in items)
    review.fresh("fill_in")
    assert f"**{draw_question(items, draw=1).item.id}**" in capsys.readouterr().out


def test_a_wish_for_anything_takes_every_chapter(bank):
    items = choose_items(bank, Wish("calculation", ANY, ANY))
    assert {item.id[:2] for item in items} == {stem[:2] for stem in bank}


def test_texts_of_lists_are_bilingual():
    texts = [item for group in load_lists().values() for one in group.lists for item in one.items]
    assert all(isinstance(text, Text) and text.zh for text in texts)
