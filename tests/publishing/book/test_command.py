"""The command builds where it is told to, and says what it wrote."""

from types import SimpleNamespace

import pytest

from crmlib.publishing.book import command
from crmlib.publishing.book.build import Built
from crmlib.publishing.course import PublishingError


def test_command_names_the_first_page_and_how_to_search(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "plan_book", lambda course: "plan")
    monkeypatch.setattr(command, "build_book", lambda plan, out, pyodide, say: Built(out, 31, 14_600_000))
    command.book(out=tmp_path, live=False, pyodide=None, serve=False, port=0)
    said = capsys.readouterr().out
    assert f"wrote {tmp_path / 'index.html'}: 31 pages, 15 MB" in said
    assert "crm book --serve" in said


def test_served_book_says_where_it_is_and_ends_quietly(tmp_path, monkeypatch, capsys):
    def stop():
        raise KeyboardInterrupt

    class Server(SimpleNamespace):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.closed.append(True)

    closed = []
    server = Server(server_port=8123, serve_forever=stop, closed=closed)
    monkeypatch.setattr(command, "plan_book", lambda course: "plan")
    monkeypatch.setattr(command, "build_book", lambda plan, out, pyodide, say: Built(out, 31, 14_600_000))
    monkeypatch.setattr(command, "open_server", lambda folder, port: server)
    command.book(out=tmp_path, live=False, pyodide=None, serve=True, port=8123)
    assert "http://127.0.0.1:8123/" in capsys.readouterr().out
    assert closed == [True]


def test_live_book_without_pyodide_is_refused_and_so_is_the_other_way_round(tmp_path):
    with pytest.raises(PublishingError, match=r"--live needs --pyodide FILE: the archive pyodide-VERSION"):
        command.book(out=tmp_path, live=True, pyodide=None, serve=False, port=0)
    with pytest.raises(PublishingError, match=r"--pyodide goes with --live: crm book --live --pyodide FILE"):
        command.book(out=tmp_path, live=False, pyodide=tmp_path, serve=False, port=0)
