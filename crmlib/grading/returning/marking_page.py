"""The page on which people mark open answers: keyboard only, each key kept at once, on this machine alone."""

import json
import secrets
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.marking.people import grid_of, keep_points, list_texts, read_points
from crmlib.grading.returning.pages import render

MOST_BYTES = 10_000


def render_marking_page(coursework: Coursework, stem: str, marker: str) -> str:
    """Return the page with all open answers of an exercise, and what the marker has given so far."""
    values = {
        "title": f"Exercise {stem.split('_')[0]}: reasons, marked by {marker}",
        "grid": grid_of(stem),
        "texts": [asdict(one) for one in list_texts(coursework, stem)],
        "given": read_points(coursework, stem, marker),
    }
    return render("mark.html", values)


def make_server(
    coursework: Coursework, stem: str, marker: str, *, port: int = 0
) -> tuple[ThreadingHTTPServer, str]:
    """Return a server for this machine alone, and the secret address of the page.

    Raises ValueError if there is nothing to mark.
    """
    word, lock = secrets.token_urlsafe(16), Lock()
    render_marking_page(coursework, stem, marker)

    class Desk(BaseHTTPRequestHandler):
        """Answers two requests: the page, and keeping points."""

        def do_GET(self) -> None:
            if self._is_ours(f"/{word}/"):
                self._answer(200, render_marking_page(coursework, stem, marker), "text/html")

        def do_POST(self) -> None:
            if not self._is_ours(f"/{word}/save"):
                return
            try:
                said = self._read()
                with lock:
                    keep_points(coursework, stem, marker, said["number"], said["points"])
            except (ValueError, KeyError, TypeError, OSError) as error:
                self._answer(400, str(error))
                return
            self._answer(200, "saved")

        def _is_ours(self, path: str) -> bool:
            """Refuse what does not know the address, or was sent here from another site."""
            if self.path == path and self.headers.get("Host") == f"127.0.0.1:{server.server_port}":
                return True
            self._answer(404, "There is nothing here.")
            return False

        def _read(self) -> Any:
            length = int(self.headers.get("Content-Length", 0))
            if not 0 < length <= MOST_BYTES:
                raise ValueError(f"The request has {length} bytes.")
            return json.loads(self.rfile.read(length))

        def _answer(self, code: int, text: str, kind: str = "text/plain") -> None:
            content = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing in the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Desk)
    return server, f"http://127.0.0.1:{server.server_port}/{word}/"
