"""The search index: what can be found, that nothing else can, and when it is rebuilt."""

from __future__ import annotations

import gzip
import os
import stat
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from briefings.cli import main
from briefings.content.loader import load
from briefings.domain.site import Site, visible
from briefings.outputs.search import begin_index, entries, index_digest, make_index
from briefings.outputs.search.entries import SearchEntry, names_of
from briefings.publish import DiskFault
from tests.support.factory import NOW, TRUST
from tests.support.on_disk import ROOT, briefing, in_front, write_site

CLAIMS = """
topics: [beds]
ratings:
  - {scope: trust, value: good, sources: [A]}
requirements:
  - {id: rooms, event: told, date: 2025-09, note: Ordered at Quillmoor., sources: [A]}
concerns:
  - {text: Lamps flickered on Thistlewick ward., sources: [A]}
statements:
  - {who: Ada Finch, role: chair, speaks_for: trust, gist: She regretted the lamps., sources: [A]}
not_known: [Who bought the lamps.]
changes:
  - {date: 2026-02-01, kind: correction, text: We had misspelt Thistlewick.}
  - {date: 2027-02-01, kind: correction, text: Zanzibarine will be corrected.}
"""
TOPIC = {"topics/beds.md": in_front("name: Beds\nsummary: Where people sleep.")}
FULL_TRUST = f"""
{TRUST.strip()}
short_name: North
codes: {{ods: RZZ}}
former_names: [{{name: Northern Wards, until: 2019}}]
sites: [{{name: Quillmoor Hospital, code: RZZ01}}]
councils: [Quillshire]
"""


def a_site(
    project: Path, briefings: Mapping[str, str], *, files: Mapping[str, str] | None = None
) -> Site:
    content = load(write_site(project, briefings, files=TOPIC | dict(files or {})))
    assert not content.problems, content.problems
    return visible(content, NOW)


def found_at(site: Site, url: str) -> SearchEntry:
    return next(entry for entry in entries(site) if entry.url == url)


def unpacked(site: Site) -> str:
    """Every byte of the index."""
    raws = begin_index(site, None)().values()
    parts = (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw for raw in raws)
    return b"\n".join(parts).decode("utf-8", "replace").lower()


# What can be found


def test_a_briefing_is_found_by_its_text_and_by_every_claim(tmp_path: Path) -> None:
    site = a_site(
        tmp_path,
        {},
        files={"briefings/2026/a.md": briefing("a", CLAIMS, "Owls at *night* [@A].\n")},
    )
    entry = found_at(site, "/briefings/a/")
    assert entry.title == "On a"
    assert entry.date == "Inspected in September 2025"
    for words in (
        "A summary. Owls at night.", "Thistlewick ward", "Ada Finch. chair.", "regretted",
        "Ordered at Quillmoor.", "Who bought", "misspelt", "Stop using shared rooms.",
    ):  # fmt: skip
        assert words in entry.text
    assert entry.text.startswith("A summary.")
    assert "Zanzibarine" not in entry.text
    assert entry.filters == {
        "Kind": ("Briefing",),
        "Trust": ("North Trust",),
        "Regulator": ("CQC",),
        "Rating": ("Good",),
        "Topic": ("Beds",),
        "Year": ("2025",),
    }


def test_a_trust_is_found_by_every_name_code_and_site_it_has_or_had(tmp_path: Path) -> None:
    site = a_site(tmp_path, {"a": CLAIMS}, files={"trusts/north.md": in_front(FULL_TRUST)})
    entry = found_at(site, "/trusts/north/")
    for words in ("North Trust", "Northern Wards", "RZZ", "Quillmoor Hospital RZZ01", "Quillshire"):
        assert words in entry.text
    assert "Took over from" not in entry.text
    assert entry.filters == {
        "Kind": ("Trust",),
        "Trust": ("North",),
        "Regulator": ("CQC",),
        "Rating": ("Good",),
    }


def test_a_trust_is_found_by_those_it_took_over_from(tmp_path: Path) -> None:
    known, other = "id: south, date: 2019", "name: Eastern Wards, date: 2018"
    before = f"predecessors: [{{{known}, reason: merger}}, {{{other}, reason: merger}}]"
    files = {
        "trusts/north.md": in_front(f"{TRUST.strip()}\n{before}"),
        "trusts/south.md": in_front("name: South Trust\nkind: acute"),
    }
    entry = found_at(a_site(tmp_path, {"a": CLAIMS}, files=files), "/trusts/north/")
    assert "Took over from South Trust" in entry.text
    assert "Took over from Eastern Wards" in entry.text


def test_initials_are_an_acronym_unless_two_trusts_have_them(tmp_path: Path) -> None:
    names = {"north": "Tees, Esk and Wear Valleys Trust", "south": "Town Health Trust"}
    files = {
        f"trusts/{id}.md": in_front(f"name: '{name}'\nkind: acute")
        for id, name in {**names, "east": "Tide House Trust"}.items()
    }
    sites = "sites: [{name: Queen's Medical Centre}]\ncodes: {ods: RX1}"
    files["trusts/west.md"] = in_front(f"name: West\nkind: acute\n{sites}")
    site = a_site(tmp_path, {"a": CLAIMS}, files=files)
    assert "QMC" in [name.name for name in names_of(site, "west")]
    acronyms = {id: [name.name for name in names_of(site, id)] for id in ("north", "south")}
    assert acronyms == {"north": [names["north"], "TEWVT"], "south": [names["south"]]}


def test_a_requirement_is_found_by_its_text_and_status(tmp_path: Path) -> None:
    entry = found_at(a_site(tmp_path, {"a": CLAIMS}), "/requirements/rooms/")
    assert entry.title == "Stop using shared rooms"
    assert "First recorded in September 2025. Open." in entry.text
    assert entry.date == "Last recorded in September 2025"
    assert entry.filters["Year"] == entry.filters["No record since"] == ("2025",)
    assert entry.filters["Status"] == ("Open",)


def test_nothing_but_briefings_trusts_and_requirements_is_found() -> None:
    content = load(ROOT / "content")
    site = visible(content, NOW)
    kinds = {entry.filters["Kind"][0]: entry.url.split("/")[1] for entry in entries(site)}
    assert kinds == {
        "Briefing": "briefings", "Trust": "trusts", "Requirement": "requirements"
    }  # fmt: skip
    urls = [entry.url for entry in entries(site)]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize(
    ("inspected", "years"),
    [
        ("2025", ["2025"]),
        ("2024-11/2025-02", ["2025", "2024"]),
        ("unknown", ["2026"]),  # the report's
        ("/2021", ["2026"]),
    ],
)
def test_the_year_of_a_briefing_is_that_of_the_visit_as_far_as_known(
    tmp_path: Path, inspected: str, years: list[str]
) -> None:
    inspection = f"inspection: {{type: focused, inspected: {inspected}, report_published: 2026-01}}"
    site = a_site(tmp_path, {"a": inspection})
    assert list(found_at(site, "/briefings/a/").filters["Year"]) == years


# What must not be found


def test_embargoed_text_is_in_no_byte_of_the_index(tmp_path: Path) -> None:
    held_back = "summary: Xylophones were found.\nembargo_until: 2026-12-02"
    drafted = "summary: Wurlitzers were found.\nstatus: draft"
    withdrawn = (
        "summary: Vuvuzelas were found.\nstatus: withdrawn\n"
        "withdrawn: {date: 2026-02-01, reason: It was wrong.}"
    )
    site = a_site(tmp_path, {"a": CLAIMS, "b": held_back, "c": drafted, "d": withdrawn})
    index = unpacked(site)
    assert "thistlewick" in index
    for word in ("xylophon", "wurlitz", "vuvuzela", "zanzibar"):
        assert word not in index


def test_on_its_day_it_is_found(tmp_path: Path) -> None:
    held_back = "summary: Xylophones were found.\nembargo_until: 2026-12-02"
    content = load(write_site(tmp_path, {"b": held_back}))
    before = visible(content, NOW)
    after = visible(content, datetime(2026, 12, 2, tzinfo=ZoneInfo("Europe/London")))
    assert index_digest(before) != index_digest(after)
    assert "xylophon" in unpacked(after)


def test_the_site_holds_no_more_of_pagefind_than_its_page_loads(tmp_path: Path) -> None:
    paths = begin_index(a_site(tmp_path, {"a": CLAIMS}), None)().keys()
    common = {path for path in paths if not path.endswith((".pf_index", ".pf_fragment"))}
    common = {path for path in common if not path.endswith((".pf_filter", ".pf_meta"))}
    assert common == {
        "pagefind/pagefind.js", "pagefind/pagefind-entry.json", "pagefind/wasm.en.pagefind"
    }  # fmt: skip


# When it is rebuilt


def test_a_change_of_what_is_not_indexed_keeps_the_index(tmp_path: Path) -> None:
    noted = CLAIMS + (
        "sources: {A: {publisher: Other, type: data, url: unknown, published: unknown, note: New.}}"
    )
    before = index_digest(a_site(tmp_path / "1", {"a": CLAIMS}))
    assert index_digest(a_site(tmp_path / "2", {"a": noted})) == before
    page = {"pages/about.md": in_front("title: About", "Something new.")}
    assert index_digest(a_site(tmp_path / "3", {"a": CLAIMS}, files=page)) == before


def test_a_change_of_indexed_text_rebuilds_the_index(tmp_path: Path) -> None:
    before = index_digest(a_site(tmp_path / "1", {"a": CLAIMS}))
    body = {"briefings/2026/a.md": briefing("a", CLAIMS, "Another text [@A].\n")}
    trust = {"trusts/north.md": in_front(FULL_TRUST)}
    others = [
        index_digest(a_site(tmp_path / "2", {"a": CLAIMS}, files=body)),
        index_digest(a_site(tmp_path / "3", {"a": CLAIMS}, files=trust)),
        index_digest(
            a_site(tmp_path / "4", {"a": CLAIMS.replace("value: good", "value: outstanding")})
        ),
    ]
    assert len({before, *others}) == 4


def test_an_index_kept_is_used_again(tmp_path: Path, without_pagefind: None) -> None:
    site, cache_folder = a_site(tmp_path, {"a": CLAIMS}), tmp_path / "kept"
    with pytest.raises(DiskFault):
        begin_index(site, cache_folder)()
    assert not cache_folder.exists()
    os.environ.pop("PAGEFIND_BINARY_PATH")
    made_now = begin_index(site, cache_folder)()
    os.environ["PAGEFIND_BINARY_PATH"] = "/nowhere/pagefind"
    assert begin_index(site, cache_folder)() == made_now
    assert [path.name for path in cache_folder.iterdir()] == [index_digest(site)]


@pytest.mark.parametrize("harm", ["cut", "alter", "lose", "add", "digest", "file"])
def test_an_index_that_was_kept_badly_only_costs_time(tmp_path: Path, harm: str) -> None:
    site, cache_folder = a_site(tmp_path, {"a": CLAIMS}), tmp_path / "kept"
    cached = bytes_of(site, cache_folder)
    folder = cache_folder / index_digest(site)
    script = folder / "pagefind.js"
    match harm:
        case "cut":
            script.write_bytes(script.read_bytes()[:100])
        case "alter":
            script.write_bytes(script.read_bytes().replace(b"a", b"b"))
        case "lose":
            script.unlink()
        case "add":
            (folder / "more.js").write_bytes(b"")
        case "digest":
            (folder / "digest").unlink()
        case _:
            for file in sorted(folder.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            folder.rmdir()
            folder.write_text("not a folder")
    again = bytes_of(site, cache_folder)
    assert again.keys() == cached.keys()
    assert again["pagefind/pagefind.js"] == cached["pagefind/pagefind.js"]


def bytes_of(site: Site, cache_folder: Path | None) -> dict[str, bytes]:
    """Path → bytes, of the files whose names do not change from one making to the next."""
    unsteady = (".pf_filter", ".pf_meta", ".json")
    return {
        path: data
        for path, data in begin_index(site, cache_folder)().items()
        if not path.endswith(unsteady)
    }


def test_a_second_build_takes_the_index_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = write_site(tmp_path, {"a": CLAIMS}, files=TOPIC)
    folders = {"content": content, "output": tmp_path / "output", "cache": tmp_path / "cache"}
    folders |= {"templates": ROOT / "templates", "static": ROOT / "static"}
    build = [
        "build",
        "--now",
        "2026-12-01",
        *(f"--{name}={path}" for name, path in folders.items()),
    ]
    assert main(build) == 0
    assert (tmp_path / "output" / "pagefind" / "pagefind.js").exists()
    capsys.readouterr()
    assert main(build) == 0
    assert " 0 changed, 0 removed" in capsys.readouterr().out
    assert main([*build, "--no-search"]) == 0
    assert not (tmp_path / "output" / "pagefind").exists()
    page = (tmp_path / "output" / "search" / "index.html").read_text(encoding="utf-8")
    assert 'id="search"' not in page
    assert "wasm-unsafe-eval" not in page


def test_an_index_in_use_outlives_those_that_are_not(tmp_path: Path) -> None:
    cache_folder = tmp_path / "kept"
    texts = ["one", "two", "one", "three", "one", "four", "one"]
    sites = [
        a_site(tmp_path / str(number), {"a": f"summary: Number {text}."})
        for number, text in enumerate(texts)
    ]
    for number, site in enumerate(sites):
        begin_index(site, cache_folder)()
        for age, folder in enumerate(
            sorted(cache_folder.iterdir(), key=lambda path: path.stat().st_mtime)
        ):
            os.utime(folder, (1_000_000 + 100 * number + age,) * 2)
    assert (cache_folder / index_digest(sites[0])).is_dir()


def test_a_text_that_changed_is_found_after_the_next_build(tmp_path: Path) -> None:
    content = write_site(tmp_path, {"a": "summary: Xylophones were found."})
    folders = {"content": content, "output": tmp_path / "output", "cache": tmp_path / "cache"}
    folders |= {"templates": ROOT / "templates", "static": ROOT / "static"}
    build = ["build", "--now=2026-12-01", *(f"--{name}={path}" for name, path in folders.items())]
    assert main(build) == 0
    file = content / "briefings/2026/a.md"
    file.write_text(file.read_text("utf-8").replace("Xylophones", "Wurlitzers"), "utf-8")
    assert main(build) == 0
    parts = [path.read_bytes() for path in (tmp_path / "output/pagefind").rglob("*.pf_fragment")]
    text = b"".join(gzip.decompress(part) for part in parts).decode("utf-8")
    assert "Wurlitzers" in text
    assert "Xylophones" not in text


def test_old_indexes_do_not_pile_up(tmp_path: Path) -> None:
    cache_folder = tmp_path / "kept"
    for number in range(5):
        text = f"summary: Number {number}."
        begin_index(a_site(tmp_path / str(number), {"a": text}), cache_folder)()
    assert len(list(cache_folder.iterdir())) == 3


# When Pagefind fails


@pytest.fixture
def without_pagefind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", "/nowhere/pagefind")


def a_program(folder: Path, script: str) -> Path:
    path = folder / "pagefind"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


REFUSAL = b64encode(b'{"payload": {"type": "Error", "message": "No room."}}').decode()


@pytest.mark.parametrize(
    ("script", "why", "seconds"),
    [
        ("exit 3", "it ended early", 30),
        ("exec sleep 60", "it took too long", 0.3),
        ("printf nonsense,; exec sleep 60", "", 30),
        (f"printf {REFUSAL},; exec sleep 60", "No room.", 30),
    ],
)
def test_a_pagefind_that_fails_or_hangs_ends_the_build_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str, seconds: float
) -> None:
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(a_program(tmp_path, script)))
    entry = SearchEntry("/a/", "A", "", "Text.", {"Kind": ("Trust",)})
    with pytest.raises(DiskFault, match=rf"{why}.*--no-search"):
        make_index([entry], "en", seconds)


def test_without_pagefind_the_way_out_is_named(tmp_path: Path, without_pagefind: None) -> None:
    with pytest.raises(DiskFault, match="--no-search"):
        begin_index(a_site(tmp_path, {"a": CLAIMS}), None)()


def test_an_index_of_nothing_can_be_made() -> None:
    assert "pagefind.js" in make_index([], "en", 30)
