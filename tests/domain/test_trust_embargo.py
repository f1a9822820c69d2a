"""A trust that must not be known before its first briefing is nowhere until that comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefings.cli import main
from tests.support.editing import Desk, desk_with
from tests.support.on_disk import ROOT

LIFTS = "2027-01-14T00:01:00+00:00"
SOUTH = """\
---
name: Wombat Hospitals
kind: acute
{held}
---
Wombat hospitals are two.
"""
COMING = f"trust: south\nembargo_until: {LIFTS}"


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A trust with one briefing, and another with its first under embargo until 2027."""
    south = SOUTH.format(held=f"embargo_until: {LIFTS}")
    return desk_with(
        tmp_path, monkeypatch, capsys, {"one": "", "wombat-2026": COMING},
        files={"trusts/south.md": south},
    )  # fmt: skip


def saying(word: str) -> list[str]:
    """Files of the site whose name or bytes have the word."""
    files = (path for path in Path("output").rglob("*") if path.is_file())
    return [
        path.as_posix()
        for path in files
        if word in path.as_posix() or word in path.read_bytes().decode("utf-8", "replace").lower()
    ]


def test_before_its_moment_no_file_of_the_site_names_it(desk: Desk) -> None:
    desk.does("build", "--quiet", now="2027-01-14T00:00:59+00:00")
    assert saying("wombat") == []
    assert not Path("output/trusts/south").exists()
    desk.does("build", "--quiet", now=LIFTS)
    pages = {"output/trusts/south/index.html", "output/trusts/south/feed.xml", "output/sitemap.xml"}
    assert pages <= {*saying("wombat"), *saying("trusts/south")}


def test_a_rebuild_at_its_moment_equals_a_build_from_nothing(desk: Desk) -> None:
    words = ["build", "--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    words += ["--no-search", "--quiet"]
    for now in ("2027-01-14T00:00:59+00:00", LIFTS, "2027-01-14T00:00:59+00:00"):
        assert main([*words, "--cache", "cache", "--now", now]) == 0
        assert main([*words, "--no-cache", "--output", "clean", "--now", now]) == 0
        assert tree(Path("output")) == tree(Path("clean"))


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("path", "old", "new", "line"),
    [
        ("briefings/2026/one.md", "trust: north", "trust: south", "trust"),
        ("briefings/2026/one.md", "trust:", "also_about: [south]\ntrust:", "also_about"),
        ("briefings/2026/one.md", "[@A].", "[@A] [it](../../trusts/south.md).", "../../trusts"),
        ("briefings/2026/one.md", "[@A].", "[@A]; see [it](trust:south).", "trust:south"),
        (
            "trusts/north.md", "kind:",
            "predecessors: [{id: south, date: 2020, reason: merger}]\nkind:", "predecessors",
        ),
    ],
)  # fmt: skip
def test_nothing_that_is_public_earlier_may_name_it(
    desk: Desk, path: str, old: str, new: str, line: str
) -> None:
    desk.write(path, desk.read(path).replace(old, new, 1))
    output = desk.refuses("build")
    place = output.split(":", 2)[1]
    assert line in desk.read(path).splitlines()[int(place) - 1]
    assert "held back until 14 January 2027 00:01 GMT" in output or "is not public when" in output


def test_a_link_from_its_page_is_judged_as_at_its_moment(desk: Desk) -> None:
    desk.swap("trusts/south.md", "are two.", "are two: [the visit](../briefings/2026/gone.md).")
    assert "leads nowhere" in desk.refuses("build")
    desk.swap("trusts/south.md", "gone.md", "wombat-2026.md")
    desk.does("build", "--quiet")


def test_a_trust_that_is_public_before_its_first_briefing_is_pointed_out(desk: Desk) -> None:
    desk.write("trusts/south.md", SOUTH.format(held="region: South"))
    output = desk.run("check", "--advice").err
    assert (
        "trusts/south.md:2:1: warning: this trust is public now, and its first briefing" in output
    )
    assert "on 14 January 2027 00:01 GMT" in output
    assert "trust is public now" not in desk.run("check", "--advice", now=LIFTS).err


def test_a_published_briefing_cannot_be_embargoed_again(desk: Desk) -> None:
    desk.write("trusts/south.md", SOUTH.format(held="region: South"))
    desk.does("register")
    desk.write("trusts/south.md", SOUTH.format(held=f"embargo_until: {LIFTS}"))
    assert "this trust's page is public since 1 December 2026" in desk.refuses("build")
