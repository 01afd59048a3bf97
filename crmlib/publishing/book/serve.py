"""The book on this computer's own address, where no other computer sees it."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"
# Some systems name the wrong kinds; a browser runs no script that is called plain text.
KINDS = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml"}


class _Quiet(SimpleHTTPRequestHandler):
    """Hands out files without a line for each."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | KINDS

    def log_message(self, format: str, *args: object) -> None:
        return


def open_server(folder: Path, *, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of a folder on this computer alone; ``serve_forever`` starts it.

    port: 0 takes any that is free. Raises OSError if the port is taken.
    """
    return ThreadingHTTPServer((HOST, port), partial(_Quiet, directory=str(folder)))


def address_of(server: ThreadingHTTPServer) -> str:
    """Return the address at which a server answers."""
    return f"http://{HOST}:{server.server_port}/"
