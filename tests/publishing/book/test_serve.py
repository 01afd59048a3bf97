"""The book is served on this computer alone, with the kinds of files that a browser asks for."""

import threading
import urllib.request

from crmlib.publishing.book.serve import address_of, open_server


def test_scripts_are_served_as_scripts_on_the_loopback_address(tmp_path):
    (tmp_path / "a.js").write_text("1", encoding="utf-8")
    with open_server(tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(address_of(server) + "a.js", timeout=10) as reply:
            assert reply.headers["Content-Type"] == "text/javascript"
            assert reply.read() == b"1"
        server.shutdown()
    assert address_of(server).startswith("http://127.0.0.1:")
