"""Documents that repeat one thing as often as the limits allow, to find what takes too long.

A parser that goes back over what it has read takes four times as long for twice as much. So each
construct, and each mixture of a few, is repeated up to the limits on blocks, signs and lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from briefings.content.files import MAX_BODY, MAX_FRONT
from briefings.content.markdown.blocks import BLOCK_BYTES, BLOCK_SIGNS, LINES, SIGNS
from briefings.content.markdown.render import render
from tests.torture.inputs_made import MARKDOWN, ROOT

_COUNTED = "[]*_!<`\\&"
#: Numbered things, all different from each other: `{}` is the number.
NUMBERED = (
    "[@Q{}] ", "[x](scheme{}:x) ", "<tag{}>", "[^{}]\n\n", "[^{}]: x[^{}]\n\n", "[a{}]: x\n\n",
    "[x][a{}]\n\n", "## {}\n\n", "*[a{}]: b\n\n", "[a{}](trust:a{}) ", "# {}\n\n", "&a{}; ",
    "| {} | b |\n|-|-|\n| c |\n\n", "> [@A] {}\n\n", "1. {}\n\n    - a\n\n", "## a {{#a{}}}\n\n",
    "![](../../media/{}.png) ", "`{}` ", "**{}*", "<https://a.example/{}> ", "a{}@b.example ",
)  # fmt: skip
#: Things that only the limits on cells, letters and lines stop.
WIDE = (
    "a|" * 3_000 + "a\n" + "-|" * 3_000 + "-\n" + "a|\n" * 1_000,
    ("a|" * 1_500 + "a\n" + "-|" * 1_500 + "-\n" + "a|\n" * 1_000 + "\n") * 20,
    ("|" * 70 + "\n" + "|-" * 70 + "\n" + "|\n" * 70 + "\n") * 600,
    "a\n\n" * 87_000, "a" + "\n" * 262_000, "[@\n\n" * 52_000, "\\." * 131_000, "[" * 20_000,
    "".join(f"*[{'a ' * n}b]: b\n\n" for n in range(1, 200)) + ("a " * 7_000 + "\n\n") * 15,
    "".join(f"*[a{n}]: b\n\n" for n in range(200)) + ("a1 a2 a3 " * 1_500 + "\n\n") * 17,
    (";*__- **###### " * 130 + "\n\n") * 10,
)  # fmt: skip
#: Lines of front matter, and where they go: at the end, or below a key.
FRONT = (
    "k{}: x\n", "rating{}: x\n", "k0: x\n", "'k{}': \n", "? k{}\n", "k{}: [[[[[a]]]]]\n",
    "ratings:|- {{scope: trust, value: good, sources: [A]}}\n", "ratings:|- {{scope: x}}\n",
    "ratings:|- {{scop: trust, valu: good, source: [A]}}\n", "ratings:|- {{valu: good}}\n",
    "ratings:|- {{scope: service, name: s{}, value: good, sources: [A], chang: up}}\n",
    "people:|- {{nam: a, role: b}}\n", "people:|- {{role: b}}\n", "people:|- {{name: , role: b}}\n",
    "timeline:|- {{date: 1st Jun 2025 to {}, text: a, sources: [Q]}}\n", "topics:|- t{}\n",
    "requirements:|- {{id: r{}, event: told, date: 2025, sources: [A]}}\n", "aliases:|- /{}/\n",
    "also_about:|- a\n",
    "changes:|- {{date: 2025-11-01, kind: minor, text: a}}\n", "not_known:|- a\n",
    "enforcement:|- {{id: e{}, kind: x, text: t, served: 2025, sources: [A]}}\n",
    "figures:|- {{name: n, value: {}, unit: u, sources: [A], series: s}}\n",
    "service_counts:|  g{}: 1\n", "service_counts:|  tota{}: 1\n", "sources_:|  A{}: x\n",
)  # fmt: skip


def documents(random: Random) -> Iterator[tuple[str, str]]:
    """A name, by which it is made again, and a body; without end."""
    for text in WIDE:
        yield f"{text[:12]!r} and so on, {len(text)} characters", text
    for unit in NUMBERED:
        yield f"{unit!r}, numbered", numbered(unit)
    for piece in MARKDOWN:
        if piece.strip():
            yield from _shapes(piece)
    while True:
        unit = "".join(random.choices(MARKDOWN, k=random.choice((2, 2, 3, 4, 5, 6))))
        if unit.strip():
            yield from _shapes(unit)


def _shapes(unit: str) -> Iterator[tuple[str, str]]:
    block = _repeated(unit, BLOCK_BYTES - 100, BLOCK_SIGNS - 10, LINES - 10).strip("\n")
    short = _repeated(unit, 300, BLOCK_SIGNS - 10, 150).strip("\n")
    for name, text in (
        ("one block", block),
        ("blocks", _all(f"{block}\n\n")),
        ("a paragraph each", _all(f"{unit}\n\n")),
        ("short paragraphs", _all(f"{short}\n\n")),
        ("list items", _all("- " + short.replace("\n", "\n    ") + "\n\n    ")),
        ("quotes", _all("> " + short.replace("\n", "\n> ") + "\n\n")),
    ):
        yield f"{unit!r} as {name}", text


def _all(unit: str) -> str:
    return _repeated(unit, MAX_BODY - 100, SIGNS - 100, LINES - 100)


def _repeated(unit: str, most_bytes: int, signs: int, lines: int) -> str:
    times = most_bytes // len(unit.encode())
    for most, count in ((signs, sum(map(unit.count, _COUNTED))), (lines, unit.count("\n"))):
        times = min(times, most // count) if count else times
    return unit * max(1, times)


def numbered(unit: str) -> str:
    text, number = "", 0
    parts = []
    size = signs = lines = 0
    while size < MAX_BODY - 200 and signs < SIGNS - 200 and lines < LINES - 200:
        text = unit.replace("{}", str(number)).replace("{{", "{").replace("}}", "}")
        text += "\n\n" if number % 150 == 149 else ""
        parts.append(text)
        size, lines = size + len(text), lines + text.count("\n")
        signs += sum(map(text.count, _COUNTED))
        number += 1
    return "".join(parts)


def rendered(text: str) -> str:
    """Read one body of many sources; return what is wrong, or an empty text."""
    sources = {f"S{number}": "A Paper" for number in range(600)} | {"A": "A", "B": "B"}
    _, problems = render(
        f"{text}\n\n# a fault", path="a.md", content_path="briefings/2026/a.md", first_line=1,
        sources=sources, base_path="",
    )  # fmt: skip
    return next(
        (problem.message for problem in problems if "can't be read as" in problem.message), ""
    )


def fronts() -> Iterator[tuple[str, str]]:
    """Briefings whose front matter is as long as it may be, each of one kind of line."""
    folder = ROOT / "tests/invalid/base/briefings"
    front = next(folder.glob("*/*.md")).read_text("utf-8").split("---\n")[1]
    for line in FRONT:
        head, _, template = line.rpartition("|")
        template = template.replace("{{", "{").replace("}}", "}")
        room, number, parts = MAX_FRONT - len(front) - 200, 0, [front]
        parts.append(f"{head}\n" if head else "")
        while room > 0:
            parts.append(template.replace("{}", str(number)))
            room, number = room - len(parts[-1]), number + 1
        yield f"front matter of {line!r}", "".join(parts)
