"""Quotations are word for word in the saved texts of their sources, if there are any."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings import checks
from briefings.checks import quotations
from briefings.checks.quotations import holds, nearest, normal
from briefings.cli import main
from briefings.content.loader import load
from briefings.content.markdown.context import Quotation
from briefings.content.markdown.render import render
from briefings.domain.site import visible
from briefings.problems import Problem
from tests.support.factory import NOW
from tests.support.on_disk import ROOT, briefing, write_site

URL = "https://paper.example/report?id=1"
OTHER = "https://paper.example/other"
SOURCES = f"""
sources:
  A: {{publisher: A Paper, type: news-report, url: "{URL}", published: 2026-01-14}}
  B: {{publisher: B Paper, type: news-report, url: "{OTHER}", published: 2026-01-14}}
  C: {{publisher: C Paper, type: commentary, url: unknown, title: On wards, published: 2026-01}}
"""
REPORT = """The inspectors' report

“We found that staff did not always feel listened to,” it said – and
that leaders had been told be-
fore.  The trust must act.
"""
PATH = "content/briefings/2026/one.md"


@dataclass(frozen=True, slots=True)
class Desk:
    """A site with one briefing, and the saved texts beside it."""

    folder: Path

    def put(self, front: str = "", body: str = "Words [@A].\n", id: str = "one") -> None:
        write_site(self.folder, {})
        file = self.folder / "content" / "briefings" / "2026" / f"{id}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(briefing(id, f"{SOURCES.strip()}\n{front}", body), "utf-8")

    def quote(self, words: str, sources: str = "[A]") -> None:
        who = "who: Jo Bloggs, role: Chief executive, speaks_for: trust"
        quoted = words.replace("'", "''")
        self.put(f"statements:\n  - {{{who}, quote: '{quoted}', sources: {sources}}}")

    def save(self, text: str | bytes, named: str = URL) -> Path:
        name = hashlib.sha256(named.encode()).hexdigest()
        file = self.folder / "sources" / f"{name}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def problems(self) -> list[Problem]:
        return checks.faults(visible(load(self.folder / "content"), NOW))

    def advice(self) -> list[Problem]:
        problems = checks.advice(visible(load(self.folder / "content"), NOW))
        return [problem for problem in problems if "quotation" in problem.message]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(Path())


# -- what is compared ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote",
    [
        "We found that staff did not always feel listened to",
        "We found that staff did not always feel listened to.",
        '"We found that staff   did not always feel listened to"',
        "‘We found that staff did not always feel listened to’, it said",
        "staff did not always feel listened",
        "it said - and that leaders",
        "it said—and that leaders",
        "We found … feel listened to",
        "We found that staff did not … told before",
        "We found that staff ... The trust must act.",
        "[The] trust must act",
        "[t]he trust must act",
        "[We] found that [people] did not always",
        "The inspectors’ report",
        "leaders had been told before. The trust must act",
        "leaders had been told be- fore",
    ],
)
def test_a_quotation_may_differ_in_spaces_marks_and_dashes_alone(desk: Desk, quote: str) -> None:
    assert holds(REPORT, quote)
    desk.quote(quote)
    desk.save(REPORT)
    assert desk.problems() == []


@pytest.mark.parametrize(
    "quote",
    [
        "We found that the staff did not always feel listened to",
        "found that staf",
        "e found that staff",
        "we found that staff",
        "The trust must act … We found",
        "We found … We found",
        "Nothing of the sort",
    ],
)
def test_a_word_that_is_not_there_is_a_fault(quote: str) -> None:
    assert not holds(REPORT, quote)


@pytest.mark.parametrize(
    ("saved", "quote"),
    [
        ("staﬀ at night", "staff at night"),
        ("staff\u00a0at\u2009night", "staff at night"),
        ("sta\u00adff at night", "staff at night"),
        ("\ufeffstaff at night", "staff at night"),
        ("“staff” at ‘night’", "\"staff\" at 'night'"),
        ("2021–22", "2021-22"),
        ("at night --- always", "at night — always"),
        ("the well-\nled key question", "the well-led key question"),
    ],
)
def test_invisible_characters_of_a_copied_text_do_not_count(saved: str, quote: str) -> None:
    assert holds(saved, quote)


_WORDS = ["the", "trust", "must", "act", "now", "on", "every", "ward", "–", "it’s", "“late”"]
WORDS = st.lists(st.sampled_from(_WORDS))


@given(WORDS, WORDS, WORDS)
def test_every_passage_of_a_text_is_held_by_it(
    before: list[str], within: list[str], after: list[str]
) -> None:
    text = " ".join([*before, *within, *after])
    assert holds(text, " ".join(within))
    assert holds(text.replace(" ", "\n"), " ".join(within))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(text: str, quote: str) -> None:
    holds(text, quote)
    nearest(normal(quote), normal(text))
    assert normal(normal(text)) == normal(text)


# -- messages --------------------------------------------------------------------------------------


def test_a_fault_is_at_its_line_with_the_nearest_passage(desk: Desk) -> None:
    desk.quote("We found that staff never felt listened to")
    desk.save(REPORT)
    [problem] = desk.problems()
    line = (Path(PATH).read_text("utf-8").split("quote:")[0]).count("\n") + 1
    assert (problem.path, problem.line, problem.severity) == (PATH, line, "error")
    assert problem.message == "these words are not in the saved text of the source `A`"
    assert problem.hint.startswith("the nearest passage is: ")
    assert "We found that staff did not always feel listened to" in problem.hint


def test_the_nearest_passage_is_that_of_the_part_that_is_missing(desk: Desk) -> None:
    desk.quote("We found that staff … The trusts must all act")
    desk.save(REPORT)
    [problem] = desk.problems()
    assert "The trust must act" in problem.hint
    assert "We found" not in problem.hint


@pytest.mark.parametrize("text", ["", "Quite another matter.", b"\xff\xfe\x00"])
def test_without_a_similar_passage_the_hint_asks_to_check_the_source(
    desk: Desk, text: str | bytes
) -> None:
    desk.quote("We found that staff never felt listened to")
    desk.save(text)
    [problem] = desk.problems()
    assert problem.hint == "nothing like them stands there; is it from another source?"


def test_a_long_passage_is_cut(desk: Desk) -> None:
    desk.quote("word " * 200 + "end")
    desk.save("word " * 199 + "ward and so on")
    [problem] = desk.problems()
    assert len(problem.hint) < 300


# -- which sources ---------------------------------------------------------------------------------


def test_without_saved_texts_nothing_is_judged_and_nothing_advised(desk: Desk) -> None:
    desk.quote("Never said")
    assert desk.problems() == []
    assert desk.advice() == []


def test_only_a_source_whose_text_is_saved_is_judged(desk: Desk) -> None:
    desk.quote("Never said", "[B]")
    desk.save(REPORT)
    assert desk.problems() == []


def test_of_two_sources_either_may_hold_the_words(desk: Desk) -> None:
    desk.quote("Never said", "[A, B]")
    desk.save(REPORT)
    assert desk.problems() == []  # the other one may hold them
    desk.save("Another text.", OTHER)
    [problem] = desk.problems()
    assert problem.message == "these words are not in the saved text of the sources `A` and `B`"
    desk.save("It was never said. “Never said”, she wrote: Never said.", OTHER)
    assert desk.problems() == []


def test_advice_names_the_file_that_a_quotation_lacks(desk: Desk) -> None:
    desk.quote("Never said", "[A, B]")
    saved = desk.save(REPORT)
    [problem] = desk.advice()
    wanted = hashlib.sha256(OTHER.encode()).hexdigest()
    assert (problem.severity, problem.hint) == ("warning", f"save it as sources/{wanted}.txt")
    assert "`B`" in problem.message
    assert "  B:" in Path(PATH).read_text("utf-8").split("\n")[problem.line - 1]
    saved.with_name(f"{wanted}.txt").write_text("Never said.", "utf-8")
    assert desk.advice() == []


def test_a_source_without_an_address_is_named_by_publisher_title_and_date(desk: Desk) -> None:
    desk.quote("Never said", "[C]")
    desk.save(REPORT, "C Paper|On wards|2026-01")
    assert [problem.message for problem in desk.problems()] == [
        "these words are not in the saved text of the source `C`"
    ]


def test_saved_texts_are_beside_the_content_folder_wherever_that_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "elsewhere")
    desk.quote("Never said")
    desk.save(REPORT)
    assert len(desk.problems()) == 1


def test_a_file_with_another_fault_is_not_judged(desk: Desk) -> None:
    desk.quote("Never said")
    file = Path(PATH)
    file.write_text(file.read_text("utf-8").replace("title:", "titel:"), "utf-8")
    desk.save(REPORT)
    assert all("saved text" not in problem.message for problem in desk.problems())


# -- block quotes ----------------------------------------------------------------------------------


def quoted(text: str) -> list[tuple[tuple[str, ...], str, int, int]]:
    body, problems = render(
        text,
        path="content/briefings/2026/a.md",
        content_path="briefings/2026/a.md",
        first_line=10,
        sources={"A": "A Paper", "B": "B Paper"},
        base_path="",
    )
    assert problems == []
    assert all(isinstance(quotation, Quotation) for quotation in body.quotations)
    return [
        (quotation.keys, quotation.text, quotation.line, quotation.column)
        for quotation in body.quotations
    ]


@pytest.mark.parametrize(
    ("written", "quotations"),
    [
        ("> words [@A]", [(("A",), "words", 10, 1)]),
        ("text\n\n> *two* words [@A; @B].", [(("A", "B"), "two words.", 12, 1)]),
        ("> one\n> two [@A]\nlazy", [(("A",), "one\ntwo\nlazy", 10, 1)]),
        ("> one\n>\n> two [@A]", [(("A",), "one\n\ntwo", 10, 1)]),
        ("> one\n\n> two [@A]", [(("A",), "two", 12, 1)]),
        ("> no source\n\ntext [@A]", []),
        ("> no source\n\ntext\n\n> words [@A]", [(("A",), "words", 14, 1)]),
        ("> a [@A]\n\ntext\n\n> b [@B]", [(("A",), "a", 10, 1), (("B",), "b", 14, 1)]),
        ("- item\n\n    > words [@A]", [(("A",), "words", 12, 5)]),
        ("`> words [@A]`\n\n> words [@B]", [(("B",), "words", 12, 1)]),
        ("    > code [@A]\n\n> words [@B]", [(("B",), "words", 12, 1)]),
        ("> [words](https://a.example/) [@A]", [(("A",), "words", 10, 1)]),
        ("> outer\n>\n> > inner [@A]", [(("A",), "outer\n\n\ninner", 10, 1)]),
    ],
)
def test_a_block_quote_that_cites_is_known_with_its_words_and_line(
    written: str, quotations: list[tuple[tuple[str, ...], str, int, int]]
) -> None:
    assert quoted(written) == quotations


@pytest.mark.parametrize(
    ("block", "right"),
    [
        ("> The trust must act [@A].", True),
        ("> “The trust must act.” [@A]", True),
        ("> The trust must act.\n>\n> — Jo Bloggs, chief inspector [@A]", True),
        ("> The trust must act.\n> -- Jo Bloggs, chief inspector [@A]", True),
        ("> We found that staff did not\n> always feel *listened* to [@A]", True),
        ("> The trust ought to act [@A].", False),
        ("> The trust ought to act.", True),
    ],
)
def test_a_block_quote_is_judged_as_a_statement_is(desk: Desk, block: str, right: bool) -> None:
    desk.put(body=f"Words [@A].\n\n{block}\n")
    desk.save(REPORT)
    problems = desk.problems()
    assert (problems == []) is right
    lines = Path(PATH).read_text("utf-8").split("\n")
    assert all(lines[problem.line - 1].startswith(">") for problem in problems)


def test_two_block_quotes_at_fault_are_two_faults(desk: Desk) -> None:
    desk.put(body="> Never said [@A].\n\nBetween.\n\n> Nor was this [@A].\n")
    desk.save(REPORT)
    first, second = desk.problems()
    assert second.line - first.line == 4


# -- never published -------------------------------------------------------------------------------


def files(folder: Path) -> Mapping[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_nothing_of_a_saved_text_is_published(desk: Desk) -> None:
    desk.quote("The trust must act")
    options = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    options += ["--now", "2026-12-01", "--no-search", "--no-cache", "--quiet"]
    assert main(["build", *options]) == 0
    before = files(Path("output"))
    name = desk.save(f"{REPORT}\nquokka\n").stem
    assert main(["build", *options]) == 0
    after = files(Path("output"))
    assert after == before
    assert all(b"quokka" not in data and name not in path for path, data in after.items())


def test_git_ignores_the_saved_texts() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").split("\n")
    assert f"/{quotations.FOLDER}/" in ignored
