"""Write the pages that a change adds or changes into a folder, to be read without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from posixpath import dirname, relpath
from urllib.parse import quote, urlsplit

from briefings.content.dates.parsing import show_moment
from briefings.outputs.xml import relinked
from briefings.preview.public_state import Preview
from briefings.urls import Urls, file_for

#: See `outputs.files`.
Key = tuple[str, ...]
Rendered = Callable[[Sequence[Key]], Iterable[tuple[str, bytes]]]

#: Folder of the pages, beside the index.
_SITE = "site"
_INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pages that merging changes</title>
{style}
</head>
<body>
<div class="wrap">
<main>
<h1>Pages that merging changes</h1>
<p>Compared with {base}, as at {moment}. What becomes public later is not shown. A link to a page
that does not change leads to the public site.</p>
{lists}
</main>
</div>
</body>
</html>
"""


def write_pages(
    preview: Preview, urls: Urls, keys: Mapping[str, Key], rendered: Rendered, folder: Path
) -> None:
    """Write `index.html`, and below `site/` the pages added or changed with what they show.

    `folder`: one without files of that name. `keys`: path → key of every file of the site after the
    change. `rendered`: returns the files with these keys. Scripts are left out: no page needs one,
    and browsers load no module from a file.
    """
    pages = [file_for(url) for url in (*preview.pages.added, *preview.pages.changed)]
    links = _Links(urls, keys, frozenset(pages))
    for path, data in rendered([keys[path] for path in pages]):
        _write(folder / _SITE / path, relinked(data, partial(links.relative, path)))
    for path, data in rendered([keys[path] for path in sorted(links.shown)]):
        _write(folder / _SITE / path, data)
    styles = (path for path in sorted(links.shown) if path.startswith("static/style."))
    index = _INDEX.format(
        style="".join(f'<link rel="stylesheet" href="{_SITE}/{path}">' for path in styles),
        base=escape(preview.base),
        moment=show_moment(preview.now),
        lists="\n".join(_lists(preview)) or "<p>No page changes.</p>",
    )
    _write(folder / "index.html", index.encode())


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


@dataclass(frozen=True, slots=True)
class _Links:
    """Links between the written files. `keys`: path → key of every file of the site.

    `pages`: the paths of the pages that are written. `shown`: those of the static files and
    pictures to which a page links, found while links are replaced.
    """

    urls: Urls
    keys: Mapping[str, Key]
    pages: frozenset[str]
    shown: set[str] = field(default_factory=set)

    def relative(self, page: str, address: str) -> str:
        """Return what to write for a link of a page: a path from its folder, for a written file.

        For another file of the site its public address; another link is returned unchanged.
        """
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return address
        path = file_for(parts.path.removeprefix(self.urls.prefix))
        if self.keys.get(path, ("",))[0] in {"static", "media"}:
            self.shown.add(path)
        elif path not in self.pages:
            return self.urls.origin + address
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return quote(relpath(path, dirname(page) or ".")) + fragment


def _lists(preview: Preview) -> Iterator[str]:
    """Yield a heading and a list for each kind of change that there is."""
    moved = [f"<code>{escape(old)}</code> leads to {escape(new)}" for old, new in preview.moved]
    yield from _list("New", _titled(preview, preview.pages.added, is_written=True))
    yield from _list("Changed", _titled(preview, preview.pages.changed, is_written=True))
    yield from _list("Moved", moved)
    yield from _list("Gone", _titled(preview, preview.pages.removed, is_written=False))


def _titled(preview: Preview, pages: Iterable[str], *, is_written: bool) -> list[str]:
    """Return title and address of each page, with a link if it is written."""
    lines = []
    for url in pages:
        title = escape(preview.title[url])
        if is_written:
            title = f'<a href="{_SITE}/{quote(file_for(url))}">{title}</a>'
        lines.append(f"{title} <code>{escape(url)}</code>")
    return lines


def _list(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        items = "\n".join(f"<li>{line}</li>" for line in lines)
        yield f"<h2>{heading} ({len(lines)})</h2>\n<ul>\n{items}\n</ul>"
