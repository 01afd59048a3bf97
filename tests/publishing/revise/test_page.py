"""The review on one page: nothing asked of the network, no content that runs, all of it by keyboard."""

import json
import random
import re
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from crmlib.classroom.schedule import RATINGS, rate_card
from crmlib.cli import app
from crmlib.publishing.revise.content import collect_content
from crmlib.publishing.revise.page import TEMPLATES, render_page


@pytest.fixture(scope="module")
def content():
    return collect_content()


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
            page.keyboard.press(item["right"][0])
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


@pytest.mark.browser
def test_cards_a_mock_and_the_record_work_on_a_phone_without_network(tmp_path, chromium, content):
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROMIUM

    path, asked, errors = tmp_path / "index.html", [], []
    path.write_text(render_page(content), encoding="utf-8")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)

        def open_page():
            page = started.new_context(viewport={"width": 390, "height": 800}, offline=True).new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(path.as_uri())
            return page

        page = open_page()
        tries = try_ratings(1)
        replayed = page.evaluate(REPLAY, {"schedule": content["schedule"], "tries": tries})
        for mine, theirs in zip((one["end"] for one in tries), replayed, strict=True):
            numbers = {name: mine.pop(name) for name in ("stability", "difficulty")}
            assert numbers == pytest.approx({name: theirs.pop(name) for name in numbers}, rel=1e-3)
            assert mine == theirs
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
        for part in ("cards", "lists", "mock", "figures", "disputes", "keep"):
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

        other = open_page()
        assert other.inner_text("#cards .front") == first
        other.click("nav a[href='#keep']")
        record = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
        record["cards"]["broken"] = {"at": 1}  # no record of a card: left out
        (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
        (tmp_path / "wrong.json").write_text(json.dumps({**record, "format": "else"}), encoding="utf-8")
        other.set_input_files("#import", tmp_path / "wrong.json")
        other.wait_for_function("document.getElementById('status').textContent.includes('no export')")
        assert other.inner_text("#summary").startswith("0 of ")
        other.set_input_files("#import", tmp_path / "record.json")
        other.wait_for_function("document.getElementById('status').textContent.includes('Imported: 12')")
        assert other.inner_text("#summary") == summary
        other.click("nav a[href='#cards']")
        assert other.inner_text("#cards .front") != first, "a card that was known is not asked again today"
        other.click("summary")
        other.select_option("#language", "zh")
        assert not other.locator("h2:visible [lang=en]").first.is_visible()
        other.select_option("#theme", "dark")
        dark = other.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark == "rgb(27, 27, 27)"
        unnamed = (
            "[...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels.length).length"
        )
        assert other.evaluate(unnamed) == 0
        started.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
