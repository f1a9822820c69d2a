"""Compare two sites: the files, feed items, ratings and table rows in which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from briefings import urls
from briefings.build.request import Options
from briefings.checks.advice import public_too_early
from briefings.preview import facts
from briefings.preview.base_commit import content_at
from briefings.preview.outputs import Outputs, PageFile, outputs
from briefings.preview.upcoming import Lift, lifts, planned_anew
from briefings.problems import ContentError


@dataclass(frozen=True, slots=True)
class News:
    """A feed item that readers will see as new, and the paths of the feeds in which it is new."""

    guid: str
    title: str
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A rating or a requirement whose state differs.

    `what` names it; `before` and `after` are its state in words, or None if it doesn't exist.
    """

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TableChange:
    """Numbers of rows of a download table: added, removed, and changed under the same key."""

    name: str
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Paths of files (or addresses of pages, or lines of text) added, changed and removed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The differences between the public site at `now` and that of the commit `base`.

    Pages are given by their addresses; `title` maps these to titles. `moved`: pairs of the address
    of a former page and the address it redirects to now. `redirects`: changes to old addresses that
    were not pages before. `files`: changes to files that are not pages. `pages`, `moved`,
    `redirects` and `files` together are every file in which the two outputs differ.

    `events`: ledger events, in words. `names`: people named for the first time, with their roles.
    `early`: name and address of trusts that become public before their first briefing. `planned`:
    later publications that are new or have another moment; `dropped`: those no longer planned.
    """

    base: str
    now: datetime
    title: Mapping[str, str]
    pages: FileChanges
    moved: tuple[tuple[str, str], ...]
    redirects: FileChanges
    files: FileChanges
    news: tuple[News, ...]
    ratings: tuple[Shift, ...]
    requirements: tuple[Shift, ...]
    events: FileChanges
    names: tuple[tuple[str, str], ...]
    tables: tuple[TableChange, ...]
    early: tuple[tuple[str, str], ...]
    planned: tuple[Lift, ...]
    dropped: tuple[Lift, ...]

    @property
    def is_silent(self) -> bool:
        """True if no byte of the public site changes."""
        listings = (self.pages, self.redirects, self.files)
        return not self.moved and not any(
            each.added or each.changed or each.removed for each in listings
        )


def compared(options: Options, ref: str) -> Preview:
    """Compare the site of the working tree with that of the commit `ref`, both at one moment.

    Both are made with the present templates, theme and program: every difference is due to the
    content. The search index is left out, because two builds of it differ in bytes. Raises NoBase
    if the content at `ref` can't be read, ContentError if either content has faults.
    """
    options = replace(options, search=False)
    with outputs(options) as new, content_at(ref, options.content) as folder:
        now = new.site.now
        themed = options.in_theme(new.site.config.theme)
        earlier = replace(themed, content=folder, now=lambda _: now)
        try:
            with outputs(earlier) as old:
                return _preview(ref, new, old)
        except ContentError as fault:
            raise _at(ref, folder, options.content, fault) from None


def _at(ref: str, folder: Path, content: Path, fault: ContentError) -> ContentError:
    """The faults of the other commit, with paths as git writes them: `main:content/site.yaml`."""
    return ContentError(
        replace(one, path=one.path.replace(str(folder), f"{ref}:{content}", 1))
        for one in fault.problems
    )


def _preview(ref: str, new: Outputs, old: Outputs) -> Preview:
    now = new.site.now
    planned, dropped = planned_anew(lifts(new.site.content, now), lifts(old.site.content, now))
    public = {page.url for page in new.pages.values()}
    pages, moved, redirects = _pages(new, old)
    return Preview(
        base=ref,
        now=now,
        title={page.url: page.title for each in (old, new) for page in each.pages.values()},
        pages=pages,
        moved=moved,
        redirects=redirects,
        files=_files(new, old),
        news=_news(new, old),
        ratings=_shifts(facts.standings(new.site), facts.standings(old.site)),
        requirements=_shifts(facts.statuses(new.site), facts.statuses(old.site)),
        events=_events(new, old),
        names=_names(new, old),
        tables=_tables(new, old),
        early=tuple(_early(new, old)),
        planned=planned,
        dropped=tuple(one for one in dropped if one.url not in public),
    )


def _early(new: Outputs, old: Outputs) -> Iterator[tuple[str, str]]:
    """Name and address of each new trust that is public before its first briefing is."""
    for id in new.site.trusts:
        if id not in old.site.trusts and any(public_too_early(new.site, id)):
            yield new.site.trusts[id].front.name, urls.url_of("trust", id)


def _pages(
    new: Outputs, old: Outputs
) -> tuple[FileChanges, tuple[tuple[str, str], ...], FileChanges]:
    moved = []
    pages: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    redirects: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    for path in sorted(new.pages.keys() | old.pages.keys()):
        after, before = new.pages.get(path), old.pages.get(path)
        shown = after or before
        assert shown is not None
        if after and before and not before.leads_to and after.leads_to:
            moved.append((after.url, after.leads_to))
        elif new.files.get(path) != old.files.get(path):
            into = redirects if shown.leads_to else pages
            into[_how(after, before)].append(shown.url)
    return _listing(pages), tuple(moved), _listing(redirects)


def _how(after: PageFile | None, before: PageFile | None) -> str:
    """`added`, `changed` or `removed`; a redirect that becomes a page is `added`."""
    if after is None:
        return "removed"
    if before is None or (before.leads_to and not after.leads_to):
        return "added"
    return "changed"


def _listing(found: Mapping[str, Iterable[str]]) -> FileChanges:
    return FileChanges(*(tuple(sorted(found[how])) for how in ("added", "changed", "removed")))


def _files(new: Outputs, old: Outputs) -> FileChanges:
    """Changes to files that are not pages: feeds, downloads, images, configuration of hosts."""
    after = {path: data for path, data in new.files.items() if path not in new.pages}
    before = {path: data for path, data in old.files.items() if path not in old.pages}
    return _listing(
        {
            "added": after.keys() - before.keys(),
            "changed": (path for path in after.keys() & before if after[path] != before[path]),
            "removed": before.keys() - after.keys(),
        }
    )


def _news(new: Outputs, old: Outputs) -> tuple[News, ...]:
    """Items with a guid that their feed did not have. A new feed has no readers: it is skipped."""
    found: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for url, items in new.feeds.items():
        for guid, title in items.items():
            if url in old.feeds and guid not in old.feeds[url]:
                found.setdefault(guid, []).append(url)
                titles[guid] = title
    return tuple(News(guid, titles[guid], tuple(feeds)) for guid, feeds in found.items())


def _shifts(after: Mapping[str, str], before: Mapping[str, str]) -> tuple[Shift, ...]:
    return tuple(
        Shift(what, before.get(what), after.get(what))
        for what in sorted(after.keys() | before.keys())
        if after.get(what) != before.get(what)
    )


def _events(new: Outputs, old: Outputs) -> FileChanges:
    after, before = facts.events(new.site), facts.events(old.site)
    added, removed = (after - before).elements(), (before - after).elements()
    return FileChanges(tuple(sorted(added)), (), tuple(sorted(removed)))


def _names(new: Outputs, old: Outputs) -> tuple[tuple[str, str], ...]:
    known = {name.casefold() for name in facts.names(old.site)}
    said = facts.names(new.site).items()
    return tuple((name, role) for name, role in said if name.casefold() not in known)


def _tables(new: Outputs, old: Outputs) -> tuple[TableChange, ...]:
    found = []
    for name, after in new.tables.items():
        before = old.tables[name]
        changed = sum(after[key] != before[key] for key in after.keys() & before.keys())
        gained, lost = len(after.keys() - before.keys()), len(before.keys() - after.keys())
        if gained or lost or changed:
            found.append(TableChange(name, gained, lost, changed))
    return tuple(found)
