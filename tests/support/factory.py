"""Small sites for tests, written as an editor writes content: YAML text in, a `Site` out.

What a test does not say is filled in: a trust `north`, a regulator `cqc` with the CQC's grades,
a requirement `rooms`, and everything that a briefing must have.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from briefings.content.frontmatter.reading import read_yaml
from briefings.content.records import Content, Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import RegulatorFront, RequirementFront, TrustFront
from briefings.content.schema.rules import faults_in
from briefings.content.schema.site import SiteFront
from briefings.content.schema.validation import Gaps, read
from briefings.domain.site import Site, visible
from briefings.domain.visibility import Clock
from briefings.engine import Engine

T = TypeVar("T")

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 1, 12, tzinfo=LONDON)

CONFIG = """
title: Briefings
base_url: https://example.org/
publisher:
  name: Publisher
  editor: The Editor
  funding: Its readers.
  complaints: https://publisher.example/complain
"""
BRIEFING = """
title: A title
summary: A summary.
trust: north
regulator: cqc
published: 2026-01-15
inspection: {type: focused, inspected: 2025-09, report_published: 2026-01-14}
sources: {A: {publisher: A Paper, type: news-report, url: unknown, published: 2026-01-14}}
"""
TRUST = """
name: North Trust
kind: mental-health
"""
REQUIREMENT = """
trust: north
regulator: cqc
title: Stop using shared rooms
text: Stop using shared rooms.
"""
REGULATOR = """
name: Care Quality Commission
short_name: CQC
nation: England
website: https://example.org/cqc
key_questions:
  - {id: safe, label: Safe}
  - {id: caring, label: Caring}
  - {id: well-led, label: Well-led}
scales:
  - id: grades
    label: Grades
    values:
      - {id: outstanding, label: Outstanding, rank: 1}
      - {id: good, label: Good, rank: 2}
      - {id: requires-improvement, label: Requires improvement, rank: 3}
      - {id: inadequate, label: Inadequate, rank: 4}
outside_scale:
  - {id: not-rated, label: Not rated, meaning: No grade.}
  - {id: suspended, label: Rating suspended, meaning: Set aside., ends_rating: true}
services:
  - {label: Forensic wards, aliases: [Secure wards]}
  - {label: Maternity}
inspection_types: [{id: focused, label: Focused inspection}]
enforcement_kinds: [{id: warning-notice, label: Warning notice}]
licence: {name: OGL, url: https://example.org/ogl, attribution: Contains CQC information.}
"""


def a_front(schema: type[T], text: str, defaults: str = "") -> T:
    """Return the front matter of one file; `defaults` has values for the keys that `text` lacks."""
    tree = {**_tree(defaults), **_tree(text)}
    value, faults, *_ = read(schema, tree, set(), faults_in)
    assert not faults, faults
    assert value is not None
    return value


def _tree(text: str) -> dict[str, Any]:
    source, problems = read_yaml(dedent(text).encode(), "a.yaml")
    assert not problems, problems
    return source.tree.data


def a_record(kind: str, id: str, front: T, *, broken: bool = False) -> Record[T]:
    """A record as `load` makes it, with an empty body."""
    folder = {"briefing": "briefings/2026", "requirement": "requirements"}.get(kind, f"{kind}s")
    ending = "md" if kind in {"briefing", "trust"} else "yaml"
    gaps = Gaps(frozenset({("regulator",)}), {}) if broken else None
    return Record(kind, id, f"{folder}/{id}.{ending}", front, broken=broken, gaps=gaps)


def a_content(
    briefings: Mapping[str, str],
    *,
    trusts: Mapping[str, str] | None = None,
    regulators: Mapping[str, str] | None = None,
    requirements: Mapping[str, str] | None = None,
    broken: frozenset[str] = frozenset(),
) -> Content:
    """Content from id → front matter; titles are made different.

    `broken`: ids of any kind, whose `regulator` can't be read; or of briefings without a record.
    """

    def records(kind: str, schema: type[T], texts: Mapping[str, str], lacks: str) -> Any:
        return {
            id: a_record(kind, id, a_front(schema, text, lacks), broken=id in broken)
            for id, text in texts.items()
        }

    titled = {
        id: text if "title:" in text else f"title: On {id}\n{dedent(text)}"
        for id, text in briefings.items()
    }
    of_kind = {
        "briefings": records("briefing", BriefingFront, titled, BRIEFING),
        "trusts": records("trust", TrustFront, {"north": ""} if trusts is None else trusts, TRUST),
        "regulators": records("regulator", RegulatorFront, regulators or {"cqc": ""}, REGULATOR),
        "topics": {},
        "requirements": records(
            "requirement", RequirementFront, requirements or {"rooms": ""}, REQUIREMENT
        ),
        "pages": {},
    }
    ids = {name.removesuffix("s"): frozenset(records) for name, records in of_kind.items()}
    ids["briefing"] |= broken.difference(*ids.values())
    return Content(root=Path("content"), config=a_front(SiteFront, CONFIG), ids=ids, **of_kind)


def a_site(
    briefings: Mapping[str, str],
    *,
    now: datetime = NOW,
    trusts: Mapping[str, str] | None = None,
    regulators: Mapping[str, str] | None = None,
    requirements: Mapping[str, str] | None = None,
    broken: frozenset[str] = frozenset(),
) -> Site:
    """Return the site at `now` with the content of `a_content` for the same arguments."""
    content = a_content(
        briefings,
        trusts=trusts,
        regulators=regulators,
        requirements=requirements,
        broken=broken,
    )
    return visible(content, now)


def clock_at(now: datetime) -> Clock:
    """A clock with a fixed time."""
    return Clock(Engine(), now, ZoneInfo("Europe/London"))
