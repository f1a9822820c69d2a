"""Rules on `vacated`: the anchors that a page keeps so that old links still work."""

from __future__ import annotations

from collections.abc import Iterator

from briefings.content.schema import Fault, Vacated
from briefings.content.similarity import did_you_mean
from briefings.domain.sections import landings, own_anchors, vacated_of
from briefings.domain.site import Site

Found = Iterator[tuple[str, Fault]]


def vacated_faults(site: Site) -> Found:
    """Yield a fault for each vacated anchor that is listed twice, still in use or leads nowhere.

    `change-N` can't be vacated, because the guids of feed items end in the number.
    """
    for kind, records in (
        ("briefing", site.briefing),
        ("trust", site.trusts),
        ("requirement", site.requirements),
    ):
        for id, record in records.items():
            if not record.front.vacated or not _has_page(site, kind, id):
                continue
            for loc_fault in _faults(site, kind, id, vacated_of(site, kind, id)):
                yield record.path, loc_fault


def _has_page(site: Site, kind: str, id: str) -> bool:
    if kind != "requirement":
        return True
    trust = site.requirements[id].front.trust
    return any(
        event.id == id
        for briefing in site.by_trust.get(trust, ())
        for event in briefing.front.requirements
    )


def _faults(site: Site, kind: str, id: str, vacated: tuple[Vacated, ...]) -> Iterator[Fault]:
    own, targets = own_anchors(site, kind, id), landings(site, kind, id)
    seen: set[str] = set()
    for index, entry in enumerate(vacated):
        message, hint = _wrong_anchor(entry.anchor, own, seen)
        if message:
            yield Fault(("vacated", index, "anchor"), message, hint)
        elif entry.now is not None and entry.now not in targets:
            near = did_you_mean(entry.now, targets)
            hint = f"did you mean `{near}`?" if near else "write an item's anchor, or a section's"
            message = f"the page has no item or section `{entry.now}`"
            yield Fault(("vacated", index, "now"), message, hint)
        seen.add(entry.anchor)


def _wrong_anchor(anchor: str, own: frozenset[str], seen: set[str]) -> tuple[str, str]:
    """Return message and hint; both empty if the anchor may be vacated."""
    if anchor in seen:
        return f"the anchor `{anchor}` is vacated twice", "remove one of the two"
    if anchor.rpartition("-")[0] == "change":
        hint = "put the change back: guids of feed items end in its number"
        return f"`{anchor}` can't be vacated", hint
    if anchor in own:
        hint = "remove this entry, or write the anchor of an item that is gone"
        return f"the page still has `{anchor}`", hint
    return "", ""
