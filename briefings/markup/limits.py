"""What is refused before Markdown runs, because its parser's time grows with the square of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.markup.blocks import blocks
from briefings.markup.values import Fault

BLOCK_BYTES = 16 * 1024
BLOCK_SIGNS = 2_000
BLOCK_OPENERS = 200
NESTING = 20
ABBREVIATIONS = 200

_SIGNS = "[]*_!<`"
_PREFIX = re.compile(r"[ \t]*(?:(?:>|[-*+][ \t]|\d+\.[ \t])[ \t]*)*")
_LEVEL = re.compile(r">|[-*+][ \t]|\d+\.[ \t]")
_MAYBE_DEEP = re.compile(r"^[ \t>*+\-\d.]{21}", re.MULTILINE)
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ ]*)+|(?:\*[ ]*)+)$")
# Each of these makes Python-Markdown take the block apart and begin again with the rest of it.
_OPENER = re.compile(r"^ {0,3}(?:#|:[ ]|\*\[|\[|[-=*_][-=*_ ]*$)", re.MULTILINE)
_ABBREVIATION = re.compile(r"^\*\[", re.MULTILINE)


def excesses(text: str) -> Iterator[tuple[int, Fault]]:
    """Whatever passes a limit: the line it begins on (counted from 0), and the fault.

    A block is a run of lines that are not blank: up to 16 KiB, and 2,000 of ``[ ] * _ ! < ` ``
    and 200 lines that begin a heading, rule, definition or the like. Lists and quotes nest up
    to 20 deep, and a body defines up to 200 abbreviations.
    """
    if _MAYBE_DEEP.search(text):
        yield from _too_deep(text.split("\n"))
    if len(text) >= BLOCK_SIGNS:
        for line, _, block in blocks(text):
            fault = _block_fault(block)
            if fault:
                yield line, fault
    defined = _ABBREVIATION.findall(text)
    if len(defined) > ABBREVIATIONS:
        line = text.count("\n", 0, [m.start() for m in _ABBREVIATION.finditer(text)][ABBREVIATIONS])
        yield line, (f"more than {ABBREVIATIONS} abbreviations", "define only those that you use")


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
        if not _MAYBE_DEEP.match(line) or _RULE.match(line):
            continue
        match = _PREFIX.match(line)
        prefix = match[0] if match else ""
        indent = len(prefix.expandtabs(4)) - len(prefix.expandtabs(4).lstrip(" "))
        depth = len(_LEVEL.findall(prefix)) + indent // 4
        if depth > NESTING:
            hint = f"lists, quotes and indents nest up to {NESTING} deep"
            yield number, (f"nested {depth} deep", hint)
