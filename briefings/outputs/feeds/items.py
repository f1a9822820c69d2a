"""What feeds carry: one item for each briefing, and one for each change readers should see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from heapq import nlargest
from html import escape
from typing import Any, TypeVar

from briefings import urls
from briefings.content.markdown import absolute
from briefings.domain import words
from briefings.domain.site import Briefing, Site
from briefings.outputs.fingerprint import WholeText

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. `url` is absolute, `html` holds only absolute addresses.

    The whole text of a briefing is made only when `html` is asked for: a feed of fifty chooses
    among all of them.

    `guid` is a tag URI (RFC 4151) made of immutable ids, so that a new domain, title or address
    wakes no reader. `moment` puts the items in order; a feed names it only if it is `dated`, since
    a month is never shown as its first day.
    """

    guid: str
    title: str
    url: str
    summary: str
    written: str | Written
    moment: datetime
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    dated: bool = True
    #: Whose item it is, where it comes from one.
    briefing: Briefing | None = None

    @property
    def shown(self) -> tuple[object, ...]:
        """All of it; a briefing's text by its name."""
        text = self.written if isinstance(self.written, str) else WholeText(self.written.briefing)
        named = (self.guid, self.title, self.url, self.summary, text, self.tags)
        return (*named, self.moment, self.updated, self.dated, self.briefing)

    @property
    def html(self) -> str:
        """The whole text."""
        return self.written if isinstance(self.written, str) else self.written()


def tag(site: Site, name: str) -> str:
    """The guid of something on this site, which a new id or domain does not change."""
    return site.tag(name)


def first_id(site: Site, kind: str, id: str) -> str:
    """The id that something had when it was first published, for guids that name two things."""
    return site.register.first_id(kind, id)


def newest(items: Iterable[Item], site: Site) -> tuple[Item, ...]:
    """Newest first, at most as many as the site's feeds hold; those of one moment as they come."""
    return tuple(latest(items, lambda item: item.moment, site))


def latest(every: Iterable[T], key: Callable[[T], Any], site: Site) -> list[T]:
    """The same of whatever becomes one item each, before it is made one; `key` is the moment, with
    more behind it that puts in order what came at one moment."""
    return nlargest(site.config.feed.items, every, key=key)  # of equals the first


def paragraph(text: str) -> str:
    """Plain text as an HTML paragraph."""
    return f"<p>{escape(text, quote=False)}</p>"


def read_on(url: str, words_shown: str) -> str:
    """The link that ends an item."""
    return f'<p><a href="{escape(url)}">{escape(words_shown, quote=False)}</a></p>'


def of_briefing(site: Site, one: Briefing) -> Iterator[Item]:
    """A briefing and its announced changes, newest first, which holds within one day as well; of a
    withdrawn one, only that it was withdrawn."""
    if one.is_withdrawn:
        yield from withdrawal(site, one)
        return
    yield from changes(site, one)
    page = site.urls.absolute(one.url)
    yield Item(
        guid=tag(site, f"briefing/{one.id}"),
        title=one.front.title,
        url=page,
        summary=one.front.summary,
        written=Written(site, one),
        moment=one.visible_from,
        updated=one.updated,
        tags=tuple(site.topics[id].front.name for id in one.front.topics),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The whole text of a briefing, made when it is asked for."""

    site: Site
    briefing: Briefing

    def __call__(self) -> str:
        one = self.briefing
        page = self.site.urls.absolute(one.url)
        text = absolute(one.body.html, page, self.site.urls.origin)
        end = read_on(page, "Read it with all its sources")
        return paragraph(one.front.summary) + text + end


def changes(site: Site, one: Briefing) -> Iterator[Item]:
    """Corrections, clarifications and updates, each an item of its own; minor ones are silent.

    `n` counts all of a briefing's changes, so it never moves. The last one comes first.
    """
    page = site.urls.absolute(one.url)
    for number, change in reversed(tuple(enumerate(one.changes, start=1))):
        if change.kind == "minor":
            continue
        url = f"{page}#change-{number}"
        yield Item(
            guid=tag(site, f"briefing/{one.id}#change-{number}"),
            title=f"{words.REVISIONS[change.kind]}: {one.front.title}",
            url=url,
            summary=change.text,
            written=paragraph(change.text) + read_on(url, one.front.title),
            moment=change.date.at(site.zone),
            briefing=one,
        )


def withdrawal(site: Site, one: Briefing) -> Iterator[Item]:
    """That a briefing was withdrawn, once that day has come."""
    notice = one.front.withdrawn
    if notice is None or notice.date.at(site.zone) > site.now:
        return
    page = site.urls.absolute(one.url)
    yield Item(
        guid=tag(site, f"briefing/{one.id}#withdrawn"),
        title=f"Withdrawn: {one.front.title}",
        url=page,
        summary=notice.reason,
        written=paragraph(notice.reason) + read_on(page, "The notice in its place"),
        moment=notice.date.at(site.zone),
        briefing=one,
    )


def of_briefings(site: Site, briefings: Iterable[Briefing]) -> Iterator[Item]:
    """All items of several briefings, but for briefings none of whose items is among the newest."""
    for one in _recent(site, tuple(briefings)):
        yield from of_briefing(site, one)


def _recent(site: Site, briefings: Sequence[Briefing]) -> Sequence[Briefing]:
    """Those that may have an item in a feed. Each has one of the moment it became visible, so
    that no item is among the newest that is older than the last of the newest of these."""
    room = site.config.feed.items
    begun = sorted((one.visible_from for one in briefings if not one.is_withdrawn), reverse=True)
    if len(begun) <= room:
        return briefings
    last = begun[room - 1]
    return [one for one in briefings if one.updated >= last]


def merger(site: Site, trust: str) -> Iterator[Item]:
    """One notice in the feed of a trust that became part of another, once that may have happened.

    Where the day is not known the item has no date: readers then show when they found it.
    """
    for successor in site.successors.get(trust, ()):
        front = site.trusts[successor].front
        joined = next(each for each in front.predecessors if each.id == trust)
        if joined.date.certainly_after_day(site.now.date()):
            continue
        name = site.trusts[trust].front.name
        page = site.urls.absolute(urls.url_of("trust", successor))
        text = f"{name} became part of {front.name} {joined.date.in_sentence()} ({joined.reason})."
        day = joined.date.earliest or joined.date.latest or date.min
        yield Item(
            guid=tag(site, f"trust/{trust}#succeeded-by-{first_id(site, 'trust', successor)}"),
            title=f"{name} is now part of {front.name}",
            url=page,
            summary=text,
            written=paragraph(text) + read_on(page, f"{front.name}: its page and its feed"),
            moment=datetime.combine(day, time.min, site.zone),
            dated=joined.date.exact,
        )
