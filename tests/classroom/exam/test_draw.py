"""A paper by a blueprint: exact marks, no topic twice, chapters by weight, versions that agree."""

import re
from collections import Counter

import pytest
from typer.testing import CliRunner

from crmlib.classroom.exam.blueprint import Blueprint, Share, read_blueprint
from crmlib.classroom.exam.command import app, find_chapters
from crmlib.classroom.exam.draw import draw_paper
from crmlib.classroom.exam.items import ExamItem, Point
from crmlib.classroom.exam.layout import lay_out, render_page
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.schema import ContentError, Text

TOPICS = [f"H-{number:02d}" for number in range(1, 16)]


def make_item(number, marks, *, topic=None, minutes=1, kind="list"):
    return ExamItem(
        id=f"04-{number:02d}",
        topics=(topic or TOPICS[number],),
        kind=kind,
        minutes=minutes,
        difficulty=1,
        marks=marks,
        question=Text(en=f"Question {number}?", zh=f"第{number}问？"),
        answer=Text(en="This.", zh="这个。"),
        points=(Point(marks, "this", "这个"),),
    )


def plan(marks=5, minutes=60, **kinds):
    shares = {kind: Share(one, "reason") for kind, one in (kinds or {"list": marks}).items()}
    return Blueprint(marks=sum(share.marks for share in shares.values()), minutes=minutes, kinds=shares)


def test_each_part_has_its_marks_and_no_topic_comes_twice(papers):
    blueprint = read_blueprint()
    for seed, drawn in papers.items():
        assert {kind: sum(item.marks for item in part) for kind, part in drawn.parts.items()} == {
            kind: share.marks for kind, share in blueprint.asked.items()
        }, seed
        topics = Counter(topic for item in drawn.items for topic in item.topics)
        assert max(topics.values()) == 1, seed
        assert drawn.minutes <= blueprint.minutes, seed


def test_the_same_seed_draws_the_same_paper(bank, papers):
    assert draw_paper(bank, read_blueprint(), seed=9) == papers[9] != papers[10]


def test_what_is_held_back_is_taken_first(bank, papers):
    every = [item for items in bank.values() for item in items]
    drawn = [item for paper in papers.values() for item in paper.items]
    share = sum(item.reserved for item in every) / len(every)
    assert sum(item.reserved for item in drawn) / len(drawn) > 1.5 * share


def test_every_kind_can_be_asked(bank):
    kinds = {kind: Share(0, "none") for kind in HEADINGS} | {
        "essay": Share(15, "two sides"),
        "true_false": Share(9, ""),
    }
    drawn = draw_paper(bank, Blueprint(marks=24, minutes=60, kinds=kinds), seed=1)
    assert set(drawn.parts) == {"essay", "true_false"} and drawn.marks == 24


def test_over_many_papers_every_chapter_gets_its_turn(bank, papers):
    marks = Counter()
    for drawn in papers.values():
        for item in drawn.items:
            marks[item.id[:2]] += item.marks
    shares = {key: value / sum(marks.values()) for key, value in marks.items()}
    assert len(shares) == len(bank) and min(shares.values()) > 0.02 and max(shares.values()) < 0.16


def test_a_chapter_without_weight_is_left_out(bank):
    blueprint = read_blueprint()
    weights = dict.fromkeys(bank, 0.0) | {"01_relationship_marketing": 1.0, "06_finding_customers": 1.0}
    drawn = draw_paper(bank, Blueprint(**{**vars(blueprint), "chapters": weights}), seed=1)
    assert {item.id[:2] for item in drawn.items} == {"01", "06"}


def test_marks_are_met_where_only_one_choice_meets_them():
    items = [make_item(0, 4), make_item(1, 3), make_item(2, 3), make_item(3, 4)]
    drawn = draw_paper({"04": items}, plan(6), seed=1)
    assert [item.marks for item in drawn.items] == [3, 3]


@pytest.mark.parametrize(
    ("items", "blueprint", "message"),
    [
        ([make_item(0, 3)], plan(5), "asks for 5 marks, the bank of these chapters holds 3"),
        ([make_item(0, 4), make_item(1, 4)], plan(5), "no items on different topics have exactly 5 marks"),
        (
            [make_item(0, 2, topic="H-01"), make_item(1, 3, topic="H-01")],
            plan(5),
            "no items on different topics have exactly 5",
        ),
        (
            [make_item(0, 5, minutes=9)],
            plan(5, minutes=8),
            "take at least some 9 minutes, expected at most 8",
        ),
    ],
)
def test_what_cannot_be_met_is_named(items, blueprint, message):
    with pytest.raises(ValueError, match=message):
        draw_paper({"04": items}, blueprint, seed=1)


def test_a_paper_just_fits_its_minutes():
    assert draw_paper({"04": [make_item(0, 5, minutes=8)]}, plan(5, minutes=8), seed=1).minutes == 8


def test_a_blueprint_keeps_its_mix_in_whole_marks():
    half = read_blueprint().scale(marks=50)
    assert sum(share.marks for share in half.kinds.values()) == 50
    assert half.kinds["fill_in"].marks == 10 and half.kinds["essay"].marks == 0
    assert all(share.marks == 1 for share in read_blueprint().scale(marks=10).asked.values())
    with pytest.raises(ValueError, match="expected at least 10, one a kind, found 9"):
        read_blueprint().scale(marks=9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("marks: 100", "marks: 90", "the marks add up to 100, expected 90"),
        ("  choice:", "  chioce:", "Did you mean 'choice'"),
        ("chapters: {}", "chapters: {01_relationship: 2}", "'01_relationship'"),
        ("chapters: {}", "chapters: {03_lifecycle: -1}", "expected 0 or more, found -1"),
        ("minutes: 90", "minutes: 0", "expected 1 or more, found 0"),
        ("{marks: 10,", "{marks: -1,", "expected 0 or more, found -1"),
    ],
)
def test_mistakes_in_a_blueprint_are_named(tmp_path, old, new, message):
    from crmlib.classroom.exam.blueprint import DEFAULT

    text = DEFAULT.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=re.escape(message)):
        read_blueprint(tmp_path / "mine.yaml")


def test_versions_ask_the_same_items_with_other_numbers_and_order(bank):
    drawn = draw_paper(bank, read_blueprint(), seed=3)
    first, second = (lay_out(drawn, seed=3, version=version) for version in "AB")
    for kind in first:
        assert sorted(sheet.topics for sheet in first[kind]) == sorted(sheet.topics for sheet in second[kind])
        assert sum(sheet.marks for sheet in first[kind]) == sum(sheet.marks for sheet in second[kind])
    numbers = [{sheet.topics: sheet.question.zh for sheet in part["calculation"]} for part in (first, second)]
    assert numbers[0] != numbers[1]
    assert [sheet.number for sheets in first.values() for sheet in sheets] == list(
        range(1, len(drawn.items) + 1)
    )


def test_a_right_letter_moves_with_its_choice(bank):
    drawn = draw_paper(bank, read_blueprint(), seed=5)
    right = {item.id: item.choices[item.correct].en for item in drawn.parts["choice"]}
    letters = set()
    for version in "ABCDEF":
        for sheet in lay_out(drawn, seed=5, version=version)["choice"]:
            letter = sheet.right
            assert sheet.choices[letter].en == right[sheet.id]
            assert sheet.answer.en.startswith(f"{letter.upper()}. ")
            assert sheet.scheme == ()
            letters.add(letter)
    assert letters == set("abcd")


def test_several_right_letters_move_with_their_choices(bank):
    drawn = draw_paper(bank, read_blueprint(), seed=5)
    right = {
        item.id: {item.choices[letter].zh for letter in item.correct} for item in drawn.parts["multiple"]
    }
    first, second = (lay_out(drawn, seed=5, version=version)["multiple"] for version in "AB")
    for sheet in (*first, *second):
        assert {sheet.choices[letter].zh for letter in sheet.right} == right[sheet.id]
        bank_item = next(item for item in drawn.parts["multiple"] if item.id == sheet.id)
        assert {sheet.letters[letter] for letter in sheet.right} == set(bank_item.correct)
    assert [sheet.right for sheet in first] != [sheet.right for sheet in second]


def test_a_chinese_paper_is_chinese_and_laid_out_as_is_customary(bank):
    drawn = draw_paper(bank, read_blueprint(), seed=7)
    parts = lay_out(drawn, seed=7)
    pages = {
        kind: render_page(parts, kind=kind, language="zh", minutes=90, code="A7")
        for kind in ("paper", "scheme", "sheet")
    }
    words = {
        kind: re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S) for kind, page in pages.items()
    }
    for part in (
        "姓名：",
        "学号：",
        "得分",
        "一、填空题",
        "十、案例分析题",
        "（A7卷　考试时间：90分钟　满分：100分）",
    ):
        assert part in words["paper"]
    assert "参考答案与评分标准" in words["scheme"] and "答案：" in words["scheme"]
    for kind, text in words.items():
        assert not re.search(r"marks|minutes|[Aa]nswer|marking", text), kind
    assert "答案" not in words["paper"] and "http" not in pages["paper"]


def test_large_print_is_larger(bank):
    parts = lay_out(draw_paper(bank, read_blueprint(), seed=7), seed=7)
    pages = [
        render_page(parts, kind="paper", language="en", minutes=90, code="A7", large=large)
        for large in (False, True)
    ]
    assert "11.5pt" in pages[0] and "17pt" in pages[1]


def test_ranges_of_chapters_are_read():
    assert find_chapters("1-3") == ["01_relationship_marketing", "02_relationship_types", "03_lifecycle"]
    assert find_chapters("3, 1") == ["03_lifecycle", "01_relationship_marketing"]
    assert find_chapters(" ") == list(chapter_stems(having="exam"))
    with pytest.raises(ValueError, match="4-3 runs backwards"):
        find_chapters("4-3")
    with pytest.raises(ValueError, match="no chapter '77' has exam items"):
        find_chapters("77")


def test_the_command_writes_once_and_keeps_the_old_way(tmp_path):
    run = CliRunner().invoke
    wish = ["paper", "--seed", "7", "--versions", "2", "--folder", str(tmp_path / "papers")]
    done = run(app, wish)
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "papers").iterdir())
    pages = [f"paper-{code}7-zh-{kind}.html" for code in "AB" for kind in ("paper", "scheme", "sheet")]
    assert names == sorted([*pages, "paper-A7.json", "paper-B7.json"])
    again = run(app, wish)
    assert again.exit_code == 1 and "is there already" in str(again.exception)
    plain = run(app, ["04", "--folder", str(tmp_path / "plain")])
    assert plain.exit_code == 0 and (tmp_path / "plain" / "exam-04-en-1.md").exists()
    extra = run(app, [*wish[:-1], str(tmp_path / "more"), "--extra-minutes", "30", "--lang", "en"])
    assert extra.exit_code == 0
    assert "120 minutes" in (tmp_path / "more" / "paper-A7-en-paper.html").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    inside = str(tmp_path / "file" / "new")
    for wish in (["paper", "--folder", inside], ["qti", "--chapters", "3", "--out", inside]):
        done = CliRunner().invoke(app, wish)
        assert isinstance(done.exception, ValueError) and "cannot be written" in str(done.exception)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
