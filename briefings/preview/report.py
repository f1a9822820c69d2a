"""Format a preview: plain text for a terminal, Markdown for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from briefings.content.dates.parsing import show_moment
from briefings.domain.words import in_markdown, listed, plural
from briefings.preview.public_state import FileChanges, Lift, News, Preview, Shift, TableChange

#: Line by which the comment of an earlier run is found, and replaced.
MARK = "<!-- briefings: preview -->"
#: Maximum lines of a section: a comment on a forge has up to 65,536 characters.
_MOST = 60

#: A line is (words, address or file), and either may be empty; a section is a heading and lines.
Line = tuple[str, str]
Section = tuple[str, list[Line]]


def scheduled(lifts: Iterable[Lift], now: datetime) -> str:
    """List what becomes public by itself, the earliest first."""
    lines = [f"  {words}  {url}" for words, url in map(_lift, lifts)]
    if not lines:
        return f"Seen from {show_moment(now)}, nothing is held back until a later moment."
    return "\n".join([f"Seen from {show_moment(now)}, these come by themselves:", *lines])


def text(preview: Preview) -> str:
    """The whole preview in plain text."""
    out = [_opening(preview)]
    for heading, lines in _sections(preview):
        out += ["", f"{heading} ({len(lines)})"]
        out += ("  " + "  ".join(filter(None, line)) for line in lines)
    return "\n".join(out)


def markdown(preview: Preview) -> str:
    """The whole preview in Markdown, for a comment.

    Sections that only follow from others (`_FOLDED`) are collapsed; a section is cut after `_MOST`
    lines.
    """
    out = [MARK, "### What merging makes public", "", escaped(_opening(preview))]
    for heading, lines in _sections(preview):
        shown = [f"- {_item(*line)}" for line in lines[:_MOST]]
        if len(lines) > _MOST:
            shown.append(f"- … and {len(lines) - _MOST:,} more")
        if heading in _FOLDED:
            title = f"<details><summary>{heading} ({len(lines)})</summary>"
            out += ["", title, "", *shown, "", "</details>"]
        else:
            out += ["", f"**{heading}** ({len(lines)})", "", *shown]
    return "\n".join(out)


def _item(words: str, address: str) -> str:
    parts = (escaped(words), f"`{address.replace('`', '')}`" if address else "")
    return " ".join(filter(None, parts))


def escaped(words: str) -> str:
    """Escape text for Markdown. A zero-width space after each `@` prevents a mention."""
    return in_markdown(words).replace("@", "@\u200b")


def _opening(preview: Preview) -> str:
    since = f"Compared with {preview.base}, as at {show_moment(preview.now)}"
    if preview.is_silent:
        return f"{since}: nothing that is public changes."
    pages = preview.pages
    counts = (
        (len(pages.added), "added"),
        (len(pages.changed), "changed"),
        (len(preview.moved), "moved"),
        (len(pages.removed), "removed"),
    )
    page_counts = listed(f"{count:,} {how}" for count, how in counts)
    items = plural(len(preview.news), "feed item")
    return f"{since}: pages {page_counts}; {items} that readers will see as new."


_CHANGED, _FILES, _TABLES = "Pages changed", "Other files", "Tables"
_NAMES = "People named for the first time"
_EARLY = "Trusts public before their first briefing; `embargo_until` holds them back"
_UNANNOUNCED = "Facts of public briefings changed, and no line in their `changes` says so"
_FOLDED = frozenset({_CHANGED, _FILES, _TABLES})


def _sections(preview: Preview) -> Iterator[Section]:
    """Every section that has lines, the most important first."""
    sections: tuple[Section, ...] = (
        ("Pages added", _titled(preview, preview.pages.added)),
        ("Pages removed", _titled(preview, preview.pages.removed)),
        ("Pages moved", [(f"{old} leads to", new) for old, new in preview.moved]),
        (_UNANNOUNCED, list(preview.unannounced)),
        (_EARLY, list(preview.early)),
        ("Feed items that readers will see as new", list(map(_news, preview.news))),
        (_NAMES, [(f"{who}, {role}", "") for who, role in preview.names]),
        ("Ratings", list(map(_shift, preview.ratings))),
        ("Requirements", list(map(_shift, preview.requirements))),
        ("Ledger events", _events(preview.events)),
        ("Becomes public later", list(map(_lift, preview.planned))),
        ("No longer planned", list(map(_lift, preview.dropped))),
        ("Old addresses", _listed(preview.redirects)),
        (_TABLES, list(map(_table, preview.tables))),
        (_CHANGED, _titled(preview, preview.pages.changed)),
        (_FILES, _listed(preview.files)),
    )  # fmt: skip
    yield from ((heading, lines) for heading, lines in sections if lines)


def _titled(preview: Preview, urls: Iterable[str]) -> list[Line]:
    return [(preview.title[url], url) for url in urls]


def _news(news: News) -> Line:
    return f"{news.title} – in {listed(news.feeds)}", ""


def _shift(shift: Shift) -> Line:
    if shift.before is None:
        return f"{shift.what}: new – {shift.after}", ""
    if shift.after is None:
        return f"{shift.what}: no longer there (was {shift.before})", ""
    return f"{shift.what}: {shift.after} (was {shift.before})", ""


def _events(events: FileChanges) -> list[Line]:
    added = [(f"added: {event}", "") for event in events.added]
    return added + [(f"removed: {event}", "") for event in events.removed]


def _lift(lift: Lift) -> Line:
    was = f" (was {show_moment(lift.before)})" if lift.before else ""
    return f"{lift.title}: {lift.what} {show_moment(lift.moment)}{was}", lift.url


def _listed(files: FileChanges) -> list[Line]:
    lists = (("added", files.added), ("changed", files.changed), ("removed", files.removed))
    return [(how, path) for how, paths in lists for path in paths]


def _table(table: TableChange) -> Line:
    counts = ((table.gained, "gained"), (table.lost, "lost"), (table.changed, "changed"))
    row_counts = ", ".join(f"{plural(count, 'row')} {how}" for count, how in counts if count)
    return f"{table.name}: {row_counts}", ""
