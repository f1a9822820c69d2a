"""The desk: forms that change a file as an editor means it, and nothing else in it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.factory import CONFIG
from tests.support.forms import Asked, Pairs
from tests.support.on_disk import NOW, briefing, write_site

ONE, DRAFT = "briefings/2026/one.md", "briefings/2026/draft.md"
NORTH = "trusts/north.md"
RICH = """\
# how the report was read
sources:
  A: {publisher: Regulator, type: regulator-report, url: 'https://e.example/a', published: 2025}
  # the trust's own
  B:
    publisher: North
    type: provider-response
    url: unknown
    published: 2025-12
strengths:
  # kept
  - {text: 'Kind, patient staff.', sources: [A]}
  - text: Clean wards.
    sources: [A, B]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Asked:
    files = {
        DRAFT: briefing("draft", "status: draft"),
        "site.yaml": CONFIG.replace(
            "  name: Publisher\n", "  name: Publisher\n  email: d@example.org\n"
        ),
        "topics/food.md": "---\nname: Food\nsummary: What is eaten.\n---\n",
    }
    order = "requirements: [{id: rooms, event: told, date: 2025-09, sources: [A]}]"
    root = write_site(tmp_path, {"one": RICH, "told": order}, files=files)
    return Asked(root, datetime.fromisoformat(NOW))


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


# -- what is written -------------------------------------------------------------------------------


def test_a_save_changes_what_was_changed_and_keeps_every_other_byte(desk: Asked) -> None:
    before = desk.read(ONE)
    shown = desk.save(ONE, strengths__0__text="Kind staff: always.", strengths__1__topic="food")
    assert shown.status == 200
    assert "Saved." in shown.text
    assert "No faults." in shown.text
    assert changed_lines(before, desk.read(ONE)) == (
        ["  - {text: 'Kind, patient staff.', sources: [A]}"],
        ["  - {text: 'Kind staff: always.', sources: [A]}", "    topic: food"],
    )
    assert "+    topic: food" in shown.text


def test_rows_are_added_and_removed_before_anything_is_saved(desk: Asked) -> None:
    before = desk.read(ONE)
    form = desk.get(ONE).form
    shown = desk.post(ONE, form.with_(do="drop:strengths/0"))
    assert desk.read(ONE) == before
    shown = desk.post(ONE, shown.form.with_(do="add:strengths"))
    assert re.search(r'name="strengths/1/text"[^>]* autofocus', shown.text)
    shown = desk.post(ONE, shown.form.with_(do="add:figures", strengths__1__text="Warm rooms."))
    new = {"figures__0__name": "Beds", "figures__0__value": "12", "figures__0__unit": "beds"}
    pairs = shown.form.with_(do="save", **new)
    shown = desk.post(ONE, [*pairs, ("figures/0/sources", "B"), ("strengths/1/sources", "A")])
    assert "Saved." in shown.text
    after = desk.read(ONE)
    assert "  # kept\n  - text: Clean wards.\n    sources: [A, B]\n  - text: Warm rooms." in after
    assert "figures:\n  - name: Beds\n    value: 12\n    unit: beds\n    sources: [B]\n" in after


def test_rows_change_places_and_take_their_comments_along(desk: Asked) -> None:
    before = desk.read(ONE)
    form = desk.get(ONE).form
    shown = desk.post(ONE, form.with_(do="up:strengths/1", strengths__1__text="Cleaner wards."))
    assert desk.read(ONE) == before
    assert 'value="down:strengths/0" autofocus' in shown.text
    assert "up:strengths/0" not in shown.text
    assert "down:strengths/1" not in shown.text
    desk.post(ONE, shown.form.with_(do="save"))
    first_row = "  # kept\n  - {text: 'Kind, patient staff.', sources: [A]}\n"
    assert desk.read(ONE) == before.replace(first_row, "").replace(
        "  - text: Clean wards.\n    sources: [A, B]\n",
        f"  - text: Cleaner wards.\n    sources: [A, B]\n{first_row}",
    )
    for nowhere in ("up:strengths/0", "down:strengths/1", "up:strengths/x", "up:title", "down:"):
        assert desk.post(ONE, desk.get(ONE).form.with_(do=nowhere)).form.pairs == (
            desk.get(ONE).form.pairs
        )


def test_keys_that_are_ids_are_chosen_and_not_typed(desk: Asked) -> None:
    shown = desk.post(ONE, desk.get(ONE).form.with_(do="add:service_counts/+"))
    assert '<select id="service_counts/+0=" name="service_counts/+0="' in shown.text
    assert '<option value="good">Good</option>' in shown.text
    counts = {
        "service_counts__+0": "2",
        "service_counts__+0=": "good",
        "service_counts__total": "2",
    }
    pairs = [*shown.form.with_(do="save", **counts), ("service_counts/sources", "A")]
    assert "Saved." in desk.post(ONE, pairs).text
    assert re.search(
        r"service_counts:\n(  sources: \[A\]\n|  total: 2\n){2}  good: 2\n", desk.read(ONE)
    )
    shown = desk.post(NORTH, desk.get(NORTH).form.with_(do="add:regulator_pages/+"))
    pages = {"regulator_pages__+0": "https://example.org/n", "regulator_pages__+0=": "cqc"}
    assert "Saved." in desk.post(NORTH, shown.form.with_(do="save", **pages)).text
    assert "regulator_pages:\n  cqc: https://example.org/n\n" in desk.read(NORTH)


def test_what_the_form_does_not_show_stays(desk: Asked) -> None:
    """Absence is not deletion: a form that sends one field changes one field."""
    before = desk.read(ONE)
    was = dict(desk.get(ONE).form.pairs)["@was"]
    desk.post(ONE, [("@was", was), ("title", "Another"), ("do", "save")])
    assert changed_lines(before, desk.read(ONE)) == (["title: On one"], ["title: Another"])


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("25 November 2025", "2025-11-25"),
        ("25/11/2025", "2025-11-25"),
        ("Nov 2025", "2025-11"),
        ("June to August 2025", "2025-06/2025-08"),
        ("not known", "unknown"),
    ],
)
def test_a_date_is_turned_into_ours(desk: Asked, typed: str, written: str) -> None:
    shown = desk.save(ONE, inspection__report_published="unknown", next_check=typed)
    assert dict(shown.form.pairs)["next_check"] == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("15 January 2027", "2027-01-15"),
        ("15 January 2027 00:01", "2027-01-15T00:01:00+00:00"),
        ("1/7/2027, 9.30", "2027-07-01T09:30:00+01:00"),
        ("2027-01-15T00:01", "2027-01-15T00:01:00+00:00"),
        ("15 January 2027 25:01", "15 January 2027 25:01"),
    ],
)
def test_a_moment_is_one_of_the_time_zone_of_the_site(
    desk: Asked, typed: str, written: str
) -> None:
    assert dict(desk.save(ONE, embargo_until=typed).form.pairs)["embargo_until"] == written


def test_a_single_visit_stays_short_and_a_second_makes_a_list(desk: Asked) -> None:
    desk.save(ONE, inspection__inspected__0__date="3 June 2025")
    assert "inspected: 2025-06-03" in desk.read(ONE)
    shown = desk.post(ONE, desk.get(ONE).form.with_(do="add:inspection/inspected"))
    pairs = shown.form.with_(do="save", inspection__inspected__1__date="July 2025")
    desk.post(ONE, pairs)
    assert "inspected: [{date: 2025-06-03}, {date: 2025-07}]" in desk.read(ONE)


def test_a_source_with_another_key_is_cited_under_it(desk: Asked) -> None:
    before = desk.read(ONE)
    shown = desk.save(ONE, **{"sources__+0=": "Reg"})
    assert "Saved." in shown.text
    text = desk.read(ONE)
    assert "[A" not in text
    assert "sources: [Reg, B]" in text
    assert "[@Reg]" in text
    assert "  # the trust's own\n  B:" in text
    assert len(text.split("\n")) == len(before.split("\n")), "no line was written anew"


def test_the_body_is_saved_and_shown(desk: Asked) -> None:
    shown = desk.save(ONE, **{"@body": "## Found\r\n\r\nA <b>mark</b> [@A].\r\n"})
    assert shown.status == 422
    assert "HTML" in shown.form.faults["@body"]
    shown = desk.save(ONE, **{"@body": "## Found\r\n\r\nWards [@A].\r\n"})
    assert desk.read(ONE).endswith("---\n## Found\n\nWards [@A].\n")
    assert "Found</h2>" in shown.text


# -- faults ----------------------------------------------------------------------------------------


def test_a_draft_is_saved_with_its_faults_and_published_without(desk: Asked) -> None:
    shown = desk.save(DRAFT, title="", trust="nroth")
    assert shown.status == 200
    assert "nothing while it is a draft" in shown.text
    assert "title:" not in desk.read(DRAFT)
    assert shown.form.faults["trust"].startswith("no trust has the id `nroth`")
    before = desk.read(DRAFT)
    shown = desk.save(DRAFT, do="publish")
    assert shown.status == 422
    assert desk.read(DRAFT) == before
    shown = desk.save(DRAFT, title="Now it has one", trust="north", do="publish")
    assert "Saved." in shown.text
    assert "status" not in desk.read(DRAFT)


def test_what_is_public_is_saved_only_without_a_fault_and_nothing_typed_is_lost(
    desk: Asked,
) -> None:
    before = desk.read(ONE)
    shown = desk.save(ONE, summary="Two  lines\r\nof it", published="soon", written_by="Ann")
    assert shown.status == 422
    assert "Not saved." in shown.text
    assert desk.read(ONE) == before
    assert set(shown.form.faults) == {"published"}
    assert 'aria-invalid="true"' in shown.text
    sent = dict(shown.form.pairs)
    assert (sent["summary"], sent["published"]) == ("Two lines of it", "soon")
    assert sent["written_by"] == "Ann"


def test_a_missing_value_is_shown_at_its_own_field(desk: Asked) -> None:
    shown = desk.post(ONE, desk.get(ONE).form.with_(do="add:figures"))
    shown = desk.post(ONE, shown.form.with_(do="save", figures__0__name="Beds"))
    assert set(shown.form.faults) == {f"figures/0/{key}" for key in ("value", "unit", "sources")}
    assert '<a href="#figures/0/unit">Figures 1, unit: `unit` is missing</a>' in shown.text


def test_a_date_in_the_short_form_is_judged_at_its_field(desk: Asked) -> None:
    shown = desk.save(ONE, inspection__inspected__0__date="soon", **{"sources__+1=": "b-2"})
    fields = {"inspection/inspected/0/date", "sources/+1", "strengths/1/sources"}
    assert set(shown.form.faults) == fields
    assert re.search(r'name="sources/\+1="[^>]* aria-invalid="true"', shown.text)


def test_faults_are_told_while_typing_without_saving(desk: Asked) -> None:
    before = desk.read(ONE)
    pairs = desk.get(ONE).form.with_(trust="", **{"@body": "Now [@C].\r\n"})
    answer = json.loads(desk.post(ONE, pairs, dry="1").text)
    assert answer["faults"]["trust"][0][::2] == ["`trust` is missing", "Trust"]
    assert "there is no source `C`" in answer["faults"]["@body"][0][0]
    assert desk.read(ONE) == before


def test_a_fault_that_it_makes_in_another_file_is_named(desk: Asked) -> None:
    shown = desk.save("trusts/north.md", name="")
    assert shown.status == 422
    shown = desk.save("requirements/rooms.yaml", regulator="cqc", trust="north", title="x" * 10)
    assert "Saved." in shown.text
    desk.save(ONE, title="On told")
    assert "On told" not in desk.read(ONE)


def test_a_file_that_can_not_be_read_is_shown_as_text_with_its_faults(desk: Asked) -> None:
    broken = desk.read(ONE).replace("title: On one", "title: 'On one")
    (desk.root / ONE).write_text(broken)
    shown = desk.get(ONE)
    assert "no closing one" in shown.form.faults["@text"]
    text = dict(shown.form.pairs)["@text"]
    shown = desk.save(ONE, **{"@text": text.replace("'On one", "On one")})
    assert "Saved." in shown.text
    assert desk.read(ONE) == broken.replace("'On one", "On one")


def test_what_is_written_otherwise_can_be_removed_and_written_anew(desk: Asked) -> None:
    (desk.root / ONE).write_text(desk.read(ONE).replace("title: On one", "title: [On, one]"))
    shown = desk.get(ONE)
    assert "this form can’t show" in shown.text
    assert "@title" not in dict(shown.form.pairs)
    shown = desk.post(ONE, shown.form.with_(do="drop:title"))
    desk.post(ONE, shown.form.with_(do="save", title="On one"))
    assert "\ntitle: On one\n" in desk.read(ONE)


def test_a_misspelt_key_is_shown_with_its_value_and_mended_there(desk: Asked) -> None:
    (desk.root / ONE).write_text(desk.read(ONE).replace("title:", "titel:"))
    shown = desk.get(ONE)
    assert "unknown key `titel`" in shown.form.faults["+0"]
    shown = desk.save(ONE, **{"+0=": "title"})
    assert "Saved." in shown.text
    assert "title: On one\n" in desk.read(ONE)


# -- two people ------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_and_loses_nothing(desk: Asked) -> None:
    second_form = desk.get(ONE).form
    desk.save(ONE, title="Theirs")
    theirs = desk.read(ONE)
    shown = desk.post(ONE, second_form.with_(do="save", summary="My own summary."))
    assert shown.status == 409
    assert "Somebody else changed this file" in shown.text
    assert "-title: Theirs" in shown.text
    assert desk.read(ONE) == theirs
    assert dict(shown.form.pairs)["summary"] == "My own summary."
    again = desk.post(ONE, shown.form.with_(do="save"))
    assert again.status == 409
    desk.save(ONE, title="Theirs again")
    late = desk.post(ONE, again.form.with_(do="over"))
    assert late.status == 409, "not what was shown: somebody saved once more"
    desk.post(ONE, late.form.with_(do="over"))
    assert "summary: My own summary." in desk.read(ONE)
    assert "title: On one" in desk.read(ONE)


# -- beginning, asking -----------------------------------------------------------------------------


def test_a_new_file_is_begun_from_what_new_asks(desk: Asked) -> None:
    shown = desk.get("new/briefing")
    assert dict(shown.form.pairs)["regulator"] == "cqc"
    answers = {
        "id": "north-june", "trust": "north", "title": "North in June", "summary": "Found.",
        "type": "focused", "inspected": "June 2025", "report-published": "1 July 2025",
        "source-url": "https://example.org/r",
    }  # fmt: skip
    shown = desk.post("new/briefing", shown.form.with_(**answers | {"inspected": "soon"}))
    assert shown.status == 422
    assert "inspected" in shown.form.faults
    answers["source-accessed"] = ""  # not needed
    shown = desk.post("new/briefing", shown.form.with_(**answers))
    assert shown.form.faults == {}
    assert shown.headers["location"] == "/desk/briefings/2026/north-june.md", shown.text
    text = desk.read("briefings/2026/north-june.md")
    assert "inspected: 2025-06\n" in text
    assert "report_published: 2025-07-01\n" in text
    assert "status: draft" in text


@pytest.mark.parametrize(
    ("kind", "path", "answers"),
    [
        ("topic", "topics/staff.md", {"name": "Staff", "summary": "Who works there."}),
        ("trust", "trusts/south.md", {"name": "South", "kind": "acute"}),
        (
            "requirement",
            "requirements/more.yaml",
            {"trust": "north", "regulator": "cqc", "title": "More", "text": "More of it."},
        ),
    ],
)
def test_every_kind_can_be_begun_and_opened(
    desk: Asked, kind: str, path: str, answers: dict[str, str]
) -> None:
    id = path.split("/")[1].split(".")[0]
    shown = desk.post(f"new/{kind}", desk.get(f"new/{kind}").form.with_(id=id, **answers))
    assert shown.headers["location"] == f"/desk/{path}", shown.text
    assert desk.get(path).form.faults == {}
    again = desk.post(f"new/{kind}", desk.get(f"new/{kind}").form.with_(id=id, **answers))
    assert "is taken" in again.text


def test_the_letter_to_a_trust_is_shown_and_its_day_entered(desk: Asked) -> None:
    for path in (NORTH, "requirements/rooms.yaml"):
        assert '<a href="/desk/ask/north">Ask the trust</a>' in desk.get(path).text
    shown = desk.get("ask/north")
    assert "What became of 1 requirement" in shown.text
    shown = desk.post("ask/north", [("do", "record")])
    assert "Today is entered" in shown.text
    assert "asked:\n  - date: 2026-12-01" in desk.read("requirements/rooms.yaml")


def test_a_briefing_is_withdrawn_by_its_form(desk: Asked) -> None:
    fields = {"withdrawn__date": "1 December 2026", "withdrawn__reason": "It was wrong."}
    shown = desk.save(ONE, status="withdrawn", **fields)
    assert "Saved." in shown.text, shown.form.faults
    assert "withdrawn:\n  date: 2026-12-01\n  reason: It was wrong.\n" in desk.read(ONE)


def test_the_desk_lists_every_file_with_its_faults(desk: Asked) -> None:
    desk.save(DRAFT, title="")
    shown = desk.get("")
    for path in (ONE, "trusts/north.md", "requirements/rooms.yaml", "topics/food.md", "site.yaml"):
        assert f'href="/desk/{path}"' in shown.text
    assert "1 fault</b>" in shown.text
    assert ONE not in desk.get("", q="told").text


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["../secret.md", "briefings/../secret.md", "briefings/2026/../../../x.md", "register.csv",
     "media/x.png", "new/site", "ask/nobody", "/etc/passwd", "briefings/2026/link.md"],
)  # fmt: skip
def test_no_path_leads_out_of_content(desk: Asked, path: str, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\n---\n")
    (desk.root / "briefings/2026/link.md").symlink_to(tmp_path / "secret.md")
    for shown in (desk.get(path), desk.post(path, [("@was", "eJwDAAAAAAE="), ("title", "x")])):
        assert shown.status == 404
        assert "Secret" not in shown.text


@pytest.mark.parametrize("was", ["", "x", "eJwDAAAAAAE=", "////", "\x00"])
def test_a_form_without_its_file_writes_nothing(desk: Asked, was: str) -> None:
    before = desk.read(ONE)
    pairs: Pairs = [("@was", was), ("title", "x"), ("do", "save")]
    assert desk.post(ONE, pairs).status in {400, 409, 422}
    assert desk.read(ONE) == before


def test_markup_in_every_field_is_text(desk: Asked) -> None:
    markup = "</textarea>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
    form = desk.get(DRAFT).form
    pairs = [(name, markup if name not in {"@was", "do"} else value) for name, value in form.pairs]
    shown = desk.post(DRAFT, [*pairs, ("do", "check")])
    assert "<img" not in shown.text
    assert "49" not in shown.text
    assert dict(shown.form.pairs)["title"] == markup
