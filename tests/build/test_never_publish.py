"""The last filter before the output folder: it finds a name in every format and encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefings.build.never_publish import filter_names
from briefings.content.schema.site import SiteFront
from briefings.problems import ContentError
from briefings.publish import File, Unchanged, stream_to_temp
from tests.support import factory
from tests.support.factory import a_front, a_site
from tests.support.reading import downloads

WALL = "policy: {never_publish: [Ann O'Example, Gwen & Sons]}"
CONFIG = a_front(SiteFront, WALL, factory.CONFIG)
PLAIN = a_front(SiteFront, "", factory.CONFIG)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a/index.html", "<p>Ann O&#39;Example</p>"),
        ("a/index.html", "<p>ann&nbsp;o&#x27;example</p>"),
        ("feed.xml", "<title>Gwen &amp; Sons</title>"),
        ("feed.xml", "<content>&lt;p&gt;Gwen &amp;amp; Sons&lt;/p&gt;</content>"),
        ("data/figures.csv", 'a\n"Gwen & Sons"\n'),
        ("deadlines.ics", "SUMMARY:Look again: Gwen & S\r\n ons\r\n"),
    ],
)
def test_the_last_wall_sees_a_name_however_it_is_written(path: str, data: str) -> None:
    with pytest.raises(ContentError, match=path):
        list(filter_names(CONFIG, [("b.txt", b"Nobody."), (path, data.encode())]))


def test_the_last_wall_reads_the_rows_of_the_sqlite_file(tmp_path: Path) -> None:
    """A text that is longer than a page is in several pieces, and a name may be in two of them."""

    def file(name: str, before: int) -> bytes:
        text = f"{'x' * before} {name} {'x' * (12_000 - before)}"
        notice = f"{{kind: warning-notice, served: 2025-10, sources: [A], text: {text}}}"
        site = a_site({"one": f"enforcement: [{notice}]"})
        (database,) = (file for file in downloads(site) if file.path == path)
        return database.render()

    path, name = "data/briefings.sqlite", "Gwen & Sons"
    place = file(name, 6000).index(name.encode())
    data = file(name, 6000 + 4096 - place % 4096 - 5)
    assert name.encode() not in data
    for file_of_rows in ((path, data), stream_to_temp(tmp_path, path, (data,))):
        with pytest.raises(ContentError, match="would publish a name"):
            list(filter_names(CONFIG, [file_of_rows]))
    innocent = (path, file("Gwen & Sonst", 6000))
    assert list(filter_names(CONFIG, [innocent])) == [innocent]


@pytest.mark.parametrize("block", [7, 16, 41, 64, 1 << 20])
@pytest.mark.parametrize("before", range(48))
@pytest.mark.parametrize("path", ["data/a.csv", "deadlines.ics"])
def test_the_last_wall_sees_a_name_wherever_a_large_file_has_it(
    path: str, before: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("briefings.publish.files.BLOCK", block)
    monkeypatch.setattr("briefings.build.never_publish._OVERLAP", 32)
    folded = path.endswith(".ics")
    name = b"Gwen & S\r\n ons" if folded else b"Gwen\n& Sons"
    end = b"\r\nEND:VEVENT\r\n" if folded else b"\n"
    innocent = b"Gwen & S\r\n onset" if folded else b"Ann O'Examples"
    around = (b"x" * before + end, innocent + end * 3, b"y" * 30 + end)
    spooled = stream_to_temp(tmp_path, path, around)
    assert list(filter_names(CONFIG, [spooled])) == [spooled]
    at_fault = stream_to_temp(tmp_path, f"b/{path}", (*around, name + end, *around))
    with pytest.raises(ContentError, match="would publish"):
        list(filter_names(CONFIG, [at_fault]))


def test_the_wall_lets_everything_else_through_untouched() -> None:
    files = [("a.html", b"<p>Annabel O&#39;Examples</p>"), ("b.bin", b"\xff\xfe\x00")]
    assert list(filter_names(CONFIG, files)) == files


def test_a_site_without_such_names_is_searched_for_contacts_alone() -> None:
    files = [("a.html", b"Ann O'Example, Gwen &amp; Sons"), ("a.js", b"07700 900123")]
    assert list(filter_names(PLAIN, files)) == files
    with pytest.raises(ContentError, match=r"a\.html would publish what may be the address"):
        list(filter_names(PLAIN, [("a.html", b"<p>07700 900123")]))


def test_files_that_stay_and_packed_ones_are_not_searched_again(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("Gwen & Sons")
    status = (tmp_path / "a.html").stat()
    files: list[File] = [
        Unchanged.of("a.html", "00", status),
        ("pagefind/a.html", b"Gwen & Sons"),
        ("pagefind/a.txt", b"07700 900123"),
    ]
    assert list(filter_names(CONFIG, files)) == files


def test_a_fault_names_the_file_and_what_to_do_and_not_the_name() -> None:
    with pytest.raises(ContentError) as fault:
        list(filter_names(CONFIG, [("a.html", b"Gwen & Sons")]))
    (problem,) = fault.value.problems
    assert str(problem).startswith(
        "a.html:1:1: the file a.html would publish a name of `policy.never_publish`"
    )
    assert problem.hint == "find it in the content and remove it"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_contact_is_found_in_a_file_of_another_encoding(encoding: str) -> None:
    with pytest.raises(ContentError):
        list(filter_names(PLAIN, [("media/a.txt", "jo.bloggs@mail.example".encode(encoding))]))
    harmless = [("media/a.txt", "Nobody at all".encode(encoding))]
    assert list(filter_names(PLAIN, harmless)) == harmless


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a/index.html", "<p>jo.bloggs@mail.example</p>"),
        ("a/index.html", "<p>07700&nbsp;900123</p>"),
        ("a/index.html", "<p>0044 7700 900123</p>"),
        ("robots.txt", "# +44 7700 900123"),
        ("media/plan.csv", "a,07700900123"),
    ],
)
def test_the_last_filter_stops_a_private_contact_that_no_content_has(path: str, data: str) -> None:
    with pytest.raises(ContentError, match=path) as fault:
        list(filter_names(PLAIN, [("b.txt", b"Nobody."), (path, data.encode())]))
    assert "7700" not in str(fault.value)
    assert "bloggs" not in str(fault.value)


def test_the_last_filter_lets_allowed_contacts_through() -> None:
    front = """
    publisher: {name: P, email: sam.porter@own.example}
    policy: {contacts: [jo.bloggs@mail.example]}
    """
    config = a_front(SiteFront, front, factory.CONFIG)
    words = (
        '<a href="mailto:sam.porter@own.example">sam.porter@own.example</a> jo.bloggs@mail.example'
        ' <script type="application/ld+json">{"@type": "WebPage", "on": "2025-07-14/2026-08-01"}'
        "</script> press@other.example 0300 123 4567"
    )
    files = [("a/index.html", words.encode()), ("a.js", b"// jo.bloggs@other.example")]
    assert list(filter_names(config, files)) == files
