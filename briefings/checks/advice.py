"""Advice on completeness. It never changes the output, and fails `check` only with `--strict`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from briefings.checks.quotations import unsaved
from briefings.content.dates.parsing import show_moment
from briefings.content.records import Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.rules import CITING, repeated
from briefings.content.schema.site import Publisher
from briefings.content.schema.types import Source
from briefings.content.schema.validation import Fault
from briefings.domain import words
from briefings.domain.ledger.history import history
from briefings.domain.publication import is_unannounced
from briefings.domain.site import Site, files_on
from briefings.domain.visibility import newest_check, visible_from
from briefings.engine import query
from briefings.installed import PROGRAM
from briefings.urls import LOCAL_HOSTS

Found = Iterator[Fault]
_YEAR = timedelta(days=366)


@query
def advice_on_file(site: Site, kind: str, id: str) -> tuple[Fault, ...]:
    """Return the advice on a trust, a requirement, or a briefing neither draft nor withdrawn.

    Files with faults are skipped, because some of their values are missing.
    """
    record: Record[Any] = site.content.of_kind(kind)[id]
    if record.broken:
        return ()
    if kind == "requirement":
        return tuple(nobody_looked(site, id))
    faults = list(unsaved(site, record))
    if kind == "trust":
        faults += [*public_too_early(site, id), *_of_sources(record), *_checked_long_ago(site, id)]
    elif record.front.status == "published":
        faults += [*_of_sources(record), *_no_reply(site, record.front), *_copies(record.front)]
        if site.config.policy.corrections != "required":  # which makes it a fault
            faults += unannounced_facts(site, id)
    return tuple(faults)


@query
def advice_on_site(site: Site) -> tuple[Fault, ...]:
    """Return the advice on `site.yaml`: what the about page can't state, and a local address."""
    return (*_not_stated(site.config.publisher), *_local_address(site.config.base_url))


def _local_address(base_url: str) -> Found:
    """Yield advice if the site's address is that of the machine of whoever reads it."""
    if urlsplit(base_url).hostname in LOCAL_HOSTS:
        message = "feeds, redirects and the sitemap would lead readers to their own machine"
        hint = "write the address at which the site is published; `serve` needs no other one"
        yield Fault(("base_url",), message, hint)


def _not_stated(publisher: Publisher) -> Found:
    """Yield advice on what the about page has to call not stated."""
    named = {
        "who pays (`funding`)": publisher.funding,
        "who decides what is published (`editor`)": publisher.editor,
        "where to complain (`complaints`)": publisher.complaints,
    }
    missing = [name for name, value in named.items() if value is None]
    if missing:
        message = f"the about page can't say {words.listed(missing)}"
        hint = "add it to `publisher`; the page says `Not stated` until then"
        yield Fault(("publisher",), message, hint, at_key=True)


def unannounced_facts(site: Site, id: str) -> Found:
    """Yield what to say if the facts of a public briefing changed and `changes` doesn't say so."""
    if is_unannounced(site, id):
        key = "changes" if site.content.briefings[id].front.changes else "title"
        message = "a fact changed after this briefing was public, and `changes` does not say so"
        hint = (
            "add to `changes`, with today's date: - {date: …, kind: correction, text: what was"
            " wrong} (or kind: update; not minor, which is not announced); or put the fact back"
        )
        yield Fault((key,), message, hint, at_key=True)


def nobody_looked(site: Site, id: str) -> Found:
    """Yield advice if a requirement awaits an outcome, with no event or look of the last year."""
    recorded = history(site, id)
    if recorded is None or not recorded.awaits_outcome:
        return
    dates = [*(entry.stands for entry in recorded.entries), *(look.date for look in recorded.looks)]
    newest = max((date.latest for date in dates if date.latest), default=None)
    if newest is None or _is_a_year_ago(site, newest):
        message = "nobody has looked for news of this requirement for a year"
        hint = "look, then add the event to a briefing, or `looked: [{date, where}]` here"
        yield Fault(("title",), message, hint, at_key=True)


def _is_a_year_ago(site: Site, day: date) -> bool:
    return site.clock.is_over(day + _YEAR)


def _copies(front: BriefingFront) -> Found:
    """Yield advice if an event is an exact copy of another: the trust counts as told twice."""
    for index, first in repeated((event,) for event in front.requirements):
        message = f"this is the same as item {first + 1} of this list, and counts twice"
        hint = "remove one of the two, or say how they differ"
        yield Fault(("requirements", index), message, hint)


def public_too_early(site: Site, id: str) -> Found:
    """Yield advice if the page of a trust is public before its first briefing.

    Such a page, its feed and its row in the tables can reveal that a briefing is coming.
    """
    if id not in site.trusts or site.register.guid("trust", id) is not None:
        return
    briefings = (site.content.briefings[briefing_id] for briefing_id in files_on(site, "trust", id))
    fronts = (record.front for record in briefings if record.front.trust == id)
    moments = (visible_from(front, site.zone) for front in fronts if front.status == "published")
    first = min(moments, default=None)
    if first is not None and not site.clock.reached(first):
        day = show_moment(first.astimezone(site.zone))
        message = (
            f"{words.say(site.config, 'this trust')} is public now, and its first briefing on {day}"
        )
        hint = "if nobody may know before, add the briefing's `embargo_until` here too"
        yield Fault(("name",), message, hint, at_key=True)


def _of_sources(record: Record[Any]) -> Found:
    """Yield advice on the sources of a briefing or trust."""
    front = record.front
    cited = {key for key, _ in record.body.citations}
    if record.kind == "trust":
        numbers = (front.staff, front.locations, front.population)
        cited.update(key for number in numbers if number for key in number.sources)
    else:
        cited |= cited_keys(front)
    yield from _never_cited(front.sources, cited)
    yield from _no_copy(front.sources)
    yield from _no_date_read(front.sources)


def _checked_long_ago(site: Site, id: str) -> Found:
    """Yield advice if a trust's ratings were last checked more than a year ago."""
    check = newest_check(site.trusts[id].front) if id in site.trusts else None
    if check is None or check.date.latest is None:
        return
    if _is_a_year_ago(site, check.date.latest):
        message = f"the ratings were last checked {check.date.in_sentence()}, more than a year ago"
        hint = f"hold them against the regulator's list ({PROGRAM} reconcile {id}), and add the day"
        yield Fault(("ratings_checked",), message, hint, at_key=True)


def cited_keys(front: BriefingFront) -> set[str]:
    """Return the source keys that the front matter cites."""
    items = [item for block in CITING for item in getattr(front, block)]
    items += [item for item in (front.inspection, front.service_counts, front.reply) if item]
    items += [rating.previous for rating in front.ratings if rating.previous]
    return {key for item in items for key in item.sources}


def _never_cited(sources: Mapping[str, Source], cited: set[str]) -> Found:
    """Yield advice for each source that nothing cites."""
    for key in sources:
        if key not in cited:
            hint = "cite it, or remove it"
            yield Fault(("sources", key), f"the source `{key}` is never cited", hint, at_key=True)


def _no_copy(sources: Mapping[str, Source]) -> Found:
    """Yield advice for each source with a URL and no archived copy."""
    for key, source in sources.items():
        if source.url is not None and source.archived_url is None:
            message = f"the source `{key}` has no archived copy"
            hint = "save the page in a web archive and add `archived_url`"
            yield Fault(("sources", key), message, hint, at_key=True)


def _no_date_read(sources: Mapping[str, Source]) -> Found:
    """Yield one advice that names the sources without the date on which they were read."""
    missing = [key for key, source in sources.items() if source.accessed is None]
    if missing:
        message = f"no date read is given for {words.listed(f'`{key}`' for key in missing)}"
        hint = "add `accessed`, the day on which you read it, to each source; the page shows it"
        yield Fault(("sources",), message, hint, at_key=True)


def _no_reply(site: Site, front: BriefingFront) -> Found:
    """Yield advice if `reply` is missing, or says that the trust was not asked for one."""
    if front.reply is None:
        hint = "add `reply`, if only `{status: not-asked, reason: …}`"
        message = words.say(site.config, "no reply of the trust is noted")
        yield Fault(("title",), message, hint, at_key=True)
    elif front.reply.status == "not-asked":
        hint = "ask it, then write `replied`, `declined` or `no-reply`"
        message = words.say(site.config, "the trust was not asked for a reply")
        yield Fault(("reply", "status"), message, hint)
