"""The kinds of input, each with the entry point that it goes through and what may come of it.

`judge` returns what is wrong with the result of an input, or an empty text. An exception is a loss.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from random import Random
from typing import Any

from briefings.content.dates.parsing import DateError
from briefings.content.dates.values import Moment, PartialDate, Period
from briefings.content.frontmatter.reading import read_markdown, read_yaml
from briefings.content.frontmatter.tree import Loc
from briefings.content.listing import name_fault
from briefings.content.markdown.render import render
from briefings.content.publication_register import added_to, read_register
from briefings.content.records import SCHEMAS
from briefings.content.schema.rules import faults_in
from briefings.content.schema.validation import read
from briefings.problems import Problem
from briefings.urls import file_for
from tests.torture import inputs_made as made
from tests.torture.inputs_made import Grammar, as_bytes, bodies, real

PATH = "content/pages/here.md"
#: Control characters that a terminal executes.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: What a body may consist of: the tags that the sanitiser lets through and we make.
_TAG = re.compile(
    r"</?(?:a|abbr|blockquote|br|code|dd|div|dl|dt|em|h[2-6]|hr|img|li|ol|p|pre|section|span"
    r"|strong|sup|table|tbody|td|th|thead|tr|ul)(?: [a-z-]+=\"[^\"]*\")*>"
)
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_ADDRESS = re.compile(r"https?://|mailto:|/(?!/)|#|$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """`make` gives an input for a seed, `judge` sends it through; `full` is how many at scale 1."""

    what: str
    full: int
    make: Callable[[Random], str]
    judge: Callable[[str], str]

    def input(self, number: int) -> str:
        """The input of that number, the same on every machine with the same content."""
        return self.make(Random(f"{self.what} {number}"))


def of_problems(problems: Iterable[Problem], path: str, lines: int) -> str:
    """Return what is wrong with the problems: each needs a place in the file and a message."""
    for problem in problems:
        if problem.path != path:
            return f"told of {problem.path!r}"
        if not 1 <= problem.line <= lines + 1 or problem.column < 1:
            place = f"{problem.line}:{problem.column}"
            return f"told at {place}, in a file of {lines} lines: {problem.message}"
        if not problem.message or not (problem.message + problem.hint).isprintable():
            return f"told as {problem.message!r}, {problem.hint!r}"
    return ""


def _lines(text: str) -> int:
    return text.count("\n") + text.count("\r") + 1


def _read_file(text: str) -> str:
    source, problems = read_markdown(as_bytes(text), PATH)
    if not source.readable and not problems:
        return "unreadable, and no fault told"
    return of_problems(problems, PATH, _lines(text))


def _leaves(node: Any) -> Iterator[object]:
    if isinstance(node, dict):
        yield from chain(node, *map(_leaves, node.values()))
    elif isinstance(node, list):
        yield from chain.from_iterable(map(_leaves, node))
    else:
        yield node


def read_front(kind: str) -> Callable[[str], str]:
    """Return the `judge` for front matter of a kind of file, read as YAML and by its schema."""
    schema: type[Any] = SCHEMAS[kind]

    def judge(text: str) -> str:
        source, problems = read_yaml(as_bytes(text), PATH)
        if not all(isinstance(leaf, str) for leaf in _leaves(source.tree.data)):
            return "a value that is no text"
        if not source.readable:
            message = of_problems(problems, PATH, _lines(text))
            return message or ("" if problems else "unreadable, and no fault told")
        value, faults, _ = read(schema, source.tree.data, source.tree.spoiled, faults_in)
        if value is None and not faults and not problems:
            return "no value, and no fault told"
        for fault in faults:
            place: Loc = fault.loc
            line, column = source.tree.place(place, at_key=fault.at_key)
            problems.append(Problem(PATH, line, column, fault.message, fault.hint))
        return of_problems(problems, PATH, _lines(text))

    return judge


def _read_dates(text: str) -> str:
    for kind in (Moment, PartialDate, Period):
        try:
            value: Any = kind.parse(text)
        except DateError as fault:
            full_message = f"{fault.message} {fault.hint}"
            if not (
                fault.message
                and fault.hint
                and full_message.isprintable()
                and len(full_message) < 500
            ):
                return f"{kind.__name__}: told as {full_message!r}"
            continue
        if kind is not Moment and (value.written != text or not value.show().isprintable()):
            return f"{kind.__name__}: read as {value!r}"
        if not text.isascii() or len(text) > 64:
            return f"{kind.__name__}: read as {value!r}"
    return ""


_SOURCES = {"A": "A Paper", "B": "Another", "Cqc": "CQC"}


def _read_body(text: str) -> str:
    """As files are read: what the reader of files refuses never gets here, but for line ends."""
    text = "".join(
        letter for letter in text if not _CONTROL.match(letter) or letter in "\x02\x03\r"
    )
    body, problems = render(
        text, path=PATH, content_path="briefings/2026/here.md", first_line=3, sources=_SOURCES,
        base_path="/sub", reserved_ids=("sources",),
    )  # fmt: skip
    for problem in problems:
        if "can't be read as Markdown" in problem.message:
            return problem.message
        if problem.line < 3:
            return f"told at line {problem.line}, above the body"
    fault = of_problems(problems, PATH, _lines(text) + 2)
    return fault or of_html(body.html)


def of_html(html: str) -> str:
    """What in the HTML of a body runs, leads away or was never meant to be there."""
    for tag in _TAG.findall(html):
        for name, value in _ATTRIBUTE.findall(tag):
            leads_away = name in {"href", "src"} and not _ADDRESS.match(value)
            if leads_away or name.startswith("on") or name in {"style", "srcset"}:
                return f"a page with {tag}"
    bare = _TAG.sub("", html)
    if "<" in bare:
        return f"a page with {bare[bare.index('<') :][:60]!r}"
    return "a page with the parser's own marks" if "\x02" in html or "\x03" in html else ""


def _read_aliases(text: str) -> str:
    """Whatever is let through names one file below the output, in one line of `_redirects`."""
    text = as_bytes(text).decode("utf-8", "replace")
    tree: dict[str, Any] = {"title": "T", "aliases": [text]}
    schema: type[Any] = SCHEMAS["page"]
    value, faults, _ = read(schema, tree, set(), faults_in)
    if value is None or faults:
        return "" if faults else "no value, and no fault told"
    (alias,) = value.aliases
    file = file_for(alias)
    parts = file.split("/")
    if {"", ".", ".."} & set(parts) or not file.isprintable() or "\\" in file:
        return f"leads to the file {file!r}"
    if len(alias.split()) != 1 or not alias.isprintable() or alias.startswith("//"):
        return f"is written as {alias!r}"
    return ""


def _read_name(text: str) -> str:
    for kind in ("briefing", "page"):
        fault = name_fault(kind, text)
        if fault is None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
            return f"is a name for a {kind}"
    return ""


def _read_register(text: str) -> str:
    raw = as_bytes(text)
    register, problems = read_register(raw, PATH)
    fault = of_problems(problems, PATH, _lines(text))
    if fault or problems:
        return fault
    again, _ = read_register(added_to(None, register.lines), PATH)
    return "" if again == register else "does not read back as it was read"


@cache
def _fronts(pattern: str) -> tuple[str, ...]:
    """The front matter of real files, or the whole of YAML ones."""
    if pattern.endswith(".yaml"):
        return real(pattern)
    return tuple(text.split("\n---\n", 1)[0][4:] for text in real(pattern))


@cache
def _words(pattern: str) -> tuple[str, ...]:
    """What real files have that looks like this."""
    texts = chain(real("**/*.md"), real("**/*.yaml"))
    unique = dict.fromkeys(chain.from_iterable(re.findall(pattern, text) for text in texts))
    return tuple(sorted(unique))


def _front(title: str, full: int, kind: str, pattern: str) -> Kind:
    def make(random: Random) -> str:
        return Grammar(_fronts(pattern), made.YAML).text(random)

    return Kind(title, full, make, read_front(kind))


def _of_files(random: Random) -> str:
    strange = (*made.STRANGE, *made.RAW)
    pieces = (*made.YAML, *made.MARKDOWN[:40], "---\n", "\n---\n")
    return Grammar(real("*/**/*.md"), pieces, strange).text(random)


def _of_bodies(random: Random) -> str:
    return Grammar(bodies(), made.MARKDOWN, longest=600).text(random)


_LINKED = (
    "[words](../../trusts/northmoor.md#ledger)", "text [@A]. More [@A; @B], and [@Cqc].",
    "<https://example.org/a_b>, [one][two]\n\n[two]: https://example.org 'a title'",
    "![a plan](../../media/wards/plan-1.svg)", "a note[^1]\n\n[^1]: of a source [@B]",
    "[words](trust:northmoor#x) and [mail](mailto:a@example.org)", "> a quotation [@A]",
)  # fmt: skip
_LINKING = (*made.MARKDOWN, *made.ADDRESSES, "@A", "; ", "@", "[@", "http:", "mailto:", "trust:")


def _of_links(random: Random) -> str:
    return Grammar(_LINKED, _LINKING).text(random)


def _of_dates(random: Random) -> str:
    valid = _words(r"\b[12][0-9]{3}(?:[-/][0-9T:+/-]+)?")
    return Grammar(valid, made.DATES, longest=80).text(random)


def _of_aliases(random: Random) -> str:
    return Grammar(("/news/2024/old-name/", "/a.html", "/a%20b/"), made.ADDRESSES).text(random)


def _of_names(random: Random) -> str:
    names = ("northmoor-2025", "about", "a", "x" * 80)
    return Grammar(names, made.ADDRESSES, longest=100).text(random)


def _of_registers(random: Random) -> str:
    valid = tuple(text[:1200].rpartition("\n")[0] for text in real("register.csv"))
    text = Grammar(valid, made.CSV, (*made.STRANGE, *made.RAW)).text(random)
    return text if random.random() < 0.2 else f"{valid[0].partition(chr(10))[0]}\n{text}"


KINDS = (
    Kind("whole Markdown files", 200_000, _of_files, _read_file),
    _front("front matter of briefings", 60_000, "briefing", "briefings/*/*.md"),
    _front("front matter of trusts", 30_000, "trust", "trusts/*.md"),
    _front("files of regulators", 20_000, "regulator", "regulators/*.yaml"),
    _front("files of requirements", 40_000, "requirement", "requirements/*.yaml"),
    _front("files `site.yaml`", 40_000, "site", "site.yaml"),
    Kind("dates, each read as three kinds of date", 200_000, _of_dates, _read_dates),
    Kind("bodies in Markdown", 100_000, _of_bodies, _read_body),
    Kind("citations, links and addresses", 120_000, _of_links, _read_body),
    Kind("aliases", 80_000, _of_aliases, _read_aliases),
    Kind("names of files", 60_000, _of_names, _read_name),
    Kind("registers", 50_000, _of_registers, _read_register),
)
