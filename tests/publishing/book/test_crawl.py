"""The walk over a book finds what a reader would stumble over."""

from crmlib.publishing.book.crawl import find_faults


def test_dead_links_missing_anchors_and_foreign_requests_are_found(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "picture.png").touch()
    (tmp_path / "a.html").write_text(
        '<h1 id="Who?">A</h1><a href="sub/b.html#Wo-%E5%AE%A2">b</a><a href="#Who%3F">up</a>'
        '<a href="https://example.org">out</a><img src="picture.png"><a href="gone.html">x</a>',
        encoding="utf-8",
    )
    (tmp_path / "sub" / "b.html").write_text(
        '<h2 id="Wo-客">B</h2><a href="../a.html#nobody">a</a><script src="https://example.org/x.js"></script>'
        '<img src="data:image/png;base64,AA"><img src="lost.png">',
        encoding="utf-8",
    )
    assert find_faults(tmp_path) == [
        "a.html has a dead link: gone.html",
        "sub/b.html asks another host: https://example.org/x.js",
        "sub/b.html has a dead link: ../a.html#nobody",
        "sub/b.html has a dead link: lost.png",
    ]
