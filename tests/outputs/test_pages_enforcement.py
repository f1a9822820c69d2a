"""Enforcement actions on pages: their date, in which order they are listed, and their status."""

from __future__ import annotations

import re

import pytest

from tests.support.factory import a_site
from tests.support.reading import Reading, built, html_of

POWERS = """
enforcement_kinds:
  - {id: warning-notice, label: Warning notice, date_label: Served}
  - {id: plan, label: Plan, date_label: Asked for}
  - {id: other, label: Other power}
"""
ACTION = "{{kind: {}, text: {}, served: {}, sources: [A]{}}}"


def enforced(*actions: str) -> dict[str, str]:
    """URL → text of each page, of one briefing with these actions: kind, text, date, more."""
    text = "enforcement: [" + ", ".join(actions) + "]"
    site = a_site({"one": text}, regulators={"cqc": POWERS})
    return {url: Reading(html).text for url, html in html_of(site).items()}


def test_the_date_of_an_action_has_the_regulators_word_for_it() -> None:
    pages = enforced(
        ACTION.format("plan", "A", "2025-03", ""),
        ACTION.format("warning-notice", "B", "unknown", ""),
        ACTION.format("other", "C", "2025-01", ""),
    )
    for url in ("/briefings/one/", "/trusts/north/"):
        assert "Asked for March 2025" in pages[url]
        assert "Served date not known" in pages[url].replace("Date not known", "date not known")
        assert "Date January 2025" in pages[url]
    assert "Asked for March 2025" in pages["/enforcement/"]
    assert "Served" not in pages["/enforcement/"]


def test_cells_of_the_register_do_not_run_together() -> None:
    more = (
        ", status: active, outcome: Not met in May., deadlines: [{date: 2025-01}, {date: 2025-02}]"
    )
    page = enforced(ACTION.format("other", "A", "2024", more))["/enforcement/"]
    passed = "no public record that it was met"
    assert f"January 2025 {passed}; February 2025 {passed} In force. Not met in May." in page


def test_no_prosecution_or_requested_plan_is_said_to_be_served() -> None:
    action = re.compile(
        r"<h[34]>[^\n]*(Prosecution|Action plan requested)</h[34]>.*?<dt>(.*?)<", re.S
    )
    pairs = {pair for html in built("content").values() for pair in action.findall(html)}
    assert pairs == {("Prosecution", "Begun"), ("Action plan requested", "Asked for")}


def test_the_register_lists_actions_of_unknown_date_last_and_says_so() -> None:
    pages = enforced(
        ACTION.format("warning-notice", "Unknown day", "unknown", ""),
        ACTION.format("warning-notice", "Newer", "2025-06", ""),
        ACTION.format("warning-notice", "Older", "2019", ""),
    )
    page = pages["/enforcement/"]
    assert "3 actions, newest first; those whose date is not known are last" in page
    assert page.index("Newer") < page.index("Older") < page.index("Unknown day")


@pytest.mark.parametrize("status", ["", ", status: unknown"])
def test_a_status_that_nobody_states_is_said_in_one_way(status: str) -> None:
    pages = enforced(ACTION.format("other", "A", "2025", status))
    for url in ("/trusts/north/", "/enforcement/"):
        assert "Not stated" in pages[url]
        assert "Outcome not known" not in pages[url]


def test_a_known_outcome_is_never_called_unknown() -> None:
    more = ", status: unknown, outcome: Not met in May."
    pages = enforced(ACTION.format("other", "A", "2025", more))
    for url in ("/trusts/north/", "/briefings/one/"):
        assert "Status as last recorded Not stated Outcome Not met in May." in pages[url]
    assert "Not stated. Not met in May." in pages["/enforcement/"]
