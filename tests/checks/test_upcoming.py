"""The site at a later moment, with its drafts or after an edit: checked as strictly as a new one.

Only the queries run again that the moment or the edit concerns.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings import checks
from briefings.build.changes import moments_between
from briefings.checks import Found, faults_at, over_time
from briefings.content.dates.values import Moment
from briefings.content.loader import load
from briefings.content.markdown.context import Body, Link
from briefings.content.records import KINDS, Content, Record, changed_facts, tracked
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import PageFront
from briefings.content.schema.validation import Gaps
from briefings.domain.site import Site, visible
from briefings.engine import Engine
from briefings.engine.nodes import Readers
from tests.support.factory import BRIEFING, LONDON, a_content, a_front, a_record

SITE = Path(__file__).parents[1] / "site" / "content"
NOW = datetime(2026, 1, 15, 12, tzinfo=LONDON)

TRUSTS = {
    "north": "name: North Trust",
    "south": "name: South Trust\npredecessors: [{id: north, date: 2020, reason: merger}]",
    "west": "name: West Trust\npredecessors: [{id: south, date: 2021, reason: merger}]",
}
REQUIREMENTS = {
    "rooms": "",
    "doors": "title: Mend the doors",
    "wards": "title: Staff the wards\ntrust: south",
}
IDS = ("a", "b", "c", "d", "e")
DAYS = ("2025-12-01", "2026-01-15", "2026-02-01", "2026-02-02", "2026-03-01")
ANCHORS = (
    "", "", "changes", "change-1", "sources", "figures", "figure-1", "history", "deadlines",
    "event-1", "event-2", "services", "enforcement", "inherited", "rating-1",
)  # fmt: skip


def some(draw: Any, options: tuple[str, ...], most: int = 2) -> list[str]:
    drawn: list[str] = draw(st.lists(st.sampled_from(options), max_size=most))
    return drawn


@st.composite
def briefings(draw: Any) -> str:
    """A briefing, as an editor writes it, that may contradict any other one."""

    def pick(*options: str) -> str:
        return str(draw(st.sampled_from(options)))

    trust = pick("north", "north", "south", "west")
    lines = [
        f"title: {pick('One', 'Two', 'THREE', 'Three', 'About')}",
        f"trust: {trust}",
        f"published: {pick(*DAYS)}",
    ]
    report = pick("2025-10-01", "2025-10-01", "2025-10-01", "2025-11")
    inspected = pick("2025-09", "2025-09-01", "unknown")
    lines.append(
        f"inspection: {{type: focused, inspected: {inspected}, report_published: {report}}}"
    )
    if draw(st.booleans()):
        lines.append(f"also_about: [{pick(*sorted(TRUSTS.keys() - {trust}))}]")
    if draw(st.integers(0, 5)) == 0:
        lines.append(f"embargo_until: {pick(*DAYS)}")
    status = pick("published", "published", "published", "withdrawn", "draft")
    lines.append(f"status: {status}")
    if status == "withdrawn":
        lines.append(f"withdrawn: {{date: {pick(*DAYS)}, reason: R.}}")
    events = [
        f"  - {{id: {id}, event: {pick('raised', 'told', 'repeated', 'met', 'lifted')}, "
        f"date: {pick('2024', '2025-03', '2025-09')}, sources: [A]"
        f"{pick('', ', deadline: 2025-12', ', deadline: 2024')}}}"
        for id in some(draw, ("rooms", "doors", "wards"))
    ]
    ratings = [
        f"  - {{scope: {scope}, key_question: {pick('overall', 'overall', 'safe')}, "
        f"value: {pick(*GRADES)}, sources: [A]{previous(draw)}}}"
        for scope in some(draw, ("trust", "service, name: Maternity"))
    ]
    actions = [
        f"  - {{id: {id}, kind: warning-notice, text: T., served: 2025-09, sources: [A]}}"
        for id in some(draw, ("one", "two"))
    ]
    figures = ["  - {name: N, value: 1, unit: people, series: s, sources: [A]}"]
    changes = [f"  - {{date: {pick(*DAYS)}, kind: update, text: T.}}"]
    for name, block in (
        ("requirements", events),
        ("ratings", ratings),
        ("enforcement", actions),
        ("figures", figures if draw(st.booleans()) else []),
        ("changes", changes if draw(st.booleans()) else []),
    ):
        if block:
            lines += [f"{name}:", *block]
    return "\n".join(lines)


def is_sound(text: str) -> bool:
    """Whether a file has no fault by itself; faulty files are never part of a site."""
    try:
        a_front(BriefingFront, text, BRIEFING)
    except AssertionError:
        return False
    return True


GRADES = ("good", "inadequate", "good", "suspended", "excellent")


def previous(draw: Any) -> str:
    if draw(st.booleans()):
        return ""
    value, day = draw(st.sampled_from(GRADES[:3])), draw(st.sampled_from(("2025-10-01", "2024")))
    change = draw(st.sampled_from(("", ", change: up", ", change: same", ", replaces: all")))
    return f", previous: {{value: {value}, date: {day}, sources: [A]}}{change}"


@st.composite
def links(draw: Any) -> tuple[Link, ...]:
    targets = [
        *((f"{kind}", id) for kind, ids in TARGETS.items() for id in ids),
        ("self", ""),
    ]
    drawn = draw(
        st.lists(st.tuples(st.sampled_from(targets), st.sampled_from(ANCHORS)), max_size=3)
    )
    return tuple(
        a_link(kind, id, anchor, line) for line, ((kind, id), anchor) in enumerate(drawn, start=1)
    )


TARGETS = {
    "briefing": (*IDS, "z"),
    "trust": tuple(TRUSTS),
    "requirement": tuple(REQUIREMENTS),
    "page": ("about",),
}


@st.composite
def contents(draw: Any) -> Content:
    """A small site in which anything may refer to anything."""
    texts = {id: draw(briefings().filter(is_sound)) for id in IDS[: draw(st.integers(1, len(IDS)))]}
    made = a_content(texts, trusts=TRUSTS, requirements=REQUIREMENTS)
    page = a_record("page", "about", PageFront(title="About"))
    made = replace(made, pages={"about": page})
    linked: dict[str, Any] = {
        f"{kind}s": {
            id: replace(record, body=Body.of("", "", links=draw(links())))
            for id, record in getattr(made, f"{kind}s").items()
        }
        for kind in ("briefing", "trust", "page")
    }
    ids = {
        kind: frozenset(getattr(made, f"{kind}s"))
        for kind in ("briefing", "trust", "requirement", "page", "regulator", "topic")
    }
    made = replace(made, **linked, ids=ids)
    is_faulty = draw(st.integers(0, 3)) == 0
    return faulty(made, draw(st.sampled_from(IDS))) if is_faulty else made


def faulty(content: Content, id: str) -> Content:
    """The same with a fault in the events of one briefing, or with one that can't be read."""
    if id not in content.briefings:
        return replace(content, ids={**content.ids, "briefing": content.ids["briefing"] | {id}})
    gaps = Gaps(frozenset({("requirements",)}), {})
    broken = replace(content.briefings[id], broken=True, gaps=gaps)
    return replace(content, briefings={**content.briefings, id: broken})


def faults_at_each(sites: Iterable[Site]) -> list[list[Found]]:
    """Return the faults of these sites, sorted."""
    return [sorted(faults_at(site), key=repr) for site in sites]


@pytest.mark.parametrize("count", [15, pytest.param(120, marks=pytest.mark.long)])
def test_a_later_moment_is_judged_as_strictly_as_a_new_site(count: int) -> None:
    @settings(max_examples=count)
    @given(contents())
    def judged(made: Content) -> None:
        sites = list(over_time(visible(made, NOW)))
        again = faults_at_each(visible(made, site.now) for site in sites)
        assert faults_at_each(over_time(visible(made, NOW))) == again

    judged()


@pytest.mark.parametrize("count", [15, pytest.param(60, marks=pytest.mark.long)])
def test_drafts_are_judged_as_strictly_as_a_new_site(count: int) -> None:
    @settings(max_examples=count)
    @given(contents())
    def judged(made: Content) -> None:
        site, drafts = visible(made, NOW), visible(made, NOW, drafts=True)
        public, with_drafts = faults_at_each([site]), faults_at_each([drafts])
        assert faults_at_each([site.with_drafts(), drafts.with_drafts(drafts=False)]) == [
            *with_drafts,
            *public,
        ]

    judged()


WITHDRAWN = "status: withdrawn\nwithdrawn: {date: 2026-02-01, reason: R.}"
LATER = "published: 2026-02-01"
REPEATED = "requirements: [{id: rooms, event: repeated, date: 2025-09, sources: [A]}]"
RATED = "ratings: [{{scope: trust, key_question: overall, value: {}, sources: [A]}}]"
SERVED = "enforcement: [{id: one, kind: warning-notice, text: T., served: 2025-09, sources: [A]}]"
#: What the moment changes → briefings, links by the id of the briefing that has them, the id of
#: one that has a fault of its own, and what is wrong from that moment on.
CASES: dict[str, tuple[dict[str, str], dict[str, tuple[str, str, str]], str, str]] = {
    "the page that a link leads to": (
        {"a": "", "b": WITHDRAWN},
        {"a": ("briefing", "b", "sources")},
        "",
        "the page has no anchor #sources",
    ),
    "what a trust took over": (
        {"a": "trust: west", "b": WITHDRAWN},
        {"a": ("trust", "south", "inherited")},
        "",
        "the page has no anchor #inherited",
    ),
    "nothing, where a new link leads to what a trust took over": (
        {"a": f"trust: west\n{LATER}", "b": ""},
        {"a": ("trust", "south", "inherited")},
        "",
        "",
    ),
    "a history, whatever is wrong with another trust's": (
        {"a": f"{LATER}\n{REPEATED}", "b": "trust: south"},
        {},
        "b",
        "nothing that is public shows that the trust was told or warned of this before",
    ),
    "nothing, where the history may lack what can't be read": (
        {"a": f"{LATER}\n{REPEATED}", "b": "trust: north"},
        {},
        "b",
        "",
    ),
    "a grade that another gave for the same day": (
        {"a": RATED.format("good"), "b": f"{LATER}\n{RATED.format('inadequate')}"},
        {},
        "",
        "briefings/2026/a.md gives the same thing Good on the same date",
    ),
    "a title that another has": (
        {"a": "title: One", "b": f"title: ONE\n{LATER}"},
        {},
        "",
        "this title is the title of briefings/2026/a.md already",
    ),
    "an action that another told of": (
        {"a": SERVED, "b": f"trust: south\n{LATER}\n{SERVED}"},
        {},
        "",
        "`one` is another action in briefings/2026/a.md",
    ),
    "the last that was told of a requirement": (
        {"a": "", "b": f"{WITHDRAWN}\n{REPEATED.replace('repeated', 'told')}"},
        {"a": ("requirement", "rooms", "")},
        "",
        "requirement:rooms has no page: no visible briefing tells of it",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_moment_can_put_wrong(case: str) -> None:
    texts, leading, broken, expected = CASES[case]
    made = a_content(texts, trusts=TRUSTS, requirements=REQUIREMENTS)
    linked = {
        id: replace(briefing, body=Body.of("", "", links=(a_link(*leading[id]),)))
        for id, briefing in made.briefings.items()
        if id in leading
    }
    made = replace(made, briefings={**made.briefings, **linked})
    made = faulty(made, broken) if broken else made
    today, *later = faults_at_each(over_time(visible(made, NOW)))
    assert today == []
    messages = [
        fault[1].message if isinstance(fault, tuple) else fault.message
        for state in later
        for fault in state
    ]
    assert messages == ([expected] if expected else [])


def a_link(kind: str, id: str, anchor: str, line: int = 1) -> Link:
    written = f"{kind}:{id}#{anchor}" if anchor else f"{kind}:{id}"
    return Link(kind, id, True, anchor, line, 1, written)


def test_a_calendar_of_publications_costs_what_each_of_them_changes() -> None:
    """Checking a whole site of thousands for each of hundreds of dates took for ever."""
    names = [f"t{n}" for n in range(40)]
    texts = {
        f"{name}-{year}": f"trust: {name}\npublished: 2026-{n % 11 + 2:02}-{n % 28 + 1:02}"
        for n, name in enumerate(names)
        for year in (2025, 2026)
    }
    content = a_content(texts, trusts={name: f"name: Trust {name}" for name in names})
    ran = []
    for site in over_time(visible(content, NOW)):
        site.engine.take_fresh()
        faults_at(site)
        ran.append([run.key for run in site.engine.take_fresh()])
    assert len(ran) == 41
    for keys in ran[1:]:
        checked = [key[-1] for key in keys if key[0] == "checks.faults_of_file"]
        assert len(checked) == 2
        assert len({id.partition("-")[0] for id in checked}) == 1
        assert ("checks.faults_at",) not in keys


@pytest.mark.parametrize("now", ["2021-10-01", "2022-06-01", "2026-01-15"])
def test_the_made_up_site_is_judged_alike_either_way(tmp_path: Path, now: str) -> None:
    root = Path(shutil.copytree(SITE, tmp_path / "content"))
    for file in sorted((root / "briefings").rglob("*.md")):
        text = file.read_text(encoding="utf-8").replace("event: raised", "event: repeated")
        file.write_text(f"{text}\n[Old](briefing:aldermere-2021#figure-9)\n", encoding="utf-8")
    content = load(root)
    site = visible(content, Moment.parse(now).at(content.config.time_zone))
    sites = list(over_time(site))
    assert faults_at_each(over_time(site)) == faults_at_each(
        visible(content, site.now) for site in sites
    )
    assert [problem for problem in checks.faults(site) if "anchor" in problem.message]


# -- edits -----------------------------------------------------------------------------------------


def facts_of(engine: Engine, before: Content, after: Content, paths: Iterable[str]) -> set[int]:
    """The facts that an edit of the files at `paths` changed."""
    facts = {engine.fact("text", path) for path in paths}
    for kind in KINDS:
        old, new = (getattr(content, f"{kind}s") for content in (before, after))
        if list(old) != list(new):
            facts.add(engine.fact("files", kind))
        if before.ids[kind] != after.ids[kind]:
            facts.add(engine.fact("names", f"{kind} ids"))
        for id in old.keys() | new.keys():
            numbers = changed_facts(kind, old.get(id), new.get(id))
            facts |= {engine.fact(kind, id) + number for number in numbers}
    config = (Record("site", "site", "", content.config) for content in (before, after))
    return facts | {
        engine.fact("site", "site") + changed_fact
        for changed_fact in changed_facts("site", *config)
    }


CONTACTS = (" Ring 0161 496 0000.", " Write to jo.bloggs@mail.example.", " Or press@mail.example.")


def edited(text: str, other: str, rnd: random.Random) -> str:
    """A text with a line, or the value of a key, of another file, or with a contact."""
    lines, others = text.split("\n"), other.split("\n")
    key = rnd.choice([line.partition(":")[0] for line in lines if ":" in line] or [""])
    values = [line for line in others if line.startswith(f"{key}:")]
    place = rnd.randrange(len(lines))
    if values:
        place = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
    lines[place] = rnd.choice(values or others) + rnd.choice(["", "", *CONTACTS])
    return "\n".join(lines)


@pytest.mark.sample(1)
@pytest.mark.parametrize("seed", range(6))
def test_after_any_edit_at_any_moment_the_faults_are_those_of_a_new_site(
    tmp_path: Path, seed: int
) -> None:
    rnd = random.Random(seed)
    root = Path(shutil.copytree(SITE, tmp_path / "content"))
    engine = Engine()
    before = load(root)
    now = Moment.parse("2022-06-01").at(before.config.time_zone)
    checks.faults(Site(tracked(before, engine), now))
    files = sorted(path for path in root.rglob("*.*") if path.suffix in {".md", ".yaml"})
    sound: dict[Path, bytes] = {}
    messages: set[str] = set()
    for _ in range(10):
        if sound and rnd.random() < 0.5:
            file, raw = sound.popitem()
        else:
            file, other = rnd.sample(files, 2)
            raw = edited(file.read_text("utf-8"), other.read_text("utf-8"), rnd).encode()
            sound.setdefault(file, file.read_bytes())
        file.write_bytes(raw)
        after, later = load(root), now + timedelta(days=rnd.choice([0, 0, 1, 90]))
        facts = facts_of(engine, before, after, [file.relative_to(root).as_posix()])
        facts |= moments_between(engine, now, later)
        engine.index = Readers(engine.reads_of_nodes(), facts)
        site, new = Site(tracked(after, engine), later), visible(after, later)
        engine.change(facts)
        assert checks.faults(site) == checks.faults(new)
        assert checks.draft_faults(site) == checks.draft_faults(new)
        assert checks.advice(site) == checks.advice(new)
        messages.update(fault.message for fault in checks.faults(new))
        before, now = after, later
    assert len(messages) > 2
