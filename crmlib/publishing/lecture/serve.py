"""The slides of a lecture as a page of this computer, with the kernel behind them.

Only this computer can reach the page, and only who knows the word in its address, as with JupyterLab.
"""

from __future__ import annotations

import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crmlib.publishing.course import PublishingError
from crmlib.publishing.lecture.session import Control, Figure, Session

HOST = "127.0.0.1"
LONGEST_REQUEST = 10_000


class LectureServer(ThreadingHTTPServer):
    """Answers with the page of the slides, and with a new picture when a slider is moved."""

    daemon_threads = True

    def __init__(self, page: str, session: Session, figures: list[Figure], *, port: int = 0) -> None:
        """Listen on a port of this computer; 0 takes a free one."""
        super().__init__((HOST, port), _Handler)
        self.page = page.encode()
        self.session = session
        self.sliders = {control.model: (figure, control) for figure in figures for control in figure.controls}
        self.word = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.server_port}/{self.word}/"

    def move(self, model: str, value: float) -> tuple[Figure, bytes]:
        """Move a slider; return its figure and the new picture."""
        found: tuple[Figure, Control] | None = self.sliders.get(model)
        if found is None or not isinstance(value, int | float):
            raise PublishingError("no slider of the lecture was meant. Load the page again.")
        figure, control = found
        return figure, self.session.move(figure, control, min(max(value, control.low), control.high))


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: LectureServer

    def do_GET(self) -> None:
        """Send the page."""
        if not self._is_allowed(""):
            return
        self._send(200, "text/html; charset=utf-8", self.server.page)

    def do_POST(self) -> None:
        """Move a slider and send the new picture; what went wrong is sent as plain words."""
        if not self._is_allowed("move"):
            return
        try:
            asked = json.loads(self.rfile.read(min(LONGEST_REQUEST, int(self.headers["Content-Length"]))))
            figure, picture = self.server.move(asked["model"], asked["value"])
        except PublishingError as error:
            self._send(409, "text/plain; charset=utf-8", str(error).encode())
        except (ValueError, KeyError, TypeError):
            self._send(400, "text/plain; charset=utf-8", b"A slider and its value were expected.")
        else:
            self._send(200, "image/png", picture, figure.picture)

    def _is_allowed(self, name: str) -> bool:
        """Refuse who does not know the word, and pages elsewhere that only pretend to be this computer."""
        hosts = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}
        path = self.path.partition("?")[0]
        if self.headers.get("Host") in hosts and path == f"/{self.server.word}/{name}":
            return True
        self._send(404, "text/plain; charset=utf-8", b"There is no such page.")
        return False

    def _send(self, status: int, kind: str, body: bytes, picture: str = "") -> None:
        self.send_response(status)
        headers: dict[str, Any] = {
            "Content-Type": kind,
            "Content-Length": len(body),
            "Cache-Control": "no-store",
        }
        if picture:
            headers["X-Picture"] = picture
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the window shows what the lecturer needs, no list of requests."""
