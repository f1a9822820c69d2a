"""A made-up site whose tables are as wide and as long as they get."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import ROOT

SITE = """title: Briefings
base_url: https://example.org/
publisher: {name: Publisher}
"""
#: The longest word of a place's name in Britain is in it.
TRUST = """---
name: Northmoor and Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch University Trust
kind: combined
---
"""
BRIEFING = """---
title: All six questions
summary: A summary.
trust: north
regulator: cqc
published: 2026-01-15
inspection:
  type: comprehensive
  inspected: 2025-09-30/2025-12-31
  report_published: 2026-01-14
sources:
  A:
    publisher: Care Quality Commission
    type: regulator-report
    url: unknown
    published: 2026-01-14
ratings:
{ratings}
requirements:
{orders}
enforcement:
{notices}
---
Text [@A].
"""
_GRADES = ("requires-improvement", "outstanding", "inadequate")
_QUESTIONS = ("overall", "safe", "effective", "caring", "responsive", "well-led")
_THINGS = (
    "scope: trust",
    "scope: service, name: Acute wards for adults of working age and psychiatric intensive care"
    " units",
    "scope: service, name: Long stay or rehabilitation mental health wards for working age adults",
)
_MANY = 60


def write(content: Path) -> None:
    """One trust with all six questions for itself and two services, 60 orders, 60 notices."""
    ratings = [
        f"  - {{{thing}, key_question: {question}, value: {_GRADES[n % 3]}, sources: [A]}}"
        for thing in _THINGS
        for n, question in enumerate(_QUESTIONS)
    ]
    orders = [
        f"  - {{id: north-{n}, event: told, date: 2025-0{n % 9 + 1}, sources: [A]}}"
        for n in range(_MANY)
    ]
    notices = [
        f"  - {{kind: warning-notice, text: Staffing on notice {n}, served: 2025-10/2025-12,"
        " deadlines: [{date: 2025-12-31, about: staffing}], sources: [A]}"
        for n in range(_MANY)
    ]
    text = BRIEFING.format(
        ratings="\n".join(ratings), orders="\n".join(orders), notices="\n".join(notices)
    )
    files = {"site.yaml": SITE, "trusts/north.md": TRUST, "briefings/2026/north-2026.md": text}
    cqc = "regulators/cqc.yaml"
    files[cqc] = (ROOT / "content" / cqc).read_text("utf-8")
    for n in range(_MANY):
        files[f"requirements/north-{n}.yaml"] = (
            f"trust: north\nregulator: cqc\ntitle: Order {n} on deinstitutionalisation in wards\n"
            f"text: Order {n}.\n"
        )
    for path, words in files.items():
        file = content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, "utf-8")
