"""A grade that is older than a later inspection of the same thing says so, wherever it is shown."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from briefings.domain.ratings.covering import inspected_since, newer_inspections
from briefings.domain.ratings.histories import rating_histories
from briefings.domain.site import Site
from briefings.preview.public_state import rating_states
from tests.support.factory import LONDON, NOW, a_site
from tests.support.reading import Reading, downloads, feeds, html_of, read


def inspected(when: str, report: str = "unknown", covers: str = "") -> str:
    covered = f", covers: [{covers}]" if covers else ""
    return (
        f"inspection: {{type: focused, inspected: {when}, report_published: {report}{covered}}}\n"
    )


def rated(*rows: str) -> str:
    return "ratings:\n" + "".join(f"  - {{{row}, sources: [A]}}\n" for row in rows)


#: A service that was graded in 2019.
OLD = inspected("2019-06", "2019-08") + rated("scope: service, name: Maternity, value: good")
MATERNITY = "{scope: service, name: Maternity}"


def since(later: str, old: str = OLD, now: datetime = NOW) -> str | None:
    """Which inspection followed, for the first rating of the old briefing."""
    site = a_site({"old": old, "later": later}, now=now)
    briefing = site.briefing["old"]
    later_inspection = inspected_since(site, briefing, briefing.front.ratings[0])
    return later_inspection.briefing.id if later_inspection else None


def a_notice(more: str) -> str:
    return f"enforcement: [{{kind: warning-notice, text: On care., {more}, sources: [A]}}]\n"


@pytest.mark.parametrize(
    "later",
    [
        inspected("2022-06", covers=MATERNITY),
        inspected("2022-06", covers="{scope: service, name: MATERNITY}"),
        inspected("2022-06", covers="{scope: trust}, " + MATERNITY),
        inspected("2022-06") + rated("scope: service, name: Maternity, value: not-rated"),
        inspected("2022-06")
        + rated("scope: service, name: Maternity, key_question: safe, value: good"),
        inspected("2022-06")
        + "breaches: [{text: Unsafe care., service: Maternity, sources: [A]}]\n",
        inspected("2022-06") + a_notice("service: Maternity, served: 2022-07-01"),
        inspected("2022-06") + a_notice("service: Maternity, served: unknown"),
    ],
)
def test_a_later_inspection_covered_what_it_lists_or_names(later: str) -> None:
    assert since(later) == "later"


@pytest.mark.parametrize(
    "later",
    [
        inspected("2022-06"),
        inspected("2022-06", covers="{scope: trust}"),
        inspected("2022-06", covers="{scope: location, name: Maternity}"),
        inspected("2022-06", covers="{scope: service, name: Forensic wards}"),
        inspected("2022-06", covers="{scope: service, name: Maternity, site: North Hospital}"),
        inspected("2022-06", covers="{scope: trust}")
        + rated("scope: service, name: Maternity, value: good"),
        inspected("2022-06")
        + rated("scope: service, name: Maternity, value: good, carried_over: true"),
        inspected("2022-06") + a_notice("service: Maternity, served: 2021-07-01"),
        "trust: south\n" + inspected("2022-06", covers=MATERNITY),
        "regulator: hiw\n" + inspected("2022-06", covers=MATERNITY),
        inspected("2019", covers=MATERNITY),
        inspected("2019-06", covers=MATERNITY),
        inspected("2019-05/2019-09", covers=MATERNITY),
        inspected("unknown", "2022-06", covers=MATERNITY),
        "inspection:\n  type: focused\n  inspected: [{date: 2022}, {date: unknown}]\n"
        f"  report_published: unknown\n  covers: [{MATERNITY}]\n",
    ],
)
def test_only_what_is_certain_marks_a_grade(later: str) -> None:
    site = a_site(
        {"old": OLD, "later": later},
        trusts={"north": "", "south": "name: South"},
        regulators={"cqc": "", "hiw": ""},
    )
    briefing = site.briefing["old"]
    assert inspected_since(site, briefing, briefing.front.ratings[0]) is None


def test_an_alias_of_a_service_is_the_same_service() -> None:
    old = inspected("2019-06") + rated("scope: service, name: Secure wards, value: good")
    assert since(inspected("2022", covers="{scope: service, name: Forensic wards}"), old)


@pytest.mark.parametrize(
    ("question", "later", "marked"),
    [
        ("safe", rated("scope: trust, key_question: well-led, value: good"), False),
        ("well-led", rated("scope: trust, key_question: well-led, value: not-rated"), True),
        ("safe", rated("scope: trust, value: good"), True),
        ("safe", "", True),
    ],
)
def test_of_the_whole_trust_only_graded_key_questions_count_as_inspected(
    question: str, later: str, marked: bool
) -> None:
    old = inspected("2019-06") + rated(f"scope: trust, key_question: {question}, value: good")
    assert (since(inspected("2022", covers="{scope: trust}") + later, old) == "later") == marked


def test_a_rating_that_is_not_public_marks_no_other_rating() -> None:
    later = inspected("2022-06", covers=MATERNITY) + "embargo_until: 2026-06-01\n"
    assert since(later, now=datetime(2026, 5, 31, tzinfo=LONDON)) is None
    assert since(later, now=datetime(2026, 6, 2, tzinfo=LONDON)) == "later"


def test_the_newest_of_several_is_named() -> None:
    site = a_site(
        {
            "old": OLD,
            "last": inspected("2024-01", covers=MATERNITY),
            "first": inspected("2022-06", covers=MATERNITY),
        }
    )
    (history,) = rating_histories(site).values()
    assert history.standing.since is not None
    assert history.standing.since.briefing.id == "last"
    assert history.standing.inspected_again == "inspected again since, in January 2024"
    assert rating_states(site) == {
        "North Trust, Maternity (CQC)": "Good, August 2019; inspected again since, in January 2024"
    }


def test_an_inspection_before_the_report_of_the_grade_is_not_called_later() -> None:
    site = a_site(
        {
            "old": inspected("2019-06", "2020-03")
            + rated("scope: service, name: Maternity, value: good"),
            "later": inspected("2019-12", covers=MATERNITY),
        }
    )
    (history,) = rating_histories(site).values()
    assert history.standing.inspected_again == "inspected again in December 2019"


# Which visits were to the thing itself.


def visits(*rows: str, report: str = "unknown", covers: str = MATERNITY) -> str:
    several = "".join(f"    - {{{row}}}\n" for row in rows)
    return (
        f"inspection:\n  type: focused\n  inspected:\n{several}"
        f"  report_published: {report}\n  covers: [{covers}]\n"
    )


WARDS = "{scope: service, name: Forensic wards}"


@pytest.mark.parametrize(
    ("later", "again"),
    [
        (visits("date: 2022-06, about: Maternity", "date: unknown, about: Forensic wards"), True),
        (visits("date: 2022-06, about: 'MATERNITY, unannounced'", "date: 2019, about: IT"), True),
        (visits("date: unknown, about: Maternity", "date: 2022-06, about: IT"), False),
        (visits("date: 2022-06, about: Maternity", "date: unknown"), False),
        (visits("date: 2022-06, about: Maternity board", "date: unknown, about: IT"), True),
        (visits("date: 2022-06, about: Paternity", "date: unknown, about: IT"), False),
        (visits("date: 2022-06, about: Non-maternity", "date: unknown, about: IT"), False),
        (visits("date: 2022-06, about: The board", "date: unknown, about: The wards"), False),
    ],
)
def test_a_visit_that_names_a_service_is_the_one_that_is_later(later: str, again: bool) -> None:
    assert (since(later) == "later") is again


def test_a_visit_may_name_a_service_by_an_alias() -> None:
    old = inspected("2019-06") + rated("scope: service, name: Forensic wards, value: good")
    rows = ("date: 2022-06, about: Secure wards", "date: unknown, about: Maternity")
    assert since(visits(*rows, covers=WARDS), old) == "later"


def test_a_visit_may_name_a_place_with_another_apostrophe_and_dash() -> None:
    old = inspected("2019-06") + rated("scope: location, name: St Anne's-on-Sea, value: good")
    rows = (
        "date: 2022-06, about: St Anne\u2019s\u2011on\u2011Sea",
        "date: unknown, about: Dale House",
    )
    place = "{scope: location, name: St Anne\u2019s\u2013on\u2013Sea}"
    assert since(visits(*rows, covers=place), old) == "later"


def test_the_earlier_visits_are_those_to_the_same_service_as_well() -> None:
    old = visits("date: 2019-06, about: Maternity", "date: 2023-06, about: Forensic wards")
    old += rated("scope: service, name: Maternity, value: good")
    assert since(inspected("2022-06", covers=MATERNITY), old) == "later"


def test_the_mark_dates_the_visit_to_the_service_and_no_other() -> None:
    rows = ("date: 2022-03, about: Maternity", "date: 2022-06, about: Forensic wards")
    later = visits(*rows, covers=f"{MATERNITY}, {WARDS}")
    (history,) = rating_histories(a_site({"old": OLD, "later": later})).values()
    assert history.standing.inspected_again == "inspected again since, in March 2022"


def test_the_banner_names_a_service_whose_visit_was_later_though_another_has_no_date() -> None:
    old = inspected("2019-06", covers=f"{MATERNITY}, {WARDS}")
    rows = ("date: 2022-06, about: Maternity", "date: unknown, about: Forensic wards")
    later = visits(*rows, covers=f"{MATERNITY}, {WARDS}")
    assert newer(a_site({"old": old, "later": later}))["old"] == [("later", ("Maternity",))]


def test_norfolk_and_suffolk_2022_leads_to_crisis_services_of_2025() -> None:
    page = read("content")["/briefings/norfolk-and-suffolk-2022/"]
    assert "A newer inspection of Mental health crisis services" in page.text
    assert "/briefings/norfolk-and-suffolk-services-2025/" in page.hrefs


def test_acute_wards_of_2023_are_not_dated_by_a_visit_to_rehabilitation_wards() -> None:
    page = read("content")["/briefings/"]
    assert "inspected again since, from 19 to 22 March 2024" in page.text
    assert "19 March to June 2024" not in page.text


# A grade on a card that was replaced.


def cards(*texts: str) -> str:
    site = a_site({f"b{n}": text for n, text in enumerate(texts)})
    return Reading(html_of(site)["/briefings/"]).text


GOOD = inspected("2019-06", "2019-08") + rated("scope: trust, value: good")


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (
            inspected("2022-06", "2022-08") + rated("scope: trust, value: inadequate"),
            "replaced since the report of August 2022",
        ),
        (
            inspected("2022-06") + rated("scope: trust, value: good"),
            "replaced since the inspection of June 2022",
        ),
        (
            inspected("2022-06", "2022-08")
            + rated("scope: trust, key_question: safe, value: good, replaces: all"),
            "replaced since the report of August 2022",
        ),
        (
            inspected("2022-06", "2022-08") + rated("scope: trust, value: suspended"),
            "no longer in force since the report of August 2022",
        ),
        (
            inspected("2022-06", "2022-08")
            + rated("scope: trust, value: inadequate, carried_over: true"),
            "replaced before the report of August 2022",
        ),
    ],
)
def test_a_card_says_that_its_grade_was_replaced(later: str, expected: str) -> None:
    assert f"Good Overall, whole trust; {expected}" in cards(GOOD, later)


@pytest.mark.parametrize(
    "later",
    [
        rated("scope: trust, value: good, carried_over: true"),
        rated("scope: trust, value: not-rated"),
        rated("scope: trust, key_question: safe, value: good"),
    ],
)
def test_a_card_of_a_grade_that_stands_does_not_say_that_it_was_replaced(later: str) -> None:
    text = cards(GOOD, inspected("2022-06", "2022-08") + later)
    assert "Good Overall, whole trust" in text
    assert "replaced" not in text


def test_the_first_rating_after_a_grade_is_the_one_that_replaced_it() -> None:
    later = [
        inspected(str(year), f"{year}-12") + rated("scope: trust, value: good")
        for year in (2021, 2023)
    ]
    text = cards(GOOD, *later)
    assert text.count("replaced since the report of December 2021") == 1
    assert text.count("replaced since the report of December 2023") == 1


@pytest.mark.parametrize("url", ["/briefings/", "/regulators/cqc/", "/trusts/north/"])
def test_every_list_of_cards_says_that_a_grade_was_replaced(url: str) -> None:
    later = inspected("2022-06", "2022-08") + rated("scope: trust, value: inadequate")
    page = Reading(html_of(a_site({"old": GOOD, "later": later}))[url])
    assert "Good Overall, whole trust; replaced since the report of August 2022" in page.text
    assert "/briefings/later/#rating-1" in page.hrefs


# Where the mark is shown.

AGAIN = "inspected again since, in June 2022"


def marked_site() -> Site:
    old = inspected("2019-06", "2019-08") + rated(
        "scope: trust, value: good", "scope: service, name: Maternity, value: good"
    )
    later = inspected("2022-06", covers="{scope: trust}, " + MATERNITY)
    return a_site({"old": old, "later": later})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/trusts/north/", f"Overall, whole trust Good August 2019; {AGAIN}"),
        ("/trusts/north/", f"Maternity Good August 2019; {AGAIN}"),
        ("/compare/", f"North Trust Good August 2019; {AGAIN}"),
        ("/trusts/", f"Good August 2019; {AGAIN}"),
        ("/", f"Good Overall, whole trust; {AGAIN}"),
        ("/briefings/", f"Good Overall, whole trust; {AGAIN}"),
        ("/regulators/cqc/", f"Good Overall, whole trust; {AGAIN}"),
    ],
)
def test_the_mark_is_beside_the_grade_on_every_page(url: str, expected: str) -> None:
    reading = Reading(html_of(marked_site())[url])
    assert expected in reading.text
    assert "/briefings/later/" in reading.hrefs


def test_the_mark_is_in_the_feed_of_ratings_and_in_the_table() -> None:
    site = marked_site()
    (feed,) = (feed for feed in feeds(site) if feed.path == "ratings/feed.xml")
    assert "Inspected again since, in June 2022." in feed.render().decode()
    (table,) = (file for file in downloads(site) if file.path == "data/ratings.csv")
    rows = list(csv.DictReader(io.StringIO(table.render().decode())))
    assert [row["later_inspection"] for row in rows] == ["later", "later"]
    assert list(rows[0])[-2:] == ["later_inspection", "ended_by"]


def test_greater_manchesters_forensic_wards_say_that_they_were_inspected_again() -> None:
    page = read("content")["/trusts/greater-manchester-mental-health/"]
    assert "Inadequate 17 January 2025; inspected again since, in October 2025" in page.text


def test_tees_esk_and_wear_valleys_grades_of_2018_say_that_the_trust_was_inspected_again() -> None:
    text = "Good 24 October 2018; inspected again since, from 18 April to 2 June 2023"
    for url in ("/trusts/tees-esk-and-wear-valleys/", "/compare/"):
        assert text in read("content")[url].text


# A suspension is said first.


def test_a_suspension_is_shown_before_every_grade_of_the_trust() -> None:
    site = a_site(
        {
            "first": inspected("2019-06", "2019-08")
            + rated("scope: trust, value: good", "scope: trust, key_question: safe, value: good"),
            "last": inspected("2022-06", "2022-11")
            + rated(
                "scope: service, name: Maternity, value: inadequate",
                "scope: trust, key_question: safe, value: suspended",
            ),
        }
    )
    html = html_of(site)
    trust = Reading(html["/trusts/north/"]).at("main")
    first = trust.index(
        "Safe, whole trust Rating suspended November 2022; previously Good, August 2019"
    )
    assert first < trust.index("Overall, whole trust Good")
    compare = Reading(html["/compare/"]).text
    assert "Rating suspended November 2022; previously Good, August 2019" in compare
    card = "Rating suspended Safe, whole trust Inadequate Overall, Maternity"
    cards = Reading(html["/briefings/"]).text
    assert card not in cards  # the trust's own rating is the main one of the briefing
    assert "Rating suspended Safe, whole trust Inspected June 2022" in cards


def test_a_card_says_a_suspension_before_the_main_rating() -> None:
    site = a_site(
        {
            "one": inspected("2022-06")
            + rated(
                "scope: trust, value: good",
                "scope: service, name: Maternity, value: suspended",
            )
        }
    )
    text = "Rating suspended Overall, Maternity Good Overall, whole trust"
    assert text in Reading(html_of(site)["/briefings/"]).text


# The newer inspection.


def newer(site: Site) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    return {
        id: [
            (inspection.briefing.id, inspection.of)
            for inspection in newer_inspections(site, briefing)
        ]
        for id, briefing in site.briefing.items()
    }


TRUST = "{scope: trust}"


def test_only_a_certainly_later_inspection_of_the_same_trust_by_the_same_regulator_is_newer() -> (
    None
):
    site = a_site(
        {
            "first": inspected("2024-05", covers=TRUST),
            "overlaps": inspected("2024", covers=TRUST),
            "second": inspected("2025-01", covers=TRUST),
            "third": inspected("2025-06", covers=TRUST),
            "south": "trust: south\nalso_about: [north]\n" + inspected("2025-12", covers=TRUST),
            "other": "regulator: hiw\n" + inspected("2025-12", covers=TRUST),
        },
        trusts={"north": "", "south": "name: South"},
        regulators={"cqc": "", "hiw": ""},
    )
    assert newer(site) == {
        "first": [("third", ())],
        "overlaps": [("third", ())],
        "second": [("third", ())],
        "third": [],
        "south": [],
        "other": [],
    }


def test_the_same_service_or_site_goes_before_the_whole_trust() -> None:
    wards = "{scope: service, name: Forensic wards, site: %s}"
    site = a_site(
        {
            "old": inspected("2023-01", covers=wards % "Hill House"),
            "same": inspected("2024-01", covers=wards % "Hill House"),
            "elsewhere": inspected("2024-06", covers=wards % "Dale House"),
            "site": inspected("2024-03", covers="{scope: location, name: Dale House}"),
            "trust": inspected("2025-01", covers=TRUST),
            "prison": inspected("2025-06", covers="{scope: service, name: Maternity}"),
        }
    )
    assert newer(site) == {
        "old": [("same", ("Forensic wards at Hill House",))],
        "same": [("trust", ())],
        "elsewhere": [("trust", ())],
        "site": [("elsewhere", ("Dale House",))],
        "trust": [],
        "prison": [],
    }


def test_an_inspection_of_the_whole_trust_is_followed_by_one_of_that_first() -> None:
    wards = "{scope: service, name: Forensic wards}"
    site = a_site(
        {
            "old": inspected("2023-01", covers=f"{TRUST}, {wards}"),
            "wards": inspected("2025-06", covers=wards),
            "trust": inspected("2025-01", covers=TRUST),
        }
    )
    assert newer(site)["old"] == [("trust", ()), ("wards", ("Forensic wards",))]
    assert newer(site)["trust"] == []


def test_every_service_that_was_inspected_again_is_named_once_with_the_newest_inspection() -> None:
    wards, births = "{scope: service, name: Forensic wards}", "{scope: service, name: Maternity}"
    old = inspected("2023-01", "2023-03", covers=f"{TRUST}, {wards}, {births}")
    texts = {
        "old": old,
        "trust": inspected("2025-01", covers=TRUST),
        "first": inspected("2024-01", covers=f"{wards}, {births}"),
        "wards": inspected("2025-06", covers=wards),
    }
    site = a_site(texts)
    assert newer(site)["old"] == [
        ("trust", ()),
        ("wards", ("Forensic wards",)),
        ("first", ("Maternity",)),
    ]
    page = Reading(html_of(site)["/briefings/old/"])
    assert "A newer inspection of the whole trust: On trust" in page.text
    assert "Newer inspections of services or sites: Forensic wards; Maternity" in page.text
    assert {"/briefings/wards/", "/briefings/first/"} <= set(page.hrefs)


def test_a_banner_links_few_of_many_inspections_and_the_trusts_briefings() -> None:
    house = "{{scope: location, name: House {}}}"
    texts = {"old": inspected("2023", covers=", ".join(map(house.format, range(1, 8))))}
    texts |= {f"new-{n}": inspected(f"2025-0{n}", covers=house.format(n)) for n in range(1, 8)}
    page = Reading(html_of(a_site(texts))["/briefings/old/"])
    text = "services or sites: House 7; House 6; House 5; House 4; three other inspections"
    assert text in page.text
    assert "/trusts/north/#briefings" in page.hrefs


@pytest.mark.parametrize(
    ("before", "named"),
    [("2023-03", True), ("2024-01-05", True), ("2022", False), ("2022-11", False), ("2023", False)],
)
def test_an_inspection_of_unknown_date_is_newer_where_its_ratings_follow_the_report(
    before: str, named: bool
) -> None:
    previous = f"previous: {{value: good, date: {before}}}"
    rating = rated(f"scope: service, name: Maternity, value: inadequate, {previous}")
    site = a_site(
        {
            "old": inspected("2023-01", "2023-03-20", "{scope: service, name: Maternity}"),
            "later": inspected("unknown", "2025-01") + rating,
        }
    )
    assert newer(site)["old"] == ([("later", ("Maternity",))] if named else [])


def test_another_service_of_the_same_site_is_not_the_same() -> None:
    site = a_site(
        {
            "old": inspected("2023", covers="{scope: service, name: Maternity, site: Dale House}"),
            "later": inspected(
                "2025", covers="{scope: service, name: Forensic wards, site: Dale House}"
            ),
        }
    )
    assert newer(site)["old"] == []


def test_a_visit_of_unknown_date_is_not_taken_to_be_before_a_later_one() -> None:
    several = (
        "inspection:\n  type: focused\n  inspected: [{date: 2025-03}, {date: unknown}]\n"
        f"  report_published: 2025-08\n  covers: [{TRUST}]\n"
    )
    site = a_site({"old": several, "later": inspected("2025-05", covers=TRUST)})
    assert newer(site)["old"] == []


@pytest.mark.parametrize(
    ("id", "expected", "to"),
    [
        (
            "nottinghamshire-healthcare-rampton-2024",
            "A newer inspection of High secure hospitals at Rampton Hospital:",
            "nottinghamshire-healthcare-rampton-2025",
        ),
        (
            "nottinghamshire-healthcare-2022",
            "A newer inspection of the whole trust:",
            "nottinghamshire-healthcare-well-led-2025",
        ),
    ],
)
def test_the_banner_says_what_was_inspected_again_and_leads_there(
    id: str, expected: str, to: str
) -> None:
    page = read("content")[f"/briefings/{id}/"]
    assert expected in page.text
    assert f"/briefings/{to}/" in page.hrefs


def test_greater_manchesters_trust_inspection_of_2023_does_not_lead_to_a_prison() -> None:
    text = read("content")["/briefings/greater-manchester-mental-health-2023/"].text
    assert "A newer inspection of Prison healthcare" not in text


def test_the_banner_of_a_trust_inspection_names_every_service_inspected_again() -> None:
    page = read("content")["/briefings/nottinghamshire-healthcare-2022/"]
    names = ("end-of-life-care-2025", "acute-wards-2024", "community-inpatient-2024")
    for name in (*names, "rehabilitation-wards-2024", "well-led-2025"):
        assert f"/briefings/nottinghamshire-healthcare-{name}/" in page.hrefs


def test_a_banner_names_few_of_many_services() -> None:
    names = [f"{{scope: location, name: House {n}}}" for n in range(1, 5)]
    texts = {"old": inspected("2023", covers=", ".join(names))}
    texts["later"] = inspected("2025", covers=", ".join(names))
    page = Reading(html_of(a_site(texts))["/briefings/old/"])
    assert "A newer inspection of House 1 and three other services or sites: On later" in page.text
