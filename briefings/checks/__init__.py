"""Rules across files: the list of rules, and the collection of their faults.

The site is checked as it is now and as it will be at every later moment at which something becomes
visible or is withdrawn, so that a scheduled publication can't fail at midnight. All rules run in
queries, so after an edit, and at a later moment, only those run again that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from briefings.checks import links, quotations, references, site_rules
from briefings.checks.advice import advice_on_file, advice_on_site, unannounced_facts
from briefings.checks.doubts import doubts
from briefings.checks.media import media_problems
from briefings.checks.publication_register import register_faults
from briefings.checks.references import with_id_suggestions
from briefings.checks.site_rules import address_faults
from briefings.checks.texts import (
    PLACEHOLDERS,
    TO_WRITE,
    contact_advice,
    found_in_file,
    template_problems,
    text_problems,
)
from briefings.content.files import CONFIG, leftovers
from briefings.content.listing import ContentFile, file_at, shown
from briefings.content.loader import problems_at
from briefings.content.records import Record
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.validation import Fault
from briefings.domain.ledger.faults import faults_of_history, misplaced_events
from briefings.domain.ledger.history import entries_of_trust
from briefings.domain.ratings.faults import faults_of_rating_briefing, faults_of_ratings
from briefings.domain.site import Site
from briefings.domain.summaries import (
    KINDS,
    moments_ahead,
    shared_actions,
    summaries,
    summary,
)
from briefings.engine import query
from briefings.problems import Problem

__all__ = ["advice", "advised", "draft_faults", "draft_files", "faults", "prepare"]

#: What a rule found: (path, fault), or a problem whose place is known; paths below the content
#: folder.
Found = Problem | tuple[str, Fault]


def faults(site: Site, templates: Sequence[Path] = ()) -> list[Problem]:
    """Return every fault that stops a build, sorted: now, and at each later change of visibility.

    Faults of drafts are left out, unless the site has drafts: they are not public.
    `templates`: the folders in which forbidden names are looked for too.
    """
    public = site.with_drafts(drafts=False)
    public_faults = _public_faults(public)
    if site.drafts:
        public_faults += _new_faults([site], public_faults)
    problems = [*with_id_suggestions(site), *_with_places(site, public_faults)]
    if not site.drafts:
        drafts = _draft_paths(site)
        problems = [problem for problem in problems if problem.path not in drafts]
    names = site.config.policy.never_publish
    problems += template_problems(names, templates)
    return _without_duplicates(problems)


def draft_faults(site: Site) -> list[Problem]:
    """Return every fault in a draft, or that the site would have with all drafts published now.

    Sorted. `site` is the public one.
    """
    drafts = _draft_paths(site)
    if not drafts:
        return []
    public = _public_faults(site)
    hidden = _with_places(site, _new_faults([site.with_drafts()], public))
    problems = [*with_id_suggestions(site), *_with_places(site, public)]
    return _without_duplicates(
        [*(problem for problem in problems if problem.path in drafts), *hidden]
    )


def _without_duplicates(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems sorted, each once; of a placeholder's value, only the placeholder itself."""
    still, _ = PLACEHOLDERS[TO_WRITE]
    different = set(problems)
    unwritten = {problem.place for problem in different if problem.message == still}
    return sorted(
        problem
        for problem in different
        if problem.place not in unwritten or problem.message == still
    )


def _draft_paths(site: Site) -> frozenset[str]:
    """Return the paths of the draft briefings, as in `Problem.path`."""
    return frozenset(shown(site.content.root, path) for path in draft_files(site))


@query
def draft_files(site: Site) -> tuple[str, ...]:
    """Return the paths of the draft briefings below the content folder.

    A briefing in the register of publication can't be a draft again, so it is left out: its faults
    stop a build.
    """
    return tuple(
        file.path
        for (kind, id), file in summaries(site, ["briefing"])
        if file.is_draft and site.register.guid(kind, id) is None
    )


def prepare(site: Site, kind: str, id: str) -> None:
    """Run the queries on one file that the rules ask for."""
    record = site.content.record(kind, id)
    if record is not None:
        summary(site, kind, id)
        found_in_file(site, record.path)
        faults_of_file(site, kind, id)
    if kind == "trust":
        faults_of_ratings(site, id)
        entries_of_trust(site, id)


def _public_faults(site: Site) -> list[Found]:
    """Return the faults of the public site, now and at each later change of visibility."""
    return [*_new_faults(over_time(site), ()), *register_faults(site)]


def over_time(site: Site) -> Iterator[Site]:
    """Yield the site now and at each later moment at which anything appears or is withdrawn."""
    yield site
    if ahead := moments_ahead(site):
        branch = site.branch()
        for moment in ahead:
            site = site.at(moment, branch)
            yield site


def _new_faults(sites: Iterable[Site], known: Iterable[Found]) -> list[Found]:
    """Return the faults of sites in their order, each position once.

    A fault at a position that had one before would say the same in other words.
    """
    added: list[Found] = []
    places = set(map(_place, known))
    for site in sites:
        new = [fault for fault in faults_at(site) if _place(fault) not in places]
        places.update(map(_place, new))
        added += new
    return added


def _place(finding: Found) -> tuple[str, Loc]:
    if isinstance(finding, Problem):
        return finding.path, (finding.line, finding.column)
    return finding[0], finding[1].loc


@query
def faults_at(site: Site) -> tuple[Found, ...]:
    """Return every fault of the site at its moment."""
    faults: list[Found] = [(CONFIG, fault) for fault in references.menu_references(site)]
    for kind in KINDS:
        for id in site.content.of_kind(kind):
            faults += faults_of_file(site, kind, id)
    for id in site.content.trusts:
        faults += faults_of_ratings(site, id)
    for id in site.content.requirements:
        faults += faults_of_history(site, id)
    for name in sorted(site.media):
        faults += media_problems(site, name)
    for action in shared_actions(site):
        faults += site_rules.actions_differ(site, action)
    for rule in _RULES_ON_ALL:
        faults += rule(site)
    return tuple(faults)


#: Queries, each of which compares all files.
_RULES_ON_ALL: tuple[Callable[[Site], Iterable[Found]], ...] = (
    site_rules.titles_differ, address_faults, text_problems,
    quotations.folder_problems,
)  # fmt: skip


@query
def faults_of_file(site: Site, kind: str, id: str) -> tuple[Found, ...]:
    """Return the faults of a file, given the other files to which it refers."""
    record = site.content.of_kind(kind)[id]
    faults = [*_faults_of_kind(site, record), *links.link_problems(site, record)]
    return tuple(fault if isinstance(fault, Problem) else (record.path, fault) for fault in faults)


def _faults_of_kind(site: Site, record: Record[Any]) -> Iterator[Fault | Problem]:
    kind, id = record.kind, record.id
    if kind not in {"briefing", "trust", "requirement"}:
        return
    yield from references.reference_faults(site, record)
    yield from links.vacated_faults(site, kind, id)
    if kind == "requirement":
        return
    yield from quotations.quotation_faults(site, record)
    if kind == "trust":
        yield from site_rules.predecessors_held_back(site, record.front)
        yield from site_rules.predecessors_in_a_circle(site, id, record.front)
        yield from site_rules.former_names_to_come(site, record.front)
        return
    yield from site_rules.briefing_faults(site, record)
    yield from _faults_of_events_and_ratings(site, id)
    if site.config.policy.corrections == "required":
        yield from unannounced_facts(site, id)


def _faults_of_events_and_ratings(site: Site, id: str) -> Iterator[Fault]:
    briefing = site.briefing.get(id)
    if briefing is not None and not briefing.is_withdrawn:
        if not summary(site, "briefing", id).doubtful:
            yield from misplaced_events(site, briefing)
        yield from faults_of_rating_briefing(site, briefing)


def _with_places(site: Site, findings: Iterable[Found]) -> Iterator[Problem]:
    """Yield each fault as a problem with line and column.

    A fault at a value that was reported when its file was read is skipped.
    """
    root = site.content.root
    unplaced: list[tuple[str, Fault]] = []
    for item in findings:
        if isinstance(item, Problem):
            yield replace(item, path=shown(root, item.path))
            continue
        path, fault = item
        file = file_at(root, path)
        record = site.content.record(file.kind, file.id) if isinstance(file, ContentFile) else None
        if record is not None and record.gaps is not None:
            fault = fault._replace(loc=record.gaps.typed(fault.loc))
            if record.gaps.hide(fault.loc):
                continue
        unplaced.append((path, fault))
    yield from problems_at(root, unplaced)


def advice(site: Site) -> list[Problem]:
    """Return all advice as sorted warnings with line and column."""
    return sorted(
        replace(problem, severity="warning") for problem in _with_places(site, _advice(site))
    )


def advised(site: Site) -> int:
    """Return the number of pieces of advice; looks up no lines."""
    return len(_advice(site))


def _advice(site: Site) -> list[Found]:
    advice: list[Found] = [*contact_advice(site)]
    advice += ((CONFIG, fault) for fault in advice_on_site(site))
    for path in leftovers(site.content.root):
        message = "this looks like an editor's or a system's leftover, and is ignored"
        advice.append((path, Fault((), message, "remove it, and list its like in .gitignore")))
    for kind in KINDS:
        for id, record in site.content.of_kind(kind).items():
            faults = doubts(site, kind, id)
            if kind in {"trust", "briefing", "requirement"}:
                faults += advice_on_file(site, kind, id)
            advice += ((record.path, fault) for fault in faults)
    return advice
