"""Weight of the first view of a page: the page and every file that a browser fetches for it.

    python bench/weight.py output /briefings/an-id/ /trusts/an-id/

prints a Markdown table: bytes on the disk, and after gzip -9.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_FETCHED = {"stylesheet", "icon"}


class Fetches(HTMLParser):
    """Collects in `urls` the URLs that a page makes a browser fetch to show it on a screen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        is_shown = attributes.get("media") != "print"
        if tag == "link" and attributes.get("rel") in _FETCHED and is_shown:
            self.urls.append(attributes["href"])
        elif tag in {"script", "img"} and "src" in attributes:
            self.urls.append(attributes["src"])


def first_view(output: Path, url: str) -> dict[str, bytes]:
    """Return URL → bytes, the page first. The base URL of the site must have no path."""
    page = output / url.strip("/") / "index.html"
    html = page.read_text(encoding="utf-8")
    fetched = dict.fromkeys(Fetches(html).urls)
    files = {path: (output / path.lstrip("/")).read_bytes() for path in fetched}
    return {url: html.encode(), **files}


def rows(output: Path, urls: list[str]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| page | files | bytes | gzip |"
    yield "|---|---|---|---|"
    for url in urls:
        files = first_view(output, url).values()
        plain, packed = sum(map(len, files)), sum(len(gzip.compress(data, 9)) for data in files)
        yield f"| `{url}` | {len(files)} | {plain:,} | {packed:,} |"


if __name__ == "__main__":
    print("\n".join(rows(Path(sys.argv[1]), sys.argv[2:])))
