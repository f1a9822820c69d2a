"""What is public is entered in the register, and what was once public is not lost from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from briefings.content.publication_register import FactsLine, Line, Register
from briefings.content.schema.entities import PageFront
from briefings.domain.publication import (
    announced,
    differs,
    facts_hash,
    heir_of_url,
    is_public,
    is_unannounced,
    lines_to_record,
    lost,
    missing_lines,
)
from briefings.domain.site import Site, visible
from briefings.urls import url_of
from tests.support.factory import LONDON, NOW, a_content, a_front, a_record, a_site

WITHDRAWN = "status: withdrawn\nwithdrawn: {date: 2026-02-01, reason: R.}"
TOLD = "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]"
ENTERED = datetime(2026, 1, 2, tzinfo=LONDON)


def entered(kind: str, id: str, leads_to: str = "") -> Line:
    """A line of the register."""
    guid = f"tag:example.org,2026:{kind}/{id}"
    return Line(kind, id, url_of(kind, id), guid, ENTERED, leads_to)


def the_site(
    briefings: Mapping[str, str],
    *lines: Line,
    facts: Sequence[FactsLine] = (),
    trusts: Mapping[str, str] | None = None,
    now: datetime = NOW,
) -> Site:
    register = Register(lines, tuple(facts))
    return visible(replace(a_content(briefings, trusts=trusts), register=register), now)


#: The lines of what every site here has beside its briefings.
OTHERS = (entered("regulator", "cqc"), entered("trust", "north"), entered("requirement", "rooms"))


def cells(site: Site) -> list[tuple[str, ...]]:
    """The missing lines, each without its address."""
    return [(f"{line.kind} {line.id}", *line.cells[3:]) for line in missing_lines(site)]


@pytest.mark.parametrize(
    ("kind", "id", "expected"),
    [
        ("briefing", "shown", True),
        ("briefing", "notice", True),
        ("briefing", "draft", False),
        ("briefing", "later", False),
        ("briefing", "nobody", False),
        ("trust", "north", True),
        ("trust", "held", False),
        ("trust", "nobody", False),
        ("requirement", "rooms", True),
        ("requirement", "doors", False),
        ("requirement", "nobody", False),
        ("regulator", "cqc", True),
        ("regulator", "nobody", False),
    ],
)
def test_what_has_a_page_now_is_public(kind: str, id: str, expected: bool) -> None:
    later = "published: 2027-01-01\n" + TOLD.replace("rooms", "doors")
    site = a_site(
        {"shown": TOLD, "notice": WITHDRAWN, "draft": "status: draft", "later": later},
        trusts={"north": "", "held": "published: 2027-01-01"},
        requirements={"rooms": "", "doors": ""},
    )
    assert is_public(site, kind, id) is expected


def test_new_lines_are_in_the_order_of_their_moments_each_with_its_guid() -> None:
    texts = {
        "second": "published: 2026-02-01\n" + TOLD,
        "first": "published: 2026-01-03T09:30:00+00:00\n" + TOLD,
        "draft": "status: draft",
    }
    trusts = {"north": "", "held": "published: 2026-01-05", "later": "published: 2027-01-01"}
    now = NOW.replace(second=5, microsecond=7)
    assert cells(the_site(texts, trusts=trusts, now=now)) == [
        (f"{name}", f"tag:example.org,2026:{name.replace(' ', '/')}", moment, "")
        for name, moment in (
            ("requirement rooms", "2026-01-03T09:30:00+00:00"),
            ("briefing first", "2026-01-03T09:30:00+00:00"),
            ("trust held", "2026-01-05T00:00:00+00:00"),
            ("briefing second", "2026-02-01T00:00:00+00:00"),
            ("regulator cqc", "2026-12-01T12:00:05+00:00"),
            ("trust north", "2026-12-01T12:00:05+00:00"),
        )
    ]
    everything = missing_lines(the_site(texts, trusts=trusts))
    assert missing_lines(the_site(texts, *everything, trusts=trusts)) == ()


def test_an_id_without_a_file_is_lost_unless_it_was_given_up() -> None:
    gone, given_up = entered("briefing", "gone"), entered("briefing", "old")
    end = replace(given_up, leads_to="/briefings/one/")
    site = the_site({"one": ""}, *OTHERS, entered("briefing", "one"), gone, given_up, end)
    assert list(lost(site)) == [gone]
    assert missing_lines(site) == ()


def test_a_renamed_briefing_takes_over_the_guid_and_the_moment_of_the_old_one() -> None:
    old = entered("briefing", "old")
    site = the_site({"new": "aliases: [/briefings/old/]"}, *OTHERS, old)
    up, new = missing_lines(site)
    assert up == replace(old, leads_to="/briefings/new/")
    assert new == replace(old, id="new", url="/briefings/new/")


def test_what_leads_to_another_record_gives_up_its_id_and_hands_on_nothing() -> None:
    old = entered("briefing", "old")
    alias = "aliases: [/briefings/old/]"
    known = the_site({"new": alias}, *OTHERS, old, entered("briefing", "new"))
    assert missing_lines(known) == (replace(old, leads_to="/briefings/new/"),)
    trust = the_site({}, OTHERS[0], OTHERS[2], old, trusts={"north": alias})
    up, new = missing_lines(trust)
    assert up == replace(old, leads_to="/trusts/north/")
    assert new.guid == "tag:example.org,2026:trust/north"
    hidden = the_site({"new": f"{alias}\nstatus: draft"}, *OTHERS, old)
    assert missing_lines(hidden) == ()
    assert heir_of_url(hidden, "/briefings/old/") is None
    assert heir_of_url(known, "/briefings/older/") is None


def test_of_two_that_became_one_the_first_hands_on_its_guid() -> None:
    lines = entered("briefing", "a"), entered("briefing", "b")
    site = the_site({"new": "aliases: [/briefings/a/, /briefings/b/]"}, *OTHERS, *lines)
    *given_up, new = missing_lines(site)
    assert [(line.id, line.leads_to) for line in given_up] == [
        ("a", "/briefings/new/"), ("b", "/briefings/new/"),
    ]  # fmt: skip
    assert new.guid == lines[0].guid


def test_of_two_that_have_an_old_address_the_public_one_that_comes_last_has_it() -> None:
    alias = "aliases: [/old/]"
    site = the_site({"one": alias}, trusts={"north": alias})
    assert heir_of_url(site, "/old/") == ("briefing", "one")
    site = the_site({"one": f"{alias}\nstatus: draft"}, trusts={"north": alias})
    assert heir_of_url(site, "/old/") == ("trust", "north")


def test_a_page_is_entered_when_it_is_first_seen() -> None:
    content = a_content({})
    page = a_record("page", "terms", a_front(PageFront, "title: Terms"))
    site = visible(replace(content, pages={"terms": page}, register=Register(OTHERS)), NOW)
    (line,) = missing_lines(site)
    assert (line.kind, line.id, line.url, line.first_published) == ("page", "terms", "/terms/", NOW)


# Facts that were recorded

RATED = "ratings: [{scope: trust, value: good, sources: [A]}]\n"
CHANGE = "changes: [{{date: {}, kind: {}, text: A.}}]\n"
OTHER = FactsLine("one", 0, "0" * 32)

CHANGED = {
    "facts changed": ("", OTHER, True),
    "and it is announced": (CHANGE.format("2026-02-01", "update"), OTHER, False),
    "a minor change announces nothing": (CHANGE.format("2026-02-01", "minor"), OTHER, True),
    "a later change does not yet": (CHANGE.format("2027-02-01", "update"), OTHER, True),
    "the announced change was there before": (
        CHANGE.format("2026-02-01", "update"), replace(OTHER, changes=1), True,
    ),
    "more changes were recorded than there are": ("", replace(OTHER, changes=1), True),
    "withdrawn": (WITHDRAWN, OTHER, False),
    "draft": ("status: draft", OTHER, False),
    "not public yet": ("published: 2027-01-01", OTHER, False),
}  # fmt: skip


@pytest.mark.parametrize(("more", "line", "expected"), CHANGED.values(), ids=CHANGED)
def test_a_fact_that_changed_after_it_was_recorded_has_to_be_announced(
    more: str, line: FactsLine, expected: bool
) -> None:
    site = the_site({"one": RATED + more}, facts=[line])
    assert is_unannounced(site, "one") is expected
    assert differs(site, line) is expected
    same = replace(line, facts=facts_hash(site, "one"))
    assert not differs(the_site({"one": RATED + more}, facts=[same]), same)


def test_nothing_is_unannounced_of_what_was_not_recorded_or_can_not_be_read() -> None:
    assert not is_unannounced(the_site({"one": RATED}), "one")
    content = a_content({"one": RATED}, broken=frozenset({"one"}))
    site = visible(replace(content, register=Register((), (OTHER,))), NOW)
    assert not is_unannounced(site, "one")
    assert list(lines_to_record(site)) == [OTHER]
    preview = visible(a_content({"one": "status: draft"}), NOW, drafts=True)
    assert list(lines_to_record(preview)) == []


def test_facts_are_recorded_again_only_with_a_change_that_announces_them() -> None:
    change = CHANGE.format("2026-02-01", "update")
    texts = {"two": RATED, "one": RATED + change, "gone": WITHDRAWN, "draft": "status: draft"}
    lines = [OTHER, replace(OTHER, id="lost"), replace(OTHER, id="gone")]
    site = the_site(texts, facts=lines)
    assert list(lines_to_record(site)) == [
        replace(OTHER, id="gone"),
        FactsLine("one", 1, facts_hash(site, "one")),
        FactsLine("two", 0, facts_hash(site, "two")),
    ]
    unannounced = the_site({"one": RATED}, facts=[OTHER])
    assert list(lines_to_record(unannounced)) == [OTHER]


def test_only_changes_up_to_now_that_are_not_minor_are_announced() -> None:
    rows = (("2026-02-01", "update"), ("2026-02-02", "minor"), ("2027-02-03", "correction"))
    text = "changes:\n" + "".join(f"  - {{date: {a}, kind: {b}, text: A.}}\n" for a, b in rows)
    site = the_site({"one": text, "two": ""})
    assert (announced(site, "one"), announced(site, "two")) == (1, 0)


def test_facts_are_the_same_in_any_order_and_under_the_first_id_of_what_they_are_about() -> None:
    text = (
        "ratings: [{scope: trust, value: good, sources: [A]}, {scope: service, name: Maternity, "
        "value: inadequate, sources: [A]}]\n"
        "figures: [{name: Café, value: 7.50, unit: GBP, period: 2024-25, sources: [A]}]\n"
        "enforcement: [{kind: fine, text: A., served: 2025, deadlines: [{date: 2026}, "
        "{date: 2027}], sources: [A]}]\n" + TOLD
    )
    before = facts_hash(the_site({"one": text}), "one")
    hashes = [before]
    turned = text.replace("{date: 2026}, {date: 2027}", "{date: 2027}, {date: 2026}")
    turned = turned.replace("7.50", "7.5").replace("2024-25", "2024/25")
    turned = turned.replace("Café", "Cafe\u0301")
    assert facts_hash(the_site({"one": turned}), "one") == before
    ends = {"trust": "north", "requirement": "rooms", "regulator": "cqc"}
    for kind, old in ends.items():
        guid = f"tag:example.org,2026:{kind}/first"
        line = replace(entered(kind, old), guid=guid)
        assert facts_hash(the_site({"one": text}, line), "one") != before
    assert before == "eb566fd9d2a0f3b6dce6aa191c488599"  # recorded hashes must never change
    for old, new in (
        ("7.50", "7.51"), ("2024-25", "2024"), ("value: good", "value: bad"),
        ("date: 2026}", "date: 2026/2027}"), ("date: 2026}", "date: 2026/2028}"),
    ):  # fmt: skip
        hashes.append(facts_hash(the_site({"one": text.replace(old, new)}), "one"))
    assert len(set(hashes)) == len(hashes)
