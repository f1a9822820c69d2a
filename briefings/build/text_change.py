"""A briefing whose text alone changed: the few outputs that have it, planned from a few files.

An output that was planned from a few records is planned from the same few again. If it then shows
the very same facts, of which the hash was kept, it is the same but for the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from briefings import checks
from briefings.build.layout_change import NotApplicable
from briefings.build.rendering import Output, OutputInspector, Result, result
from briefings.build.request import BuildRequest, PreviousBuild
from briefings.checks import Named, names_of
from briefings.content.loader import CONFIG, REGISTER, Content, Record, part
from briefings.content.schema import BriefingFront, SiteFront
from briefings.domain.site import Site, visible
from briefings.outputs.feeds import feeds
from briefings.outputs.fingerprint import Prints, surface
from briefings.outputs.pages import RenderedPage, Renderer, SiteContext, planned

#: What is kept of every file: what stands for all but its words, and what it goes by.
Card = tuple[bytes, frozenset[Named]]


def card(record: Record[Any]) -> Card:
    """What is kept of one file."""
    return surface(record), frozenset(names_of(record))


def about(content: Content) -> Mapping[str, list[str]]:
    """Trust id → the briefings about it, by their files."""
    found: dict[str, list[str]] = {}
    for one in content.briefings.values():
        for id in trusts_in(names_of(one)):
            found.setdefault(id, []).append(one.path)
    return found


def trusts_in(names: Iterable[Named]) -> frozenset[str]:
    """Ids of the trusts that something is about, of all that it goes by."""
    return frozenset(id for kind, id in names if kind == "trust")


_BRIEFING = re.compile(r"content/(briefings/[0-9]{4}/[^/]+\.md)")


@dataclass(frozen=True, slots=True)
class TextChange:
    """The outputs that a changed text changes, made anew; the configuration, which says what they
    must not have; the content files that were read for them."""

    results: tuple[Result, ...]
    config: SiteFront
    read: frozenset[str]


def outputs_with_changed_text(found: PreviousBuild, asked: BuildRequest) -> TextChange:
    """What a changed text changes. Raises Missed where more changed."""
    texts = _texts(found)
    changed = _read(asked, texts)
    _judge(found, changed)
    saying: Mapping[str, Sequence[str]] = _entries(found, "saying", changed.briefings)
    paths = {path for some in saying.values() for path in some}
    before = found.standing.made(paths)
    if before.keys() != paths:  # a row was spoilt: what it stood for would keep the old words
        raise NotApplicable
    met = {path for one in before.values() for path in one.met}
    content = _around(asked, met | texts | _of_their_trusts(found, changed))
    now = asked.now(content.config.time_zone)
    try:
        site = visible(content, now, drafts=asked.drafts)
        outputs = list(_outputs(site, asked, found, before.keys()))
        look = OutputInspector(Prints(site, found.said.base, found.said.step), _frame(found))
        made = {one.path: (one, look.at(one)) for one in outputs}
    except (LookupError, ValueError) as fault:  # something is not among the few
        raise NotApplicable from fault
    if any(path not in made or made[path][1].facts != one.facts for path, one in before.items()):
        raise NotApplicable
    return TextChange(
        results=tuple(result(*made[path]) for path in before),
        config=content.config,
        read=frozenset({CONFIG, REGISTER, *(one.path for one in content.records())}),
    )


def _texts(found: PreviousBuild) -> set[str]:
    matches = [_BRIEFING.fullmatch(name) for name in found.changed]
    if None in matches or not found.changed <= found.said.inputs.keys() & found.inputs.keys():
        raise NotApplicable
    return {match[1] for match in matches if match}


def _read(asked: BuildRequest, paths: Iterable[str]) -> Content:
    content = part(asked.content, sorted(paths), cache=asked.reading, base_url=asked.base_url)
    if content.problems:
        raise NotApplicable  # a look at the whole finds all that is wrong, and says so
    return content


def _of_their_trusts(found: PreviousBuild, changed: Content) -> set[str]:
    """Every briefing about the trusts of the changed ones: one may be the newer inspection."""
    trusts = {id for one in changed.briefings.values() for id in trusts_in(names_of(one))}
    return {path for some in _entries(found, "about", trusts).values() for path in some}


def _entries(found: PreviousBuild, kind: str, keys: Iterable[str]) -> Mapping[str, Any]:
    entries = found.standing.entries(kind, keys)
    if entries is None:
        raise NotApplicable
    return entries


def _around(asked: BuildRequest, paths: set[str]) -> Content:
    """These files, and all that their front matter names."""
    content = _read(asked, paths)
    named = {
        place
        for one in content.briefings.values()
        for place in _named(one.front)
        if (asked.content / place).exists()
    }
    named |= {f"trusts/{one.front.trust}.md" for one in content.requirements.values()}
    return content if named <= paths else _around(asked, paths | named)


def _named(front: BriefingFront) -> Iterator[str]:
    yield from (f"trusts/{id}.md" for id in (front.trust, *front.also_about))
    yield from (f"trusts/{one.inherited_from}.md" for one in front.ratings if one.inherited_from)
    yield from (f"topics/{id}.md" for id in front.topics)
    yield from (f"topics/{one.topic}.md" for one in (*front.concerns, *front.strengths))
    yield from (f"requirements/{one.id}.yaml" for one in front.requirements)
    yield f"regulators/{front.regulator}.yaml"


def _judge(found: PreviousBuild, changed: Content) -> None:
    """Nothing but words is other than before, and nothing is wrong with these."""
    paths = [one.path for one in changed.briefings.values()]
    cards: Mapping[str, Card] = _entries(found, "cards", paths)
    if any(cards.get(one.path) != card(one) for one in changed.briefings.values()):
        raise NotApplicable
    if checks.text_problems(changed):
        raise NotApplicable


def _frame(found: PreviousBuild) -> SiteContext:
    frame = found.standing.value("frame")
    if not isinstance(frame, SiteContext):
        raise NotApplicable
    return frame


def _outputs(
    site: Site, asked: BuildRequest, found: PreviousBuild, paths: Iterable[str]
) -> Iterator[Output]:
    wanted = set(paths)
    frame = _frame(found)
    renderer = Renderer(asked.in_theme(frame.config.theme).templates, frame)
    for path in sorted(wanted):
        if PurePosixPath(path).suffix == ".html":
            for page in planned(site, search=asked.search, only=path):
                yield RenderedPage(renderer, page)
    yield from (one for one in feeds(site) if one.path in wanted)
