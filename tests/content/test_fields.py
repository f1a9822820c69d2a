"""What an editor may write: every field, word and form that the content contract allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from briefings.content.frontmatter.reading import read_markdown, read_yaml
from briefings.content.records import SCHEMAS
from briefings.content.schema.blocks import base_url_fault, is_web_address
from briefings.content.schema.json_schema import json_schema
from briefings.content.schema.rules import faults_in
from briefings.content.schema.types import id_fault
from briefings.content.schema.validation import Fault, read
from tests.support.reading import ROOT, SECTORS

SITE = Path(__file__).parents[1] / "site" / "content"
FOLDERS = {
    "briefing": "briefings/*/*.md",
    "trust": "trusts/*.md",
    "regulator": "regulators/*.yaml",
    "requirement": "requirements/*.yaml",
    "topic": "topics/*.md",
    "page": "pages/*.md",
    "site": "site.yaml",
}
#: Every word that the contract gives for a field, by kind of file and the field's last two keys.
WORDS = {
    ("briefing", "status"): "draft withdrawn published",
    ("inspection", "notice"): "announced short-notice unannounced unknown",
    ("ratings", "scope"): "trust service location",
    ("ratings", "change"): "up down same first not-comparable unknown",
    ("enforcement", "status"): "active met lifted expired unknown",
    ("requirements", "event"): (
        "raised told repeated deadline-set accepted partly-accepted refused plan-supplied said-done"
        " partly-met met lifted reopened not-known"
    ),
    ("figures", "qualifier"): "exactly about more-than fewer-than less-than forecast",
    ("figures", "direction"): "up down same",
    ("statements", "speaks_for"): "regulator trust staff patients government other",
    ("reply", "status"): "replied public-statement no-reply declined not-asked",
    ("changes", "kind"): "correction clarification update minor",
    ("sources", "type"): (
        "regulator-report regulator-page regulator-press-release news-report provider-response"
        " official-record data commentary"
    ),
    ("trust", "kind"): "acute mental-health community ambulance combined other",
    ("trust", "status"): "open closed",
}

MINIMAL = """\
title: Northmoor inspected
summary: Inspectors came.
trust: northmoor
regulator: csb
inspection:
  type: full
  inspected: 2025-06
  report_published: 2025-09-01
published: 2025-10-02
sources:
  A: {publisher: CSB, type: regulator-report, url: unknown, published: unknown}
"""


def trees() -> list[tuple[str, dict[str, Any]]]:
    """The front matter of every file of the made-up sites, as typed."""
    by_kind = []
    sites = (SITE, *(ROOT / sector for sector in SECTORS))
    for kind, pattern in FOLDERS.items():
        for path in sorted(path for site in sites for path in site.glob(pattern)):
            if path.name != "README.md":
                reader = read_markdown if path.suffix == ".md" else read_yaml
                source, problems = reader(path.read_bytes(), path.name)
                assert problems == []
                by_kind.append((kind, source.tree.data))
    return by_kind


def faults(kind: str, text: str) -> list[Fault]:
    source, problems = read_yaml(text.encode(), "file")
    assert problems == []
    return read(SCHEMAS[kind], source.tree.data, source.tree.spoiled, faults_in)[1]


def value(kind: str, text: str) -> Any:
    source, problems = read_yaml(text.encode(), "file")
    assert problems == []
    front, wrong, _ = read(SCHEMAS[kind], source.tree.data, source.tree.spoiled, faults_in)
    assert wrong == []
    return front


def briefing(block: str) -> Any:
    return value("briefing", f"{MINIMAL}{block}\n")


def wrong_with(block: str) -> list[str]:
    return [fault.message for fault in faults("briefing", f"{MINIMAL}{block}\n")]


# The made-up site uses all of it.


def _fields(schema: dict[str, Any], root: dict[str, Any], path: str) -> set[str]:
    """Every key of a JSON Schema, as `ratings.previous.value`."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    paths: set[str] = set()
    for key, inner in schema.get("properties", {}).items():
        paths |= {f"{path}{key}"} | _fields(inner, root, f"{path}{key}.")
    for part in (*schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
        paths |= _fields(part, root, path)
    if isinstance(extra := schema.get("additionalProperties"), dict):
        paths |= _fields(extra, root, path)
    return paths


def _keys(node: Any, schema: dict[str, Any], root: dict[str, Any], path: str) -> set[str]:
    """The keys that a tree uses, named as in the schema (keys of one's own left out)."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    keys: set[str] = set()
    for part in schema.get("anyOf", ()):
        keys |= _keys(node, part, root, path)
    if isinstance(node, list):
        for item in node:
            keys |= _keys(item, schema.get("items", {}), root, path)
    if isinstance(node, dict):
        known, extra = schema.get("properties", {}), schema.get("additionalProperties")
        for key, inner in node.items():
            if key in known:
                keys |= {f"{path}{key}"} | _keys(inner, known[key], root, f"{path}{key}.")
            elif isinstance(extra, dict):
                keys |= _keys(inner, extra, root, path)
    return keys


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_made_up_site_uses_every_field_there_is(kind: str) -> None:
    schema = json_schema(SCHEMAS[kind])
    used: set[str] = set()
    for each, tree in trees():
        if each == kind:
            used |= _keys(tree, schema, schema, "")
    # `service_counts` has a key of its own for each grade, which the schema calls `counts`.
    assert _fields(schema, schema, "") - used <= {"service_counts.counts"}


def _words(node: Any, around: str, into: dict[tuple[str, str], set[str]]) -> None:
    if isinstance(node, list):
        for item in node:
            _words(item, around, into)
    if isinstance(node, dict):
        for key, inner in node.items():
            if isinstance(inner, str):
                into.setdefault((around, key), set()).add(inner)
            else:
                _words(inner, around if around == "sources" else key, into)


def test_the_made_up_site_uses_every_word_there_is() -> None:
    used: dict[tuple[str, str], set[str]] = {}
    for kind, tree in trees():
        _words(tree, kind, used)
    for place, words in WORDS.items():
        assert set(words.split()) <= used[place], place


# Forms that are accepted.


def test_a_first_briefing_is_twenty_lines() -> None:
    path = SITE / "briefings" / "2025" / "castlebridge-visit.md"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 20


@pytest.mark.parametrize(
    ("block", "read_as"),
    [
        ("not_known: [no, 007, 12:30, 2022-11, null, ~, 0x1F, 1e3, true]", None),
        ("written_by: 2022", None),
        ("# a comment\nwritten_by: '# not a comment'", None),
        ("published_by_nobody: x", "unknown key"),
    ],
)
def test_text_is_what_was_typed(block: str, read_as: str | None) -> None:
    problems = wrong_with(block)
    assert (problems == []) is (read_as is None)


def test_no_word_and_no_number_becomes_anything_else() -> None:
    front = briefing("not_known: [no, 007, 12:30, 2022-11, null, ~, 0x1F, 1e3, true]")
    assert front.not_known == ("no", "007", "12:30", "2022-11", "null", "~", "0x1F", "1e3", "true")


def test_a_text_of_many_lines_is_one_line() -> None:
    front = briefing("written_by: >\n  Sam\n  Writer\n\n  and others")
    assert front.written_by == "Sam Writer and others"


ACCEPTED = [
    "reply: {status: not-asked, reason: The trust is closed.}",
    "reply: {status: no-reply, asked: 2025-09}",
    "embargo_until: 2025-10-02T00:01:00+01:00",
    "embargo_until: 2025-10-02T00:01Z",
    "next_check: 2026/",
    "ratings:\n  - {scope: trust, value: good, sources: [A], carried_over: false}",
    "ratings:\n  - {scope: trust, value: good, sources: [A], replaces: [safe]}",
    "ratings:\n  - {scope: service, name: Wards, site: Mill, value: good, sources: [A]}\n"
    "  - {scope: service, name: Wards, site: Mere, value: good, sources: [A]}",
    "service_counts: {total: 0, sources: [A]}",
    "service_counts: {total: 12, good: 3, note: Not all are counted., sources: [A]}",
    "breaches:\n  - {text: Too few., count: 0, sources: [A]}",
    "breaches:\n  - {text: Too few., regulation: Standard 2.1 (a), sources: [A]}",
    "figures:\n  - {name: N, value: -0.50, unit: GBP, sources: [A]}",
    "figures:\n  - {name: N, value: 999999999999999, unit: GBP, sources: [A]}",
    "figures:\n  - {name: N, value: 1, unit: u, period: 2011/12, sources: [A]}",
    "figures:\n  - {name: N, value: 9, unit: u, qualifier: about, previous: {value: 12},"
    " direction: same, sources: [A]}",
    "enforcement:\n  - {kind: fine, text: T., served: unknown, ended: 2024, sources: [A]}",
    "enforcement:\n  - {kind: fine, text: T., served: 2025, ended: 2025-01, sources: [A]}",
    "requirements:\n  - {id: x, event: told, date: unknown, deadline: 2019, sources: [A]}",
    "requirements:\n  - {id: x, event: told, date: 2019, deadline: 2019, sources: [A]}",
    "requirements:\n  - {id: x, event: refused, date: 2019, note: No money., sources: [A]}",
    "changes:\n  - {date: 2025-10-03, kind: minor, text: T.}\n"
    "  - {date: 2025-10-03, kind: minor, text: U.}",
    "changes:\n  - {date: 2025-10-03T09:00:00Z, kind: minor, text: T.}\n"
    "  - {date: 2025-10-03, kind: minor, text: U.}",
    "aliases: [/old, /old.html, /Old/Two/, '/caf%C3%A9/', /a/b/c.php]",
    "status: draft",
    "status: withdrawn\nwithdrawn: {date: 2026-01-01, reason: R.}",
    "statements:\n  - {who: A, role: r, speaks_for: staff, gist: G., sources: [A]}",
]


@pytest.mark.parametrize("block", ACCEPTED)
def test_valid_values_are_accepted(block: str) -> None:
    assert wrong_with(block) == []


TRUSTS_WORD = (
    MINIMAL
    + """\
  B: {publisher: Northmoor, type: provider-response, url: unknown, published: unknown}
requirements:
"""
)


@pytest.mark.parametrize(
    ("event", "sources", "right"),
    [
        ("met", "[B]", False),
        ("partly-met", "[B]", False),
        ("lifted", "[B]", False),
        ("met", "[A, B]", True),
        ("said-done", "[B]", True),
        ("accepted", "[B]", True),
    ],
)
def test_the_word_of_the_trust_alone_makes_nothing_met(
    event: str, sources: str, right: bool
) -> None:
    text = f"{TRUSTS_WORD}  - {{id: x, event: {event}, date: 2019, sources: {sources}}}\n"
    messages = [fault.message for fault in faults("briefing", text)]
    assert messages == (
        [] if right else [f"only the trust says so, and its word makes nothing `{event}`"]
    )


REQUIREMENT = "trust: northmoor\nregulator: csb\ntitle: T\ntext: T.\n"


def test_a_look_and_a_question_need_no_source() -> None:
    text = REQUIREMENT + "looked:\n  - {date: 2026-11-03, where: Papers}\nasked:\n"
    front = value("requirement", text + "  - {date: 2026-06-05}\n")
    assert [(look.date.written, look.where, look.note) for look in front.looked] == [
        ("2026-11-03", "Papers", None)
    ]
    assert [(question.date.written, question.answered) for question in front.asked] == [
        ("2026-06-05", None)
    ]


@pytest.mark.parametrize("date", ["2026-11", "2026", "unknown", "2026-11-01/2026-11-03", "/2026"])
def test_a_look_has_an_exact_day(date: str) -> None:
    text = REQUIREMENT + f"looked:\n  - {{date: {date}, where: Papers}}\n"
    (fault,) = faults("requirement", text)
    assert fault.loc == ("looked", 0, "date")
    assert fault.message == f"`{date}` is not an exact day"


def test_an_unknown_address_of_a_source_is_none() -> None:
    assert briefing("").sources["A"].url is None


def test_visits_are_one_date_or_a_list_with_what_each_was_about() -> None:
    assert [visit.date.written for visit in briefing("").inspection.inspected] == ["2025-06"]
    text = MINIMAL.replace("2025-06\n", "[{date: 2025-06, about: Wards}, {date: 2025-07}]\n")
    visits = value("briefing", text).inspection.inspected
    assert [(visit.date.written, visit.about) for visit in visits] == [
        ("2025-06", "Wards"),
        ("2025-07", None),
    ]


def test_the_counts_of_grades_keep_their_ids() -> None:
    counts = briefing("service_counts: {total: 3, good: 2, poor: 1, sources: [A]}").service_counts
    assert dict(counts.counts) == {"good": 2, "poor": 1}


def test_a_regulator_may_have_no_scale_no_questions_and_no_powers() -> None:
    front = value("regulator", (SITE / "regulators" / "hcc.yaml").read_text(encoding="utf-8"))
    assert (front.scales, front.key_questions, front.enforcement_kinds) == ((), (), ())


def test_a_site_has_the_defaults_that_the_contract_names() -> None:
    front = value("site", "title: T\nbase_url: https://example.org\npublisher: {name: P}\n")
    assert front.language == "en-GB"
    assert front.time_zone.key == "Europe/London"
    assert front.feed.items == 50
    assert front.policy.second_reader is False


# Addresses and ids.


@pytest.mark.parametrize("id", ["a", "a1", "1a", "nottinghamshire-healthcare", "20-a", "a" * 80])
def test_an_id_is_small_letters_digits_and_hyphens(id: str) -> None:
    assert id_fault(id) is None


@pytest.mark.parametrize(
    "id", ["", "A", "a_b", "a--b", "-a", "a-", "2025", "a b", "é", "a.b", "a" * 81, "a\n", "١a"]
)
def test_nothing_else_is_an_id(id: str) -> None:
    assert id_fault(id) is not None


@pytest.mark.parametrize(
    "url",
    ["https://a.example", "http://a.example:8080/x?y=z&w=1#f", "https://bücher.example/ä(1)"],
)
def test_a_web_address_is_accepted(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "//a.example", "ftp://a.example", "javascript:alert(1)", "https://",
        "https://a.example/a b", "https://me:secret@a.example/", "https://a.example:port/",
        "https://[::1", "https:/a.example", 'https://a.example/"x"', "data:text/html,x",
    ],
)  # fmt: skip
def test_nothing_else_is_a_web_address(url: str) -> None:
    assert not is_web_address(url)


@pytest.mark.parametrize(
    "url",
    ["https://a.example", "https://a.example/", "https://a.example/x/y/", "http://[::1]/x",
     "https://übung.example/x/"],
)  # fmt: skip
def test_a_site_can_be_published_under_a_path(url: str) -> None:
    assert base_url_fault(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/?x", "https://a.example/#x", "https://a.example/../x", "/x",
        "https://a.example//x", "https://a.example/x%20y", "https://straße.example/",
        f"https://{'ü' * 64}.example/", "https://ü..example/",
    ],
)  # fmt: skip
def test_an_address_that_no_site_can_have_is_refused(url: str) -> None:
    assert base_url_fault(url) is not None


ALIASES_REFUSED = [
    "old/", "/", "//evil.example/", "/a/../b/", "/a/%2e%2e/%2e%2e/b/", "/./a/", "/a?b", "/a#b",
    "/a b/", "/%zz/", "/%00/", "/a%2F%2Fb/", "https://a.example/x", "/a\\b/", "/a%23b/",
    "/a:b/", "/con/", "/a/nul.html", "/a%3F/", "/a%20/", "/a./",
]  # fmt: skip


@pytest.mark.parametrize("alias", ALIASES_REFUSED)
def test_an_alias_is_a_path_of_this_site(alias: str) -> None:
    assert wrong_with(f"aliases: ['{alias}']") != []


# One mistake is one fault.

ONE_FAULT = {
    "ratings:\n  - {scope: trust, value: Good, sources: [A]}": ("ratings", 0, "value"),
    "ratings:\n  - {scope: trust, sources: [A]}": ("ratings", 0, "value"),
    "ratings:\n  - {scope: trust, vallue: good, sources: [A]}": ("ratings", 0, "vallue"),
    "figures:\n  - {name: N, value: 1, previous: {value: 2}, qualifier: abut, direction: up,"
    " unit: u, sources: [A]}": ("figures", 0, "qualifier"),
    "statements:\n  - {who: A, role: r, speaks_for: staff, gist: [x], sources: [A]}": (
        "statements", 0, "gist",
    ),
    "service_counts: {total: 3, good: 1, poor: two, sources: [A]}": ("service_counts", "poor"),
    "status: withdrawn\nwithdrawn: {date: soon, reason: R.}": ("withdrawn", "date"),
    "status: withdrwan\nwithdrawn: {date: 2026-01-01, reason: R.}": ("status",),
    "reply: {status: not-asked, reson: R.}": ("reply", "reson"),
    "timeline: []": ("timeline",),
    "timeline: {}": ("timeline",),
    "topics: [a, a]": ("topics",),
    "service_counts: [total, 3]": ("service_counts",),
    f"figures:\n  - {{name: N, value: {'9' * 101}, unit: u, sources: [A]}}": (
        "figures", 0, "value",
    ),
    "ratings:\n  - {scope: trust, value: good, replaces: [safe, Not an id], sources: [A]}": (
        "ratings", 0, "replaces",
    ),
    "changes:\n  - {date: 2025-12-02T10:00:00+00:00, kind: minor, text: T.}\n"
    "  - {date: 2025-12-02T10:30:00+01:00, kind: minor, text: T.}": ("changes", 1),
}  # fmt: skip


@pytest.mark.parametrize("block", ONE_FAULT)
def test_one_mistake_is_reported_once_and_at_its_place(block: str) -> None:
    source, problems = read_yaml(f"{MINIMAL}{block}\n".encode(), "file")
    _, faults, _ = read(SCHEMAS["briefing"], source.tree.data, source.tree.spoiled, faults_in)
    assert len(problems) + len(faults) == 1
    places = [fault.loc for fault in faults] or list(source.tree.spoiled)
    assert places == [ONE_FAULT[block]]


def test_a_value_under_a_misspelt_key_is_judged_as_if_it_were_spelt_right() -> None:
    problems = faults("briefing", MINIMAL.replace("summary: Inspectors", f"sumary: {'x' * 320}"))
    assert [fault.loc for fault in problems] == [("sumary",), ("sumary",)]
    assert problems[1].message == "this has 326 characters; up to 320 are allowed"


def test_a_list_without_its_last_good_item_is_not_called_empty() -> None:
    text = MINIMAL.replace("2025-06\n", "[{date: sometime}, {about: Wards}]\n")
    problems = faults("briefing", text)
    assert [fault.loc for fault in problems] == [
        ("inspection", "inspected", 1, "date"),
        ("inspection", "inspected", 0, "date"),
    ]


def test_the_faults_of_later_items_keep_their_places() -> None:
    block = (
        "concerns:\n  - {text: One.}\n  - {text: Two., sources: [A]}\n"
        "  - {text: Three., sources: [Z]}"
    )
    assert [fault.loc for fault in faults("briefing", f"{MINIMAL}{block}\n")] == [
        ("concerns", 0, "sources"),
        ("concerns", 2, "sources", 0),
    ]


def test_a_list_under_the_name_of_another_block_is_one_fault_for_each_item() -> None:
    problems = wrong_with("ratings:\n  - {id: x, event: told, date: 2025, sources: [A]}")
    assert problems == ["this item has keys of another block: id, event, date"]


def test_sources_without_keys_of_their_own_are_one_fault() -> None:
    text = MINIMAL.replace("  A: {publisher: CSB, type: regulator-report,", "  {publisher: CSB,")
    text = text.replace("  {publisher: CSB, url: unknown, published: unknown}", "  publisher: CSB")
    problems = faults("briefing", f"{text}concerns:\n  - {{text: One., sources: [A]}}\n")
    assert [fault.message for fault in problems] == ["each source stands under a key of its own"]


@pytest.mark.parametrize("key", ["notice", "covers", "method"])
def test_an_optional_key_of_a_group_that_is_not_indented_is_one_fault(key: str) -> None:
    assert wrong_with(f"{key}: x") == [f"`{key}` is a key of `inspection`, and is not indented"]


def test_a_key_that_is_not_indented_leaves_the_rest_of_its_group_readable() -> None:
    text = (
        "title: T\nbase_url: https://example.org/\npublisher: {name: N}\nfeed:\n  items: 7\ntag: x"
    )
    source, _ = read_yaml(text.encode(), "file")
    schema: type[Any] = SCHEMAS["site"]
    site, wrong, _ = read(schema, source.tree.data, set(), faults_in)
    assert [fault.message for fault in wrong] == ["`tag` is a key of `feed`, and is not indented"]
    assert site is not None
    assert site.feed.items == 7
