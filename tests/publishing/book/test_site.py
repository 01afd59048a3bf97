"""The book in a browser: its look on a phone, its search in both languages, and what axe says of it.

One build serves all tests here: a part of the book that holds a page of every kind. Every build, this one and
that of the whole book, ends with a walk over all its links.
"""

import threading

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from crmlib.publishing.book.build import build_book
from crmlib.publishing.book.crawl import find_faults, read_page
from crmlib.publishing.book.pages import plan_book
from crmlib.publishing.book.serve import address_of, open_server
from crmlib.publishing.course import Course
from tests.browser import Watch

pytestmark = pytest.mark.browser

STEMS = ("00_start_here", "07_customer_value", "case_fuel_wholesaler")
CHAPTER, CASE = "notebooks/07_customer_value.html", "notebooks/case_fuel_wholesaler.html"
EXERCISE = "exercises/07_customer_value.html"
NOTHING_LISTENS = "http://127.0.0.1:9"
PHRASES = {
    "lifetime value": CHAPTER,
    "value of a customer": CHAPTER,
    "margin": CHAPTER,
    "acquisition cost": CHAPTER,
    "fuel wholesaler": CASE,
    "three-legged stool": "docs/syllabus.html",
    "spurious loyalty": "glossary.html",
    "presenter's window": "docs/instructors.html",
    "number of the store": "dictionary.html",
    "blank page": "docs/syllabus.html",
    "客户价值": CHAPTER,
    "客户终身价值": "glossary_zh.html",
    "油品批发商": CASE,
    "三条腿的凳子": "docs/syllabus.html",
    "净推荐值": "glossary_zh.html",
    "重复购买": "glossary.html",
    "门店的编号": "dictionary.html",
    "数据字典": "dictionary.html",
    "关系营销的目标": "docs/syllabus.html",
    "流失": "docs/syllabus.html",
}
FIELD = ".bd-search-container input[name=q]"
SAID = "phrase => document.getElementById('search-said').textContent.includes(`for “${phrase}”`)"
AXE = """async () => {
    const found = await axe.run({resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21aa"]});
    return found.violations.filter(one => ["serious", "critical"].includes(one.impact))
        .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
}"""
# What sticks out of a phone's screen without lying in a box that scrolls.
STICKING_OUT = """() => Array.from(document.querySelectorAll(".bd-article *")).filter(part => {
    if (part.getBoundingClientRect().right <= innerWidth + 1) return false;
    for (let box = part; box; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== "visible") return false;
    return part.getBoundingClientRect().width > 0;
}).slice(0, 3).map(part => part.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """A part of the book, built where no other host can be asked."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(name, NOTHING_LISTENS)
            patch.setenv(name.upper(), NOTHING_LISTENS)
        return build_book(plan_book(Course(root), STEMS), tmp_path_factory.mktemp("site") / "book").folder


@pytest.fixture(scope="module")
def base(site):
    """The address of the book."""
    with open_server(site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address_of(server)
        server.shutdown()


@pytest.fixture
def open_page(started_browser, base):
    """Opens a page in a browser without history that can reach the book and no other host."""
    contexts, watch = [], Watch()

    def open_at(path, **options):
        context = started_browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.route(lambda url: not url.startswith(base), lambda route: route.abort())
        watch.follow(page)
        page.goto(base + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert watch.asked
    assert watch.find_foreign() == []


def list_pages(site):
    return [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]


def test_part_holds_a_page_of_every_kind_and_no_link_is_dead(site):
    assert {CHAPTER, CASE, EXERCISE, "index.html", "search.html"} < set(list_pages(site))
    assert {"docs/claims.html", "glossary_zh.html", "dictionary.html"} < set(list_pages(site))
    assert find_faults(site) == []


def test_links_of_the_syllabus_lead_to_the_sections_as_jupyterlab_names_them(site):
    links = [link for link in read_page(site / "docs" / "syllabus.html").links if CHAPTER in link]
    assert len({link.partition("#")[2] for link in links}) > 3
    assert "Five-questions-before-you-start" in read_page(site / CHAPTER).anchors


def test_every_picture_says_what_it_shows_and_no_script_of_another_host_is_asked_for(site):
    text = (site / CHAPTER).read_text(encoding="utf-8")
    assert text.count("<img ") == text.count('<img alt="') > 5
    assert "<math" in text and "mathjax.js" not in text.lower()
    assert "widget-view" not in text and "<!-- =" not in text


def test_book_of_students_holds_no_solution(site):
    text = (site / EXERCISE).read_text(encoding="utf-8")
    assert "fill in" in text
    assert [page for page in list_pages(site) if "solution" in page] == []


def test_answers_to_predictions_are_hidden_until_asked(open_page):
    page = open_page(CHAPTER)
    answer = page.locator("details.answer").first
    assert answer.locator("> :not(summary)").first.is_hidden()
    answer.locator("summary").first.click()
    assert answer.locator("> :not(summary)").first.is_visible()


def test_phrases_in_both_languages_are_found(open_page, base):
    page = open_page("search.html")
    missed = {}
    for phrase, expected in PHRASES.items():
        page.fill(FIELD, phrase)
        page.press(FIELD, "Enter")
        page.wait_for_function(SAID, arg=phrase)
        found = page.eval_on_selector_all("#found h2 a", "links => links.map(link => link.href)")
        if base + expected not in found:
            missed[phrase] = found
    assert missed == {}


def test_search_leads_to_the_section_and_says_when_nothing_is_found(open_page, base):
    page = open_page("search.html?q=acquisition")
    page.wait_for_selector(".found-part a")
    page.click(f".found:has(a[href='{base + CHAPTER}']) .found-part a")
    page.wait_for_function("document.getElementById(decodeURIComponent(location.hash.slice(1)))")
    assert base + CHAPTER in page.url
    page.goto(base + "search.html?q=zzxqv")
    page.wait_for_selector("#search-said:text-matches('Nothing was found')")


def test_no_page_scrolls_sideways_on_a_phone(open_page, site, base):
    page = open_page("index.html", viewport={"width": 390, "height": 844})
    faults = {}
    for name in list_pages(site):
        page.goto(base + name)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if sticking := page.evaluate(STICKING_OUT) + ([f"{wide} px"] if wide > 390 else []):
            faults[name] = sticking
    assert faults == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(theme, open_page, base):
    page = open_page("index.html", color_scheme=theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    faults = {}
    for name in ("index.html", CHAPTER, EXERCISE, "docs/instructors.html"):
        page.goto(base + name)
        page.add_style_tag(content="* { animation: none !important; transition: none !important; }")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        page.evaluate(AXE_SCRIPT)
        faults |= {f"{name} {fault}": theme for fault in page.evaluate(AXE)}
    page.goto(base + "search.html?q=margin")
    page.wait_for_selector(".found")
    page.evaluate(AXE_SCRIPT)
    assert faults == {} and page.evaluate(AXE) == []
