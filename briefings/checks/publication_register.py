"""Nothing once public disappears silently, no id is used twice, no feed item changes its guid.

Checked against the register of publication, `content/register.csv`; without lines in it there are
no problems. Lines with a date of publication after the moment of the site are not checked for pages
that are lost or hidden.
"""

from __future__ import annotations

from collections.abc import Iterator

from briefings.content.dates.parsing import show_day
from briefings.content.files import CONFIG, REGISTER
from briefings.content.listing import shown
from briefings.content.publication_register import Line
from briefings.content.schema.validation import Fault
from briefings.domain.publication import heir_of_url, is_public, is_rename
from briefings.domain.site import Site
from briefings.domain.summaries import doubtful_briefings, files_of_alias, is_gap
from briefings.domain.visibility import visible_from
from briefings.engine import query
from briefings.installed import PROGRAM
from briefings.problems import Problem

Finding = Problem | tuple[str, Fault]


def used_before(line: Line) -> str:
    """Return the message for the use of an id that was given up."""
    return f"the id `{line.id}` was used before, and its address leads to {line.leads_to}"


@query
def register_faults(site: Site) -> tuple[Finding, ...]:
    """Return a fault for everything that was public before now and is lost or changed."""
    faults: list[Finding] = []
    tag, pinned = site.config.feed.tag, site.register.authority
    if tag is not None and pinned is not None and tag != pinned:
        message = f"the ids of all feed items would change: they begin with `{pinned}`"
        hint = f'write `tag: "{pinned}"`: readers would see every item as new'
        faults.append((CONFIG, Fault(("feed", "tag"), message, hint)))
    for line in site.register.living.values():
        if not site.clock.reached(line.first_published):
            continue
        rule = _hidden if line.id in site.content.ids[line.kind] else _lost
        faults += rule(site, line)
    for line in site.register.given_up.values():
        faults += _given_up(site, line)
    return tuple(faults)


def _at(line: Line, message: str, hint: str) -> Problem:
    return Problem(REGISTER, line.number, 1, message, hint)


def _day(site: Site, line: Line) -> str:
    """Return the day of first publication in the site's zone, as displayed."""
    return show_day(line.first_published.astimezone(site.zone).date())


def _withdraw(id: str) -> str:
    return f'{PROGRAM} withdraw {id} --reason "why, for the public"'


def _lost(site: Site, line: Line) -> Iterator[Finding]:
    """Yield a fault for a registered page without a file.

    Its address has to be an alias of another page. If that page is of the same kind and not
    registered, it is a rename, and needs a line in the register that keeps the guid.
    """
    heir = heir_of_url(site, line.url)
    if heir is None and not _waits(site, line):
        message = f"the {line.kind} `{line.id}`, public since {_day(site, line)}, is gone"
        ways = f"{PROGRAM} rename {line.kind} {line.id} NEW-ID"
        if line.kind == "briefing":
            ways = f"{_withdraw(line.id)}, or {ways}"
        hint = (
            f"bring its file back and run {ways}; or add {line.url} to the `aliases` of the page"
            f" that replaces it, and run {PROGRAM} register"
        )
        yield _at(line, message, hint)
    elif heir is not None and is_rename(site, line, heir):
        record = site.content.of_kind(heir[0])[heir[1]]
        index = [alias.casefold() for alias in record.front.aliases].index(line.url)
        message = f"this was `{line.id}` before, and feed readers would see it as new"
        hint = f"run {PROGRAM} register: it keeps the id that readers know it by"
        yield record.path, Fault(("aliases", index), message, hint)


def _hidden(site: Site, line: Line) -> Iterator[Finding]:
    """Yield a fault for a registered page that has its file and is not public any more.

    The notice of a withdrawal counts as public. A requirement may only seem to have no events, if
    those of a briefing can't be read.
    """
    record = site.content.record(line.kind, line.id)
    if record is None or is_public(site, line.kind, line.id):
        return
    if line.kind != "requirement":
        if not is_gap(record, "published", "embargo_until", "status"):
            yield record.path, _held_back(site, line)
    elif not doubtful_briefings(site) and not _told_by_a_hidden(site, line.id):
        message = f"this page, public since {_day(site, line)}, is gone: no briefing tells of it"
        hint = (
            "put its event back; or delete this file, add its address to the `aliases` of the"
            f" page that replaces it (aliases: [{line.url}]), and run {PROGRAM} register"
        )
        yield record.path, Fault((), message, hint)


def _held_back(site: Site, line: Line) -> Fault:
    if line.kind == "trust":
        trust = site.content.trusts[line.id].front
        key = "published" if trust.embargo_until is None else "embargo_until"
        message = f"this trust's page is public since {_day(site, line)} and would be hidden"
        return Fault((key,), message, "remove the date")
    front = site.content.briefings[line.id].front
    since = f"this briefing is public since {_day(site, line)}"
    if front.status == "draft":
        hint = f"remove this line; to take the briefing down, run {_withdraw(line.id)}"
        return Fault(("status",), f"{since} and can't be a draft again", hint)
    until = visible_from(front, site.zone)
    embargoed = front.embargo_until is not None and front.embargo_until.at(site.zone) == until
    message = f"{since} and would be hidden until {show_day(until.date())}"
    hint = f"put the date back; to take the briefing down, run {_withdraw(line.id)}"
    return Fault(("embargo_until" if embargoed else "published",), message, hint)


def _told_by_a_hidden(site: Site, id: str) -> bool:
    """Return True if a registered briefing has an event of this requirement.

    Called for requirements without a page, so that briefing is withdrawn, or is hidden and
    reported itself.
    """
    registered = site.register.living
    return any(
        event.id == id
        for briefing in site.content.briefings
        if ("briefing", briefing) in registered
        for event in site.content.briefings[briefing].front.requirements
    )


def _waits(site: Site, line: Line) -> bool:
    """Return True if a requirement with this address as an alias has a registered briefing.

    Called for addresses that lead nowhere: the requirement has no page, because that briefing is
    withdrawn or hidden.
    """
    return line.kind == "requirement" and any(
        kind == "requirement" and _told_by_a_hidden(site, id)
        for kind, id in files_of_alias(site).get(line.url, ())
    )


def _given_up(site: Site, line: Line) -> Iterator[Finding]:
    """Yield a fault if a given-up id is used again, or if its address leads nowhere."""
    if line.id in site.content.ids[line.kind]:
        record = site.content.record(line.kind, line.id)
        if record is not None:
            path = shown(site.content.root, record.path)
            other = path.replace(f"{line.id}.", "ANOTHER-ID.")
            hint = f"an id is used once and never again: git mv {path} {other}"
            yield record.path, Fault((), used_before(line), hint)
    elif heir_of_url(site, line.url) is None and not _waits(site, line):
        message = f"{line.url} was public, and leads nowhere now"
        hint = f"add it to the `aliases` of {line.leads_to}, or of the page that replaces that"
        yield _at(line, message, hint)
