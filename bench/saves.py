"""Time from a save to the page that shows it, in `build.py serve`, as a browser would see it.

The clock starts when a briefing has been written. The page is requested after each event of the
preview; the clock stops when a whole response contains the saved words.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from dialects import slug
from generators import OURS, ROOT

_PATIENCE = 600.0  # seconds that the first build and a reload may take
_PAUSE = 1.0  # seconds between saves, so that work after a response is not timed


def saves(site: Path, number: int, times: int) -> list[float]:
    """Return the seconds of each of `times` saves of one briefing of an existing site."""
    path = next((site / OURS.briefings).rglob(f"{slug(number // 2)}.md"))
    text = path.read_text("utf-8")
    with _preview(site) as address:
        page = f"{address}/briefings/{path.stem}/"
        _fetched(page)
        news = _news(f"{address}/-/events")
        next(news)
        return [
            _one(path, f"{text}\nSaved{index}.\n", f"Saved{index}", page, news)
            for index in range(times)
        ]


def _one(path: Path, text: str, mark: str, page: str, news: Iterator[str]) -> float:
    time.sleep(_PAUSE)
    path.write_text(text, "utf-8")
    started = time.perf_counter()
    for _ in news:
        if mark in _fetched(page):
            return time.perf_counter() - started
    raise RuntimeError(f"{mark} was never shown")


@contextmanager
def _preview(site: Path) -> Iterator[str]:
    """Start the preview; yield its URL when it serves, and stop it afterwards."""
    folders = ("content", "templates", "static")
    places = [word for name in folders for word in (f"--{name}", name)]
    command = [sys.executable, str(ROOT / "build.py"), "serve", *places, "--cache", "cache"]
    process = subprocess.Popen(
        [*command, "--no-search", "--port", "0"], cwd=site, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = (line for line in process.stdout if line.startswith("http://"))
        yield next(lines).split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()


def _asked(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=_PATIENCE)
    connection.request("GET", parts.path)
    return connection


def _fetched(url: str) -> str:
    connection = _asked(url)
    try:
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _news(url: str) -> Iterator[str]:
    """Yield the states of the site that the preview sends (server-sent events)."""
    answer = _asked(url).getresponse()
    last_page = ""
    while line := answer.readline().decode():
        if line.startswith("data: "):
            page = str(json.loads(line.removeprefix("data: "))["page"])
            if page != last_page:  # a repeated state is a keep-alive
                yield page
            last_page = page
