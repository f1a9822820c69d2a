"""Which records are public at a moment, and their order."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from briefings.content.dates.values import Moment
from briefings.content.publication_register import Line, Register
from briefings.content.records import Content
from briefings.content.schema.entities import PageFront, TopicFront
from briefings.content.schema.site import SiteFront
from briefings.domain.site import Briefing, Site, about_url, predecessors_of, visible
from briefings.domain.summaries import moments_ahead
from briefings.engine.engine import unpickled
from tests.support.factory import CONFIG, LONDON, NOW, a_content, a_front, a_record, a_site

PUBLISHED = datetime(2026, 1, 15, 9, 30, tzinfo=LONDON)
SECOND = timedelta(seconds=1)


def visited(*dates: str, report: str = "2026-01-14") -> str:
    """A briefing on visits of these dates."""
    visits = (
        dates[0] if len(dates) == 1 else f"[{', '.join(f'{{date: {visit}}}' for visit in dates)}]"
    )
    return f"inspection: {{type: focused, inspected: {visits}, report_published: {report}}}\n"


def ids(site: Site) -> list[str]:
    return [briefing.id for briefing in site.briefings]


def at(moment: datetime, text: str) -> Site:
    return a_site({"one": text}, now=moment)


def test_a_briefing_is_public_from_its_moment_on_and_not_before() -> None:
    text = "published: 2026-01-15T09:30:00+00:00\n"
    assert ids(at(PUBLISHED - SECOND, text)) == []
    assert ids(at(PUBLISHED, text)) == ["one"]


@pytest.mark.parametrize(
    ("published", "embargo"),
    [
        ("2026-01-14", "2026-01-15T09:30:00+00:00"),
        ("2026-01-15T09:30:00+00:00", "2026-01-14"),
    ],
)
def test_the_later_of_publication_and_embargo_counts(published: str, embargo: str) -> None:
    text = f"published: {published}\nembargo_until: {embargo}\n"
    assert ids(at(PUBLISHED - SECOND, text)) == []
    (briefing,) = at(PUBLISHED, text).briefings
    assert briefing.visible_from == briefing.updated == PUBLISHED
    assert not briefing.is_held


def test_a_draft_is_never_public_and_a_preview_shows_it_as_held() -> None:
    content = a_content({"one": "status: draft\n", "two": ""})
    assert ids(visible(content, NOW)) == ["two"]
    site = visible(content, NOW, drafts=True)
    assert {briefing.id: briefing.is_held for briefing in site.briefings} == {
        "one": True,
        "two": False,
    }


# Where the day begins ten hours before it does in Greenwich, whatever the clock of the machine.
EAST = ZoneInfo("Pacific/Guam")
EMBARGO = "published: 2026-01-01\nembargo_until: 2026-01-15\n"


def in_the_east(text: str) -> Content:
    config = a_front(SiteFront, "time_zone: Pacific/Guam", CONFIG)
    return replace(a_content({"one": text}), config=config)


@pytest.mark.parametrize("text", ["published: 2026-01-15\n", EMBARGO])
def test_a_day_begins_at_midnight_in_the_zone_of_the_site(text: str) -> None:
    content = in_the_east(text)
    midnight = datetime(2026, 1, 15, tzinfo=EAST)
    assert ids(visible(content, midnight - SECOND)) == []
    (briefing,) = visible(content, midnight).briefings
    assert briefing.visible_from == briefing.updated == midnight
    (held,) = visible(content, midnight - SECOND, drafts=True).briefings
    assert held.is_held
    assert not briefing.is_held
    assert moments_ahead(visible(content, midnight - SECOND)) == [midnight]


def test_changes_and_withdrawals_come_at_midnight_in_the_zone_of_the_site() -> None:
    midnight = datetime(2026, 2, 1, tzinfo=EAST)
    for text in (CHANGED, WITHDRAWN.format("2026-02-01")):
        content = in_the_east(text)
        before = visible(content, midnight - SECOND).briefing["one"]
        assert (len(before.changes), before.is_withdrawn) == (0, False)
        after = visible(content, midnight).briefing["one"]
        assert (len(after.changes), after.is_withdrawn) == (
            (1, False) if text is CHANGED else (0, True)
        )
        assert after.updated == midnight
    assert moments_ahead(visible(content, midnight - SECOND)) == [midnight]


def test_moments_are_shown_as_days_in_the_zone_of_the_site() -> None:
    evening = Moment.parse("2026-01-14T23:30:00+00:00")
    site = visible(in_the_east(""), NOW)
    assert site.show(evening) == "15 January 2026"
    assert site.now == NOW
    assert site.now.utcoffset() == timedelta(hours=10)


CHANGED = """
changes:
  - {date: 2026-02-01, kind: correction, text: First.}
  - {date: 2026-03-01, kind: minor, text: Second.}
"""


def test_a_change_shows_from_its_day_on_and_moves_the_day_of_the_last_change() -> None:
    for day, count in ((date(2026, 1, 31), 0), (date(2026, 2, 1), 1), (date(2026, 3, 1), 2)):
        now = datetime(day.year, day.month, day.day, tzinfo=LONDON)
        (briefing,) = at(now, CHANGED).briefings
        assert len(briefing.changes) == count
        assert briefing.updated.date() == (day if count else date(2026, 1, 15))


WITHDRAWN = "status: withdrawn\nwithdrawn: {{date: {}, reason: Wrong trust.}}\n"


def test_a_withdrawn_briefing_counts_until_the_moment_of_its_withdrawal() -> None:
    text = WITHDRAWN.format("2026-02-01")
    moment = datetime(2026, 2, 1, tzinfo=LONDON)
    before, after = at(moment - SECOND, text), at(moment, text)
    assert (ids(before), [briefing.id for briefing in before.withdrawn]) == (["one"], [])
    assert (ids(after), [briefing.id for briefing in after.withdrawn]) == ([], ["one"])
    assert after.briefing["one"].updated == moment
    assert before.briefing["one"].updated == datetime(2026, 1, 15, tzinfo=LONDON)


def test_briefings_are_newest_first_then_by_inspection() -> None:
    site = a_site(
        {
            "old": "published: 2026-01-10\n" + visited("2025-12"),
            "new": "published: 2026-01-20\n" + visited("2020"),
            "late": visited("2025-11"),
            "early": visited("2025-01"),
        }
    )
    assert ids(site) == ["new", "late", "early", "old"]


@pytest.mark.parametrize(
    ("dates", "merged", "last"),
    [
        (["2025-09"], "2025-09", "2025-09"),
        (["2025-09-03", "2025-09-01"], "2025-09-01/2025-09-03", "2025-09-03"),
        (["2025-09-01", "2025-09-01"], "2025-09-01", "2025-09-01"),
        (["2025-05/2025-06", "2025-08/2025-09"], "2025-05/2025-09", "2025-09"),
        (["2025-09-01", "unknown"], "unknown", "2025-09-01"),
        (["2025-09-01", "2025-10/"], "unknown", "2025-10/"),
        (["/2025-08", "2025-09-01"], "unknown", "2025-09-01"),
        (["2025-03", "2025"], "2025", "2025"),
        (["2025-03", "2025-03-01"], "2025-03-01/2025-03", "2025-03"),
    ],
)
def test_several_visits_are_one_date_from_the_first_to_the_last(
    dates: list[str], merged: str, last: str
) -> None:
    (briefing,) = a_site({"one": visited(*dates)}).briefings
    assert (briefing.inspected.written, briefing.last_visit.written) == (merged, last)


@pytest.mark.parametrize(
    ("visit", "report", "key"),
    [
        ("2025-09", "2026-01-14", (date(2025, 9, 30), date(2025, 9, 1))),
        ("unknown", "2026-01-14", (date(2026, 1, 14), date(2026, 1, 14))),
        ("unknown", "unknown", (date(2026, 1, 15), date(2026, 1, 15))),
    ],
)
def test_an_unknown_visit_is_at_its_report_and_that_at_the_publication(
    visit: str, report: str, key: tuple[date, date]
) -> None:
    (briefing,) = a_site({"one": visited(visit, report=report)}).briefings
    assert briefing.inspected_key == key


def test_the_wait_from_visit_to_report_runs_from_the_last_visit() -> None:
    (briefing,) = a_site({"one": visited("2025-01-01", "2025-12-14")}).briefings
    assert briefing.visit_to_report is not None
    assert briefing.visit_to_report.show() == "1 month"


def test_several_by_one_moment_and_inspection_are_in_one_order_whatever_their_files() -> None:
    texts = {"b": visited("2025-09"), "a": visited("2025-09"), "c": visited("2025-09")}
    turned = dict(reversed(texts.items()))
    assert ids(a_site(texts)) == ids(a_site(turned)) == ["a", "b", "c"]


def test_the_site_has_all_that_the_content_has_besides_its_briefings() -> None:
    content = replace(
        a_content({"one": ""}),
        topics={"staffing": a_record("topic", "staffing", a_front(TopicFront, TOPIC))},
        pages={"about": a_record("page", "about", a_front(PageFront, "title: About us"))},
        media=frozenset({"ward.png"}),
        register=RENAMED,
    )
    site = visible(content, NOW)
    for name in ("trusts", "regulators", "requirements", "topics", "pages", "media"):
        assert set(getattr(site, name)) == set(getattr(content, name))
    assert site.config.title == content.config.title
    assert site.register.lines == RENAMED.lines
    (briefing,) = site.briefings
    record = content.briefings["one"]
    assert (briefing.path, briefing.body.html) == (record.path, record.body.html)
    assert briefing.url == "/briefings/one/"
    assert site.urls.absolute(briefing.url) == "https://example.org/briefings/one/"


TOPIC = "name: Staffing\nsummary: How many nurses there are."


def test_a_topic_has_the_briefings_that_name_it() -> None:
    content = a_content({"one": "topics: [staffing]\n", "two": ""})
    topics = {id: a_record("topic", id, a_front(TopicFront, TOPIC)) for id in ("staffing", "rooms")}
    site = visible(replace(content, topics=topics), NOW).by_topic
    assert {id: [member.id for member in group] for id, group in site.items()} == {
        "staffing": ["one"],
        "rooms": [],
    }


def test_briefings_are_grouped_by_what_they_name() -> None:
    site = a_site(
        {
            "a": "published: 2025-03-01\ntrust: south\nalso_about: [north]\n",
            "b": "published: 2026-03-01\n",
        },
        trusts={"north": "", "south": "", "empty": ""},
    )

    def grouped(groups: object) -> dict[object, list[str]]:
        assert isinstance(groups, Mapping)
        return {key: [briefing.id for briefing in briefings] for key, briefings in groups.items()}

    assert grouped(site.by_trust) == {"north": ["a", "b"], "south": ["a"], "empty": []}
    assert grouped(site.by_regulator) == {"cqc": ["a", "b"]}
    assert list(grouped(site.by_year).items()) == [("2026", ["b"]), ("2025", ["a"])]
    assert "2024" not in site.by_year


def test_lists_go_by_the_report_and_feeds_by_publication_then_by_the_report() -> None:
    site = a_site(
        {
            "exact": reported("2016-10-21"),
            "month": reported("2016-10"),
            "year": reported("2016"),
            "interval": reported("2016-09/2016-10"),
            "unknown": reported("unknown", "2016-10-25"),
            "newest": reported("2018-02") + "published: 2026-01-14\n",
        }
    )
    order = ["newest", "year", "month", "interval", "unknown", "exact"]
    assert [briefing.id for briefing in site.by_report] == order
    assert [briefing.id for briefing in site.by_trust["north"]] == order
    assert ids(site) == [*order[1:], "newest"]


def reported(report: str, inspected: str = "2016-03") -> str:
    return f"inspection: {{type: focused, inspected: {inspected}, report_published: {report}}}\n"


def test_the_successors_of_a_trust_are_those_that_name_it() -> None:
    became = (
        "predecessors: [{id: north, date: 2020, reason: merger}, "
        "{name: Elsewhere, date: 2019, reason: merger}]"
    )
    site = a_site({}, trusts={"z": became, "b": became, "north": ""})
    assert dict(site.successors) == {"north": ("b", "z")}


def test_a_guid_is_named_after_the_host_unless_the_site_names_another() -> None:
    site = a_site({})
    assert site.tag("briefing/one#change-1") == "tag:example.org,2026:briefing/one#change-1"
    config = a_front(SiteFront, 'feed: {tag: "example.net,2020"}', CONFIG)
    other = visible(replace(a_content({}), config=config), NOW)
    assert other.tag("trust/north") == "tag:example.net,2020:trust/north"


RENAMED = Register(
    tuple(
        Line(
            "briefing", id, f"/briefings/{id}/", "tag:example.com,2019:briefing/old", NOW, leads_to
        )
        for id, leads_to in (("old", ""), ("old", "briefing new"), ("new", ""))
    )
)


def test_a_renamed_page_and_its_parts_keep_their_guids() -> None:
    site = visible(replace(a_content({}), register=RENAMED), NOW)
    assert site.tag("briefing/new") == "tag:example.com,2019:briefing/old"
    assert site.tag("briefing/new#rating/overall") == (
        "tag:example.com,2019:briefing/old#rating/overall"
    )
    assert site.tag("briefing/new/next-check") == "tag:example.com,2019:briefing/old/next-check"


def test_new_guids_have_the_authority_of_published_ones_whatever_the_host() -> None:
    site = visible(replace(a_content({}), register=RENAMED), NOW)
    assert site.tag("trust/new") == "tag:example.com,2019:trust/new"
    assert site.tag("briefing/another") == "tag:example.com,2019:briefing/another"


def test_later_moments_are_listed_once_each_and_in_order() -> None:
    content = a_content(
        {
            "past": "published: 2026-01-01\n",
            "later": "published: 2026-03-01\n" + WITHDRAWN.format("2026-04-01"),
            "same": "published: 2026-03-01\n",
            "now": "published: 2026-02-01\n",
            "draft": "status: draft\npublished: 2026-05-01\n",
        }
    )
    now = datetime(2026, 2, 1, tzinfo=LONDON)
    assert moments_ahead(visible(content, now)) == [
        datetime(2026, 3, 1, tzinfo=LONDON),
        datetime(2026, 4, 1, tzinfo=LONDON),
    ]


def test_the_site_at_a_later_moment_or_with_drafts_is_that_of_a_new_one() -> None:
    """No stored value is used that the moment or the drafts change."""
    texts = {"one": "published: 2026-02-01", "two": "", "three": "status: draft", "four": CHANGED}
    content = a_content(texts, trusts={"north": "", "south": "published: 2026-02-01"})
    site = visible(content, PUBLISHED)

    def shown(site: Site) -> list[object]:
        changes = [len(briefing.changes) for briefing in site.briefings]
        return [ids(site), changes, list(site.trusts), site.drafts]

    first, branch = shown(site), site.branch()
    for later in (datetime(2026, 2, 1, tzinfo=LONDON), PUBLISHED + timedelta(days=60)):
        assert shown(site.at(later, branch)) == shown(visible(content, later)) != first
    drafts = site.with_drafts()
    assert shown(drafts) == shown(visible(content, PUBLISHED, drafts=True)) != first
    assert shown(drafts.with_drafts(drafts=False)) == first
    assert site.with_drafts(drafts=False) is site
    assert drafts.with_drafts() is drafts


def test_a_trust_is_held_back_until_midnight_in_the_zone_of_the_site() -> None:
    config = a_front(SiteFront, "time_zone: Pacific/Guam", CONFIG)
    content = replace(a_content({}, trusts={"north": "published: 2026-01-15"}), config=config)
    midnight = datetime(2026, 1, 15, tzinfo=EAST)
    assert list(visible(content, midnight - SECOND).trusts) == []
    assert visible(content, midnight - SECOND).trusts.get("north") is None
    assert list(visible(content, midnight).trusts) == ["north"]
    assert list(visible(content, midnight - SECOND, drafts=True).trusts) == ["north"]


def test_a_check_of_ratings_is_shown_from_its_day_on() -> None:
    checks = "ratings_checked: [{date: 2026-01-15, against: A.}, {date: 2026-01-14, against: B.}]"
    content = a_content({}, trusts={"north": checks})
    for moment, expected in ((PUBLISHED, ["A.", "B."]), (PUBLISHED - timedelta(days=1), ["B."])):
        ratings_checks = visible(content, moment).trusts["north"].front.ratings_checked
        assert [check.against for check in ratings_checks] == expected


def test_withdrawn_briefings_of_a_trust_are_newest_first() -> None:
    texts = {
        id: f"published: {day}\n{WITHDRAWN.format('2026-01-14')}"
        for id, day in (("b", "2026-01-02"), ("a", "2026-01-01"), ("c", "2026-01-03"))
    }
    site = a_site(texts | {"d": ""}, now=PUBLISHED)
    assert [briefing.id for briefing in site.withdrawn_of("trust", "north")] == ["c", "b", "a"]
    assert [briefing.id for briefing in site.withdrawn_of("regulator", "cqc")] == ["c", "b", "a"]
    assert site.withdrawn_of("topic", "rooms") == ()


def test_a_title_that_a_withdrawal_hides_is_the_id_and_hidden_changes_are_none() -> None:
    hidden = "withdrawn: {date: 2026-01-14, reason: R., hide: [title, changes]}"
    site = a_site({"one": f"status: withdrawn\n{hidden}\n{CHANGED}"}, now=NOW)
    (notice,) = site.withdrawn
    assert (notice.front.title, notice.front.changes) == ("Briefing one", ())


def test_a_briefing_that_is_not_public_has_no_card() -> None:
    site = a_site({"one": "published: 2026-02-01"}, now=PUBLISHED)
    with pytest.raises(LookupError, match="the briefing one is not visible"):
        _ = Briefing(site, "one").card


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({}, "/about/"),
        ({"about": ""}, "/about/"),
        ({"us": "aliases: [/about/]", "terms": ""}, "/us/"),
        ({"terms": "aliases: [/old/]"}, "/about/"),
        ({"about": "", "us": "aliases: [/about/]"}, "/about/"),
    ],
)
def test_the_page_on_who_is_responsible_is_found_by_its_name_or_its_old_one(
    pages: dict[str, str], expected: str
) -> None:
    records = {
        id: a_record("page", id, a_front(PageFront, f"title: {id}\n{text}"))
        for id, text in pages.items()
    }
    assert about_url(visible(replace(a_content({}), pages=records), NOW)) == expected


def test_predecessors_are_followed_as_far_as_they_have_pages_and_named_once() -> None:
    before = "{{id: {}, date: 2020, reason: merger}}"
    became = f"predecessors: [{before}, {before}]"
    trusts = {
        "now": became.format("left", "right"),
        "left": became.format("first", "gone"),
        "right": became.format("first", "now"),
        "first": "predecessors: [{name: Elsewhere, date: 2010, reason: merger}]",
    }
    site = a_site({}, trusts=trusts)
    assert predecessors_of(site, "now") == ("left", "right", "first")
    assert predecessors_of(site, "first") == ()
    assert predecessors_of(site, "nobody") == ()


def test_what_is_stored_of_a_briefing_or_a_trust_is_a_reference_to_it() -> None:
    site = a_site({"one": CHANGED})
    briefing, trust = site.briefing["one"], site.trusts["north"]
    stored = pickle.dumps((briefing, briefing.front, trust, trust.front))
    assert b"Second." not in stored
    other = a_site({"one": "title: Another"}, trusts={"north": "name: Another Trust"})
    again = unpickled(other, stored)
    assert again[0] == briefing
    assert (again[0].front.title, again[1].title) == ("Another", "Another")
    assert (again[2].front.name, again[3].name) == ("Another Trust", "Another Trust")
    assert again[2].id == "north"
    assert repr(again[0]) == "<Briefing one>"
    assert repr(again[2]) == repr(trust) == "<trust north>"
