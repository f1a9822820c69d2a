"""Lighthouse is run again if it gave no result; a result is never retried away."""

import pytest

from tests.audit import lighthouse
from tests.audit.lighthouse import NoResult, Scores, judge
from tests.audit.tools import Tools

GOOD = Scores({"performance": 100, "accessibility": 100, "best-practices": 100, "seo": 100}, ())
SLOW = Scores({**GOOD.points, "performance": 90}, ("performance: slow",))
POOR = Scores({**GOOD.points, "accessibility": 97}, ("accessibility: small target",))
LOST = NoResult("NO_NAVSTART")


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        ([GOOD], GOOD),
        ([LOST, GOOD], GOOD),
        ([SLOW, LOST, GOOD], GOOD),
        ([SLOW, SLOW, SLOW], SLOW),
        ([POOR, GOOD], POOR),  # a finding is not tried away
        ([LOST, LOST, POOR], POOR),
    ],
)
def test_the_best_try_that_judged_the_page_counts(
    monkeypatch: pytest.MonkeyPatch, tries: list[Scores | NoResult], expected: Scores
) -> None:
    assert _judged(monkeypatch, tries) == expected


def test_a_page_that_is_never_judged_fails_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoResult, match="NO_NAVSTART"):
        _judged(monkeypatch, [LOST, LOST, LOST])


def _judged(monkeypatch: pytest.MonkeyPatch, tries: list[Scores | NoResult]) -> Scores:
    waiting = iter(tries)

    def once(tools: Tools, url: str) -> Scores:
        report = next(waiting)
        if isinstance(report, NoResult):
            raise report
        return report

    # Lighthouse itself is not ours: what is tested is what we make of its answers.
    monkeypatch.setattr(lighthouse, "_once", once)
    return judge(Tools.__new__(Tools), "http://127.0.0.1/")
