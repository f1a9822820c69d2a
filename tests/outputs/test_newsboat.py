"""A real feed reader (newsboat) shows new items as new at its second visit, and no others.

newsboat (https://newsboat.org, a Debian package) reads the built feeds over HTTP as subscribers'
readers do. Its cache is an SQLite file with one row for each item, by its guid.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.on_disk import Desk, briefing, write_site

NEWSBOAT = shutil.which("newsboat")
CHANGE = "  - {{date: 2026-0{}-01, kind: {}, text: Nine wards and not eight.}}\n"


def test_ci_has_the_feed_reader() -> None:
    assert NEWSBOAT or not os.environ.get("CI"), "in CI, first: apt-get install -y newsboat"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    if NEWSBOAT is None:
        pytest.skip("newsboat is not installed")
    write_site(tmp_path, {"one": "", "two": "published: 2026-02-01"})
    return Desk(tmp_path)


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the output folder is served."""
    handler = partial(_Quiet, directory=str(desk.output))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Reader:
    """A subscriber who reads everything that is new at each visit."""

    def __init__(self, folder: Path, feeds: list[str]) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "urls").write_text("".join(f"{feed}\n" for feed in feeds))
        (folder / "config").write_text("")

    def visit(self) -> list[str]:
        """The titles of what is new, oldest first."""
        assert NEWSBOAT is not None
        names = ("-u", "urls"), ("-c", "cache.db"), ("-C", "config")
        own = [part for option, name in names for part in (option, str(self.folder / name))]
        environment = {**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        environment |= {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            [NEWSBOAT, *own, "-x", "reload"], env=environment, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        with closing(sqlite3.connect(self.folder / "cache.db")) as database, database:
            titles = database.execute(
                "SELECT title FROM rss_item WHERE unread = 1 ORDER BY pubDate, id"
            ).fetchall()
            database.execute("UPDATE rss_item SET unread = 0")
        return [title for (title,) in titles]


def rewrite(desk: Desk, id: str, text: str) -> None:
    path = desk.project / "content" / "briefings" / "2026" / f"{id}.md"
    path.write_text(briefing(id, text), encoding="utf-8")


def build(desk: Desk, address: str, *options: str) -> None:
    """In a second of its own: Last-Modified of HTTP has whole seconds (RFC 9110, 8.8.2), so a
    reader that requests between two builds of one second gets 304 for the second one."""
    time.sleep(1.05 - time.time() % 1)
    desk.build("--base-url", f"{address}/", "--cache", str(desk.project / "kept"), *options)


def test_feed_readers_see_each_item_once(desk: Desk, address: str, tmp_path: Path) -> None:
    """Subscribers of the site's feed and of a trust's; each has a reader of their own."""
    site = tmp_path / "content" / "site.yaml"
    site.write_text(f"{site.read_text()}feed: {{tag: 'example.org,2026'}}\n")
    build(desk, address)
    readers = [
        Reader(tmp_path / name, [f"{address}{feed}"])
        for name, feed in (("site", "/feed.xml"), ("trust", "/trusts/north/feed.xml"))
    ]

    def news() -> list[str]:
        ours, others = (reader.visit() for reader in readers)
        assert ours == others
        return ours

    assert news() == ["On one", "On two"]

    build(desk, address, "--now", "2026-12-02T12:00:00+00:00")
    assert news() == [], "a rebuild is no news"

    typed = "The <quality> of A&E: R&amp; <b>D</b>, waits of <4 hours"
    rewrite(desk, "three", f"title: '{typed}'\npublished: 2026-03-01")
    build(desk, address)
    assert news() == [typed], "one item for a new briefing, its title as typed"

    corrected = "changes:\n" + CHANGE.format(4, "correction")
    rewrite(desk, "one", corrected)
    build(desk, address)
    assert news() == ["Correction: On one"], "one item for a correction"

    rewrite(desk, "one", corrected + CHANGE.format(5, "minor"))
    rewrite(desk, "two", "title: Another title\npublished: 2026-02-01\nsummary: Other words.")
    build(desk, address)
    assert news() == [], "a minor change and a new title wake nobody"

    gone = "published: 2026-02-01\nstatus: withdrawn\nwithdrawn: {date: 2026-06-01, reason: Wrong.}"
    rewrite(desk, "two", gone)
    build(desk, address)
    assert news() == ["Withdrawn: On two"], "one item for a withdrawal"


@pytest.mark.long
def test_every_feed_of_the_real_content_is_taken_by_the_reader(
    desk: Desk, address: str, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "content")
    shutil.copytree(Path(__file__).parents[2] / "content", tmp_path / "content")
    build(desk, address)
    feeds = sorted(path for path in desk.published() if path.endswith("feed.xml"))
    reader = Reader(tmp_path / "reader", [f"{address}/{path}" for path in feeds])
    first = reader.visit()
    assert len(first) > 100
    assert reader.visit() == []
    with closing(sqlite3.connect(tmp_path / "reader" / "cache.db")) as database:
        read = database.execute("SELECT rssurl, title FROM rss_feed WHERE title != ''").fetchall()
    written = {path for path in feeds if b"<item>" in desk.published()[path]}
    assert {url for url, _ in read} >= {f"{address}/{path}" for path in written}
