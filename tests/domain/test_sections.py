"""The anchors that links are judged by are the anchors that pages have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from briefings import anchors
from briefings.content.markdown.context import Body, Heading
from briefings.content.schema.entities import PageFront, TopicFront
from briefings.content.schema.types import Vacated
from briefings.domain import sections
from briefings.domain.ledger.history import histories
from briefings.domain.site import Site, visible
from briefings.urls import url_of
from tests.support.factory import NOW, a_content, a_front, a_record, a_site
from tests.support.reading import read, site_of

#: Anchors that no one links to: notes, which have names of their own, and parts of the frame.
_OURS = ("fn-", "fnref-", "contents-", "find-box")
#: The same of the title, the description and the legend of a picture.
_OF_PICTURES = (".t", ".d", ".l")


def _records(site: Site) -> Iterator[tuple[str, str]]:
    yield from (("briefing", id) for id in site.briefing)
    yield from (("trust", id) for id in site.trusts)
    yield from (("requirement", id) for id in histories(site))
    yield from (("regulator", id) for id in site.regulators)
    yield from (("topic", id) for id in site.topics)
    yield from (("page", id) for id in site.pages)


@pytest.mark.parametrize("content", ["content", "tests/site/content"])
def test_a_page_has_exactly_the_anchors_that_links_may_name(content: str) -> None:
    site = site_of(content)
    for kind, id in _records(site):
        page = read(content)[url_of(kind, id)]
        ids = (anchor for anchor in page.ids if not anchor.endswith(_OF_PICTURES))
        there = {anchor for anchor in ids if not anchor.startswith(_OURS)}
        assert there == set(sections.anchors_of(site, kind, id)), f"{kind} {id}"


def test_a_record_without_a_page_has_no_anchors() -> None:
    with pytest.raises(KeyError):
        sections.anchors_of(site_of("content"), "trust", "no-such-trust")


#: What an editor adds to a briefing, and the section that it then has.
BLOCKS = {
    "ratings: [{scope: trust, value: good, sources: [A]}]": "ratings",
    "service_counts: {total: 1, good: 1, sources: [A]}": "ratings",
    "concerns: [{text: A., sources: [A]}]": "concerns",
    "strengths: [{text: A., sources: [A]}]": "strengths",
    "breaches: [{text: A., sources: [A]}]": "breaches",
    "requirements: [{id: rooms, event: told, date: 2025, sources: [A]}]": "requirements",
    "not_known: [What it cost.]": "not-known",
    "reply: {status: no-reply, asked: 2026-01-01}": "reply",
    "people: [{name: Jo Bloggs, role: Chief executive}]": "people",
    "changes: [{date: 2026-02-01, kind: update, text: A.}]": "changes",
}
ALWAYS = {"at-a-glance", "briefing", "inspection-details", "sources", "cite"}


@pytest.mark.parametrize(("block", "section"), BLOCKS.items())
def test_a_briefing_has_a_section_for_each_thing_that_it_tells(block: str, section: str) -> None:
    present = sections.of_briefing(a_site({"one": block}).briefing["one"])
    assert set(present) == ALWAYS | {section}
    assert present == tuple(name for name in anchors.BRIEFING if name in present)


def test_a_change_has_its_section_from_its_day_on() -> None:
    later = "changes: [{date: 2027-02-01, kind: update, text: A.}]"
    assert set(sections.of_briefing(a_site({"one": later}).briefing["one"])) == ALWAYS


def test_a_notice_of_a_withdrawal_has_at_most_the_section_of_changes() -> None:
    notice = "status: withdrawn\nwithdrawn: {date: 2026-02-01, reason: R.}\n"
    vacated = "vacated: [{anchor: figure-1}]\n"
    change = "changes: [{date: 2026-01-20, kind: update, text: A.}]"
    for text, expected in ((notice, ()), (notice + change, ("changes",))):
        site = a_site({"one": vacated + text})
        assert sections.of_briefing(site.briefing["one"]) == expected
        assert sections.vacated_of(site, "briefing", "one") == ()
        items = {"change-1"} if expected else set()
        frame = {"main", "top", "nav", "footer"}
        assert set(sections.anchors_of(site, "briefing", "one")) == {*frame, *expected, *items}
    later = notice.replace("2026-02-01", "2027-02-01")
    site = a_site({"one": vacated + later})
    assert [vacated.anchor for vacated in sections.vacated_of(site, "briefing", "one")] == [
        "figure-1"
    ]


#: What a briefing on a trust adds, and the section that the trust's page then has.
OF_TRUST = {
    "": None,
    "ratings: [{scope: trust, value: good, sources: [A]}]": "history",
    "figures: [{name: N, value: 1, unit: people, sources: [A]}]": None,
    "figures: [{name: N, value: 1, unit: people, series: s, sources: [A]}]": "figures",
    "enforcement: [{kind: warning-notice, text: A., served: 2025, sources: [A]}]": "enforcement",
}
OF_EVERY_TRUST = {"rating", "ledger", "briefings", "about", "feeds"}


@pytest.mark.parametrize(("block", "section"), OF_TRUST.items())
def test_a_trust_has_a_section_for_each_thing_that_briefings_on_it_tell(
    block: str, section: str | None
) -> None:
    trusts = {"north": "", "south": ""}
    site = a_site({"one": f"also_about: [south]\n{block}"}, trusts=trusts)
    assert set(sections.of_trust(site, "north")) == OF_EVERY_TRUST | ({section} - {None})
    assert set(sections.of_trust(site, "south")) == OF_EVERY_TRUST


def test_a_trust_has_the_sections_of_its_services_sources_and_predecessors() -> None:
    rated = "ratings: [{scope: service, name: Maternity, value: good, sources: [A]}]"
    source = "{publisher: P, type: data, url: unknown, published: 2026}"
    site = a_site(
        {"one": rated, "two": "trust: old", "three": "trust: old\nalso_about: [new]"},
        trusts={
            "north": f"sources: {{S: {source}}}\nstaff: {{value: 9, sources: [S]}}",
            "old": "",
            "new": "predecessors: [{id: old, date: 2020, reason: merger}, "
            "{name: Elsewhere, date: 2019, reason: merger}]",
        },
    )
    more = {"services", "history", "sources"}
    assert set(sections.of_trust(site, "north")) == OF_EVERY_TRUST | more
    assert "source-S" in sections.anchors_of(site, "trust", "north")
    assert sections.landings(site, "trust", "north") == OF_EVERY_TRUST | more | {"source-S"}
    assert set(sections.of_trust(site, "new")) == OF_EVERY_TRUST | {"inherited"}
    inherited = sections.inherited_briefings(site, "new")
    assert [briefing.id for briefing in inherited] == ["two"]
    assert sections.inherited_briefings(site, "old") == ()


def test_a_requirement_has_a_section_of_deadlines_once_one_is_set() -> None:
    order = "{id: rooms, event: told, date: 2025, sources: [A]}"
    due = "{id: doors, event: told, date: 2025, deadline: 2026-01, sources: [A]}"
    requirements = {
        "rooms": "looked: [{date: 2026-11-03, where: A}, {date: 2027-01-01, where: A}]\n"
        "asked: [{date: 2026-06-05}]",
        "doors": "vacated: [{anchor: event-1}]",
    }
    site = a_site({"one": f"requirements: [{order}, {due}, {order}]"}, requirements=requirements)
    assert sections.of_requirement(site, "rooms") == ("history", "about", "feeds")
    assert sections.of_requirement(site, "doors") == ("history", "deadlines", "about", "feeds")
    assert sections.own_anchors(site, "requirement", "rooms") == {
        "main", "top", "nav", "footer", "contents", "history", "about", "feeds", "event-1",
        "event-2", "looked-2026-11-03", "asked-2026-06-05",
    }  # fmt: skip
    assert sections.landings(site, "requirement", "doors") == {
        "history", "deadlines", "about", "feeds", "event-2",
    }  # fmt: skip
    assert {"event-1", "event-2"} <= set(sections.anchors_of(site, "requirement", "doors"))
    assert "event-1" not in sections.own_anchors(site, "requirement", "doors")


def test_a_vacated_anchor_of_a_briefing_leads_to_a_section_or_an_item_of_it() -> None:
    text = (
        "strengths: [{text: A., sources: [A]}]\nvacated: [{anchor: strength-1}]\n"
        "changes: [{date: 2026-02-01, kind: update, text: A.}]"
    )
    site = a_site({"one": text})
    items = {"strength-2", "source-A"}
    landings = sections.landings(site, "briefing", "one")
    assert landings == ALWAYS | {"strengths", "changes"} | items
    more = {"contents", "change-1", "main", "top", "nav", "footer"}
    assert sections.own_anchors(site, "briefing", "one") == landings | more


def test_vacated_anchors_lead_where_they_say_or_to_the_section_of_their_list() -> None:
    vacated = [
        Vacated(anchor="strength-2", now="concern-1"),
        Vacated(anchor="strength-4"),
        Vacated(anchor="strength-5"),
        Vacated(anchor="figure-1"),
    ]
    assert sections.vacated_by_target(vacated, {"strengths", "concerns"}, "briefing") == {
        "concern-1": ["strength-2"],
        "strengths": ["strength-4", "strength-5"],
        "briefing": ["figure-1"],
    }


def test_headings_and_citations_of_a_text_have_anchors() -> None:
    body = Body.of("", "", (Heading(2, "staff", "Staff"),), (), (("A", 2),))
    page = a_front(PageFront, "title: P\nchanges: [{date: 2026-02-01, kind: update, text: A.}]")
    topic = a_record("topic", "staffing", a_front(TopicFront, "name: S\nsummary: A."))
    content = replace(
        a_content({}),
        pages={
            id: replace(a_record("page", id, front), body=body)
            for id, front in (("terms", page), ("about", a_front(PageFront, "title: P2")))
        },
        topics={"staffing": replace(topic, body=body)},
    )
    site = visible(content, NOW)
    frame, text = {"main", "top", "nav", "footer"}, {"staff", "cite-A-1", "cite-A-2"}
    changes = {"changes", "change-1"}
    assert set(sections.anchors_of(site, "page", "terms")) == frame | text | changes
    assert set(sections.anchors_of(site, "page", "about")) == frame | text | {"responsible"}
    lists = {"briefings", "requirements", "feeds"}
    assert set(sections.anchors_of(site, "topic", "staffing")) == frame | text | lists
    regulator = {"contents", *anchors.REGULATOR}
    assert set(sections.anchors_of(site, "regulator", "cqc")) == frame | regulator
    assert sections.vacated_of(site, "page", "terms") == ()
