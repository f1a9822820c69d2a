"""MkDocs has no lists of its own: this makes the index and the pages of trusts and topics."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

_PER_PAGE = 50
_loaded: dict[str, Any] = {}


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def on_env(env: Any, config: Any, files: Any) -> Any:
    env.filters["slug"] = slug
    pages = (file.page for file in files.documentation_pages())
    briefings = [page for page in pages if "date" in page.meta and "trust" in page.meta]
    _loaded["env"] = env
    _loaded["newest first"] = sorted(briefings, key=lambda page: page.meta["date"], reverse=True)
    return env


def on_post_build(config: Any) -> None:
    pages = _loaded["newest first"]
    trusts, topics = defaultdict(list), defaultdict(list)
    for page in pages:
        trusts[page.meta["trust"]].append(page)
        for topic in page.meta["topics"]:
            topics[topic].append(page)
    for folder, groups in (("trusts", trusts), ("topics", topics)):
        terms = sorted((term, len(about)) for term, about in groups.items())
        _write(config, folder, heading=folder.title(), terms=terms)
        for term, about in groups.items():
            _write(config, f"{folder}/{slug(term)}", heading=term, pages=about)
    total = -(-len(pages) // _PER_PAGE)
    for number in range(1, total + 1):
        part = pages[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        folder = "" if number == 1 else f"page/{number}"
        _write(config, folder, heading="Latest briefings", pages=part, num=number, total=total)


def _write(config: Any, folder: str, **values: Any) -> None:
    shown = {"pages": [], "terms": [], **values}
    html = _loaded["env"].get_template("list.html").render(config=config, page=None, **shown)
    target = Path(config.site_dir) / folder / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, "utf-8")
