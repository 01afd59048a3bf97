"""The marking page: what it keeps, and whom it answers."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from crmlib.grading.marking.people import read_points
from crmlib.grading.returning.marking_page import make_server, render_marking_page

STEM = "03_lifecycle"


@pytest.fixture
def desk(graded):
    """A running server: the instructor's folder and the address."""
    place, _ = graded
    server, address = make_server(place, STEM, "A")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield place, address
    server.shutdown()
    server.server_close()
    thread.join()


def ask(address: str, data: bytes | None = None, host: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(address, data=data, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_points_are_kept_at_once_and_are_there_when_the_page_is_opened_again(desk):
    place, address = desk
    points = [True, False, True, False, False]
    said = json.dumps({"number": "2026001", "points": points}).encode()
    assert ask(address + "save", said) == (200, "saved")
    assert read_points(place, STEM, "A") == {"2026001": points}
    assert '"2026001": [true, false, true, false, false]' in ask(address)[1]


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b'{"number": "2026001", "points": 3}', b"x" * 20_000])
def test_what_is_no_marking_is_refused_and_nothing_is_kept(desk, said):
    place, address = desk
    assert ask(address + "save", said)[0] == 400
    assert read_points(place, STEM, "A") == {}


def test_only_who_knows_the_address_is_answered(desk):
    place, address = desk
    root = address.rsplit("/", 2)[0]
    said = json.dumps({"number": "2026001", "points": [True] * 5}).encode()
    assert ask(root + "/")[0] == ask(root + "/save", said)[0] == 404
    assert ask(address, host="elsewhere.example")[0] == 404
    assert ask(address + "save", said, host="elsewhere.example")[0] == 404
    assert read_points(place, STEM, "A") == {}


def test_the_page_shows_texts_without_names_and_never_as_code(graded):
    place, _ = graded
    page = render_marking_page(place, STEM, "A")
    assert "Student 1" not in page and "Because of q1." in page
    assert "<b>bold" not in page
