"""The pages of a built site, by kind, and where they are served."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote

#: The kind of a page is the class of its body. A redirect has none.
_KIND = re.compile(rb'<body class="?([\w-]+)')

#: The kinds that a site consists of. A new one goes in here.
KINDS = (
    "archive", "briefing", "compare", "data", "digest", "home", "ledger", "not-found", "plain",
    "register", "regulation", "regulator", "requirement", "search", "subscribe", "topic", "topics",
    "trust", "trusts", "withdrawn",
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """A site in a folder, and its address without a trailing slash."""

    folder: Path
    address: str

    @cached_property
    def pages(self) -> dict[str, list[str]]:
        """Kind → paths, the page with the least in it first."""
        sized = defaultdict(list)
        for file in sorted(self.folder.rglob("*.html")):
            page = file.read_bytes()
            if kind := _KIND.search(page):
                sized[kind[1].decode()].append((len(page), self._path(file)))
        return {kind: [path for _, path in sorted(pages)] for kind, pages in sized.items()}

    def _path(self, file: Path) -> str:
        path = quote(file.relative_to(self.folder).as_posix())
        return f"/{path.removesuffix('index.html')}"

    def least_and_most(self, kind: str, count: int = 1) -> list[str]:
        """The pages of a kind with the least in them, and those with the most; `count` of each."""
        pages = self.pages.get(kind, [])
        return list(dict.fromkeys([*pages[:count], *pages[-count:]]))

    def has_script(self, path: str) -> bool:
        """Whether a script runs on a page, besides the one of the find box."""
        file = self.folder / unquote(path).strip("/")
        page = file / "index.html" if file.is_dir() else file
        return re.search(rb'<script src="[^"]*/static/(?!find\.)', page.read_bytes()) is not None
