"""The review on one page: nothing asked of the network, no content that runs, all of it by keyboard."""

import json
import random
import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import load_bank, load_lists
from crmlib.classroom.review.day import find_lost, find_returning
from crmlib.classroom.review.phone import take_records
from crmlib.classroom.review.plan import draw_diagnosis, draw_steps
from crmlib.classroom.review.records import Desk, find_standing, find_weak, weigh_sections
from crmlib.classroom.review.week import Week, read_exam
from crmlib.classroom.review.words import name_sections
from crmlib.classroom.schedule import RATINGS, rate_card
from crmlib.cli import app
from crmlib.publishing.revise.page import TEMPLATES, render_page


def read_content(page):
    return json.loads(re.search(r'id="content">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_carries_its_content_and_asks_nothing_of_the_network(content):
    page = render_page(content, language="zh")
    assert read_content(page) == json.loads(json.dumps(content))
    assert 'data-language="zh"' in page
    assert re.findall(r"https?:|(?:src|href)=\"(?!#)|@import|url\(|fetch\(|XMLHttp", page) == []


def test_content_can_neither_close_the_script_nor_become_html(content):
    evil = "</script><img src=x onerror=alert(1)>"
    page = render_page({**content, "sources": {"000": evil}})
    assert evil not in page and "<img" not in page
    assert read_content(page)["sources"]["000"] == evil
    script = (TEMPLATES / "revise.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)


def test_another_language_is_refused_by_name(content):
    with pytest.raises(ValueError, match=r"language is 'zn'.*zh"):
        render_page(content, language="zn")


def test_the_command_writes_a_folder_and_overwrites_only_when_told(tmp_path, content, monkeypatch):
    monkeypatch.setattr("crmlib.publishing.revise.content.collect_content", lambda: content)
    command = ["revise", "--out", str(tmp_path / "a" / "b")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["index.html"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 1 and "is there already" in refused.output
    assert CliRunner().invoke(app, [*command, "--overwrite"]).exit_code == 0


def answer_mock(page):
    """Answer the whole mock by keyboard with the right words; return what the page says at the end."""
    content = json.loads(page.text_content("#content"))
    items = {item["id"]: item for item in content["items"]}
    page.locator("#mock .stage button").first.press("Enter")
    for _ in range(10):
        item = items[page.text_content("#mock form .soft").split(" · ")[1]]
        if item["kind"] == "fill_in":
            for place, point in enumerate(item["points"]):
                page.fill(f"#mock [name=blank{place}]", f" {point['accepted'][-1].upper()} ")
            page.keyboard.press("Enter")
        else:
            for letter in item["right"] if item["kind"] == "multiple" else item["right"][0]:
                page.keyboard.press(letter)
            page.keyboard.press("Enter")
        ticks = page.locator("#mock .points input")
        for place in range(ticks.count()):  # reasons are for the reader to judge
            if not ticks.nth(place).is_checked():
                assert item["kind"] == "true_false" and place > 0
                ticks.nth(place).check()
        page.locator("#mock button.main").focus()
        page.keyboard.press("Enter")
    return page.inner_text("#mock .stage .front")


def try_ratings(seed):
    """Return 40 cards' records as Python reckons them, with the ratings and days that led there."""
    chance, tries = random.Random(seed), []
    for number in range(40):
        start = {} if number % 4 else {"box": chance.randint(1, 5), "due_on": "2026-02-27"}
        record, day, steps = start, date(2026, 2, 27), []
        for _ in range(8):
            day += timedelta(days=chance.choice((0, 0, 1, 2, 9, 40)))
            rating = chance.choice(RATINGS)
            record = rate_card(record, rating=rating, today=day)
            steps.append([rating, day.isoformat()])
        tries.append({"start": start, "steps": steps, "end": record})
    return tries


REPLAY = """({schedule, tries}) => tries.map(({start, steps}) => steps.reduce(
    (record, [rating, day]) => makeSchedule(schedule).rateCard(record, rating, day), start))"""


@pytest.fixture(scope="module")
def phone(tmp_path_factory, chromium, content):
    """Return what opens the page on a phone without network, each time with an empty memory.

    At the end no page had an error or asked for anything beyond its own file.
    """
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROMIUM

    path, asked, errors = tmp_path_factory.mktemp("page") / "index.html", [], []
    path.write_text(render_page(content), encoding="utf-8")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)

        def open_page():
            page = started.new_context(viewport={"width": 390, "height": 800}, offline=True).new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(path.as_uri())
            return page

        yield open_page
        started.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []


@pytest.mark.browser
def test_the_page_reckons_the_days_of_a_card_as_the_notebook_does(phone, content):
    tries = try_ratings(1)
    replayed = phone().evaluate(REPLAY, {"schedule": content["schedule"], "tries": tries})
    for mine, theirs in zip((one["end"] for one in tries), replayed, strict=True):
        numbers = {name: mine.pop(name) for name in ("stability", "difficulty")}
        assert numbers == pytest.approx({name: theirs.pop(name) for name in numbers}, rel=1e-3)
        assert mine == theirs


def name_barriers(page):
    """Return what hinders readers with a screen reader or bad eyes, by the rules of axe."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_timeout(200)  # colours fade in
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["impact"], one["nodes"][0]["html"][:80]) for one in found]


@pytest.mark.browser
def test_worked_faded_and_fresh_follow_each_other_without_a_barrier_in_light_and_dark(phone, content):
    page = phone()
    for part in ("lists", "sheet"):
        page.click(f"nav a[href='#{part}']")
        assert name_barriers(page) == [], part
    page.click("nav a[href='#worked']")
    page.locator("#worked .stage button", has_text="Calculations").press("Enter")
    guide = next(one for one in content["guides"] if one["kind"] == "calculation")
    assert guide["lines"][0]["text"]["en"] in page.inner_text("#worked .stage")
    assert name_barriers(page) == []
    page.keyboard.press("Enter")  # faded: the second half of the steps is missing
    question = page.inner_text("#worked .card [lang=en] >> nth=0")
    item = next(one for one in content["items"] if one["question"]["en"] == question)
    last = item["points"][-1]["text"]["en"]
    assert last not in page.inner_text("#worked .stage")
    page.locator("#worked button.main").press("Enter")
    assert last in page.inner_text("#worked .stage")
    page.keyboard.press("Enter")  # fresh
    question = page.inner_text("#worked form .front-question [lang=en]")
    item = next(one for one in content["items"] if one["question"]["en"] == question)
    page.fill("#worked [name=result]", f"{item['result']['wrong'][0]['value']:.6f}")
    page.keyboard.press("Enter")
    assert item["result"]["wrong"][0]["note"] in page.inner_text("#worked .stage")
    assert page.locator("#worked .points input:checked").count() == 0
    page.click("summary >> nth=0")
    page.select_option("#theme", "dark")
    page.select_option("#language", "zh")
    assert name_barriers(page) == []
    assert not re.search("[a-z]{4,}", page.inner_text("#worked .points"))


@pytest.mark.browser
def test_a_mock_against_the_clock_stops_and_counts_what_is_written(phone, content):
    page = phone()
    page.clock.install()
    page.reload()
    page.click("nav a[href='#mock']")
    page.locator("#mock .stage button", has_text="20 minutes").press("Enter")
    assert page.inner_text("#mock [role=timer]").startswith("20:00 left")
    shown = page.inner_text("#mock form .soft").split(" · ")
    item = next(one for one in content["items"] if one["id"] == shown[1])
    assert item["kind"] == "fill_in", "the kind with most marks comes first"
    for place, point in enumerate(item["points"]):
        page.fill(f"#mock [name=blank{place}]", point["accepted"][0])
    page.keyboard.press("Enter")
    assert page.inner_text("#mock form .soft").startswith("2 / ")
    page.clock.run_for(20 * 60 * 1000)
    assert page.inner_text("#status").startswith("Time is over")
    assert page.locator("#mock .points input:checked").count() == len(item["points"])
    count = int(shown[0].split(" / ")[1])
    for _ in range(count):
        page.locator("#mock button.main").press("Enter")
    got, of = map(float, re.findall(r"[\d.]+", page.inner_text("#mock .stage .front")))
    assert got == item["marks"] < of
    assert "Read again what lost marks" in page.inner_text("#mock .stage")
    record = page.evaluate("JSON.parse(localStorage.getItem('crm-revise')).items")
    assert len(record) == count and record[item["id"]]["due_on"] > record[item["id"]]["reviewed_on"]


@pytest.mark.browser
def test_cards_a_mock_and_the_record_work_on_a_phone_without_network(phone, tmp_path):
    page = phone()
    page.click("nav a[href='#cards']")
    first, left = page.inner_text("#cards .front"), []
    page.locator("#cards button.main").focus()
    for key in ("3", "1"):  # the first card is known, the second comes back at the end
        page.keyboard.press("Enter")
        assert page.locator("#cards .back").count() == 1
        page.keyboard.press(key)
        left.append(page.inner_text("#cards .soft >> nth=0").split()[0])
    assert left == ["19", "19"]
    page.click("nav a[href='#lists']")
    page.locator("#lists .stage button").first.press("Enter")
    page.keyboard.press("1")
    assert page.locator("#lists .right, #lists .wrong").count() == 1
    page.click("nav a[href='#mock']")
    got, total = map(float, re.findall(r"[\d.]+", answer_mock(page)))
    assert got == total > 0
    for part in ("plan", "cards", "lists", "worked", "mock", "sheet", "figures", "disputes", "keep"):
        page.click(f"nav a[href='#{part}']")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, part
        assert page.locator("main > section:visible").count() == 1
    summary = page.inner_text("#summary")
    assert summary.startswith("1 of ") and " 10 of " in summary
    with page.expect_download() as download:
        page.click("#export")
    download.value.save_as(tmp_path / "record.json")
    page.reload()
    assert page.inner_text("#summary") == summary, "the record survives a reload"

    other = phone()
    other.click("nav a[href='#cards']")
    assert other.inner_text("#cards .front") == first
    other.click("nav a[href='#keep']")
    record = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    record["cards"]["broken"] = {"at": 1}  # no record of a card: left out
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "wrong.json").write_text(json.dumps({**record, "format": "else"}), encoding="utf-8")
    other.set_input_files("#import", tmp_path / "wrong.json")
    other.locator("#status", has_text="no export").wait_for()
    assert other.inner_text("#summary").startswith("0 of ")
    other.set_input_files("#import", tmp_path / "record.json")
    other.locator("#status", has_text="Imported: 12").wait_for()
    assert other.inner_text("#summary") == summary
    other.click("nav a[href='#cards']")
    assert other.inner_text("#cards .front") != first, "a card that was known is not asked again today"
    other.click("summary")
    other.select_option("#language", "zh")
    assert not other.locator("h2:visible [lang=en]").first.is_visible()
    other.select_option("#theme", "dark")
    dark = other.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(27, 27, 27)"
    unnamed = "[...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels.length).length"
    assert other.evaluate(unnamed) == 0


class Same:
    """Chance that changes nothing, so that two languages draw alike."""

    def __init__(self, *seed):
        pass

    def sample(self, items, count):
        return list(items)[:count]


def note_items(bank, today, seed):
    """Return made-up records of some items: due or not, with all marks or fewer."""
    chance, records = random.Random(seed), {}
    for item in chance.sample([item for items in bank.values() for item in items], 40 * seed):
        due = (today + timedelta(days=chance.randint(-3, 3))).isoformat()
        records[item.id] = {
            "marks": chance.choice((0, item.marks / 2, item.marks)),
            "of": item.marks,
            "due_on": due,
        }
    return records


PLANS = """([rules, items, situation]) => {
    const planner = makePlan(rules);
    const { today, minutes, records, day } = situation;
    const mix = (list) => [...list];
    const steps = planner.drawSteps(items, records, { sections: day, today, minutes, mix });
    return {
        plan: planner.findPlan({ ...situation, items }),
        needs: planner.weighSections(items, records),
        weak: planner.findWeak(planner.findStanding(items, records)),
        steps: steps.map(([stage, item]) => [stage, item.id]),
        test: planner.drawDiagnosis(items, mix).map((item) => item.id),
        back: planner.findReturning(items, records, { today, minutes }).map((item) => item.id),
        lost: planner.findLost(items, records, today).map((item) => item.id),
    };
}"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("seed", "left", "minutes", "worked"),
    [
        (0, 7, 60, False),
        (1, 1, 50, True),
        (2, 3, 90, True),
        (5, 21, 30, False),
        (9, 40, 170, True),
        (3, 1, 20, False),
    ],
)
def test_the_page_plans_the_days_as_the_notebook_does(
    phone, content, tmp_path, monkeypatch, seed, left, minutes, worked
):
    monkeypatch.setattr("crmlib.classroom.review.plan.random", SimpleNamespace(Random=Same))
    bank, today = load_bank(), date(2026, 6, 10)
    week = Week(bank, load_lists(), mix=list, sheet=str)
    desk = Desk(Progress("exam_review", tmp_path), "en", today)
    records, exam_on = note_items(bank, today, seed), today + timedelta(days=left)
    groups = list(load_lists())
    sorted_before = {groups[0]: {"right": 3, "asked": 3}, groups[1]: {"right": 2, "asked": 3}}
    days = (
        {"2026-06-09": {"done": ["lists"], "sections": ["A", "D"], "groups": groups[3:5]}} if worked else {}
    )
    for key, record in records.items():
        desk.progress.update("items", key, lambda _, record=record: record)
    for key, record in days.items():
        desk.progress.update("days", key, lambda _, record=record: record)
    desk.progress.note_answer(f"sort {groups[0]}", passed=True)
    plan = week._plan(desk, exam_on, minutes)
    situation = {
        "groups": groups,
        "records": records,
        "lists": sorted_before,
        "days": days,
        "today": today.isoformat(),
        "examOn": exam_on.isoformat(),
        "minutes": minutes,
        "day": ["C", "F", "H"],
    }
    items = list({item["id"]: item for item in content["items"]}.values())
    theirs = phone().evaluate(PLANS, [content["plan"], items, situation])
    assert theirs.pop("needs") == pytest.approx(weigh_sections(bank, records))
    ours = draw_steps(bank, records, sections=["C", "F", "H"], today=today, minutes=minutes)
    assert theirs == {
        "plan": [
            {
                "on": day.on.isoformat(),
                "sections": list(day.sections),
                "groups": list(day.groups),
                "parts": day.parts,
            }
            for day in plan
        ],
        "weak": find_weak(find_standing(bank, records)),
        "steps": [[stage, item.id] for stage, item in ours],
        "test": [item.id for item in draw_diagnosis(bank, seed=1)],
        "back": [item.id for item in find_returning(bank, desk, minutes=minutes)],
        "lost": [item.id for item in find_lost(bank, desk)],
    }


@pytest.mark.browser
def test_a_day_of_the_plan_is_walked_through_and_travels_with_the_record(phone, content, tmp_path):
    page = phone()
    page.clock.install(time=datetime(2026, 6, 10, 9, 0))
    page.reload()
    assert page.inner_text("#plan .stage h3 >> nth=0").startswith("Where do you stand"), (
        "nothing is known yet"
    )
    page.fill("#plan [name=minutes]", "10")
    page.keyboard.press("Tab")
    assert "20 to 600" in page.inner_text("#status")
    page.fill("#plan [name=exam]", "2026-06-13")
    page.locator("#plan [name=exam]").dispatch_event("change")
    page.fill("#plan [name=minutes]", "60")
    page.keyboard.press("Tab")
    page.locator("#plan details >> nth=0").evaluate("box => { box.open = true; }")
    days = page.locator("#plan details h4").all_inner_texts()
    assert days == ["2026-06-10", "2026-06-11", "2026-06-12"]
    assert name_barriers(page) == []
    page.locator("#plan button", has_text="Test of 15 minutes").press("Enter")
    assert page.inner_text("#plan [role=timer]").startswith("15:00 left")
    page.clock.run_for(15 * 60 * 1000)
    while page.locator("#plan .points").count():
        page.locator("#plan button.main").press("Enter")
    page.locator("#plan button", has_text="Go on").press("Enter")
    assert page.inner_text("#plan .stage h3 >> nth=0").startswith("Today"), "now the marks are known"
    asked = len(page.evaluate("JSON.parse(localStorage.getItem('crm-revise')).items"))
    assert asked >= 8
    stages = walk_steps(page, content)
    assert stages[-2:] == ["fresh", "fresh"] and {"worked", "faded"} <= set(stages)
    for name in ("lists", "steps"):
        page.check(f"#plan [name={name}]")
    page.locator("#plan .part", has=page.locator("[name=cards]")).get_by_role("button").press("Enter")
    page.wait_for_selector("#cards:visible")
    cards = json.loads(page.text_content("#content"))["plan"]["cards_a_minute"] * 9
    assert page.inner_text("#cards .soft >> nth=0").startswith(f"{cards} cards left")
    page.click("nav a[href='#plan']")
    page.wait_for_selector("#plan:visible")
    assert page.locator("#plan .part input:checked").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("nav a[href='#keep']")
    with page.expect_download() as download:
        page.click("#export")
    download.value.save_as(tmp_path / "record.json")
    page.clock.set_fixed_time(datetime(2026, 6, 13, 9, 0))
    page.reload()
    assert "The exam is today" in page.inner_text("#plan .stage")
    assert page.locator("#plan .part").count() == 2

    other = phone()
    other.clock.install(time=datetime(2026, 6, 11, 9, 0))
    other.reload()
    other.set_input_files("#import", tmp_path / "record.json")
    other.locator("#status", has_text="Imported").wait_for()
    assert other.input_value("#plan [name=exam]") == "2026-06-13"
    assert other.locator("#plan .part input:checked").count() == 0, "another day"
    progress = Progress("exam_review", tmp_path / "progress")
    take_records(tmp_path / "record.json", progress)
    desk = Desk(progress, "en", date(2026, 6, 11))
    assert read_exam(desk) == (date(2026, 6, 13), 60)
    assert progress.read("days")["2026-06-10"]["done"] == ["lists", "steps"]
    shown = other.locator("#plan .stage h3:has-text('Today') + p").inner_text()
    day = Week(load_bank(), load_lists(), mix=list, sheet=str).find_day(desk)
    assert shown.replace(" ", "") == name_sections(day.sections, "both").replace(" ", ""), "both plan alike"


def walk_steps(page, content):
    """Work through the steps of today, each question left empty; return the stages by their English names."""
    names = {text["en"]: key for key, text in content["plan"]["names"].items()}
    page.locator("#plan .part", has=page.locator("[name=steps]")).get_by_role("button").press("Enter")
    stages, title = [], page.locator("#plan .stage h3 >> nth=0")
    while re.match(r"\d+ / \d+", title.inner_text()):
        stages.append(names[title.locator("[lang=en]").inner_text()])
        for _ in range(2 if stages[-1] in ("faded", "fresh", "returns") else 1):
            if page.locator("#plan form [name=option]").count():
                page.locator("#plan form [name=option]").first.check()
            page.locator("#plan button.main").first.press("Enter")
    return stages
