"""Two sites side by side: what readers of the one will find new in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from briefings import urls
from briefings.build import pipeline
from briefings.checks.advice import early_trusts
from briefings.preview import facts
from briefings.preview.base_commit import content_at
from briefings.preview.outputs import Outputs, PageFile, outputs
from briefings.preview.upcoming import Lift, lifts, planned_anew
from briefings.problems import ContentError


@dataclass(frozen=True, slots=True)
class News:
    """A feed item that readers will see as new, and the feeds (paths) in which they will."""

    guid: str
    title: str
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A rating or a requirement that stands otherwise; None: it is not there."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table of the downloads: rows gained, lost, and changed under the same key."""

    name: str
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Files (or pages, or lines) that came, that changed and that went."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What becomes public at `now` that is not at the commit `base`, and what is planned anew.

    Pages are named by address: `title` has their titles. `moved` pairs an old page with where its
    address leads now. `redirects` are old addresses that were no page before; `files` is whatever
    is no page. Together these are every file in which the two outputs differ.
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
        """Not a byte of the public site changes."""
        listings = (self.pages, self.redirects, self.files)
        return not self.moved and not any(
            each.added or each.changed or each.removed for each in listings
        )


def compared(options: pipeline.Options, ref: str) -> Preview:
    """The site of the working tree beside that of `ref`, both at one moment.

    Both are made with the templates and the program at hand: what differs is what the content
    changes. The search index is left out; it is not made of bytes that two builds share. Raises
    NoBase where `ref` has no content, ContentError where either content is at fault.
    """
    options = replace(options, search=False)
    new = outputs(options)
    now = new.site.now
    with content_at(ref, options.content) as folder:
        earlier = replace(options, content=folder, now=lambda _: now)
        try:
            old = outputs(earlier)
        except ContentError as fault:
            raise _at(ref, folder, options.content, fault) from None
    return _preview(ref, new, old)


def _at(ref: str, folder: Path, content: Path, fault: ContentError) -> ContentError:
    """The faults of the other commit, named as git names its files: `main:content/site.yaml`."""
    return ContentError(
        replace(one, path=one.path.replace(str(folder), f"{ref}:{content}", 1))
        for one in fault.problems
    )


def _preview(ref: str, new: Outputs, old: Outputs) -> Preview:
    now = new.site.now
    planned, dropped = planned_anew(lifts(new.content, now), lifts(old.content, now))
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
    """Name and address of trusts that become public before their first briefing does."""
    for id, _ in early_trusts(new.content, new.site.now):
        if id not in old.site.trusts:
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
    """An old address that is a page now counts as a page added."""
    if after is None:
        return "removed"
    if before is None or (before.leads_to and not after.leads_to):
        return "added"
    return "changed"


def _listing(found: Mapping[str, Iterable[str]]) -> FileChanges:
    return FileChanges(*(tuple(sorted(found[how])) for how in ("added", "changed", "removed")))


def _files(new: Outputs, old: Outputs) -> FileChanges:
    """Whatever is no page: feeds, downloads, images, what hosts read."""
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
    """Items under a guid that a feed did not have. A feed that is new itself has no readers."""
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
