"""Feed items, and those of briefings: publication, changes, withdrawal; a trust that was merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import partial
from html import escape
from typing import Any

from briefings import urls
from briefings.domain import words
from briefings.domain.site import Briefing, Site
from briefings.outputs.feeds.rss import Item
from briefings.outputs.pages.five_answers import Answer, five_answers, in_text

#: A tag that has attributes.
_TAG = re.compile(r"<[a-z][a-z0-9]*(?:\s+[a-z-]+(?:=\"[^\"]*\")?)+\s*/?>")
_ID = re.compile(r'\sid="[^"]*"')
_LOCAL = re.compile(r'(\s(?:href|src)=")(?:(/(?!/)[^"]*)|(#[^"]*))')


def absolute(html: str, page_url: str, origin: str) -> str:
    """Return the HTML of a body with absolute URLs, as feed readers need them.

    URLs of links and images that begin with `/` get the prefix `origin` (`https://example.org`);
    links within the page (`#…`) get `page_url`, which must be absolute. Ids are removed, because
    readers show several items on one page. Text that merely looks like a tag is unchanged.
    """

    def full_url(match: re.Match[str]) -> str:
        return match[1] + (origin + match[2] if match[2] else page_url + match[3])

    return _TAG.sub(lambda tag: _LOCAL.sub(full_url, _ID.sub("", tag[0])), html)


def answer_list(answers: Iterable[Answer]) -> str:
    """Return the five answers of a briefing as HTML, without the lead, which is its summary."""
    lines = (
        f"<strong>{one.question}{'' if one.question.endswith('?') else ':'}</strong> "
        f"{escape(in_text(one), quote=False)}"
        for one in answers
    )
    return f"<ul><li>{'</li><li>'.join(lines)}</li></ul>"


def item_on(
    site: Site, briefing: Briefing, name: str, title: str, path: str, summary: str, link: str,
    *, moment: datetime | None = None, **fields: Any,
) -> Item:  # fmt: skip
    """Return an item about a briefing, of the moment when that became visible if not given.

    `name`: the path of its guid (see `Site.tag`). `path`: that of its URL.
    """
    when = moment or briefing.visible_from
    url = site.urls.absolute(path)
    return Item(site.tag(name), title, url, summary, link, when, briefing=briefing, **fields)


# Briefings


def of_briefing(site: Site, id: str) -> Iterator[Item]:
    """Yield a briefing's announced changes and the briefing itself, newest first.

    That is the order within one day as well, since items of the same moment keep it. A withdrawn
    briefing has only the item of its withdrawal.
    """
    briefing = site.briefing[id]
    if briefing.is_withdrawn:
        yield from _withdrawal(site, briefing)
        return
    yield from _changes(site, briefing)
    front = briefing.front
    yield item_on(
        site,
        briefing,
        f"briefing/{briefing.id}",
        front.title,
        briefing.url,
        front.summary,
        "Read it with all its sources",
        opening=lambda: answer_list(five_answers(site, id)),
        text=partial(_whole_text, site, briefing),
        updated=briefing.updated,
        tags=tuple(site.topics[id].front.name for id in front.topics),
    )


def _whole_text(site: Site, briefing: Briefing) -> str:
    return absolute(briefing.body.html, site.urls.absolute(briefing.url), site.urls.origin)


def corrections(site: Site, id: str) -> Iterator[Item]:
    """Yield every change of a briefing that is not minor, and its withdrawal."""
    yield from _changes(site, site.briefing[id])
    yield from _withdrawal(site, site.briefing[id])


def _changes(site: Site, briefing: Briefing) -> Iterator[Item]:
    """Yield an item for each correction, clarification and update, the latest first.

    Minor changes have no item, but are counted in `number`, so a guid never changes.
    """
    title = briefing.front.title
    for number, change in reversed(tuple(enumerate(briefing.changes, start=1))):
        if change.kind != "minor":
            yield item_on(
                site,
                briefing,
                f"briefing/{briefing.id}#change-{number}",
                f"{words.REVISIONS[change.kind]}: {title}",
                f"{briefing.url}#change-{number}",
                change.text,
                title,
                moment=change.date.at(site.zone),
            )


def _withdrawal(site: Site, briefing: Briefing) -> Iterator[Item]:
    """Yield the item for a briefing's withdrawal, from the moment of the withdrawal on."""
    notice = briefing.front.withdrawn
    if notice is not None and briefing.is_withdrawn:
        yield item_on(
            site,
            briefing,
            f"briefing/{briefing.id}#withdrawn",
            f"Withdrawn: {briefing.front.title}",
            briefing.url,
            notice.reason,
            "The notice in its place",
            moment=notice.date.at(site.zone),
        )


def mergers(site: Site, trust: str) -> Iterator[Item]:
    """Yield a notice for each trust that this one became part of, unless certainly in the future.

    If the day is not exactly known, the item has no date: feed readers then show when they found
    it.
    """
    name = site.trusts[trust].front.name
    for id in site.successors.get(trust, ()):
        successor = site.trusts[id].front
        joined = next(
            predecessor for predecessor in successor.predecessors if predecessor.id == trust
        )
        if site.clock.ahead(joined.date):
            continue
        when = joined.date.in_sentence()
        day = joined.date.earliest or joined.date.latest or date.min
        yield Item(
            guid=site.tag(f"trust/{trust}#succeeded-by-{site.register.first_id('trust', id)}"),
            title=f"{name} is now part of {successor.name}",
            url=site.urls.absolute(urls.url_of("trust", id)),
            summary=f"{name} became part of {successor.name} {when} ({joined.reason}).",
            link=f"{successor.name}: its page and its feed",
            moment=datetime.combine(day, time.min, site.zone),
            dated=joined.date.exact,
        )
