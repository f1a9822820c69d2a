"""What rules compare of all files, found without reading whole files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from briefings.content.schema.entities import PageFront, TopicFront
from briefings.domain.site import Site, visible
from briefings.domain.summaries import (
    briefings_of_action,
    doubtful_briefings,
    files_of_alias,
    files_of_title,
    is_gap,
    moments_ahead,
    moments_of_visibility,
    requirements_of_title,
    shared_actions,
    summaries,
    summary,
)
from tests.support.factory import LONDON, NOW, a_content, a_front, a_record, a_site


def day(month: int, number: int = 1) -> datetime:
    return datetime(2026, month, number, tzinfo=LONDON)


def with_pages(briefings: Mapping[str, str], pages: Mapping[str, str]) -> Site:
    """The site of these briefings and pages, and of a topic with an alias."""
    topic = a_front(TopicFront, "name: Staffing\nsummary: A.\naliases: [/Old/Staff/]")
    content = replace(
        a_content(briefings),
        pages={id: a_record("page", id, a_front(PageFront, text)) for id, text in pages.items()},
        topics={"staffing": a_record("topic", "staffing", topic)},
    )
    return visible(content, NOW)


def test_files_are_gone_through_by_kind() -> None:
    site = with_pages({"b": "", "a": ""}, {"terms": "title: Terms"})
    assert [thing for thing, _ in summaries(site)] == [
        ("regulator", "cqc"), ("trust", "north"), ("topic", "staffing"), ("requirement", "rooms"),
        ("page", "terms"), ("briefing", "b"), ("briefing", "a"),
    ]  # fmt: skip
    for (kind, id), own_summary in summaries(site):
        assert own_summary == summary(site, kind, id)
        assert own_summary.path == site.content.of_kind(kind)[id].path
    with pytest.raises(KeyError):
        summary(site, "trust", "nobody")


def test_titles_of_pages_and_briefings_are_compared_whatever_their_case() -> None:
    site = with_pages(
        {"one": "title: Our Terms", "two": "title: Alone", "three": "title: our terms"},
        {"terms": "title: Our terms", "more": "title: More"},
    )
    assert list(files_of_title(site).values()) == [
        (("page", "terms"), ("briefing", "one"), ("briefing", "three"))
    ]


def test_titles_of_requirements_are_compared_within_a_trust() -> None:
    requirements = {
        "rooms": "", "again": "", "other": "title: Mend the doors", "south": "trust: south",
    }  # fmt: skip
    site = a_site({}, trusts={"north": "", "south": ""}, requirements=requirements)
    assert list(requirements_of_title(site).values()) == [
        (("requirement", "rooms"), ("requirement", "again"))
    ]
    assert files_of_title(site) == {}


def test_actions_that_several_briefings_name_are_known_with_their_briefings() -> None:
    action = "enforcement: [{{kind: warning-notice, {}text: A., served: 2025, sources: [A]}}]"
    texts = {
        "one": action.format("id: e, "),
        "two": action.format(""),
        "three": action.format("id: alone, "),
        "four": action.format("id: e, "),
    }
    site = a_site(texts)
    assert shared_actions(site) == {"e": ("one", "four")}
    assert briefings_of_action(site, "e") == ("one", "four")


def test_aliases_are_found_in_any_case_with_all_files_that_have_them() -> None:
    site = with_pages({"one": "aliases: [/OLD/staff/, /old/one/]"}, {})
    assert files_of_alias(site) == {
        "/old/staff/": (("topic", "staffing"), ("briefing", "one")),
        "/old/one/": (("briefing", "one"),),
    }


def test_a_site_changes_when_a_file_becomes_public_or_is_withdrawn() -> None:
    texts = {
        "one": "published: 2026-02-01\nembargo_until: 2026-03-01",
        "two": "published: 2026-03-01\nstatus: withdrawn\nwithdrawn: {date: 2026-05-01, reason: R}",
        "draft": "published: 2026-06-01\nstatus: draft",
    }
    trusts = {"north": "", "south": "published: 2026-04-01"}
    site = a_site(texts, trusts=trusts, now=day(4))
    assert moments_of_visibility(site) == (day(3), day(4), day(5))
    assert moments_ahead(site) == [day(5)]
    assert summary(site, "briefing", "draft").moments == ()
    assert summary(site, "briefing", "draft").is_draft
    assert not summary(site, "briefing", "one").is_draft


def test_briefings_whose_events_may_be_lacking_are_known() -> None:
    texts = {"one": "", "two": "", "draft": "status: draft"}
    broken = frozenset({"two", "draft", "unread"})
    site = a_site(texts, broken=broken)
    assert doubtful_briefings(site) == ("two", "unread")
    assert doubtful_briefings(site.with_drafts()) == ("draft", "two", "unread")
    record = site.content.briefings["two"]
    assert is_gap(record, "title", "regulator")
    assert not is_gap(record, "title")
    assert not is_gap(site.content.briefings["one"], "regulator")
