"""Inputs as an unlucky or hostile editor would write them, made from a seed.

Each begins as something valid (a real file, or a part of one) or as noise, and is then spoiled a
few times: cut, doubled, moved, mixed with pieces of the grammar, filled with strange characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
CONTENTS = (ROOT / "tests/site/content", ROOT / "content", ROOT / "tests/invalid/base")

#: What Markdown and our own grammar are made of.
MARKDOWN = (
    *"""a|word|*|**|***|_|__|`|``|[|]|(|)|<|>|!|![|](|][|]: |[]|#|## |###### |- |* |1. |> |>> |: |
|[@A]|[@|[@A; @B]|[^1]|[^1]: |[^|[a]: x|*[a]: b|[x](trust:northmoor)|[x](|"x"
|![x](../../media/a.png)
|<b>|<!--|-->|&amp;|&#|&#65;|&|;|\\|"|'|--|...|{#a}|{: .b}|https://x.org|<https://x.org>|<a@b.org>
|javascript:|=|===|---|~~~|```|,|.|:|    |@|../../trusts/northmoor.md|#x|%2e%2e/|é|🏥|\u00a0
|\u200b"""
    .replace("\n", "").split("|"),
    "|", "| a ", "|-", "\n|-|-|\n", "\n", "\n\n", "\n    ", "\n- ", "\n> ", "  \n",
    "\t",
)  # fmt: skip

#: What YAML is made of.
YAML = (
    *""": |, |[|]|{|}|- |? |#|&a |*a|!!str |!x|<<: |---|...|%YAML 1.2|'|"|>-|@|`|~|null|true|no|0x1F
|1_000|1e3|.inf|2022-11|2022-13-45|unknown|2025/2024|2024-25|{a: b}|[a, b]|title: |sources:|A:
|\\x07|\\u202e|\\N|https://example.org/|a: b"""
    .replace("\n", "").split("|"),
    "|", ">", "\n", "\n  ", "\n- ", "\t", "\n---\n",
)  # fmt: skip

DATES = tuple(
    """2022|2022-11|2022-11-25|2024-02-30|2023-02-29|0999|3000|/|-|T|Z|:|+01:00|-14:00|T24:00|T00:01
|.123456|to|until|unknown|now|tbc|?|..|25|13|1|0|Nov|November|of| |1st|99|2011/12|2024-25|1999-00|٣
|\u2013|\u2212|,|a""".replace("\n", "").split("|")
)  # fmt: skip

ADDRESSES = (
    *"""/|//|.|..|%2e|%2F|%5C|%00|%0A|%0d|%41|%FF|%E2%80%AE|about|About|index.html|feed.xml|page/2
|briefings|2025|static|data|media|~|:|*|?|#|&|=|+|,|;|(|)|$|!|'|@|\\| |\t|\n|é|e\u0301|\u202e|<|>|"
|CON|aux.txt|_redirects|_headers|.git|.nojekyll|404.html|old"""
    .replace("\n", "").split("|"),
    "a" * 80, "a" * 300, "200!", "301",
)  # fmt: skip

CSV = (",", '"', '""', "\n", "\r\n", "\r", ";", "\t", "briefing", "trust", "tag:", "x", "/", "''",
       "2026-01-15T00:00:00+00:00", "\ufeff", "=1+1", "northmoor", "\x00")  # fmt: skip

#: Invisible characters, line ends, bidirectional controls and noncharacters.
STRANGE = (
    "\x00", "\x01", "\x02", "\x03", "\x07", "\x0b", "\x0c", "\r", "\x1b", "\x7f", "\x85", "\xa0",
    "\xad", "\u061c", "\u200b", "\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u2066",
    "\ufeff", "\ufffe", "\uffff", "\U000e0041", "\U0001f3e5", "e\u0301", "ß", "İ", "K", "ﬁ", "٣",
)  # fmt: skip
#: Bytes that are no UTF-8, as Python writes them within a text (`surrogateescape`).
RAW = ("\udc80", "\udcbf", "\udcc0\udcaf", "\udced\udca0\udc80", "\udcff", "\udcfe\udcff")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Valid texts to begin with, and pieces to spoil them with."""

    valid: Sequence[str]
    pieces: Sequence[str]
    strange: Sequence[str] = STRANGE
    longest: int = 3_000

    def text(self, random: Random) -> str:
        """One input: mostly something valid that was spoiled; some are noise from the start."""
        kind = random.random()
        if kind < 0.15:
            return self._noise(random, random.randrange(60))
        if kind < 0.3:
            return "".join(random.choices(self.pieces, k=random.randrange(1, 40)))
        text = self._window(random, random.choice(self.valid))
        for _ in range(random.choice((0, 1, 1, 2, 3, 6))):
            text = random.choice(_SPOILINGS)(self, random, text)
        return text[: 100 * self.longest]

    def _window(self, random: Random, text: str) -> str:
        if len(text) <= self.longest:
            return text
        start = random.randrange(len(text) - self.longest)
        return text[start : start + self.longest]

    def _noise(self, random: Random, length: int) -> str:
        return "".join(
            random.choice(self.strange) if random.random() < 0.2 else _character(random)
            for _ in range(length)
        )

    def put_piece(self, random: Random, text: str) -> str:
        position = random.randrange(len(text) + 1)
        return text[:position] + random.choice(self.pieces) + text[position:]

    def put_noise(self, random: Random, text: str) -> str:
        position = random.randrange(len(text) + 1)
        return (
            text[:position]
            + random.choice((*self.strange, self._noise(random, 5)))
            + text[position:]
        )

    def put_run(self, random: Random, text: str) -> str:
        """Insert a few pieces of grammar, many times."""
        unit = "".join(random.choices(self.pieces, k=random.randrange(1, 4)))
        position = random.randrange(len(text) + 1)
        return text[:position] + unit * random.choice((2, 5, 21, 60, 200)) + text[position:]

    def put_other(self, random: Random, text: str) -> str:
        """Insert some lines of another text."""
        lines = random.choice(self.valid).split("\n")
        start = random.randrange(len(lines))
        position = random.randrange(len(text) + 1)
        return (
            text[:position]
            + "\n".join(lines[start : start + random.randrange(1, 6)])
            + text[position:]
        )

    def cut(self, random: Random, text: str) -> str:
        start, end = _slice(random, text)
        return text[:start] + text[end:]

    def double(self, random: Random, text: str) -> str:
        start, end = _slice(random, text)
        return text[:end] + text[start:end] + text[end:]

    def move(self, random: Random, text: str) -> str:
        start, end = _slice(random, text)
        remaining = text[:start] + text[end:]
        position = random.randrange(len(remaining) + 1)
        return remaining[:position] + text[start:end] + remaining[position:]

    def replace(self, random: Random, text: str) -> str:
        start, end = _slice(random, text)
        return text[:start] + random.choice(self.pieces) + text[end:]

    def swap_case(self, random: Random, text: str) -> str:
        start, end = _slice(random, text)
        return text[:start] + text[start:end].swapcase() + text[end:]

    def end_early(self, random: Random, text: str) -> str:
        return text[: random.randrange(len(text) + 1)]


_SPOILINGS: tuple[Callable[[Grammar, Random, str], str], ...] = (
    Grammar.put_piece, Grammar.put_piece, Grammar.put_noise, Grammar.put_run, Grammar.put_other,
    Grammar.cut, Grammar.double, Grammar.move, Grammar.replace, Grammar.replace, Grammar.swap_case,
    Grammar.end_early,
)  # fmt: skip


def _slice(random: Random, text: str) -> tuple[int, int]:
    start = random.randrange(len(text) + 1)
    length = random.choice((1, 1, 2, 5, 20, len(text)))
    return start, min(len(text), start + random.randrange(length + 1))


def _character(random: Random) -> str:
    """Any character but half a surrogate pair, the everyday ones oftener."""
    if random.random() < 0.7:
        return chr(random.randrange(32, 127))
    code = random.randrange(0x110000)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


@cache
def real(pattern: str) -> tuple[str, ...]:
    """The text of every real file whose path below a content folder fits, lines ending in LF."""
    files = (file for root in CONTENTS for file in sorted(root.glob(pattern)))
    texts = (file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n") for file in files)
    return tuple(text for text in texts if text)


@cache
def bodies() -> tuple[str, ...]:
    """The body of every real Markdown file."""
    texts = [text.split("\n---\n", 1) for text in real("*/**/*.md") if text.startswith("---\n")]
    return tuple(parts[1] for parts in texts if len(parts) == 2 and parts[1].strip())


def as_bytes(text: str) -> bytes:
    """A text with `RAW` in it, as a file."""
    return text.encode("utf-8", "surrogateescape")
