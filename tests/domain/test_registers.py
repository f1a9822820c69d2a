"""Registers over the whole site: one row for each action, breach and correction."""

from __future__ import annotations

from datetime import datetime

from briefings.domain.enforcement import Action, actions, actions_of_trust
from briefings.domain.registers import (
    breaches_of,
    changes_of,
    corrections,
    corrections_of,
    regulations_of,
)
from tests.support.factory import LONDON, NOW, a_site, clock_at

INSPECTED = "inspection: {{type: focused, inspected: {0}, report_published: {0}}}"


def briefing_with(action: str, *, inspected: str = "2025-09", more: str = "") -> str:
    item = f"enforcement: [{{kind: warning-notice, {action}, sources: [A]}}]"
    return f"{INSPECTED.format(inspected)}\n{item}\n{more}"


def only(briefings: dict[str, str]) -> Action:
    (action,) = actions(a_site(briefings))
    return action


# Enforcement


def test_an_action_in_two_briefings_is_one_row() -> None:
    action = only(
        {
            "one": briefing_with("id: e1, text: Notice, served: 2025-10"),
            "two": briefing_with(
                "id: e1, text: Notice again, served: 2025-10", inspected="2026-02"
            ),
        }
    )
    assert action.key == "e1"
    assert [mention.briefing.id for mention in action.mentions] == ["one", "two"]
    assert action.text == "Notice again"
    assert action.url == "/briefings/two/#enforcement-1"


def test_actions_without_an_id_are_rows_of_their_own() -> None:
    same = "text: Notice, served: 2025-10"
    separate = actions(a_site({"one": briefing_with(same), "two": briefing_with(same)}))
    assert [action.key for action in separate] == ["one-1", "two-1"]


def test_ratings_of_the_newest_inspection_hold_and_missing_ones_are_taken_from_earlier_ones() -> (
    None
):
    action = only(
        {
            "one": briefing_with(
                "id: e1, text: A, served: 2025-10, count: 2, status: active, service: Maternity, "
                "site: North Ward, regulations: ['12'], deadlines: [{date: 2026-01}]"
            ),
            "two": briefing_with(
                "id: e1, text: B, served: unknown, status: met, ended: 2026-03, outcome: Done, "
                "regulations: ['12', '17'], mapped_by_us: true, deadlines: [{date: 2025-12}]",
                inspected="2026-02",
            ),
        }
    )
    assert (action.text, action.status, action.outcome) == ("B", "met", "Done")
    assert (action.count, action.service, action.site) == (2, "Maternity", "North Ward")
    assert action.served.written == "2025-10"
    assert action.ended is not None
    assert action.ended.written == "2026-03"
    assert action.regulations == ("12", "17")
    assert action.mapped_by_us
    assert [deadline.date.written for deadline in action.deadlines] == ["2025-12", "2026-01"]


def test_an_older_inspection_published_later_does_not_undo_what_is_known() -> None:
    action = only(
        {
            "late": briefing_with(
                "id: e1, text: Old, served: 2025-10, status: active", inspected="2025-09"
            )
            + "\npublished: 2026-06-01",
            "early": briefing_with(
                "id: e1, text: New, served: 2025-10, status: met", inspected="2026-02"
            )
            + "\npublished: 2026-03-01",
        }
    )
    assert (action.text, action.status) == ("New", "met")


def test_the_newest_served_is_first_and_those_of_unknown_date_are_last_by_inspection() -> None:
    site = a_site(
        {
            "a": briefing_with("id: a, text: A, served: 2020"),
            "b": briefing_with("id: b, text: B, served: unknown", inspected="2023-05"),
            "c": briefing_with("id: c, text: C, served: 2025-10-01"),
            "d": briefing_with("id: d, text: D, served: unknown", inspected="2024-05"),
        }
    )
    assert [action.key for action in actions(site)] == ["c", "a", "d", "b"]


def test_an_action_counts_one_notice_where_nobody_says_more() -> None:
    assert only({"one": briefing_with("text: A, served: 2025")}).count == 1


def test_actions_of_withdrawn_or_embargoed_briefings_are_not_there() -> None:
    hidden = briefing_with("text: A, served: 2025-10")
    site = a_site(
        {
            "gone": f"{hidden}status: withdrawn\nwithdrawn: {{date: 2026-02-01, reason: Wrong.}}",
            "later": f"{hidden}embargo_until: 2027-01-01",
            "draft": f"{hidden}status: draft",
        }
    )
    assert tuple(actions(site)) == ()


def test_an_action_has_the_trust_regulator_and_kind_of_its_briefing() -> None:
    action = only({"one": briefing_with("text: A, served: 2025")})
    assert (action.trust, action.regulator, action.kind) == ("north", "cqc", "warning-notice")
    assert (action.status, action.ended, action.outcome) == (None, None, None)
    assert (action.service, action.site, action.regulations) == (None, None, ())
    assert not action.mapped_by_us
    assert not action.at_least


def test_the_newest_known_day_on_which_an_action_was_served_counts() -> None:
    def served(*days: str) -> str:
        texts = {
            f"b{n}": briefing_with(f"id: e, text: A, served: {day}", inspected=f"2025-0{n}")
            for n, day in enumerate(days, start=1)
        }
        return only(texts).served.written

    assert served("2024-01", "2024-02", "unknown") == "2024-02"
    assert served("2024-03", "unknown") == "2024-03"
    assert served("unknown", "unknown") == "unknown"


def test_at_least_so_many_notices_is_said_with_the_number_that_it_belongs_to() -> None:
    first = briefing_with("id: e, text: A, served: 2025, count: 3, at_least: true")
    later = briefing_with("id: e, text: A, served: 2025", inspected="2025-10")
    action = only({"one": first, "two": later})
    assert (action.count, action.at_least) == (3, True)
    counted = later.replace("served: 2025", "served: 2025, count: 2")
    action = only({"one": first, "two": counted})
    assert (action.count, action.at_least) == (2, False)


def test_deadlines_of_an_action_are_each_listed_once_by_date_and_by_what_they_are_about() -> None:
    dues = "{date: 2026-03}, {date: 2026-01, about: Staff}, {date: 2026-01, about: Doors}"
    first = briefing_with(f"id: e, text: A, served: 2025, deadlines: [{dues}]")
    later = briefing_with(
        "id: e, text: A, served: 2025, deadlines: [{date: 2026-03}, {date: 2027-01}, "
        "{date: 2026-01}]",
        inspected="2025-10",
    )
    action = only({"one": first, "two": later})
    assert [(due.date.written, due.about) for due in action.deadlines] == [
        ("2026-01", None), ("2026-01", "Doors"), ("2026-01", "Staff"),
        ("2026-03", None), ("2027-01", None),
    ]  # fmt: skip
    assert [due.date.written for due in action.passed(clock_at(NOW))] == [
        "2026-01", "2026-01", "2026-01", "2026-03",
    ]  # fmt: skip


def test_an_action_has_the_sources_of_all_its_mentions_the_oldest_first() -> None:
    sources = (
        "sources: {{A: {{publisher: {0}, type: news-report, url: unknown, published: 2026}}, "
        "B: {{publisher: {0} Again, type: news-report, url: unknown, published: 2026}}}}"
    )
    item = "enforcement: [{kind: warning-notice, id: e, text: A., served: 2025, sources: [B, A]}]"
    texts = {
        id: f"{INSPECTED.format(inspected)}\n{item}\n{sources.format(publisher)}"
        for id, inspected, publisher in (("one", "2025-10", "Later"), ("two", "2025-09", "First"))
    }
    publishers = [source.publisher for source in only(texts).sources]
    assert publishers == ["First Again", "First", "Later Again", "Later"]


def test_actions_of_one_day_are_in_the_order_of_trusts_and_ids() -> None:
    same = "text: A, served: 2025-10"
    site = a_site(
        {
            "b": "trust: south\n" + briefing_with(f"id: b, {same}"),
            "c": briefing_with(f"id: c, {same}"),
            "a": briefing_with(f"id: a, {same}"),
            "d": briefing_with("id: d, text: A, served: unknown", inspected="2025-10"),
        },
        trusts={"south": "", "north": ""},
    )
    assert [(action.trust, action.key) for action in actions(site)] == [
        ("north", "a"), ("north", "c"), ("south", "b"), ("north", "d"),
    ]  # fmt: skip
    assert [action.key for action in actions_of_trust(site, "south")] == ["b"]


def test_an_action_is_of_the_trust_of_its_briefing_and_of_no_other_that_it_is_also_about() -> None:
    text = "also_about: [south]\n" + briefing_with("text: A, served: 2025-10")
    site = a_site({"one": text}, trusts={"north": "", "south": ""})
    assert actions_of_trust(site, "south") == ()
    assert [action.key for action in actions(site)] == ["one-1"]


def test_an_action_without_an_id_has_its_number_on_the_page() -> None:
    more = "vacated: [{anchor: enforcement-1}]"
    action = only({"one": briefing_with("text: A, served: 2025", more=more)})
    assert (action.key, action.url) == ("one-2", "/briefings/one/#enforcement-2")


# Breaches

REGULATOR = """
regulations:
  - {number: '12', title: Safe care}
  - {number: '17', title: Good governance}
"""


def test_every_regulation_is_listed_with_or_without_a_breach_newest_inspection_first() -> None:
    breach = "breaches: [{text: Care was not safe, regulation: '12', sources: [A]}]"
    site = a_site(
        {
            "one": f"{INSPECTED.format('2024-01')}\n{breach}",
            "two": f"{INSPECTED.format('2025-01')}\n{breach}",
        },
        regulators={"cqc": REGULATOR},
    )
    breaches = {key: breaches_of(site, *key) for key in regulations_of(site)}
    assert list(breaches) == [("cqc", "12"), ("cqc", "17")]
    assert [breach.briefing.id for breach in breaches["cqc", "12"]] == ["two", "one"]
    assert breaches["cqc", "12"][0].url == "/briefings/two/#breach-1"
    assert breaches["cqc", "17"] == ()


def test_breaches_of_one_inspection_are_in_the_order_of_their_briefings_and_lists() -> None:
    breach = "{text: Care was not safe, regulation: '12', sources: [A]}"
    other = "{text: Nobody led, regulation: '9', sources: [A]}"
    site = a_site(
        {
            "two": f"breaches: [{breach}]",
            "one": f"breaches: [{other}, {breach}, {breach}]",
            "gone": f"breaches: [{breach}]\nstatus: withdrawn\n"
            "withdrawn: {date: 2026-02-01, reason: R.}",
        },
        regulators={"cqc": REGULATOR},
    )
    assert [(breach.briefing.id, breach.n) for breach in breaches_of(site, "cqc", "12")] == [
        ("one", 1), ("one", 2), ("two", 0),
    ]  # fmt: skip
    assert regulations_of(site) == [("cqc", "12"), ("cqc", "17"), ("cqc", "9")]


def test_a_breach_of_no_named_regulation_is_in_no_register() -> None:
    breach = "breaches: [{text: Something was wrong, sources: [A]}]"
    assert regulations_of(a_site({"one": breach})) == []


# Corrections


def test_the_log_has_corrections_clarifications_updates_and_withdrawals_newest_first() -> None:
    site = a_site(
        {
            "one": """
changes:
  - {date: 2026-02-01, kind: correction, text: Nine.}
  - {date: 2026-02-02, kind: minor, text: A comma.}
  - {date: 2026-05-03, kind: clarification, text: Which.}
  - {date: 2027-01-01, kind: update, text: Later.}
""",
            "two": "status: withdrawn\nwithdrawn: {date: 2026-03-01, reason: Wrong.}",
        }
    )
    assert [
        (correction.briefing.id, correction.number, correction.label)
        for correction in corrections(site)
    ] == [
        ("one", 3, "Clarification"),
        ("two", 0, "Withdrawal"),
        ("one", 1, "Correction"),
    ]
    assert [correction.url for correction in corrections(site)] == [
        "/briefings/one/#change-3", "/briefings/two/", "/briefings/one/#change-1",
    ]  # fmt: skip


def test_a_withdrawal_is_before_the_changes_of_its_briefing_and_minor_ones_are_silent() -> None:
    changes = """
changes:
  - {date: 2026-02-01, kind: minor, text: A comma.}
  - {date: 2026-02-02, kind: correction, text: Nine.}
"""
    notice = "status: withdrawn\nwithdrawn: {date: 2026-03-01, reason: Wrong.}"
    site = a_site({"one": changes, "two": f"{changes}\n{notice}"})
    assert [
        (change.number, change.kind, change.text, change.moment.date().isoformat())
        for change in changes_of(site, "two")
    ] == [
        (0, "withdrawal", "Wrong.", "2026-03-01"),
        (1, "minor", "A comma.", "2026-02-01"),
        (2, "correction", "Nine.", "2026-02-02"),
    ]
    assert [change.is_announced for change in changes_of(site, "two")] == [True, False, True]
    assert [change.number for change in changes_of(site, "one")] == [1, 2]
    assert [correction.number for correction in corrections_of(site, site.briefing["two"])] == [
        0,
        2,
    ]


def test_a_correction_is_public_from_midnight_where_the_site_is() -> None:
    site = a_site({"one": "changes: [{date: 2026-06-01, kind: update, text: A.}]"})
    (correction,) = corrections(site)
    assert correction.moment == datetime(2026, 6, 1, tzinfo=LONDON)


def test_corrections_of_one_moment_are_in_the_order_of_briefings_and_numbers() -> None:
    changes = "changes: [{date: 2026-02-01, kind: update, text: A.}, {date: 2026-02-01, "
    changes += "kind: correction, text: B.}]"
    in_order = corrections(a_site({"two": changes, "one": changes}))
    assert [(correction.briefing.id, correction.number) for correction in in_order] == [
        ("one", 1), ("one", 2), ("two", 1), ("two", 2),
    ]  # fmt: skip
    assert [correction.text for correction in in_order] == ["A.", "B.", "A.", "B."]
