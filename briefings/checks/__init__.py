"""Rules across files. Each rule yields faults with the file they are in; nothing is skipped.

`check` and `build` judge the site as it will stand now and at every later moment at which
something becomes visible, so that a scheduled publication can't fail at midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from briefings import ledger, quotations, ratings
from briefings.checks.addresses import address_faults
from briefings.checks.advice import advice, advised
from briefings.checks.links import link_problems
from briefings.checks.names import name_problems
from briefings.checks.references import reference_faults
from briefings.checks.register import register_problems
from briefings.checks.whole import file_faults, site_faults
from briefings.load import Content
from briefings.model import Fault, Loc
from briefings.problems import Problem
from briefings.site import Site, moments_ahead, visible

__all__ = ["advice", "advised", "own_problems", "problems"]


def problems(
    content: Content,
    now: datetime,
    templates: Path | None = None,
    *,
    drafts: bool = False,
    today: Site | None = None,
) -> list[Problem]:
    """Every fault that only the whole can show, now and at each later moment of visibility.

    With `drafts`, also of a preview that shows what is not public yet. `today` is the site at
    `now`, where the caller has it.
    """
    found = list(_timeless(content))
    links: dict[tuple[str, int, int], Problem] = {}
    places: set[tuple[str, Loc]] = set()
    today = visible(content, now) if today is None else today
    unsure = _unsure(content, *_EVENTS)
    for site in _sites(content, today, drafts=drafts):
        # What was wrong at an earlier moment is not reported again in other words.
        new = [each for each in _at(content, site) if (each[0], each[1].loc) not in places]
        places |= {(path, fault.loc) for path, fault in new}
        found += new
        for problem in link_problems(content, site, sure=not unsure):
            links.setdefault((problem.path, problem.line, problem.column), problem)
    return [
        *_placed(content, found),
        *links.values(),
        *name_problems(content, templates),
        *quotations.problems(content),
        *register_problems(content, today, sure=not unsure),
    ]


def _sites(content: Content, today: Site, *, drafts: bool) -> Iterator[Site]:
    """The site at each moment to be judged, one at a time: a large one is not held twice over."""
    yield today
    for moment in moments_ahead(content, today.now):
        yield visible(content, moment)
    if drafts:
        yield visible(content, today.now, drafts=True)


def own_problems(content: Content, now: datetime, *, drafts: bool = False) -> list[Problem]:
    """Those of `problems` that a part of the content shows by itself, as at `now`.

    For previews of a large site: quick, and without what only the whole can tell (links, names,
    addresses, titles elsewhere). The content may be short of briefings, but not of ids.
    """
    site = visible(content, now, drafts=drafts)
    found = [*reference_faults(content), *file_faults(content), *_at(content, site)]
    return list(_placed(content, found))


def _timeless(content: Content) -> Iterator[tuple[str, Fault]]:
    yield from reference_faults(content)
    yield from address_faults(content)
    yield from file_faults(content)


def _at(content: Content, site: Site) -> Iterator[tuple[str, Fault]]:
    yield from site_faults(site)
    yield from ledger.faults(site, _unsure(content, *_EVENTS))
    yield from ratings.faults(site, _unsure(content, "trust", "regulator"))


#: What decides which events there are, of whom and when.
_EVENTS = (
    "trust", "regulator", "inspection", "status", "published", "embargo_until", "requirements",
)  # fmt: skip


def _unsure(content: Content, *blocks: str) -> frozenset[str]:
    """Ids of briefings that can't be read, or not in these blocks: nothing is built on them."""
    unread = content.ids["briefing"] - content.briefings.keys()
    gaps = ((id, one.gaps) for id, one in content.briefings.items() if one.gaps is not None)
    return unread | {id for id, each in gaps if any(each.within(name) for name in blocks)}


def _placed(content: Content, found: Iterable[tuple[str, Fault]]) -> Iterator[Problem]:
    """Each fault at its line, without those that only repeat what the file itself showed."""
    gaps = {record.path: record.gaps for record in content.records()}
    for path, fault in found:
        gap = gaps.get(path)
        if gap is not None:
            fault = fault._replace(loc=gap.typed(fault.loc))
            if gap.hide(fault.loc):
                continue
        yield content.place(path, fault)
