"""The weekly digest: what was published in a week, on its page and in the weekly feeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest

from briefings.build.changes import window
from briefings.content.schema.entities import TopicFront
from briefings.domain.site import Site, visible
from tests.support.factory import LONDON, NOW, a_content, a_front, a_record, a_site
from tests.support.reading import built, feeds, html_of, site_of

HOST = "https://example.org"
MONDAY = datetime(2026, 1, 19, tzinfo=LONDON)


def weeks_of(site: Site) -> list[str]:
    """The weeks that have a page, as their addresses name them."""
    matches = (re.fullmatch(r"/digest/([^/]+)/", url) for url in html_of(site))
    return sorted(match[1] for match in matches if match)


def page(site: Site, week: str) -> str:
    return html_of(site)[f"/digest/{week}/"]


def entries(site: Site, path: str = "digest/feed.xml") -> list[Any]:
    data = next(feed.render() for feed in feeds(site) if feed.path == path)
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.bozo_exception
    return list(parsed.entries)


def test_a_digest_appears_at_the_moment_when_its_week_is_over() -> None:
    briefings = {"one": "published: 2026-01-15"}
    before = a_site(briefings, now=MONDAY - timedelta(seconds=1))
    assert weeks_of(before) == []
    assert "No week is over" in html_of(before)["/digest/"]
    assert entries(before) == []
    assert window(before.engine, before.now)[1] == MONDAY, "a scheduled build is due then"
    after = a_site(briefings, now=MONDAY)
    assert weeks_of(after) == ["2026-w03"]
    assert "/digest/2026-w03/" in html_of(after)["/digest/"]
    assert "12 to 18 January 2026" in page(after, "2026-w03")
    (item,) = entries(after)
    assert item.published == "Mon, 19 Jan 2026 00:00:00 +0000"
    assert item.link == f"{HOST}/digest/2026-w03/"
    assert item.id == "tag:example.org,2026:digest/2026-w03"
    assert item.title == "Briefings: 12 to 18 January 2026"
    assert item.summary == "1 new briefing."


@pytest.mark.parametrize(
    ("published", "week"),
    [
        ("2026-07-05T23:59:59+01:00", "2026-w27"),  # Sunday in London, 22:59 in Greenwich
        ("2026-07-06", "2026-w28"),  # Monday in London, still Sunday in Greenwich
        ("2021-01-03", "2020-w53"),  # ISO 8601: week 53 of the year before
        ("2025-12-29", "2026-w01"),
    ],
)
def test_weeks_are_those_of_iso_8601_in_the_time_zone_of_the_site(
    published: str, week: str
) -> None:
    assert weeks_of(a_site({"one": f"published: {published}"})) == [week]


def test_a_week_in_which_nothing_was_published_has_no_page() -> None:
    texts = {"one": "published: 2026-01-15", "two": "published: 2026-02-15"}
    site = a_site(texts)
    assert weeks_of(site) == ["2026-w03", "2026-w07"]
    assert [entry.id.rsplit("/")[-1] for entry in entries(site)] == ["2026-w07", "2026-w03"]
    assert 'rel="next" href="/digest/2026-w03/"' in page(site, "2026-w07")
    assert 'rel="prev" href="/digest/2026-w07/"' in page(site, "2026-w03")


RATED = """
ratings:
  - {scope: trust, value: inadequate, sources: [A]}
  - {scope: trust, key_question: safe, value: inadequate, change: down, sources: [A],
     previous: {value: good, date: 2020}}
requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]
enforcement: [{kind: warning-notice, text: A notice., served: 2025-10, sources: [A]}]
"""


def test_a_briefing_comes_with_its_five_answers_ratings_and_events() -> None:
    site = a_site({"one": f"title: On one\nsummary: It was bad.\n{RATED}"})
    for text in (page(site, "2026-w03"), entries(site)[0].content[0].value):
        for words in (
            "On one", "It was bad.", "Inadequate", "Overall, whole trust", "1 requirement",
            "Safe, whole trust: Inadequate (down, previously Good)",
            "Told: Stop using shared rooms", "Warning notice", "North Trust",
        ):  # fmt: skip
            assert words in text


def test_corrections_are_told_in_the_week_in_which_they_were_published() -> None:
    changes = """
title: On one
changes:
  - {date: 2026-02-01, kind: minor, text: A comma.}
  - {date: 2026-02-03, kind: correction, text: Nine wards and not eight.}
"""
    site = a_site({"one": changes})
    assert weeks_of(site) == ["2026-w03", "2026-w06"], "a minor change is silent"
    assert "Nine wards" not in page(site, "2026-w03")
    assert "Correction: Nine wards and not eight." in page(site, "2026-w06")
    assert "1 correction or update" in page(site, "2026-w06")


def test_what_was_withdrawn_is_in_no_digest_but_its_notice_is() -> None:
    gone = """
title: Wrong
summary: Never say this.
status: withdrawn
withdrawn: {date: 2026-03-04, reason: It was another trust.}
changes: [{date: 2026-02-03, kind: correction, text: Nor that.}]
"""
    site = a_site({"one": gone, "two": "published: 2026-01-16"})
    every = [page(site, week) for week in weeks_of(site)]
    every += [entry.content[0].value for entry in entries(site)]
    assert not any("Never say this." in text or "Nor that." in text for text in every)
    assert "Withdrawal: It was another trust." in page(site, "2026-w10")
    assert weeks_of(a_site({"one": gone})) == ["2026-w03", "2026-w06", "2026-w10"], "no 404"
    for week in ("2026-w03", "2026-w06"):
        assert "A briefing on North Trust" in page(a_site({"one": gone}), week)
        assert "Withdrawn on 4 March 2026." in page(a_site({"one": gone}), week)
    hidden = gone.replace("reason: It", "hide: [title, changes], reason: It")
    site = a_site({"one": hidden})
    every = [page(site, week) for week in weeks_of(site)]
    assert not any("Wrong" in text or "Nor that" in text for text in every)


def late(deadline: str, *events: str, more: Mapping[str, str] | None = None) -> Site:
    order = f"{{id: rooms, event: told, date: 2025-09, deadline: {deadline}, sources: [A]}}"
    rows = "".join(f"  - {row}\n" for row in (order, *events))
    return a_site({"one": f"requirements:\n{rows}", **(more or {})})


def test_a_deadline_is_told_in_the_week_in_which_it_passed_without_a_record() -> None:
    site = late("2026-03-01")  # a Sunday
    assert weeks_of(site) == ["2026-w03", "2026-w09"]
    text = page(site, "2026-w09")
    assert "Deadlines passed, no public record that they were met" in text
    assert "The deadline was 1 March 2026." in text
    met = "{id: rooms, event: met, date: 2026-02, sources: [A]}"
    assert weeks_of(late("2026-03-01", met)) == ["2026-w03"]


def test_a_later_record_does_not_take_a_week_away() -> None:
    met = """
published: 2026-05-06
requirements: [{id: rooms, event: met, date: 2026-04, sources: [A]}]
"""
    site = late("2026-03-01", more={"two": met})
    assert weeks_of(site) == ["2026-w03", "2026-w09", "2026-w19"]
    assert "The deadline was 1 March 2026. Since then recorded: met." in page(site, "2026-w09")


def test_a_deadline_that_was_over_when_it_was_published_is_no_news_of_a_week() -> None:
    assert weeks_of(late("2025-11-01")) == ["2026-w03"]
    assert "Deadlines passed" not in page(late("2025-11-01"), "2026-w03")


def test_the_deadline_of_a_warning_notice_is_told_like_others() -> None:
    text = "{kind: warning-notice, text: A notice., served: 2025-10, sources: [A], deadlines: "
    site = a_site({"one": f"enforcement: [{text} [{{date: 2026-03-01, about: Staff}}]}}]"})
    assert "Staff (North Trust)" in page(site, "2026-w09")


def test_a_trust_and_a_topic_each_have_a_weekly_feed_of_what_is_on_them() -> None:
    texts = {
        "one": "topics: [estates]\ntitle: On one",
        "two": "trust: south\ntitle: On two",
        "three": "also_about: [south]\npublished: 2026-02-05",
    }
    content = a_content(texts, trusts={"north": "", "south": "name: South Trust"})
    topic = a_record("topic", "estates", a_front(TopicFront, "name: Estates\nsummary: Of estates."))
    site = visible(replace(content, topics={"estates": topic}), NOW)
    north, south, estates = (
        entries(site, f"{place}/digest/feed.xml")
        for place in ("trusts/north", "trusts/south", "topics/estates")
    )
    assert [len(items) for items in (north, south, estates)] == [2, 2, 1]
    assert "On two" in south[-1].content[0].value
    assert "On one" not in south[-1].content[0].value
    assert south[-1].id == "tag:example.org,2026:trust/south/digest/2026-w03"
    assert south[-1].title == "South Trust: 12 to 18 January 2026"
    assert estates[0].id == "tag:example.org,2026:topic/estates/digest/2026-w03"
    assert estates[0].link == f"{HOST}/digest/2026-w03/"


@pytest.mark.parametrize("content", ["content", "tests/site/content"])
def test_everything_that_was_announced_is_in_a_digest(content: str) -> None:
    """Nobody who reads only the weekly digest misses a briefing, a correction or a withdrawal."""
    site, pages = site_of(content), built(content)
    end = datetime(2026, 11, 30, tzinfo=LONDON)
    digests = [html for url, html in pages.items() if re.fullmatch(r"/digest/2.*", url)]
    for briefing in (*site.briefings, *site.withdrawn):
        if briefing.visible_from < end:
            link = f'href="{site.urls.link(briefing.url)}"'
            assert any(link in html for html in digests), briefing.id
