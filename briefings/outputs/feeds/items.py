"""Feed items: one for each briefing, and one for each change that readers should see."""

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
    """One item of a feed.

    `guid`: tag URI (RFC 4151) made of immutable ids, so that a new domain, title or URL does not
    make feed readers show the item again. `url` is absolute. `written`: the full text as HTML with
    absolute URLs only, or a `Written` that makes it when `html` is read: a feed of fifty items
    chooses among all briefings. `moment`: the sort key; shown as the item's date only if `dated`,
    since a month is never shown as its first day. `briefing`: the briefing that the item is about;
    None if there is none, or if it is in `written`.
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
    briefing: Briefing | None = None

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything the item shows, for change detection; a briefing's text as `WholeText`."""
        text = self.written if isinstance(self.written, str) else WholeText(self.written.briefing)
        named = (self.guid, self.title, self.url, self.summary, text, self.tags)
        return (*named, self.moment, self.updated, self.dated, self.briefing)

    @property
    def html(self) -> str:
        """The full text as HTML."""
        return self.written if isinstance(self.written, str) else self.written()


def tag(site: Site, name: str) -> str:
    """Return the guid for a name on this site. A new id or domain does not change it."""
    return site.tag(name)


def first_id(site: Site, kind: str, id: str) -> str:
    """Return the id under which a record was first published, for guids that contain two ids."""
    return site.register.first_id(kind, id)


def newest(items: Iterable[Item], site: Site) -> tuple[Item, ...]:
    """Return the newest items, newest first, at most as many as the site's feeds hold.

    Items of the same moment keep their order.
    """
    return tuple(latest(items, lambda item: item.moment, site))


def latest(every: Iterable[T], key: Callable[[T], Any], site: Site) -> list[T]:
    """Return the newest of `every` as `newest` does, before they are made into items.

    `key` returns the moment, followed by what orders values of the same moment.
    """
    return nlargest(site.config.feed.items, every, key=key)  # equal keys keep their order


def paragraph(text: str) -> str:
    """Return plain text as an HTML paragraph."""
    return f"<p>{escape(text, quote=False)}</p>"


def read_on(url: str, words_shown: str) -> str:
    """Return a paragraph with a link, for the end of an item."""
    return f'<p><a href="{escape(url)}">{escape(words_shown, quote=False)}</a></p>'


def of_briefing(site: Site, one: Briefing) -> Iterator[Item]:
    """Yield a briefing's announced changes and the briefing itself, newest first.

    That is the order within one day as well, since items of the same moment keep it. A withdrawn
    briefing has only the item of its withdrawal.
    """
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
    """The full text of a briefing as HTML, made when it is called."""

    site: Site
    briefing: Briefing

    def __call__(self) -> str:
        one = self.briefing
        page = self.site.urls.absolute(one.url)
        text = absolute(one.body.html, page, self.site.urls.origin)
        end = read_on(page, "Read it with all its sources")
        return paragraph(one.front.summary) + text + end


def changes(site: Site, one: Briefing) -> Iterator[Item]:
    """Yield an item for each correction, clarification and update, the latest first.

    Minor changes have no item, but are counted in `number`, so a guid never changes.
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
    """Yield the item for a briefing's withdrawal, from the moment of the withdrawal on."""
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
    """Yield all items of several briefings, without briefings too old to have one in a feed."""
    for one in _recent(site, tuple(briefings)):
        yield from of_briefing(site, one)


def _recent(site: Site, briefings: Sequence[Briefing]) -> Sequence[Briefing]:
    """Return the briefings that may have an item in a feed of `config.feed.items` items.

    Each briefing that is not withdrawn has an item of the moment at which it became visible. The
    newest of these fill the feed, so no item older than the last of them is in it.
    """
    room = site.config.feed.items
    begun = sorted((one.visible_from for one in briefings if not one.is_withdrawn), reverse=True)
    if len(begun) <= room:
        return briefings
    last = begun[room - 1]
    return [one for one in briefings if one.updated >= last]


def merger(site: Site, trust: str) -> Iterator[Item]:
    """Yield a notice for each trust that this one became part of, unless certainly in the future.

    If the day is not exactly known, the item has no date: feed readers then show when they found
    it.
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
