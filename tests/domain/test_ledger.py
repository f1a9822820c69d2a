"""The ledger says what is on record about a requirement, in what order, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.content.dates.values import PartialDate, gap
from briefings.content.loader import load
from briefings.content.schema.validation import Fault
from briefings.domain.ledger import faults
from briefings.domain.ledger.entries import ANSWERS, KINDS, Status
from briefings.domain.ledger.history import (
    History,
    Totals,
    deadline_passed,
    histories,
    met,
    open_by_age,
    raised,
    requirements_of_trust,
    told_more_than_once,
    totals,
    totals_of_trust,
    unknown,
)
from briefings.domain.site import Site, predecessors_of, visible
from briefings.outputs.pages.trust import inherited_requirements
from tests.support.factory import LONDON, NOW, a_site, clock_at

CONTENT = Path(__file__).parents[2] / "content"

Row = tuple[str, str]  # an event's kind and date


def events(*rows: str, id: str = "rooms") -> str:
    """Front matter with events, each written `told 2022` or `told 2022 by 2023-01`."""
    lines = ["requirements:"]
    for row in rows:
        kind, when, *due = row.split(" ")
        more = f", deadline: {due[1]}" if due else ""
        more += ", note: It costs too much." if kind == "refused" else ""
        lines.append(f"  - {{id: {id}, event: {kind}, date: {when}{more}, sources: [A]}}")
    return "\n".join(lines) + "\n"


def inspected(when: str, *rows: str, report: str = "unknown") -> str:
    """A briefing on an inspection, with its events."""
    inspection = f"{{type: focused, inspected: {when}, report_published: {report}}}"
    return f"inspection: {inspection}\n" + events(*rows)


def the_history(*rows: str, **others: str) -> History:
    """The history of `rooms`, with `rows` in one briefing and `others` in briefings of theirs."""
    return histories(a_site({"first": events(*rows), **others}))["rooms"]


def kinds(history: History) -> list[str]:
    return [entry.kind for entry in history.entries]


def ids(histories: Iterable[History]) -> list[str]:
    return [history.id for history in histories]


def faults_of(site: Site) -> list[tuple[str, Fault]]:
    """Every fault of the ledger, with the path of its briefing."""
    faults_by_path = [
        (briefing.path, fault)
        for briefing in site.briefings
        for fault in faults.misplaced_events(site, briefing)
    ]
    for id in site.requirements:
        faults_by_path += faults.faults_of_history(site, id)
    return faults_by_path


def found_faults(site: Site) -> list[tuple[str, object, str]]:
    return [(path, fault.loc, fault.message) for path, fault in faults_of(site)]


# One requirement told in 2022 and again in 2025, in two briefings: the case it is all about.


@pytest.fixture(scope="module")
def dormitories() -> History:
    site = a_site(
        {
            "north-2022": inspected("2022-03/2022-04", "raised 2019", "told 2022-03/2022-04"),
            "north-2025": inspected("2025-09", "repeated 2025-09"),
        }
    )
    return histories(site)["rooms"]


def test_a_matter_raised_told_and_told_again_is_open_and_told_twice(dormitories: History) -> None:
    assert kinds(dormitories) == ["raised", "told", "repeated"]
    assert dormitories.status is Status.OPEN
    assert dormitories.times_told == 2
    assert dormitories.told_again
    assert dormitories.first_raised is dormitories.entries[0]
    assert dormitories.first_told is dormitories.entries[1]


def test_its_sentence_gives_status_date_and_age_as_a_range(dormitories: History) -> None:
    assert dormitories.sentence == (
        "Open, as last recorded in September 2025, between 5 years 8 months and "
        "6 years 9 months after it was first raised."
    )


def test_lists_say_about_how_long_and_the_sentence_gives_the_range(dormitories: History) -> None:
    assert dormitories.brief == (
        "Open, as last recorded in September 2025, about six years after it was first raised."
    )


def test_each_entry_links_to_its_claim_and_names_its_sources(dormitories: History) -> None:
    entry = dormitories.entries[1]
    assert entry.url == "/briefings/north-2022/#requirement-2"
    assert [source.publisher for source in entry.sources] == ["A Paper"]
    assert dormitories.publishers == ("A Paper",)


def test_an_entry_knows_whether_the_trust_had_been_told_before(dormitories: History) -> None:
    raised, told, repeated = dormitories.entries
    assert [dormitories.told_before(entry) for entry in (raised, told, repeated)] == [
        None,
        None,
        told,
    ]


STATUSES: list[tuple[list[str], Status]] = [
    (["raised 2019"], Status.RAISED),
    (["raised 2019", "plan-supplied 2020"], Status.RAISED),
    (["deadline-set 2020"], Status.RAISED),
    (["raised 2019", "not-known 2020"], Status.UNKNOWN),
    (["told 2020"], Status.OPEN),
    (["told 2020", "deadline-set 2021"], Status.OPEN),
    (["told 2020", "raised 2021"], Status.OPEN),
    (["told 2020", "plan-supplied 2021"], Status.OPEN),
    (["told 2020", "said-done 2021"], Status.OPEN),
    (["told 2020", "partly-met 2021", "said-done 2022"], Status.PARTLY_MET),
    (["raised 2020", "accepted 2021"], Status.RAISED),
    (["told 2020", "met 2021", "refused 2022"], Status.MET),
    (["told 2020", "plan-supplied 2021", "repeated 2022"], Status.OPEN),
    (["told 2020", "partly-met 2021"], Status.PARTLY_MET),
    (["told 2020", "partly-met 2021", "plan-supplied 2022"], Status.PARTLY_MET),
    (["told 2020", "partly-met 2021", "repeated 2022"], Status.OPEN),
    (["told 2020", "met 2021"], Status.MET),
    (["told 2020", "met 2021", "raised 2022"], Status.MET),
    (["told 2020", "met 2021", "plan-supplied 2022"], Status.MET),
    (["told 2020", "lifted 2021"], Status.LIFTED),
    (["met 2021"], Status.MET),
    (["told 2020", "met 2021", "told 2022"], Status.REOPENED),
    (["told 2020", "met 2021", "repeated 2022"], Status.REOPENED),
    (["told 2020", "lifted 2021", "told 2022"], Status.REOPENED),
    (["told 2020", "met 2021", "reopened 2022"], Status.REOPENED),
    (["told 2020", "reopened 2022", "repeated 2023"], Status.REOPENED),
    (["told 2020", "met 2021", "told 2022", "plan-supplied 2023"], Status.REOPENED),
    (["told 2020", "met 2021", "told 2022", "plan-supplied 2023", "told 2024"], Status.REOPENED),
    (["told 2020", "met 2021", "told 2022", "met 2023"], Status.MET),
    (["told 2020", "met 2021", "partly-met 2022"], Status.PARTLY_MET),
    (["told 2020", "not-known 2022"], Status.UNKNOWN),
    (["told 2020", "not-known 2021", "plan-supplied 2022"], Status.UNKNOWN),
    (["told 2020", "not-known 2021", "repeated 2022"], Status.OPEN),
    (["told 2020", "met 2021", "not-known 2022"], Status.UNKNOWN),
    (["told 2020", "met 2021", "not-known 2022", "told 2023"], Status.REOPENED),
]


@pytest.mark.parametrize(("rows", "status"), STATUSES, ids=lambda value: str(value))
def test_status_follows_from_the_events_in_date_order(rows: list[str], status: Status) -> None:
    assert the_history(*rows).status is status
    assert the_history(*rows[::-1]).status is status


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (["told 2022", "met 2022"], Status.MET),
        (["told 2022", "met 2022-05"], Status.MET),
        (["told 2019", "told 2022", "met 2022-05"], Status.MET),
        (["told unknown", "met 2022-05"], Status.MET),
        (["told 2022-05", "met /2023"], Status.MET),
        (["partly-met 2022", "told 2021", "met 2022-05"], Status.MET),
    ],
    ids=str,
)
def test_nothing_is_called_reopened_unless_the_order_certainly_came_later(
    rows: list[str], status: Status
) -> None:
    assert the_history(*rows).status is status


def test_an_order_of_unknown_date_is_at_its_inspection_once_an_earlier_one_was_met() -> None:
    later = inspected("2025-09", "repeated unknown")
    assert the_history("told 2020", "met 2021", later=later).status is Status.REOPENED


def test_an_order_of_unknown_date_is_the_one_that_was_met_where_no_other_is_on_record() -> None:
    site = a_site({"later": inspected("2025-09", "told unknown", "met 2023")})
    assert histories(site)["rooms"].status is Status.MET


@pytest.mark.parametrize("status", Status)
def test_every_status_has_words_and_is_open_or_ended_or_unknown_or_raised(status: Status) -> None:
    assert status.label
    apart = [status is Status.UNKNOWN, status is Status.RAISED]
    assert [status.is_open, status.is_ended, *apart].count(True) == 1


@pytest.mark.parametrize("kind", ["told", "repeated"])
def test_an_order_with_nothing_after_it_is_open_for_every_trust(kind: str) -> None:
    site = a_site(
        {
            "one": events("told 2015", f"{kind} 2016"),
            "two": "trust: south\n" + events("told 2015", f"{kind} 2016", id="doors"),
        },
        trusts={"north": "", "south": ""},
        requirements={"rooms": "", "doors": "trust: south"},
    )
    assert {history.status for history in histories(site).values()} == {Status.OPEN}


def test_only_an_event_that_says_so_makes_the_outcome_not_known() -> None:
    kinds = [kind for kind in KINDS if kind != "not-known"]
    assert Status.UNKNOWN not in {the_history(f"{kind} 2020").status for kind in kinds}
    assert the_history("told 2020", "not-known 2021").status is Status.UNKNOWN


def test_a_requirement_that_was_only_raised_is_not_counted_as_told() -> None:
    history = the_history("raised 2019", "deadline-set 2020", "plan-supplied 2020")
    assert (history.was_told, history.times_told, history.status) == (False, 0, Status.RAISED)
    assert the_history("raised 2019", "told 2020").was_told


SENTENCES = [
    (["told 2025-09"], "First recorded in September 2025. Open."),
    (["told unknown"], "First recorded on a date not known. Open."),
    (["raised 2019"], "First recorded in 2019. Raised, with no order reported."),
    (
        ["told 2025-09", "plan-supplied unknown"],
        "First recorded in September 2025. Open.",
    ),
    (["told 2025-09", "partly-met unknown"], "Partly met. The last record has no date."),
    (
        ["told 2020", "not-known 2021-03"],
        "Outcome not known, as last recorded in March 2021, between 2 months and "
        "1 year 3 months after the trust was first told.",
    ),
    (["told 2025-09", "met 2025-09"], "Met, as last recorded in September 2025."),
    (["told unknown", "met 2026-03-04"], "Met, as last recorded on 4 March 2026."),
    (["met 2021"], "Met, as last recorded in 2021."),
    (
        ["told 2024-11-14", "met 2025-03-04"],
        "Met, as last recorded on 4 March 2025, more than 3 months after the trust was first told.",
    ),
    (
        ["told 2024-06/2024-07", "partly-met /2025-03-26"],
        "Partly met, as last recorded on 26 March 2025 or before, "
        "up to 10 months after the trust was first told.",
    ),
]


@pytest.mark.parametrize(("rows", "sentence"), SENTENCES, ids=lambda value: str(value))
def test_the_sentence_says_what_is_known(rows: list[str], sentence: str) -> None:
    text = (
        events(*rows) + "inspection: {type: focused, inspected: 2025-10, report_published: unknown}"
    )
    assert histories(a_site({"one": text}))["rooms"].sentence == sentence


def test_age_never_runs_on_the_clock() -> None:
    briefings = {"one": events("told 2020-01", "repeated 2025-09")}
    early, late = (
        a_site(briefings, now=datetime(year, 2, 1, tzinfo=LONDON)) for year in (2026, 2066)
    )
    assert histories(early)["rooms"].age == histories(late)["rooms"].age


def test_an_event_of_unknown_date_is_beside_its_briefings_inspection() -> None:
    history = the_history("told 2020", "met 2024", middle=inspected("2022-03", "not-known unknown"))
    assert kinds(history) == ["told", "not-known", "met"]


def test_without_an_inspection_date_it_is_at_the_report() -> None:
    middle = inspected("unknown", "not-known unknown", report="2022-03-05")
    assert kinds(the_history("told 2020", "met 2024", middle=middle)) == [
        "told",
        "not-known",
        "met",
    ]


def test_every_order_counts_even_where_two_briefings_tell_of_it() -> None:
    history = the_history("told 2022", second=events("told 2022"))
    assert history.times_told == 2


# Deadlines


def passed(now: str, *rows: str) -> list[bool]:
    moment = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    return [
        deadline.passed_without_record(clock_at(moment))
        for deadline in the_history(*rows).deadlines
    ]


def test_a_deadline_passes_the_day_after_it() -> None:
    assert passed("2022-07-31T23:59", "told 2022-06 by 2022-07-31") == [False]
    assert passed("2022-08-01T00:00", "told 2022-06 by 2022-07-31") == [True]


def test_a_deadline_known_to_the_month_passes_when_the_month_is_over() -> None:
    assert passed("2022-08-01T00:00", "told 2022-06 by 2022-07") == [True]
    assert passed("2022-07-31T12:00", "told 2022-06 by 2022-07") == [False]


@pytest.mark.parametrize("due", ["unknown", "2023/"])
def test_a_deadline_without_a_last_day_never_passes(due: str) -> None:
    assert passed("2066-01-01T00:00", f"told 2022-06 by {due}") == [False]


@pytest.mark.parametrize(
    ("rows", "answered"),
    [
        (["told 2022-06 by 2022-07", "met 2023"], True),
        (["told 2022-06 by 2022-07", "lifted 2023"], True),
        (["told 2022-06 by 2022-07", "met unknown"], True),
        (["told 2022-06 by 2022-07", "met 2022"], True),
        (["told 2022-06 by 2022-07", "partly-met 2023"], False),
        (["told 2022-06 by 2022-07", "not-known 2023"], False),
        (["told 2020", "met 2021", "told 2022-06 by 2022-07"], False),
        (["told 2022-06 by 2022-07", "met 2023", "told 2024"], True),
    ],
    ids=str,
)
def test_a_deadline_is_answered_by_met_or_lifted_after_its_order(
    rows: list[str], answered: bool
) -> None:
    assert passed("2026-01-01T00:00", *rows) == [not answered]


def test_a_deadline_that_was_moved_is_one_and_keeps_all_its_dates() -> None:
    rows = (
        "told 2025-03-01 by 2025-06-30",
        "deadline-set 2025-06-01 by 2025-09-30",
        "deadline-set 2025-09-01 by 2025-10-31",
    )
    (deadline,) = the_history(*rows).deadlines
    assert deadline.words == "30 June 2025, moved to 30 September 2025, moved to 31 October 2025"
    assert deadline.due.written == "2025-10-31"
    assert passed("2025-10-15", *rows) == [False]
    assert passed("2025-11-01", *rows) == [True]
    assert passed("2025-11-01", *rows, "met 2025-10") == [False]


@pytest.mark.parametrize(
    "rows",
    [
        ["told 2024 by 2024-12", "repeated 2025-03 by 2025-12"],
        ["told 2024-01 by 2024-12", "repeated 2025-03", "deadline-set 2025-04 by 2025-12"],
        ["told 2024 by 2024-12", "deadline-set 2024-06 by 2025-12"],
        ["told 2024-01 by 2024-12", "met 2024-11", "deadline-set 2025-06 by 2025-12"],
    ],
    ids=str,
)
def test_a_new_order_or_an_uncertain_move_sets_a_deadline_of_its_own(rows: list[str]) -> None:
    assert [len(deadline.dates) for deadline in the_history(*rows).deadlines] == [1, 1]


def test_a_date_given_again_is_one_deadline_unless_it_was_met_in_between() -> None:
    order, same_date = "told 2024-01-01 by 2024-12", "deadline-set 2024-09-01 by 2024-12"
    for again in ("repeated 2024-06-01 by 2024-12", same_date):
        (deadline,) = the_history(order, again).deadlines
        assert deadline.words == "December 2024"
    deadlines = the_history(order, "met 2024-05", same_date).deadlines
    assert [deadline.entry.n for deadline in deadlines] == [0, 2]


def test_what_was_only_raised_stands_before_an_order_that_repeats_it() -> None:
    history = the_history("repeated 2022-09-10", "raised 2022")
    assert kinds(history) == ["raised", "repeated"]
    assert kinds(the_history("repeated 2022-09-10", "raised 2023")) == ["repeated", "raised"]


def test_split_deadlines_are_each_with_the_entry_that_set_it() -> None:
    history = the_history(
        "told 2022-09-23",
        "deadline-set 2022-09-23 by 2022-12-31",
        "deadline-set 2022-09-23 by 2023-03-31",
    )
    assert [(deadline.due.written, deadline.entry.n) for deadline in history.deadlines] == [
        ("2022-12-31", 1),
        ("2023-03-31", 2),
    ]


# Lists


def site_of_several(**rows: list[str]) -> Site:
    texts = {name: events(*rows_of_id, id=name) for name, rows_of_id in rows.items()}
    return a_site(texts, requirements=dict.fromkeys(texts, ""))


def several(**rows: list[str]) -> Mapping[str, History]:
    return histories(site_of_several(**rows))


LISTED = {
    "short": ["told 2024-01-01", "repeated 2025-01-01"],
    "long": ["told 2010-01-01", "repeated 2025-01-01"],
    "thrice": ["told 2023-01-01", "repeated 2024-01-01", "repeated 2025-01-01"],
    "single": ["told 2001"],
    "planned": ["told 2020-01-01 by 2020-06-01", "partly-met 2025-01-01"],
    "late": ["told 2021-01-01 by 2021-02-01", "deadline-set 2021-01-05"],
    "done": ["told 2000", "met 2020"],
    "dropped": ["told 2000", "lifted 2021"],
    "lost": ["told 2000", "not-known 2021"],
    "seen": ["raised 2000"],
}


def test_the_longest_outstanding_comes_first_and_unknown_ages_last() -> None:
    order = ids(open_by_age(several(**LISTED)))
    assert order == ["long", "planned", "thrice", "short", "late", "single"]


def test_requirements_told_most_often_are_first() -> None:
    assert ids(told_more_than_once(several(**LISTED))) == ["thrice", "long", "short"]


def test_passed_deadlines_are_listed_oldest_first() -> None:
    assert ids(deadline_passed(several(**LISTED), clock_at(NOW))) == ["planned", "late"]


def test_met_and_lifted_are_newest_first_and_the_unknown_apart() -> None:
    assert ids(met(several(**LISTED))) == ["dropped", "done"]
    assert ids(unknown(several(**LISTED))) == ["lost"]
    assert ids(raised(several(**LISTED))) == ["seen"]


def test_totals_show_open_and_not_known_side_by_side() -> None:
    totals = Totals.of(several(**LISTED).values())
    assert totals == (6, 1, 1, 2)
    assert totals.words == "6 open, 1 not known, 1 raised with no order, 2 met or lifted"
    lost = Totals.of(several(lost=LISTED["lost"]).values())
    assert lost.words == "0 open, 1 not known"
    assert Totals.of([]).words == "0 open, 0 not known"


def test_the_counts_of_a_site_are_those_of_its_trusts_added_up() -> None:
    texts = {name: events(*rows, id=name) for name, rows in LISTED.items()}
    texts["south"] = "trust: south\n" + events("told 2020", "met 2021", id="gates")
    requirements = {**dict.fromkeys(LISTED, ""), "gates": "trust: south"}
    trusts = {"north": "", "south": "", "new": ""}
    site = a_site(texts, trusts=trusts, requirements=requirements)
    assert totals_of_trust(site, "north") == Totals(open=6, unknown=1, raised=1, ended=2)
    assert totals_of_trust(site, "south") == Totals(open=0, unknown=0, raised=0, ended=1)
    assert totals_of_trust(site, "new") == Totals(0, 0, 0, 0)
    assert totals(site) == Totals(open=6, unknown=1, raised=1, ended=3)
    assert totals(a_site({}, trusts={})) == Totals(0, 0, 0, 0)


def test_a_trusts_ledger_has_the_open_ones_first() -> None:
    order = ids(requirements_of_trust(site_of_several(**LISTED), "north"))
    assert order[:6] == ids(open_by_age(several(**LISTED)))
    assert order[6:] == ["lost", "seen", "dropped", "done"]
    assert requirements_of_trust(site_of_several(**LISTED), "south") == ()
    rows = {"old": ["raised 2000", "deadline-set 2020"], "lost": ["told 2015", "not-known 2016"]}
    assert ids(requirements_of_trust(site_of_several(**rows), "north")) == ["lost", "old"]


def test_an_unknown_age_is_after_every_known_one_however_short() -> None:
    by_id = several(
        none=["told 2000"],
        days=["told 2020-01-01", "deadline-set 2020-01-02"],
        ago=["told 2019-12", "deadline-set 2020-01-01"],
    )
    assert ids(open_by_age(by_id)) == ["ago", "days", "none"]


def test_a_successor_inherits_the_ledgers_of_its_predecessors_and_theirs() -> None:
    took_over = "predecessors: [{{id: {}, date: 2020, reason: merger}}]"
    site = a_site(
        {"one": "trust: oldest\n" + events("told 2015", id="gates")},
        trusts={
            "north": took_over.format("older"),
            "older": took_over.format("oldest"),
            "oldest": took_over.format("north"),  # a circle must not hang the build
        },
        requirements={"gates": "trust: oldest"},
    )
    assert predecessors_of(site, "north") == ("older", "oldest")
    assert ids(inherited_requirements(site, "north")) == ["gates"]
    assert requirements_of_trust(site, "north") == ()


# Visibility


HIDDEN = ["status: draft\n", "embargo_until: 2027-01-01\n", "published: 2027-01-01\n"]
WITHDRAWN = "status: withdrawn\nwithdrawn: {date: 2026-02-01, reason: Wrong.}\n"


@pytest.mark.parametrize("held_back", [*HIDDEN, WITHDRAWN])
def test_events_of_a_briefing_that_is_not_public_do_not_exist(held_back: str) -> None:
    briefings = {"one": events("told 2020"), "two": held_back + events("met 2021")}
    history = histories(a_site(briefings))["rooms"]
    assert (kinds(history), history.status) == (["told"], Status.OPEN)


def test_a_requirement_without_a_visible_event_is_not_there() -> None:
    assert histories(a_site({"one": HIDDEN[0] + events("told 2020")})) == {}


# Faults


def test_repeated_with_nothing_before_it_is_a_fault() -> None:
    site = a_site({"one": events("repeated 2022", "told 2023")})
    assert found_faults(site) == [
        (
            "briefings/2026/one.md",
            ("requirements", 0, "event"),
            "nothing that is public shows that the trust was told or warned of this before",
        )
    ]


@pytest.mark.parametrize(
    "before", ["told 2021", "raised 2021", "told 2022", "told unknown", "told /2030"]
)
def test_repeated_after_what_may_have_come_before_is_no_fault(before: str) -> None:
    assert found_faults(a_site({"one": events("repeated 2022", before)})) == []


def test_repeated_counts_what_is_visible_only() -> None:
    texts = {"one": events("repeated 2022"), "two": HIDDEN[1] + events("told 2021")}
    assert len(found_faults(a_site(texts))) == 1
    assert found_faults(a_site(texts, now=datetime(2027, 1, 1, tzinfo=LONDON))) == []


@pytest.mark.parametrize(
    "kind", ["met", "lifted", "partly-met", "reopened", "deadline-set", *sorted(ANSWERS)]
)
def test_an_answer_certainly_before_its_order_is_a_fault(kind: str) -> None:
    site = a_site({"one": events("told 2022", f"{kind} 2021")})
    assert found_faults(site) == [
        (
            "briefings/2026/one.md",
            ("requirements", 1, "date"),
            f"`{kind}` (in 2021) is before the order (in 2022, in briefings/2026/one.md)",
        )
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ["told 2022", "met 2022"],
        ["told 2022-05", "met 2022"],
        ["told unknown", "met 2021"],
        ["raised 2020", "told 2022", "plan-supplied 2021"],
        ["raised 2020", "met 2019"],
        ["met 2019"],
        ["told 2022", "not-known 2021"],
        ["raised 2020", "deadline-set 2021-01 by 2021-06", "told 2022"],
    ],
    ids=str,
)
def test_an_order_of_dates_that_is_not_certain_is_no_fault(rows: list[str]) -> None:
    assert found_faults(a_site({"one": events(*rows)})) == []


def test_a_deadline_certainly_before_every_order_is_a_fault() -> None:
    site = a_site(
        {"one": events("told 2022-06"), "two": events("deadline-set 2022-01/ by 2022-05")}
    )
    assert found_faults(site) == [
        (
            "briefings/2026/two.md",
            ("requirements", 0, "deadline"),
            "the deadline (May 2022) is before the order (June 2022, in briefings/2026/one.md)",
        )
    ]


def test_an_event_of_another_trusts_or_regulators_requirement_is_a_fault() -> None:
    site = a_site(
        {"one": events("told 2022")},
        trusts={"north": "", "south": "name: South Trust"},
        requirements={"rooms": "trust: south"},
    )
    message = "this requirement is of the trust `south`, and the briefing of `north`"
    assert found_faults(site) == [("briefings/2026/one.md", ("requirements", 0, "id"), message)]


def test_an_unknown_requirement_is_left_to_the_check_on_ids() -> None:
    assert found_faults(a_site({"one": events("repeated 2022", id="romms")})) == []


def test_a_file_that_cannot_be_read_causes_no_faults_in_other_files() -> None:
    texts = {"one": events("repeated 2022"), "two": ""}
    assert found_faults(a_site(texts, broken=frozenset({"two"}))) == []
    assert found_faults(a_site(texts, broken=frozenset({"unreadable"}))) == []
    assert found_faults(a_site(texts, broken=frozenset({"rooms"}))) == []


def test_a_broken_file_of_another_trust_hides_no_fault() -> None:
    texts = {"one": events("repeated 2022"), "two": "trust: south"}
    site = a_site(texts, trusts={"north": "", "south": ""}, broken=frozenset({"two"}))
    assert len(found_faults(site)) == 1


# Any events at all


SIMPLE = st.builds(
    lambda day, length: str(day)[:length],
    st.dates(date(2015, 1, 1), date(2027, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
WRITTEN = st.one_of(
    SIMPLE,
    SIMPLE.map("/{}".format),
    SIMPLE.map("{}/".format),
    st.tuples(SIMPLE, SIMPLE).map(sorted).map("/".join),
    st.just("unknown"),
).filter(lambda text: "/" not in text or len(set(text.split("/"))) == 2)
DUE = st.one_of(st.just(""), SIMPLE.map(" by {}".format))


def _is_date(row: str) -> bool:
    """An interval of mixed precisions may end before it starts, which is a fault of its own."""
    _, when, *due = row.split(" ")
    try:
        PartialDate.parse(when)
    except ValueError:
        return False
    return not due or not PartialDate.parse(due[1]).certainly_before(PartialDate.parse(when))


ROW = st.builds("{} {}{}".format, st.sampled_from(KINDS), WRITTEN, DUE).filter(_is_date)
BRIEFING = st.builds(
    lambda when, rows: inspected(when, *rows),
    SIMPLE.filter(lambda text: text < "2026"),
    st.lists(ROW, min_size=1, max_size=4),
)
BRIEFINGS = st.lists(BRIEFING, min_size=1, max_size=4).map(
    lambda texts: {f"b{n}": text for n, text in enumerate(texts)}
)
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=LONDON)
)


@given(BRIEFINGS, MOMENTS)
def test_any_history_obeys_the_contract(briefings: dict[str, str], now: datetime) -> None:
    history = histories(a_site(briefings, now=now))["rooms"]
    entries = history.entries
    assert [entry.key for entry in entries] == sorted(entry.key for entry in entries)
    assert history.times_told == sum(
        text.count("event: told") + text.count("event: repeated") for text in briefings.values()
    )
    recorded = [entry for entry in entries if not entry.is_answer]
    assert history.status_date == (recorded or entries)[-1].date
    assert history.sentence.endswith(".")
    has_said = {entry.kind for entry in entries}
    if not has_said - {"raised", "deadline-set"} - ANSWERS:
        assert history.status is Status.RAISED
    if "not-known" not in has_said:
        assert history.status is not Status.UNKNOWN
    if history.status is Status.REOPENED:
        assert "reopened" in has_said or {"told", "repeated"} & has_said
        assert has_said & {"reopened", "met", "lifted"}
    if history.last.kind in {"met", "lifted", "reopened"}:
        assert history.status.value == history.last.kind
    if history.last.kind == "not-known":
        assert history.status is Status.UNKNOWN
    if not has_said & {"met", "lifted"}:
        assert not history.status.is_ended


def as_the_contract_says(kinds: list[str]) -> Status:
    """The status of events on days that follow one another, read naively."""
    for end in range(len(kinds), 0, -1):
        last, before = kinds[end - 1], kinds[: end - 1]
        ended = {"met", "lifted", "reopened"} & set(before)
        if last in {"met", "lifted", "reopened", "partly-met"}:
            return Status(last)
        if last == "not-known":
            return Status.UNKNOWN
        if last in {"told", "repeated"}:
            return Status.REOPENED if ended else Status.OPEN
    return Status.RAISED


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=9))
def test_events_on_days_that_follow_one_another_have_the_contracts_status(row: list[str]) -> None:
    history = the_history(*(f"{kind} 2024-03-{day + 1:02}" for day, kind in enumerate(row)))
    assert history.status is as_the_contract_says(row)


@given(BRIEFINGS)
def test_any_age_is_the_range_between_first_and_last(briefings: dict[str, str]) -> None:
    history = histories(a_site(briefings))["rooms"]
    if history.age is not None:
        assert history.first is not None
        assert history.age == gap(history.first.date, history.last.date)
        assert history.age.most_days is None or history.age.least_days <= history.age.most_days


@given(BRIEFINGS, MOMENTS)
def test_any_passed_deadline_is_past_and_unanswered(
    briefings: dict[str, str], now: datetime
) -> None:
    for deadline in histories(a_site(briefings, now=now))["rooms"].deadlines:
        if deadline.passed_without_record(clock_at(now)):
            assert deadline.due.latest is not None
            assert deadline.due.latest < now.date()
            assert not deadline.answered


def ledger_of(site: Site) -> list[tuple[object, ...]]:
    """All that the ledger says, as text."""
    return [
        (
            history.id,
            history.status,
            history.sentence,
            history.times_told,
            [entry.key for entry in history.entries],
        )
        for history in histories(site).values()
    ]


@given(BRIEFINGS, BRIEFING, st.sampled_from([*HIDDEN, WITHDRAWN]))
def test_a_briefing_that_is_not_public_changes_nothing(
    briefings: dict[str, str], hidden: str, held_back: str
) -> None:
    with_it = {**briefings, "a-hidden": held_back + hidden}
    assert ledger_of(a_site(with_it)) == ledger_of(a_site(briefings))
    assert found_faults(a_site(with_it)) == found_faults(a_site(briefings))


@given(st.data(), BRIEFINGS)
def test_the_order_of_files_changes_nothing(data: st.DataObject, briefings: dict[str, str]) -> None:
    shuffled = dict(data.draw(st.permutations(list(briefings.items()))))
    assert ledger_of(a_site(shuffled)) == ledger_of(a_site(briefings))


@given(BRIEFINGS)
def test_no_fault_is_found_twice_or_without_a_hint(briefings: dict[str, str]) -> None:
    problems = faults_of(a_site(briefings))
    assert len({(path, fault.loc) for path, fault in problems}) == len(problems)
    assert all(fault.hint for _, fault in problems)


# The real content


@pytest.fixture(scope="module")
def real() -> Site:
    return visible(load(CONTENT), NOW)


def test_the_real_ledger_has_no_fault(real: Site) -> None:
    assert faults_of(real) == []


def test_the_dormitories_of_nottinghamshire_were_raised_told_and_told_again(real: Site) -> None:
    history = histories(real)["nottinghamshire-healthcare-dormitories"]
    assert kinds(history) == ["raised", "told", "repeated", "accepted"]
    assert history.times_told == 2
    assert history.sentence == (
        "Open, as last recorded in September 2025, between 5 years 8 months and "
        "6 years 9 months after it was first raised."
    )
    assert ids(open_by_age(histories(real)))[0] == history.id


def test_a_requirement_says_how_often_the_trust_was_told_and_has_its_page() -> None:
    twice = the_history("told 2022", "repeated 2023")
    assert twice.times_told == 2
    assert twice.url == "/requirements/rooms/"


def test_each_status_is_named_in_the_same_words_everywhere() -> None:
    assert {status: status.label for status in Status} == {
        Status.RAISED: "Raised",
        Status.OPEN: "Open",
        Status.PARTLY_MET: "Partly met",
        Status.MET: "Met",
        Status.LIFTED: "Lifted",
        Status.REOPENED: "Reopened",
        Status.UNKNOWN: "Outcome not known",
    }


def test_two_events_of_one_day_written_otherwise_have_no_age_between_them() -> None:
    assert the_history("told 2022-03-01", "deadline-set 2022-03-01/2022-03-01").age is None


def test_of_several_deadlines_passed_the_first_gives_the_place_in_the_list() -> None:
    by_id = several(
        once=["told 2020-01-01 by 2020-06-01"],
        again=["told 2019-01-01 by 2019-06-01", "repeated 2021-01-01 by 2021-06-01"],
    )
    assert ids(deadline_passed(by_id, clock_at(NOW))) == ["again", "once"]


def test_a_requirement_without_an_order_is_listed_by_the_date_it_was_raised() -> None:
    by_id = several(b=["raised 2019-01-01"], a=["raised 2020-01-01"], c=["raised 2018-01-01"])
    assert ids(raised(by_id)) == ["c", "b", "a"]


def test_a_broken_briefing_leaves_what_it_tells_of_unjudged_though_it_is_of_another_trust() -> None:
    texts = {"one": events("repeated 2022"), "two": "trust: south\n" + events("repeated 2023")}
    trusts = {"north": "", "south": ""}
    judged, lacking = (
        found_faults(a_site(texts, trusts=trusts, broken=frozenset(broken)))
        for broken in ((), ("two",))
    )
    assert ("briefings/2026/one.md", ("requirements", 0, "event")) in [
        fault[:2] for fault in judged
    ]
    assert [path for path, *_ in lacking if "one" in path] == []


def hints(site: Site) -> list[str]:
    return [fault.hint for _, fault in faults_of(site)]


def test_each_fault_says_how_to_mend_it() -> None:
    assert hints(a_site({"one": events("repeated 2022", "told 2023")})) == [
        "write `event: told`, or add the earlier `told` or `raised` to a briefing that is public"
        " (`date: unknown` will do)"
    ]
    assert hints(a_site({"one": events("told 2022", "met 2021")})) == [
        "mend the date, or add the order that came before it (`date: unknown` will do)"
    ]
    assert hints(a_site({"one": events("told 2022", "deadline-set 2021/ by 2021")})) == [
        "mend the deadline, or add the order that it belongs to (`date: unknown` will do)"
    ]
    elsewhere = a_site(
        {"one": events("told 2022")},
        trusts={"north": "", "south": "name: South Trust"},
        requirements={"rooms": "trust: south"},
    )
    assert hints(elsewhere) == [
        "name a requirement of `north`, or mend `trust` in one of the two files"
    ]


def test_a_trust_that_is_unknown_is_left_to_the_check_on_ids() -> None:
    assert found_faults(a_site({"one": "trust: nroth\n" + events("told 2022")})) == []
    site = a_site({"one": events("told 2022")}, requirements={"rooms": "trust: nroth"})
    assert found_faults(site) == []


def test_an_unknown_requirement_keeps_no_other_from_being_judged() -> None:
    rows = events("told 2022", id="romms") + events("told 2022").removeprefix("requirements:\n")
    site = a_site(
        {"one": rows},
        trusts={"north": "", "south": "name: South Trust"},
        requirements={"rooms": "trust: south"},
    )
    assert [loc for _, loc, _ in found_faults(site)] == [("requirements", 1, "id")]


def test_a_broken_briefing_of_an_unknown_trust_may_be_of_any() -> None:
    texts = {"one": events("repeated 2022"), "two": "trust: nroth\n"}
    assert len(found_faults(a_site(texts))) == 1
    assert found_faults(a_site(texts, broken=frozenset({"two"}))) == []


def test_a_requirement_outstanding_without_end_comes_before_one_of_as_many_days() -> None:
    by_id = several(
        a=["told 2019-01-01", "repeated 2020-01-01"],
        b=["told /2019-01-01", "repeated 2020-01-01"],
        c=["told 2018-12/2019-01-01", "repeated 2020-01-01"],
    )
    assert [history.age and history.age.least_days for history in by_id.values()] == [365, 365, 365]
    assert ids(open_by_age(by_id)) == ["b", "c", "a"]


def test_requirements_of_one_age_are_oldest_first_and_those_without_an_age_last() -> None:
    by_id = several(
        a=["told 2019-01-02", "repeated 2019-01-03"],
        b=["told 2019-01-01", "repeated 2019-01-02"],
        c=["told 2001-01-01"],
        d=["told 2000-01-01"],
    )
    assert ids(open_by_age(by_id)) == ["b", "a", "d", "c"]


def test_a_requirement_with_answers_only_is_listed_by_its_first_record() -> None:
    by_id = several(
        a=["plan-supplied 2020-01-01", "not-known 2022-01-01"],
        b=["plan-supplied 2019-01-01", "not-known 2023-01-01"],
        c=["not-known 2018-01-01"],
    )
    assert ids(unknown(by_id)) == ["c", "b", "a"]


def test_of_two_met_the_one_that_may_have_been_met_later_is_first() -> None:
    by_id = several(
        a=["told 2000", "met 2020"],
        b=["told 2000", "met 2020-12"],
        c=["told 2000", "met 2020-12-31"],
        d=["told 2000", "met 2020-11-30"],
        e=["told 2000", "met 2020"],
    )
    assert ids(met(by_id)) == ["c", "b", "a", "e", "d"]


def test_of_two_deadlines_of_one_day_the_first_by_name_is_first() -> None:
    rows = ["told 2020-01-01 by 2020-06-01"]
    assert ids(deadline_passed(several(b=rows, a=rows), clock_at(NOW))) == ["a", "b"]


def test_a_predecessor_without_a_page_is_no_part_of_the_ledger() -> None:
    before = (
        "predecessors: [{id: gone, date: 2020, reason: merger}, "
        "{name: Elsewhere, date: 2019, reason: merger}, {id: old, date: 2018, reason: merger}]"
    )
    site = a_site({}, trusts={"north": before, "old": "name: Old Trust"})
    assert predecessors_of(site, "north") == ("old",)
    assert predecessors_of(site, "nowhere") == ()


def test_a_plan_after_a_reopening_leaves_it_reopened() -> None:
    history = the_history("met 2020", "reopened 2021", "plan-supplied 2022")
    assert (history.status, history.answer.label) == (Status.REOPENED, "Plan supplied")


def test_an_entry_of_no_date_anywhere_is_where_it_is_written() -> None:
    rows = inspected("unknown", "told unknown")
    (entry,) = histories(a_site({"one": rows}))["rooms"].entries
    assert entry.stands.written == "unknown"
    reported = inspected("unknown", "told unknown", report="2020-05-01")
    (entry,) = histories(a_site({"one": reported}))["rooms"].entries
    assert entry.stands.written == "2020-05-01"


IN_BRIEFING = [
    # What the briefing records, and a later one: told, told again, first told in another one.
    (["raised 2022"], [], (False, False, False)),
    (["told 2022"], [], (True, False, False)),
    (["repeated 2022"], ["raised 2019"], (True, True, False)),
    (["repeated 2022"], ["told 2019"], (True, True, True)),
    (["told 2022"], ["told 2019"], (True, True, True)),
    (["told 2022"], ["told 2023"], (True, False, False)),
    (["met 2023"], ["told 2019"], (True, False, False)),
    (["raised 2022"], ["told 2023"], (False, False, False)),
    (["raised 2022", "told 2022"], [], (True, False, False)),
    (["told 2022-01", "told 2022-05"], [], (True, True, True)),
    (["deadline-set 2022"], ["raised 2020"], (False, False, False)),
]


@pytest.mark.parametrize(("rows", "others", "expected"), IN_BRIEFING, ids=str)
def test_a_briefing_says_whether_the_trust_was_told_in_it_and_for_the_first_time(
    rows: list[str], others: list[str], expected: tuple[bool, bool, bool]
) -> None:
    more = {"second": events(*others)} if others else {}
    history = the_history(*rows, **more)
    recorded = history.in_briefing("first")
    first = recorded.first_told
    assert (recorded.is_told, recorded.is_told_again, first is not None) == expected
    assert first is None or first is history.first_told


def test_an_entry_has_its_number_on_the_page_its_kind_and_its_date() -> None:
    text = events("told 2022-05", "said-done 2023") + "vacated: [{anchor: requirement-1}]"
    told, done = histories(a_site({"one": text}))["rooms"].entries
    assert (told.number, done.number) == (2, 3)
    assert told.url == "/briefings/one/#requirement-2"
    assert (told.label, told.dated) == ("Told", "Told in May 2022")
    assert done.label == "The trust says it is done"
    assert done.dated == "The trust said in 2023 that it is done"


def test_a_moved_deadline_is_set_by_one_entry_and_moved_by_the_last() -> None:
    rows = ("told 2025-03-01 by 2025-06-30", "deadline-set 2025-06-01 by 2025-09-30")
    (deadline,) = the_history(*rows).deadlines
    assert (deadline.entry.kind, deadline.last_entry.kind) == ("told", "deadline-set")


def test_only_what_is_open_or_not_known_awaits_an_outcome() -> None:
    awaited = {id for id, history in several(**LISTED).items() if history.awaits_outcome}
    assert awaited == LISTED.keys() - {"done", "dropped", "seen"}
