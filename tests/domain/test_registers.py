"""Registers over the whole site: one row for each action, breach and correction."""

from __future__ import annotations

from briefings.domain.enforcement import Action, actions
from briefings.domain.registers import breaches_of, corrections, regulations_of
from tests.support.factory import a_site

INSPECTED = "inspection: {{type: focused, inspected: {0}, report_published: {0}}}"


def briefing_with(action: str, *, inspected: str = "2025-09", more: str = "") -> str:
    item = f"enforcement: [{{kind: warning-notice, {action}, sources: [A]}}]"
    return f"{INSPECTED.format(inspected)}\n{item}\n{more}"


def only(briefings: dict[str, str]) -> Action:
    (action,) = actions(a_site(briefings))
    return action


# Enforcement


def test_an_action_in_two_briefings_is_one_row() -> None:
    found = only(
        {
            "one": briefing_with("id: e1, text: Notice, served: 2025-10"),
            "two": briefing_with(
                "id: e1, text: Notice again, served: 2025-10", inspected="2026-02"
            ),
        }
    )
    assert found.key == "e1"
    assert [mention.briefing.id for mention in found.mentions] == ["one", "two"]
    assert found.text == "Notice again"
    assert found.url == "/briefings/two/#enforcement-1"


def test_actions_without_an_id_are_rows_of_their_own() -> None:
    same = "text: Notice, served: 2025-10"
    found = actions(a_site({"one": briefing_with(same), "two": briefing_with(same)}))
    assert [one.key for one in found] == ["one-1", "two-1"]


def test_ratings_of_the_newest_inspection_hold_and_missing_ones_are_taken_from_earlier_ones() -> (
    None
):
    found = only(
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
    assert (found.text, found.status, found.outcome) == ("B", "met", "Done")
    assert (found.count, found.service, found.site) == (2, "Maternity", "North Ward")
    assert found.served.written == "2025-10"
    assert found.ended is not None
    assert found.ended.written == "2026-03"
    assert found.regulations == ("12", "17")
    assert found.mapped_by_us
    assert [deadline.date.written for deadline in found.deadlines] == ["2025-12", "2026-01"]


def test_an_older_inspection_published_later_does_not_undo_what_is_known() -> None:
    found = only(
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
    assert (found.text, found.status) == ("New", "met")


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
    found = {key: breaches_of(site, *key) for key in regulations_of(site)}
    assert list(found) == [("cqc", "12"), ("cqc", "17")]
    assert [one.briefing.id for one in found["cqc", "12"]] == ["two", "one"]
    assert found["cqc", "12"][0].url == "/briefings/two/#breach-1"
    assert found["cqc", "17"] == ()


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
