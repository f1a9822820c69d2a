"""Limits on a body, checked before Markdown runs, because the time of its parser is quadratic."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.content.markdown.blocks import blocks
from briefings.content.markdown.body import Fault

BLOCK_BYTES = 16 * 1024
BLOCK_SIGNS = 2_000
BLOCK_OPENERS = 200
NESTING = 20
ABBREVIATIONS = 200
# Limits on a whole body. Python-Markdown removes blocks from the head of a list, which moves all
# others each time, and gives every row of a table as many cells as its second line has.
LINES = 20_000
SIGNS = 20_000
CELLS = 20_000
ABBREVIATED = 2_000
ITEMS = 40_000

_SIGNS = "[]*_!<`"
_MORE_SIGNS = _SIGNS + "\\&"
_PARTS = "publish it in several parts"
_PREFIX = re.compile(r"[ \t]*(?:(?:>|[-*+][ \t]|\d+[.)][ \t])[ \t]*)*")
_PREFIXES = re.compile(_PREFIX.pattern.replace("[ \\t]*", "^[ \\t]*", 1), re.MULTILINE)
_LEVEL = re.compile(r">|[-*+][ \t]|(?<!\d)\d++[.)][ \t]")
_MAYBE_DEEP = re.compile(r"\n[ \t>*+\-\d.]{21}")
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ ]*)+|(?:\*[ ]*)+)$")
# At each of these lines, Python-Markdown splits the block and parses the rest again.
_OPENER = re.compile(r"^ {0,3}(?:#|:[ ]|\*\[|\[|[-=*_][-=*_ ]*$)", re.MULTILINE)
_ABBREVIATION = re.compile(r"^[ >\t]*\*\[([^\]\n]*)", re.MULTILINE)
_BELOW_HEADS = re.compile(r"^[ >\t|:\-]++$", re.MULTILINE)


def excesses(text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the first line (from 0) and the fault of everything that exceeds a limit.

    - A block, a run of lines that are not blank: 16 KiB, 2,000 of the characters ``[ ] * _ ! < ` ``
      and 200 lines that begin a heading, rule, definition or the like.
    - Lists and quotes: nested 20 deep.
    - A body: 20,000 lines, 20,000 of those characters including ``\\`` and ``&``, 20,000 table
      cells, 40,000 items of lists and quotes, and 200 abbreviations of 2,000 letters together.
    """
    if _MAYBE_DEEP.search(f"\n{text}"):
        yield from _too_deep(text.split("\n"))
    if any(len(part) >= BLOCK_SIGNS for part in text.split("\n\n")):
        for line, _, block in blocks(text):
            fault = _block_fault(block)
            if fault:
                yield line, fault
    if (bars := text.count("|")) and (bars + 1) * (text.count("\n") + 1) > CELLS:
        yield from _too_many_cells(text)
    if len(text) >= LINES and (fault := _body_fault(text)):
        yield 0, fault
    if "*[" in text:
        yield from _too_many_abbreviations(text)


def _body_fault(text: str) -> Fault | None:
    if text.count("\n") >= LINES:
        return (f"a text of more than {LINES:,} lines", _PARTS)
    if sum(len(_LEVEL.findall(match[0])) for match in _PREFIXES.finditer(text)) > ITEMS:
        return (f"a text with more than {ITEMS:,} items of lists and quotes", _PARTS)
    if sum(map(text.count, _MORE_SIGNS)) > SIGNS:
        message = f"a text with more than {SIGNS:,} of the signs {' '.join(_MORE_SIGNS)}"
        return (message, _PARTS)
    return None


def _too_many_cells(text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the table with which a body exceeds `CELLS`; a table counts as columns times lines."""
    cells = 0
    for line, _, block in blocks(text):
        columns = max((match[0].count("|") for match in _BELOW_HEADS.finditer(block)), default=0)
        cells += columns and (columns + 1) * (block.count("\n") + 1)
        if cells > CELLS:
            message = f"tables with more than {CELLS:,} cells in one text"
            yield line, (message, "publish the data as a file in content/media")
            return


def _too_many_abbreviations(text: str) -> Iterator[tuple[int, Fault]]:
    letters = 0
    for number, match in enumerate(_ABBREVIATION.finditer(text), start=1):
        letters += len(match[1])
        if number > ABBREVIATIONS or letters > ABBREVIATED:
            many = number > ABBREVIATIONS
            what = f"{ABBREVIATIONS}" if many else f"{ABBREVIATED:,} letters of"
            hint = "define only those that you use"
            yield text.count("\n", 0, match.start()), (f"more than {what} abbreviations", hint)
            return


def _block_fault(block: str) -> Fault | None:
    if len(block) < BLOCK_SIGNS:
        return None
    if len(block.encode(errors="replace")) > BLOCK_BYTES:
        return ("a block of more than 16 KiB without a blank line", "part it with blank lines")
    signs = sum(map(block.count, _SIGNS))
    if signs > BLOCK_SIGNS:
        message = f"a block with {signs:,} of the signs {' '.join(_SIGNS)}"
        return (message, f"part it with blank lines: a block may have {BLOCK_SIGNS:,}")
    if len(_OPENER.findall(block)) > BLOCK_OPENERS:
        message = f"more than {BLOCK_OPENERS} headings, rules or definitions without a blank line"
        return (message, "put a blank line between them")
    return None


def _too_deep(lines: list[str]) -> Iterator[tuple[int, Fault]]:
    for number, line in enumerate(lines):
        if not _MAYBE_DEEP.match(f"\n{line}") or _RULE.match(line):
            continue
        match = _PREFIX.match(line)
        prefix = match[0] if match else ""
        indent = len(prefix.expandtabs(4)) - len(prefix.expandtabs(4).lstrip(" "))
        depth = len(_LEVEL.findall(prefix)) + indent // 4
        if depth > NESTING:
            hint = f"lists, quotes and indents nest up to {NESTING} deep"
            yield number, (f"nested {depth} deep", hint)
