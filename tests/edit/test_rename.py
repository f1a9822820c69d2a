"""`rename`: a new id everywhere at once, and no reader or address lost."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import feedparser
import pytest

from briefings.checks.references import REFERENCES
from briefings.content.files import MAX_MARKDOWN
from briefings.content.loader import load
from briefings.domain.site import Site, visible
from tests.support.editing import Desk, desk_with
from tests.support.factory import NOW
from tests.support.on_disk import ROOT
from tests.support.reading import feeds

FIRST = """
requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]
enforcement:
  - {kind: warning-notice, text: Staffing., served: 2025-10, sources: [A]}
ratings: [{scope: trust, value: good, sources: [A]}]
changes: [{date: 2026-02-01, kind: correction, text: A number.}]
"""
SECOND = """
# trust: north is what this comment says
trust: "north"
# and this one: north
also_about: [south]
ratings:
  - scope: trust
    value: good
    # not north
    inherited_from: north-east
    sources: [A]
"""
SECOND_BODY = """\
North is a trust [@A]; see [it](trust:north), [it again](../../trusts/north.md#ledger) and
[the first](../2026/first.md "north, first"), [the same](briefing:first), `trust:north`,
[words][first].

[first]: ../2026/first.md
"""


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Two trusts, two briefings, references of all sorts, everything registered."""
    files = {
        "trusts/south.md": "---\nname: South Trust\nkind: acute\n---\n",
        "briefings/2026/second.md": "",
    }
    desk = desk_with(tmp_path, monkeypatch, capsys, {"first": FIRST}, files)
    front = desk.read("briefings/2026/first.md").split("title:")[1].split("requirements:")[0]
    front = re.sub("trust: north\n", "", front.replace("On first", "On second"))
    desk.write("briefings/2026/second.md", f"---\ntitle:{front}{SECOND[1:]}---\n{SECOND_BODY}")
    desk.does("register")
    return desk


def site_here() -> Site:
    return visible(load(Path("content")), NOW)


def guids(site: Site) -> dict[str, set[str]]:
    """Feed → the ids of its items, as a reader program sees them."""
    made = (feed for feed in feeds(site) if feed.path.endswith("feed.xml"))
    return {
        feed.path: {entry.id for entry in feedparser.parse(feed.render()).entries} for feed in made
    }


def test_only_what_names_the_old_id_is_changed(desk: Desk) -> None:
    before = desk.files()
    output = desk.does("rename", "trust", "north", "northern")
    after = desk.files()
    assert output.splitlines() == [
        "content/trusts/north.md is now content/trusts/northern.md",
        "named in content/briefings/2026/first.md",
        "named in content/briefings/2026/second.md",
        "named in content/requirements/rooms.yaml",
        "/trusts/north/ leads to the new page, and feed readers know it again",
    ]
    second = before["briefings/2026/second.md"].decode()
    expected = (
        second.replace('trust: "north"', 'trust: "northern"')
        .replace("(trust:north)", "(trust:northern)")
        .replace("trusts/north.md", "trusts/northern.md")
    )
    assert after["briefings/2026/second.md"].decode() == expected
    trust = before["trusts/north.md"].decode().removesuffix("---\n")
    assert after["trusts/northern.md"].decode() == f"{trust}aliases: [/trusts/north/]\n---\n"
    assert "trusts/north.md" not in after
    assert after["trusts/south.md"] == before["trusts/south.md"]
    assert desk.faults() == ""


def test_a_renamed_briefing_keeps_every_item_that_readers_know(desk: Desk) -> None:
    before = guids(site_here())
    desk.does("rename", "briefing", "first", "first-of-all")
    assert desk.faults() == ""
    assert guids(site_here()) == before
    assert before["feed.xml"]


@pytest.mark.parametrize(
    ("kind", "old"), [("trust", "north"), ("requirement", "rooms"), ("regulator", "cqc")]
)
def test_a_renamed_page_keeps_its_feed_where_it_was_too(desk: Desk, kind: str, old: str) -> None:
    before = guids(site_here())
    desk.does("rename", kind, old, "renamed")
    site = site_here()
    after = guids(site)
    assert {path: after[path] for path in before} == before
    new = f"{kind}s/renamed/feed.xml"
    assert after[new] == before[f"{kind}s/{old}/feed.xml"]
    there = next(feed for feed in feeds(site) if feed.path == f"{kind}s/{old}/feed.xml")
    assert f"https://example.org/{new}".encode() in there.render()


def test_the_old_addresses_of_pages_below_a_renamed_regulator_redirect(desk: Desk) -> None:
    desk.swap(
        "regulators/cqc.yaml", "licence:", "regulations: [{number: 20A, title: T.}]\nlicence:"
    )
    desk.does("rename", "regulator", "cqc", "ccq")
    desk.does("build", "--quiet")
    for old in ("regulators/cqc", "regulators/cqc/requirements", "regulations/cqc/20a"):
        new = old.replace("cqc", "ccq")
        assert f"/{new}/".encode() in Path("output", old, "index.html").read_bytes()
        assert Path("output", new, "index.html").is_file()


def test_an_entry_of_the_menu_leads_to_the_new_address(desk: Desk) -> None:
    desk.write("pages/about.md", "---\ntitle: About\n---\nWords.\n")
    site = desk.read("site.yaml")
    entries = [f"  - {{label: about, to: {to}}}\n" for to in ("/about/", '"/regulators/cqc/"', "/")]
    desk.write("site.yaml", f"{site}navigation: [about]\nmenu:\n{''.join(entries)}")
    desk.does("rename", "page", "about", "who-we-are")
    desk.does("rename", "regulator", "cqc", "commission")
    new = "".join(entries).replace("/about/", "/who-we-are/").replace("cqc", "commission")
    assert desk.read("site.yaml") == f"{site}navigation: [who-we-are]\nmenu:\n{new}"
    assert desk.faults() == ""


def test_body_links_by_path_by_id_and_by_name_are_changed(desk: Desk) -> None:
    desk.does("rename", "briefing", "first", "one")
    text = desk.read("briefings/2026/second.md")
    assert '[the first](../2026/one.md "north, first"), [the same](briefing:one)' in text
    assert "[first]: ../2026/one.md" in text
    assert "[words][first]" in text
    assert "aliases: [/briefings/first/]" in desk.read("briefings/2026/one.md")


def test_both_old_addresses_of_an_id_renamed_twice_redirect(desk: Desk) -> None:
    before = site_here().tag("briefing/first")
    desk.does("rename", "briefing", "first", "one")
    desk.does("rename", "briefing", "one", "uno")
    assert "aliases: [/briefings/one/, /briefings/first/]" in desk.read("briefings/2026/uno.md")
    assert site_here().tag("briefing/uno") == before
    assert desk.faults() == ""
    desk.does("build", "--quiet")
    for old in ("first", "one"):
        assert b"/briefings/uno/" in Path(f"output/briefings/{old}/index.html").read_bytes()


def test_aliases_are_added_in_the_form_they_have(desk: Desk) -> None:
    listed = "aliases:\n  # moved in 2020\n  # here\n  - /old/\nkind:"
    desk.swap("trusts/south.md", "kind:", listed)
    desk.does("rename", "trust", "south", "southern")
    expected = "aliases:\n  - /trusts/south/\n  # moved in 2020\n  # here\n  - /old/\nkind:"
    assert expected in desk.read("trusts/southern.md")
    assert desk.faults() == ""


def test_windows_line_ends_and_a_byte_order_mark_stay(desk: Desk) -> None:
    for path in ("trusts/north.md", "briefings/2026/second.md", "requirements/rooms.yaml"):
        desk.write(path, "\ufeff" + desk.read(path).replace("\n", "\r\n"))
    desk.does("rename", "trust", "north", "northern")
    for path in ("trusts/northern.md", "briefings/2026/second.md", "requirements/rooms.yaml"):
        text = desk.read(path)
        assert text.startswith("\ufeff")
        assert text.count("\r\n") == text.count("\n")
    assert desk.faults() == ""


def test_a_page_that_was_never_public_gets_no_alias(desk: Desk) -> None:
    draft = desk.read("briefings/2026/first.md").replace("title: On", "status: draft\ntitle: To")
    desk.write("briefings/2026/third.md", draft)
    output = desk.does("rename", "briefing", "third", "fourth")
    assert "leads to" not in output
    assert desk.read("briefings/2026/fourth.md") == draft
    assert "fourth" not in desk.read("register.csv")


def test_without_a_register_there_is_one_after_the_first_renaming(desk: Desk) -> None:
    before = guids(site_here())
    desk.remove("register.csv")
    desk.does("rename", "briefing", "first", "one")
    assert guids(site_here()) == before
    assert desk.faults() == ""


def test_nothing_is_renamed_while_something_is_wrong(desk: Desk) -> None:
    desk.swap("trusts/south.md", "kind: acute", "kind: acut")
    output = desk.refuses("rename", "trust", "north", "northern")
    assert "content/trusts/south.md:3:7: `acut` is not one of the words allowed here" in output
    assert output.endswith("\none fault; nothing was changed\n")


def test_nothing_is_renamed_where_something_would_be_wrong(desk: Desk) -> None:
    desk.swap("trusts/south.md", "kind:", "aliases: [/briefings/one/]\nkind:")
    output = desk.refuses("rename", "briefing", "first", "one")
    assert "content/trusts/south.md:3:11: /briefings/one/ is the address of" in output


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("First Of All", "file name: `First Of All` is not an id"),
        ("2026", "file name: `2026` has only digits"),
        ("second", "the id `second` is taken by briefings/2026/second.md"),
    ],
)
def test_a_bad_or_used_id_is_refused_in_the_words_of_the_check(
    desk: Desk, new: str, expected: str
) -> None:
    assert expected in desk.refuses("rename", "briefing", "first", new)


def test_an_id_used_before_is_refused(desk: Desk) -> None:
    desk.does("rename", "briefing", "first", "one")
    output = desk.refuses("rename", "briefing", "second", "first")
    assert "the id `first` was used before, and its address leads to /briefings/one/" in output


def test_an_unknown_id_is_answered_with_the_one_meant(desk: Desk) -> None:
    output = desk.refuses("rename", "briefing", "frist", "one")
    assert "no briefing has the id `frist`\n    did you mean `first`?" in output
    desk.swap("briefings/2026/second.md", "title:", "title: [")
    output = desk.refuses("rename", "briefing", "second", "third")
    assert "content/briefings:1:1: `second` can't be read\n    run check first" in output


def test_an_id_written_in_a_way_that_can_not_be_edited_is_refused_at_its_place(desk: Desk) -> None:
    desk.swap("briefings/2026/second.md", "../../trusts/north.md", "../../trusts/n%6Frth.md")
    output = desk.refuses("rename", "trust", "north", "northern")
    assert output.startswith(
        "content/briefings/2026/second.md:19:58: `north` can't be replaced here"
    )
    desk.swap("briefings/2026/second.md", "../../trusts/n%6Frth.md", "../../trusts/north.md")
    desk.swap("requirements/rooms.yaml", "trust: north", 'trust: "\\u006eorth"')
    output = desk.refuses("rename", "trust", "north", "northern")
    assert "content/requirements/rooms.yaml:1:8: no trust has the id `north`" in output


def test_if_the_disk_fails_half_way_nothing_is_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    really = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if len(done) == 2:
            raise OSError(28, "No space left on device")
        done.append(str(target))
        return really(self, target)

    before = desk.files()
    monkeypatch.setattr(Path, "replace", failing)
    assert desk.run("rename", "trust", "north", "northern").status == 74
    assert len(done) == 2
    assert desk.files() == before


def test_a_requirement_can_be_renamed_when_only_a_withdrawn_briefing_told_of_it(
    desk: Desk,
) -> None:
    desk.does("withdraw", "first", "--reason", "It was wrong.")
    desk.does("rename", "requirement", "rooms", "shared-rooms")
    assert "aliases: [/requirements/rooms/]" in desk.read("requirements/shared-rooms.yaml")
    assert "id: shared-rooms," in desk.read("briefings/2026/first.md")
    assert desk.faults() == ""
    desk.does("register")
    desk.does("build", "--quiet")
    assert not Path("output/requirements/shared-rooms").exists()


def test_a_renamed_requirement_without_public_events_still_needs_its_alias(
    desk: Desk,
) -> None:
    desk.does("withdraw", "first", "--reason", "It was wrong.")
    desk.does("rename", "requirement", "rooms", "shared-rooms")
    desk.swap("requirements/shared-rooms.yaml", "aliases: [/requirements/rooms/]\n", "")
    assert "/requirements/rooms/ was public, and leads nowhere now" in desk.faults()


# -- every reference there is ----------------------------------------------------------------------

EVERY = "tests/site"


@pytest.fixture
def everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """The made-up site with every feature."""
    shutil.copytree(ROOT / EVERY, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Desk(capsys)


@pytest.mark.sample(1)
@pytest.mark.parametrize("kind", sorted(REFERENCES))
def test_on_a_site_with_every_feature_each_file_can_be_renamed_and_back_again_is_refused(
    everything: Desk, kind: str
) -> None:
    content = load(Path("content"))
    named = sorted(content.ids[kind])
    before = guids(visible(content, NOW))
    for old in named:
        everything.does("rename", kind, old, f"renamed-{old}"[:80])
    assert everything.faults() == ""
    after = guids(site_here())
    assert {path: after[path] for path in before} == before
    old = next(old for old in named if f"{kind},{old}," in everything.read("register.csv"))
    assert "was used before" in everything.refuses("rename", kind, f"renamed-{old}", old)


def test_a_register_longer_than_any_other_file_keeps_every_line(desk: Desk) -> None:
    """It was read up to the limit of a Markdown file, and the rest was lost."""
    before = desk.read("register.csv")
    moment = before.splitlines()[-1].split(",")[-2]
    authority = before.split(":", 2)[1]
    ids = [f"old-{number}" for number in range(4_000)]
    lines = (
        f'page,{id},/{id}/,"tag:{authority}:page/{id}",{moment},{leads_to}\n'
        for id in ids
        for leads_to in ("", "/topics/kept/")
    )
    desk.write("register.csv", before + "".join(lines))
    aliases = ", ".join(f"/{id}/" for id in ids)
    desk.write("topics/kept.md", f"---\nname: Kept\nsummary: S.\naliases: [{aliases}]\n---\n")
    register = desk.read("register.csv")
    assert len(register) > MAX_MARKDOWN
    desk.does("register")
    assert desk.read("register.csv").startswith(register)
    assert "topic,kept," in desk.read("register.csv")
