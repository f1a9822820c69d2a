"""`new briefing --from`: what a record or a saved web page holds, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from briefings.checks.texts import BODY, PLACEHOLDERS, TO_WRITE
from briefings.content.frontmatter.reading import read_markdown
from tests.support.editing import Desk

RECONCILE = Path(__file__).parents[1] / "reconcile"
PAGES = Path(__file__).parent / "pages"
NOW = "2026-01-01"
RECORDS = sorted(path.stem for path in (RECONCILE / "records").glob("*.json"))
#: Fixed words in a draft from a record: none of them can be wrong.
OURS = {TO_WRITE, "draft", NOW, "cqc", "Care Quality Commission", "data", "unknown", "A", "true"}


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """The trusts and records of the tests of `reconcile`, and the pages beside this file."""
    shutil.copytree(RECONCILE / "content", tmp_path / "content")
    shutil.copytree(RECONCILE / "records", tmp_path / "records")
    shutil.copytree(PAGES, tmp_path / "pages")
    monkeypatch.chdir(tmp_path)
    return Desk(capsys)


def imported(desk: Desk, file: str, *options: str, id: str = "imported") -> str:
    """The draft made from a file."""
    desk.does("new", "briefing", id, "--from", file, *options, now=NOW)
    return desk.read(f"briefings/2026/{id}.md")


def values(draft: str) -> Any:
    """The front matter of a draft, each value as text."""
    source, problems = read_markdown(draft.encode(), "draft.md")
    assert problems == []
    return source.tree.data


def only_marks(desk: Desk) -> bool:
    """Whether `check` finds nothing in drafts but what is still to write or to decide."""
    output = desk.faults(now=NOW)
    first, *lines = output.strip().splitlines()
    messages = [line.partition("warning: ")[2] for line in lines if not line.startswith("    ")]
    assert first == "in drafts, which are not published:", output
    assert messages
    return {message for message in messages if message} <= {
        mark for mark, _ in PLACEHOLDERS.values()
    }


def remarks(draft: str) -> str:
    """The text of all remarks."""
    lines = re.findall(r"^ *# ?(.*)", draft, re.MULTILINE)
    return " ".join(" ".join(lines).split())


def leaves(value: Any) -> Iterator[str]:
    """Every text in a tree."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in inner:
            yield from leaves(item)


def changed(record: str, **fields: Any) -> str:
    """A record with other values of some of its keys; its path."""
    file = Path("records", f"{record}.json")
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | fields), "utf-8")
    return str(file)


def page(head: str, body: str = "<p>Text.</p>", encoding: str = "utf-8") -> str:
    """A page with this head; its path."""
    Path("page.html").write_bytes(
        f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(encoding)
    )
    return "page.html"


# -- records ---------------------------------------------------------------------------------------


def test_drafts_from_records_hold_what_the_records_hold_and_no_fault_but_marks(desk: Desk) -> None:
    for name in RECORDS:
        draft = imported(desk, f"records/{name}.json", id=f"of-{name}")
        assert "status: draft\n" in draft
        holds_only(values(draft), json.loads(Path(f"records/{name}.json").read_text("utf-8")))
    assert only_marks(desk)


def holds_only(draft: Any, record: dict[str, Any]) -> None:
    """Assert that every value of a draft is in a record, or is one of `OURS`."""
    regulator = Path("content/regulators/cqc.yaml").read_text("utf-8")
    labels = dict(re.findall(r"\{id: ([a-z-]+), label: ([^,}]+)", regulator))
    sites = {"Harbour House", "Old Mill", "Oldwater Practice"}
    services = set(re.findall("label: ([^,}]+)", regulator))
    stands = {text for word in leaves(record) for text in (word, word[:10])}
    for rating in draft.pop("ratings", []):
        assert rating.pop("scope") in {"trust", "service", "location"}
        assert labels[rating.pop("value")] in stands
        assert labels[rating.pop("key_question", "safe")] in {*stands, "Safe"}
        assert set(leaves(rating)) <= {*stands, *sites, *services, *OURS}, rating
    title = draft["sources"]["A"].pop("title")
    assert set(re.sub("^Record of the (location|provider) ", "", title).split(", ")) <= stands
    codes = {"northbank": "ZX3", "lantern-house": "1-900000003", TO_WRITE: record["name"]}
    assert codes[draft.pop("trust")] in stands
    assert set(leaves(draft)) <= {*stands, *OURS}


def test_a_draft_is_about_the_newest_report_and_asks_whether_that_is_meant(desk: Desk) -> None:
    draft = imported(desk, "records/care-home.json")
    front = values(draft)
    assert front["trust"] == "lantern-house"
    assert front["inspection"]["report_published"] == "2024-08-08"
    assert "The record has others, of 5 March 2021, 18 January 2019" in remarks(draft)
    assert {rating["value"] for rating in front["ratings"]} == {"good"}
    carried = [rating["key_question"] for rating in front["ratings"] if "carried_over" in rating]
    assert carried == ["effective"]


def test_another_report_of_the_record_can_be_chosen(desk: Desk) -> None:
    draft = imported(desk, "records/care-home.json", "--report-published", "2021-03-05")
    ratings = values(draft)["ratings"]
    assert {rating["value"] for rating in ratings} == {"inspected-not-rated"}
    assert "The record has others" not in draft
    draft = imported(desk, "records/care-home.json", "--report-published", "2020", id="none")
    assert "ratings" not in values(draft)
    assert "no report of that day, but of 8 August 2024, 5 March 2021" in remarks(draft)


def test_the_day_of_an_assessment_is_never_taken_for_that_of_a_visit(desk: Desk) -> None:
    draft = imported(desk, "records/regulations-met.json")
    assert values(draft)["inspection"]["inspected"] == TO_WRITE
    assert "2024-08-30 as the day of the assessment, which need not be that of a visit" in remarks(
        draft
    )
    assert {rating["value"] for rating in values(draft)["ratings"]} == {"regulations-met"}


def test_a_first_visit_is_written_and_asked_about(desk: Desk) -> None:
    reports = [
        {"firstVisitDate": "2023-11-20", "reportDate": "2024-02-09"},
        {"firstVisitDate": "2019-05-01", "reportDate": "2019-10-01"},
    ]
    draft = imported(desk, changed("provider", reports=reports))
    assert values(draft)["inspection"]["inspected"] == "2023-11-20"
    assert "If there were more, write both ends: 2023-11-20/…" in remarks(draft)
    for visits in (["2024-02-10"], ["2023-11-20", "2023-11-21"]):
        reports = [{"firstVisitDate": day, "reportDate": "2024-02-09"} for day in visits]
        draft = imported(desk, changed("provider", reports=reports), id=f"visits-{len(visits)}")
        assert values(draft)["inspection"]["inspected"] == TO_WRITE
        assert all(f"The record has {day} as a first visit." in remarks(draft) for day in visits)


def test_a_later_inspection_without_a_report_is_told(desk: Desk) -> None:
    draft = imported(desk, changed("provider", lastInspection={"date": "2025-06-21"}))
    assert "The record has 2025-06-21 as the last inspection, which is later." in remarks(draft)
    assert only_marks(desk)


def test_what_is_uncertain_about_a_rating_is_asked_and_the_rating_only_a_remark(
    desk: Desk,
) -> None:
    """Inherited, superseded, of an earlier report, and not rated at all."""
    draft = imported(desk, "records/provider.json")
    ratings = values(draft)["ratings"]
    assert {
        (rating.get("name", ""), rating.get("key_question", ""), rating["value"])
        for rating in ratings
    } == {
        ("", "", "requires-improvement"),
        ("", "safe", "requires-improvement"),
        ("", "caring", "outstanding"),
        ("", "responsive", "inspected-not-rated"),
        ("", "effective", "good"),
    }
    remark_text = remarks(draft)
    assert "in force, and of the report of 17 June 2022" in remark_text
    assert (
        "key_question: well-led value: good carried_over: true inherited_from: ZX2" in remark_text
    )
    assert "The file of the regulator has no such service." in remark_text
    draft = imported(
        desk, "records/provider.json", "--report-published", "2021-03-05", id="inherited"
    )
    assert "ratings" not in values(draft)
    assert "given to another organisation, ZX2 (HSCA Predecessor ZX2 Estuary Care" in remarks(draft)
    draft = imported(
        desk, "records/provider.json", "--report-published", "2016-08-12", id="superseded"
    )
    assert "Maternity and gynaecology was superseded by Maternity, Gynaecology" in remarks(draft)
    draft = imported(desk, "records/no-published-rating.json", id="unrated")
    assert "ratings" not in values(draft)
    assert "gives no day for these ratings" in remarks(draft)
    assert "value: no-published-rating" in remarks(draft)
    assert only_marks(desk)


def test_remarks_with_ratings_become_ratings_without_their_signs(desk: Desk) -> None:
    for name in ("provider", "no-published-rating"):
        draft = imported(desk, f"records/{name}.json", id=f"of-{name}")
        before = len(values(draft).get("ratings", []))
        start = draft.index("# To decide: Th", draft.index("sources:"))
        end = draft.index("\n\n", start)
        used = re.sub(r"^# (ratings:|  )", r"\1", draft[start:end], flags=re.MULTILINE)
        front = values(draft[:start] + used + draft[end:])
        assert len(front["ratings"]) > before
        assert all(rating["sources"] == ["A"] for rating in front["ratings"])


def test_two_values_of_one_thing_on_one_day_are_both_shown_and_none_is_chosen(desk: Desk) -> None:
    record = json.loads(Path("records/provider.json").read_text("utf-8"))
    report = {"reportDate": "2024-02-09", "overall": {"rating": "Good"}}
    draft = imported(
        desk, changed("provider", historicRatings=[*record["historicRatings"], report])
    )
    assert "" not in {rating.get("key_question", "") for rating in values(draft)["ratings"]}
    remark_text = remarks(draft)
    assert "several values for one thing on one day" in remark_text
    assert "scope: trust value: requires-improvement" in remark_text
    assert "scope: trust value: good" in remark_text


def test_a_record_of_another_or_an_unknown_organisation_leaves_the_trust_open(desk: Desk) -> None:
    draft = imported(desk, "records/other-organisation.json")
    assert values(draft)["trust"] == TO_WRITE
    assert "The record has the codes ZX2C1, ZX2, and no trust here" in remarks(draft)
    assert "The location is deregistered (2019-07-30)" in remarks(draft)
    draft = imported(desk, "records/provider.json", "--trust", "lantern-house", id="given")
    assert values(draft)["trust"] == "lantern-house"
    assert "To decide: The record has the codes ZX3, which are those of northbank." in remarks(
        draft
    )
    desk.swap("trusts/no-code.md", "kind: other", "kind: other\ncodes: {ods: zx3}")
    draft = imported(desk, "records/provider.json", id="several")
    assert values(draft)["trust"] == TO_WRITE
    assert "several trusts here have one of them. (no-code, northbank)" in remarks(draft)
    assert only_marks(desk)


def test_a_report_of_the_future_is_not_chosen(desk: Desk) -> None:
    draft = imported(desk, changed("provider", lastReport={"publicationDate": "2027-01-05"}))
    assert values(draft)["inspection"]["report_published"] == "2024-02-09"
    assert "A day in it is in the future." in remarks(draft)
    assert only_marks(desk)


def test_odd_names_are_written_so_that_they_read_back(desk: Desk) -> None:
    name = "Yes: the “Old” 'Mill' # 4 {x}, @ *y* \\ \"z\""
    draft = imported(desk, changed("care-home", name=name, locationId="1-9", odsCode="1-900000003"))
    assert name in values(draft)["sources"]["A"]["title"]
    draft = imported(desk, changed("no-published-rating", name=name, locationId="ZX3Z"), id="odd")
    assert only_marks(desk)


def test_what_the_editor_gives_goes_before_what_the_file_holds(desk: Desk) -> None:
    given = ("--title", "Told again", "--type", "full", "--inspected", "2023-11")
    draft = imported(desk, "records/provider.json", *given, "--source-url", "unknown")
    front = values(draft)
    assert (front["title"], front["inspection"]["inspected"]) == ("Told again", "2023-11")
    assert front["sources"]["A"]["url"] == "unknown"
    assert "no web address" not in remarks(draft)
    refused = ("new", "briefing", "other", "--from", "records/provider.json", "--type", "ful")
    assert "did you mean `full`?" in desk.refuses(*refused, now=NOW)


def test_a_finished_draft_agrees_with_the_record(desk: Desk) -> None:
    desk.remove("briefings/2024/lantern-house-2024.md")
    given = ("--title", "Lantern House", "--summary", "Good.", "--type", "full")
    dated = ("--inspected", "2024-05", "--source-url", "https://example.org/report")
    draft = imported(desk, "records/care-home.json", *given, *dated)
    draft = re.sub(r"  # To decide:.*?(?=  report_published)", "", draft, flags=re.DOTALL)
    draft = draft.replace("status: draft\n", "").replace(BODY, "Inspectors rated it good.")
    desk.write("briefings/2026/imported.md", draft)
    assert desk.faults(now="2026-01-02") == ""
    ran = desk.run("reconcile", "lantern-house", "records/care-home.json", now="2026-01-02")
    assert "6 alike, 0 missing, 0 extra, 0 differs" in ran.out


# -- saved web pages -------------------------------------------------------------------------------

#: Name of a page → what its draft says of its source, and the ids that follow from the publisher.
HELD = {
    "gov-uk": {
        "publisher": "GOV.UK",
        "title": "Northbank: “urgent” steps on safety & staffing",
        "url": "https://www.gov.example/government/news/northbank-steps",
        "published": "2025-07-01",
    },
    "regulator": {
        "publisher": "Care Quality Commission",
        "title": "Northbank told to improve its crisis services",
        "url": "https://www.cqc.example/press-release/northbank-told-improve",
        "published": "2025-07-03",
    },
    "trust-wordpress": {
        "publisher": "Northbank Alliance NHS Foundation Trust",
        "title": "Our response: the “Northbank” report – St Anne’s",
        "url": "https://www.northbank.example/news/our-response/",
        "published": "2025-07-04",
    },
}


def test_drafts_from_saved_pages_have_their_metadata_and_no_fault_but_their_marks(
    desk: Desk,
) -> None:
    for name, held in HELD.items():
        front = values(imported(desk, f"pages/{name}.html", id=name))
        source = front["sources"].pop("A")
        assert source == held | {"type": TO_WRITE}
        assert front.pop("regulator") == ("cqc" if name == "regulator" else TO_WRITE)
        assert front.pop("trust") == ("northbank" if name == "trust-wordpress" else TO_WRITE)
        assert set(leaves(front)) == {TO_WRITE, "draft", NOW}
    assert only_marks(desk)


@pytest.mark.parametrize("name", HELD)
def test_no_sentence_of_a_page_is_copied(desk: Desk, name: str) -> None:
    encoding = "cp1252" if name == "trust-wordpress" else "utf-8"
    text = Path(f"pages/{name}.html").read_bytes().decode(encoding)
    draft = imported(desk, f"pages/{name}.html")
    sentences = re.findall(r"<p>([^<]+)<|description\" content=\"([^\"]+)|Body\": \"([^\"]+)", text)
    assert len(sentences) >= 2
    for sentence in sentences:
        words = re.findall("[A-Za-z]+", "".join(sentence))
        for start in range(len(words) - 2):
            assert " ".join(words[start : start + 3]) not in draft


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "iso-8859-15"])
def test_a_page_in_any_encoding_gives_the_same_draft(desk: Desk, encoding: str) -> None:
    text = Path("pages/gov-uk.html").read_bytes().decode()
    text = text.replace("“", "’").replace("”", "’") if encoding == "cp1252" else text
    text = text.replace("“", "£").replace("”", "€") if encoding == "iso-8859-15" else text
    expected = re.findall('og:title" content="([^"]+)', text)[0].replace("&amp;", "&")
    named = "iso-8859-1" if encoding == "cp1252" else encoding.removesuffix("-sig")
    file = Path("page.html")
    file.write_bytes(text.replace('charset="utf-8"', f'charset="{named}"').encode(encoding))
    front = values(imported(desk, "page.html"))
    assert front["sources"]["A"] == HELD["gov-uk"] | {"title": expected, "type": TO_WRITE}
    file.write_bytes(text.replace('<meta charset="utf-8">', "").encode(encoding))
    if encoding != "iso-8859-15":
        front = values(imported(desk, "page.html", id="unnamed"))
        assert front["sources"]["A"]["title"] == expected


CONTRADICTIONS = {
    "days": (
        '<meta property="article:published_time" content="2025-07-01">'
        '<meta name="dc.date" content="2025-07-02">',
        "published", "The page contradicts itself: “2025-07-01”, “2025-07-02”.",
    ),
    "a day in the future": (
        '<meta property="article:published_time" content="2026-07-01">',
        "published", "The page has 2026-07-01, which is in the future.",
    ),
    "a day of two meanings": (
        '<meta name="dc.date" content="03/07/2025">',
        "published", "The page has “03/07/2025”: not written as 2026-01-15.",
    ),
    "publishers": (
        '<meta property="og:site_name" content="A"><meta name="dc.publisher" content="B">',
        "publisher", "The page contradicts itself: “A”, “B”.",
    ),
    "titles": (
        '<meta property="og:title" content="One"><meta name="dc.title" content="Two">',
        "title", "The page contradicts itself: “One”, “Two”.",
    ),
    "addresses": (
        '<link rel="canonical" href="https://a.example/1">'
        '<meta property="og:url" content="https://a.example/2">',
        "url", "contradicts itself: “https://a.example/1”, “https://a.example/2”.",
    ),
    "an address that is a script": (
        '<link rel="canonical" href="javascript:alert(1)">',
        "url", "gives “javascript:alert(1)”, which is no address with http or https",
    ),
    "an address of a disk": (
        '<meta property="og:url" content="file:///home/jo/page.html">',
        "url", "which is no address with http or https",
    ),
    "an address with a password": (
        '<link rel="canonical" href="https://jo:secret@a.example/">',
        "url", "which is no address with http or https",
    ),
    "an address with a space": (
        '<link rel="canonical" href="https://a.example/a page">', "url", "The file has `https",
    ),
}  # fmt: skip


def test_what_a_page_says_in_two_ways_or_wrongly_is_a_mark(desk: Desk) -> None:
    for n, (head, key, expected) in enumerate(CONTRADICTIONS.values()):
        draft = imported(desk, page(f"<title>Page</title>{head}"), id=f"case-{n}")
        assert values(draft)["sources"]["A"][key] == TO_WRITE
        assert expected in remarks(draft)
    assert only_marks(desk)


def test_a_lone_day_or_window_title_is_written_and_asked_about(desk: Desk) -> None:
    file = page("<title>News - Trust</title>", "<time datetime='2025-07-01'>1 July</time>")
    draft = imported(desk, file)
    source = values(draft)["sources"]["A"]
    assert (source["title"], source["published"]) == ("News - Trust", "2025-07-01")
    assert "To decide: A window's title may have the name of the site in it." in remarks(draft)
    assert "To decide: The only day on the page." in remarks(draft)
    body = "<time datetime='2025-07-01'>1</time><time datetime='2025-07-02'>2</time>"
    draft = imported(desk, page("<title>News</title>", body), id="two")
    assert values(draft)["sources"]["A"]["published"] == TO_WRITE


@pytest.mark.parametrize(
    "title",
    [
        "yes", "2026", "It's # one", "a: b", "- x", "{a} [b]", "@A", "50 % off", "a\n---\nb: c",
        "<b>Bold</b> &amp; <script>x</script>", "*a", "&amp;x", "x\u2028status: published\u0085y",
        "status: published",
    ],
)  # fmt: skip
def test_any_title_is_one_text_of_the_draft(desk: Desk, title: str) -> None:
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    head = f'<meta property="og:title" content="{escaped}">'
    draft = values(imported(desk, page(head)))
    plain = re.sub(r"<[^>]*>", "", title).replace("&amp;", "&")
    plain = " ".join(re.sub("[\u2028\u0085]", " ", plain).split())
    assert draft["sources"]["A"]["title"] == plain
    assert draft["status"] == "draft"
    assert set(draft) == {
        "title", "summary", "trust", "regulator", "status", "published", "inspection", "sources",
    }  # fmt: skip


def test_no_text_of_a_page_gets_out_of_a_remark(desk: Desk) -> None:
    title = "x\u2028status: published\u0085\n---\n# To decide: y"
    head = (f'<meta name="{name}" content="{name} {title}">' for name in ("dc.title", "og:title"))
    draft = values(imported(desk, page("".join(head))))
    assert draft["sources"]["A"]["title"] == TO_WRITE
    assert draft["status"] == "draft"
    assert only_marks(desk)


def test_control_characters_of_a_page_are_in_no_text_of_the_draft(desk: Desk) -> None:
    title = r"A\u0000 &amp; B\ud800 <b>c\u001b</b> &#27;d &#27;"
    data = f'{{"headline": "{title}", "datePublished": "2025\\u0007"}}'
    draft = imported(desk, page(f'<script type="application/ld+json">{data}</script>'))
    assert values(draft)["sources"]["A"]["title"] == "A & B c d"
    assert values(draft)["sources"]["A"]["published"] == "2025"


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html>\n<!-- saved from url=(0033)https://www.northbank.example/a/ -->\n<html>",
        "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n"
        " url: https://www.northbank.example/a/ \n saved date: Mon Jun 02 2025 -->",
    ],
)  # fmt: skip
def test_the_remark_of_what_saved_the_page_gives_the_address(desk: Desk, start: str) -> None:
    Path("page.html").write_text(f"{start}<title>A</title>", "utf-8")
    source = values(imported(desk, "page.html"))["sources"]["A"]
    assert source["url"] == "https://www.northbank.example/a/"


# -- files that are refused ------------------------------------------------------------------------

REFUSED = {
    "nothing": ("a.json", b"", "a.json:1:1: this file is empty"),
    "only space": ("a.html", b" \r\n\t", "a.html:1:1: this file is empty"),
    "no JSON": ("a.json", b'{"locationId": \n oops}', "a.json:2:2: this is not JSON"),
    "JSON of another kind": (
        "a.json", b'{"name": "x"}', "a.json:1:1: this is not the record of a location or provider",
    ),
    "a list": ("a.json", b"[1]", "a.json:1:1: this is not the record of a location or provider"),
    "a record that is no text": ("a.json", b'{"name": "\xff"}', "a.json:1:1: this is not UTF-8"),
    "an unknown grade": (
        "a.json",
        b'{"locationId": "ZX3A", "providerId": "ZX3", "name": "A",\n'
        b' "currentRatings": {"overall": {"rating": "Splendid"}}}',
        "a.json:2:43: the regulator's file has no value `Splendid`",
    ),
    "a picture": ("a.html", b"\x89PNG\r\n\x1a\n", "a.html:1:1: this is neither a record nor"),
    "a web archive": ("a.mhtml", b"From: <Saved by a browser>", "1:1: this is neither a record"),
    "a page without metadata": (
        "a.html", b"<html><body><p>Inspectors came.", "a.html:1:1: this page states neither",
    ),
    "a page that is only a remark": ("a.html", b"<!-- x -->", "a.html:1:1: this page "),
    "a page in another encoding than it says": (
        "a.html", b'<meta charset="utf-8">\n<title>Caf\xe9</title>',
        "a.html:2:11: this is not utf-8 text, as the page says it is",
    ),
    "a page that is too long": ("a.html", b"<" + b"x" * 8 * 1024 * 1024, "a.html:1:1: "),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_can_not_be_imported_is_refused_at_its_place(desk: Desk, case: str) -> None:
    name, raw, expected = REFUSED[case]
    Path(name).write_bytes(raw)
    output = desk.refuses("new", "briefing", "imported", "--from", name, now=NOW)
    first, hint, *_ = output.splitlines()
    assert expected in first
    assert hint.startswith("    ")


def test_a_page_of_any_depth_is_read_or_refused(desk: Desk) -> None:
    deep = "<div>" * 100_000
    assert values(imported(desk, page("<title>Deep</title>", deep)))["sources"]["A"]["title"]
    nested = f'<script type="application/ld+json">{"[" * 100_000}</script>'
    draft = values(imported(desk, page(f"<title>Deep</title>{nested}"), id="nested"))
    assert draft["sources"]["A"]["title"] == "Deep"


def test_a_draft_is_never_published_with_a_mark(desk: Desk) -> None:
    draft = imported(desk, "records/provider.json")
    desk.write("briefings/2026/imported.md", draft.replace("status: draft\n", ""))
    for expected in ("this is still to write", "what this remark asks is still to decide"):
        assert expected in desk.refuses("build", now=NOW)
