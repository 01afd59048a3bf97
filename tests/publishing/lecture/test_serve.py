"""The page of a lecture answers this computer only, and only who knows its word."""

import http.client
import json
import threading

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.lecture.serve import LectureServer
from tests.publishing.lecture.test_figures import FIGURE


class Kernel:
    """Draws nothing, and refuses one value."""

    def move(self, figure, control, value):
        """Return the value as a picture."""
        if value == 3:
            raise PublishingError("three is too many")
        return f"{control.label}={value}".encode()


@pytest.fixture(scope="module")
def server():
    """A lecture that is being shown."""
    with LectureServer("<p>课程</p>", Kernel(), [FIGURE]) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server, method, path, body=None, **headers):
    """Return status, text and the name of the picture."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, body=body, headers=headers)
    reply = connection.getresponse()
    return reply.status, reply.read().decode(), reply.headers.get("X-Picture")


def move(server, **asked):
    """Ask for a slider to be moved."""
    return ask(server, "POST", f"/{server.word}/move", json.dumps(asked))


def test_the_page_is_given_to_who_knows_the_word(server):
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.word}/"
    assert ask(server, "GET", f"/{server.word}/")[:2] == (200, "<p>课程</p>")
    for path in ("/", "/wrong/", f"/{server.word}", f"/{server.word}/move"):
        assert ask(server, "GET", path)[0] == 404
    assert ask(server, "POST", "/move", "{}")[0] == 404
    assert ask(server, "GET", f"/{server.word}/", Host="elsewhere.example")[0] == 404
    assert ask(server, "GET", f"/{server.word}/", Host=f"localhost:{server.server_port}")[0] == 200


def test_a_slider_is_moved_within_its_ends(server):
    assert move(server, model="m1", value=2) == (200, "rivals=2", "p")
    assert move(server, model="m1", value=9)[1] == "rivals=4"
    assert move(server, model="m1", value=-1)[1] == "rivals=0"


def test_what_cannot_be_done_is_said_in_words(server):
    assert move(server, model="m1", value=3) == (409, "three is too many", None)
    assert move(server, model="m9", value=1)[0] == 409
    assert move(server, model="m1", value="1")[0] == 409
    assert ask(server, "POST", f"/{server.word}/move", "no json")[0] == 400
    assert move(server, value=1)[0] == 400
