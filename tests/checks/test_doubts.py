"""Advice on probable mistakes: the editor is warned, and the content is published unchanged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefings import checks
from briefings.content.dates.values import Moment
from briefings.content.loader import load
from briefings.domain.site import visible

BASE = Path(__file__).parents[1] / "invalid" / "base"
BRIEFING = "briefings/2025/northmoor-2025.md"
TRUST = "trusts/northmoor.md"
REQUIREMENT = "requirements/northmoor-staffing.yaml"
KEYS, SOURCE = "sources:\n", "    published: 2025-09-01\n"
OTHER = """\
  B:
    publisher: A Paper
    type: news-report
    url: {}
    published: 2025-09-02
"""
COPY = "    archived_url: https://web.archive.org/web/20250901000000/{}\n"
#: File, the text there, and its replacement; a new file has "" as the text there.
Edit = tuple[str, str, str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small valid content folder."""
    return Path(shutil.copytree(BASE, tmp_path / "content"))


def advice(root: Path) -> set[tuple[str, int, str]]:
    """File, line and message of all advice."""
    content = load(root)
    site = visible(content, Moment.parse("2026-01-15").at(content.config.time_zone))
    assert checks.faults(site) == []
    return {
        (Path(problem.path).relative_to(root).as_posix(), problem.line, problem.message)
        for problem in checks.advice(site)
    }


def told(root: Path, *edits: Edit) -> list[str]:
    """What the edits add to the advice on the base."""
    before = {message for _, _, message in advice(root)}
    for path, old, new in edits:
        file = root / path
        text = file.read_text("utf-8") if old else ""
        assert old in text
        file.write_text(text.replace(old, new, 1) if old else new, "utf-8")
    added = sorted(line for line in advice(root) if line[2] not in before)
    others = ("`B`", "public now")
    return [
        f"{path}:{line}: {message}"
        for path, line, message in added
        if not any(other in message for other in others)
    ]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Too few nurses [@A]", "[@A]"),
        ("Too **few** nurses", "**few**"),
        ("See [the report](https://csb.example/1)", "[the report](https://csb.example/1)"),
    ],
)
def test_markdown_in_a_text_that_is_shown_as_typed_is_named(
    root: Path, text: str, sign: str
) -> None:
    block = f"concerns: [{{text: '{text}', sources: [A]}}]\n"
    assert told(root, (BRIEFING, KEYS, block + KEYS)) == [
        f"{BRIEFING}:11: `{sign}` is shown with its signs: this text is no Markdown"
    ]


def test_signs_that_are_no_markdown_are_not_named(root: Path) -> None:
    text = "2 ** 3, a*b*c, [sic] (see 1), [@] and [1]"
    block = f"not_known: ['{text}']\n"
    assert told(root, (BRIEFING, KEYS, block + KEYS)) == []


def test_a_name_or_a_code_that_another_has_is_named_at_both(root: Path) -> None:
    copy = "---\nname: NORTHMOOR Care Trust\nkind: acute\ncodes: {ods: nm1, la: X}\n---\n"
    topic = "---\nname: staffing\nsummary: Whether there are enough.\n---\n"
    edits = (
        ("trusts/copy.md", "", copy),
        ("topics/copy.md", "", topic),
        (TRUST, "{ods: NM1}", "{ods: NM1, la: X}"),
    )
    assert told(root, *edits) == [
        "topics/copy.md:2: topics/staffing.md has the same name: staffing",
        "topics/staffing.md:2: topics/copy.md has the same name: staffing",
        "trusts/copy.md:2: trusts/northmoor.md has the same name: northmoor care trust",
        "trusts/copy.md:4: trusts/northmoor.md has the same ods: nm1",
        "trusts/northmoor.md:2: trusts/copy.md has the same name: northmoor care trust",
        "trusts/northmoor.md:4: trusts/copy.md has the same ods: nm1",
    ]


def test_a_trust_may_have_the_code_of_one_that_it_took_over(root: Path) -> None:
    heir = "predecessors: [{id: northmoor, date: 2020, reason: merger}]\ncodes: {ods: NM1}\nkind: "
    assert told(root, ("trusts/eastvale.md", "kind: ", heir)) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "message"),
    [
        (
            REQUIREMENT, "title:", "looked: [{date: 2062-11-03, where: Papers.}]\ntitle:", 3,
            "3 November 2062 is still to come, and nobody sees this before then",
        ),
        (
            REQUIREMENT, "title:", "asked: [{date: 2026-01-16}]\ntitle:", 3,
            "16 January 2026 is still to come, and nobody sees this before then",
        ),
        (
            TRUST, "kind:", "ratings_checked: [{date: 2027-01-01, against: A list.}]\nkind:", 3,
            "1 January 2027 is still to come, and nobody sees this before then",
        ),
        (
            BRIEFING, KEYS,
            f"changes: [{{date: 2062-01-01, kind: correction, text: A date.}}]\n{KEYS}", 11,
            "this is not public before 1 January 2062 00:00 GMT, more than a year from now",
        ),
        (
            "pages/about.md", "---\nWe",
            "changes: [{date: 2062-01-01, kind: correction, text: A date.}]\n---\nWe", 3,
            "this is not public before 1 January 2062 00:00 GMT, more than a year from now",
        ),
        (
            BRIEFING, "published: 2025-10-02", "published: 2052-10-02", 10,
            "this is not public before 2 October 2052 00:00 BST, more than a year from now",
        ),
    ],
)  # fmt: skip
def test_what_nobody_sees_because_of_its_date_is_named(
    root: Path, path: str, old: str, new: str, line: int, message: str
) -> None:
    assert told(root, (path, old, new)) == [f"{path}:{line}: {message}"]


def test_a_publication_of_this_year_is_no_mistake(root: Path) -> None:
    change = "{date: 2026-12-02, kind: update, text: T.}"
    later = f"embargo_until: 2026-12-01\nchanges: [{change}]\n"
    assert told(root, (BRIEFING, KEYS, later + KEYS)) == []


def test_a_visit_to_a_trust_after_its_end_is_named(root: Path) -> None:
    def closed(day: str) -> Edit:
        return TRUST, "kind: mental-health", f"kind: mental-health\nstatus: closed\nclosed: {day}"

    assert told(root, closed("2025-04-01")) == [
        f"{BRIEFING}:8: June 2025 is after the end of this trust (1 April 2025)"
    ]
    assert told(root, (TRUST, "2025-04-01", "2025-06-30")) == []


def test_a_source_with_the_address_of_another_is_named(root: Path) -> None:
    url = "https://csb.example/reports/1"
    assert told(root, (BRIEFING, SOURCE, SOURCE + OTHER.format(url))) == [
        f"{BRIEFING}:20: the source `A` has this address too"
    ]


def test_two_copies_of_a_page_that_changed_are_two_sources(root: Path) -> None:
    url = "https://csb.example/reports/1"
    copies = (COPY.format(url), COPY.format(url).replace("20250901", "20251001"))
    text = SOURCE + copies[0] + OTHER.format(url) + copies[1]
    assert told(root, (BRIEFING, SOURCE, text)) == []
    dated = OTHER.format(url).replace("A Paper", "Care Standards Board")
    (root / BRIEFING).write_bytes((BASE / BRIEFING).read_bytes())
    assert told(root, (BRIEFING, SOURCE, SOURCE + dated)) == []
    noted = OTHER.format(url) + "    note: Its second part.\n"
    (root / BRIEFING).write_bytes((BASE / BRIEFING).read_bytes())
    assert told(root, (BRIEFING, SOURCE, SOURCE + noted)) == []


def test_a_copy_of_another_page_is_named(root: Path) -> None:
    assert (
        told(root, (BRIEFING, SOURCE, SOURCE + COPY.format("http://www.csb.example/reports/1/")))
        == []
    )
    assert told(root, (BRIEFING, "/reports/1/\n", "/reports/2\n")) == [
        f"{BRIEFING}:17: this is a copy of another page than that of the source `A`"
    ]


def test_a_source_read_before_it_was_published_is_named(root: Path) -> None:
    assert told(root, (BRIEFING, SOURCE, f"{SOURCE}    accessed: 2025-08-31\n")) == [
        f"{BRIEFING}:17: read 31 August 2025, and published 1 September 2025: it was not there yet"
    ]


def test_a_site_at_the_address_of_a_preview_is_named(root: Path) -> None:
    assert told(root, ("site.yaml", "https://example.org/\n", "http://localhost:8000/\n")) == [
        "site.yaml:2: feeds, redirects and the sitemap would lead readers to their own machine"
    ]
