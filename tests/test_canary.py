"""What is not public yet is in no byte of anything that is published.

The site in `tests/site/` holds a draft, a briefing under embargo and one of the future. Words that
are only in these (in a title, a text, an id, a source, a note, the name of an image, the
requirement that only they tell of) are looked for in every file of the output.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from briefings.cli import main
from briefings.outputs.downloads import texts_in

ROOT = Path(__file__).parents[1]
SITE = ROOT / "tests" / "site" / "content"

#: Word → the last second at which it must not be there, and the moment from which it must.
MOMENTS = {
    # The embargo is lifted in summer time, at one minute past midnight.
    "quokkaembargo": ("2026-08-01T00:00:59+01:00", "2026-08-01T00:01:00+01:00"),
    # 01:30 comes twice in the night in which the clocks go back; this is the second one.
    "quokkafuture": ("2026-10-25T01:29:59+00:00", "2026-10-25T01:30:00+00:00"),
    # A change of a page and of a briefing that are public, dated later.
    "xylophone": ("2026-12-31T23:59:59+00:00", "2027-01-01"),
    "platypus": ("2026-11-30T23:59:59+00:00", "2026-12-01T00:00:00Z"),
    # A look and a question of later days, on a requirement that is public.
    "echidna": ("2026-12-19T23:59:59+00:00", "2026-12-20"),
    "bandicoot": ("2026-12-20T23:59:59+00:00", "2026-12-21"),
    # A check of a trust's ratings, dated later.
    "quokkacheck": ("2026-11-09T23:59:59+00:00", "2026-11-10"),
    # Published in the hour that the clocks skip, one second before it.
    "report card of the school": ("2026-03-29T00:59:58+00:00", "2026-03-29T00:59:59+00:00"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the site is built at one moment after the other, in any order."""
    return tmp_path_factory.mktemp("canary")


Built = Callable[..., dict[str, bytes]]


@pytest.fixture
def built(project: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    """Return path → bytes of the site at a moment: the last build, whatever its moment, goes on."""
    monkeypatch.chdir(project)

    def built(now: str, *options: str) -> dict[str, bytes]:
        folders = ["--content", str(SITE), "--templates", str(ROOT / "templates")]
        folders += ["--static", str(ROOT / "static")]
        words = ["--now", now, "--output", "output", "--jobs", "1", "--no-search", "--quiet"]
        assert main(["build", *folders, *words, *options]) == 0
        output = project / "output"
        files = (path for path in output.rglob("*") if path.is_file())
        return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}

    return built


def holding(files: dict[str, bytes], word: str) -> list[str]:
    """Paths of the files that say a word, in their name or their bytes, whatever the case."""
    return [path for path, data in files.items() if word in path.lower() or word in _letters(data)]


def _letters(data: bytes) -> str:
    if data.startswith(b"SQLite format 3"):  # a long text may be in several pieces
        data += b"".join(texts_in(data))
    return data.decode("utf-8", "replace").lower()


@pytest.mark.parametrize("word", MOMENTS)
def test_a_second_before_its_moment_nothing_of_it_is_anywhere(built: Built, word: str) -> None:
    before, moment = MOMENTS[word]
    assert holding(built(before), word) == []
    assert holding(built(moment), word) != []


def test_a_record_that_becomes_public_is_shown_in_all_outputs_it_belongs_in(built: Built) -> None:
    shown = holding(built(MOMENTS["quokkaembargo"][1]), "quokkaembargo")
    for path in (
        "index.html",
        "feed.xml",
        "feed.json",
        "sitemap.xml",
        "deadlines.ics",
        "briefings/index.html",
        "briefings/2026/index.html",
        "briefings/aldermere-embargoed/index.html",
        "trusts/aldermere/index.html",
        "trusts/aldermere/feed.xml",
        "trusts/aldermere/trust.json",
        "trusts/castlebridge/index.html",
        "trusts/castlebridge/feed.xml",
        "topics/unused/index.html",
        "topics/unused/feed.xml",
        "regulators/nci/feed.xml",
        "requirements/index.html",
        "requirements/feed.xml",
        "requirements/aldermere-quokkaembargo/index.html",
        "requirements/aldermere-night-staff/index.html",
        "enforcement/index.html",
        "enforcement/feed.xml",
        "data/briefings.csv",
        "data/events.csv",
        "data/requirements.json",
        "data/sources.csv",
        "data/enforcement.csv",
        "data/briefings.sqlite",
    ):
        assert path in shown


def test_a_draft_is_nowhere_at_any_time(built: Built) -> None:
    assert holding(built("2030-01-01"), "quokkadraft") == []


def test_a_preview_of_drafts_shows_them(built: Built) -> None:
    files = built("2026-06-01", "--drafts")
    for word in ("quokkadraft", "quokkafuture", "quokkaembargo"):
        assert holding(files, word) != []


def test_a_withdrawn_briefing_leaves_its_notice_and_none_of_its_facts(built: Built) -> None:
    files = built("2026-06-01")
    assert holding(files, "wallaby") == []
    page = _letters(files["briefings/aldermere-2022/index.html"])
    assert "it named the wrong ward" in page
    assert "it named the wrong ward" in _letters(files["corrections/index.html"])
    assert "it named the wrong ward" in _letters(files["trusts/aldermere/feed.xml"])


def test_a_briefing_is_public_until_the_day_of_its_withdrawal(built: Built) -> None:
    files = built("2022-12-01T11:59:59+00:00")
    assert "wallabytext" in _letters(files["briefings/aldermere-2022/index.html"])
    assert holding(files, "named the wrong ward") == []


@pytest.mark.parametrize("word", ["quokkaembargo", "quokkafuture"])
def test_nothing_but_what_became_public_changes_at_its_moment(built: Built, word: str) -> None:
    """Counts, dates and lists of what has nothing to do with it stay as they are.

    The page and the feed of the topic of buildings have a grade of Aldermere, which says from that
    moment on that the trust was inspected again.
    """
    before, moment = map(built, MOMENTS[word])
    changed = {path for path, data in moment.items() if before.get(path) != data}
    assert set(before) <= set(moment)
    others = ("trusts/dunmore/", "trusts/fairhaven/", "regulators/osa/", "regulators/hcc/")
    fixed = ("about/", "media/wards/", "static/", "data/schema/")
    pages = (path for path in changed if path.endswith((".html", "feed.xml", ".svg", ".css")))
    assert [path for path in pages if path.startswith((*others, *fixed))] == []


def test_a_later_clock_alone_changes_no_feed(built: Built) -> None:
    """`lastBuildDate` and all other dates of a feed come from what is in it."""
    first, other = (
        {path: data for path, data in built(now).items() if path.endswith(".xml")}
        for now in ("2026-06-01", "2026-07-31")
    )
    assert first == other
    assert any(path.endswith("feed.xml") for path in first)
