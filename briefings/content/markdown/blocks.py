"""Block rules of a body: CommonMark with GFM's tables, as a forge's preview has.

Definition lists, notes and abbreviations are extensions of this site, added here as block rules.
They belong at the top level of a body. Inline rules are in `inline`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.utils import EnvType

from briefings.content.markdown.context import Fault

# Limits on a body, so that none takes more than two seconds, whatever is in it.

# A block is a run of lines that are not blank. Looking for the end of a bracket is quadratic in it.
BLOCK_BYTES = 16 * 1024
BLOCK_SIGNS = 2_000
# Of a whole body.
LINES = 20_000
SIGNS = 20_000
CELLS = 20_000
BLOCKS = 40_000
#: How deep lists and quotes may be nested.
NESTING = 20
#: Number of abbreviations, and of their letters together: each is searched for in all texts.
ABBREVIATIONS = 200
ABBREVIATED = 2_000

_SIGNS = "[]*_!<`"
_MORE_SIGNS = _SIGNS + "\\&"
_PARTS = "publish it in several parts"


class Excess(Exception):
    """A body is over a limit, at a line (from 0); it is not parsed to its end."""

    def __init__(self, line: int, message: str, hint: str = _PARTS) -> None:
        super().__init__(line, message, hint)
        self.line, self.fault = line, (message, hint)


def excesses(text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the first line (from 0) and the fault of what is over a limit, before it is parsed."""
    if text.count("\n") >= LINES:
        yield 0, (f"a text of more than {LINES:,} lines", _PARTS)
    elif sum(map(text.count, _MORE_SIGNS)) > SIGNS:
        message = f"a text with more than {SIGNS:,} of the signs {' '.join(_MORE_SIGNS)}"
        yield 0, (message, _PARTS)
    if any(len(part) >= BLOCK_SIGNS for part in text.split("\n\n")):
        number = 0
        for blank, group in groupby(text.split("\n"), key=lambda line: not line.strip()):
            lines = list(group)
            if not blank and (fault := _block_fault("\n".join(lines))):
                yield number, fault
            number += len(lines)


def _block_fault(block: str) -> Fault | None:
    if len(block) < BLOCK_SIGNS:
        return None
    if len(block.encode(errors="replace")) > BLOCK_BYTES:
        return ("a block of more than 16 KiB without a blank line", "part it with blank lines")
    signs = sum(map(block.count, _SIGNS))
    if signs > BLOCK_SIGNS:
        message = f"a block with {signs:,} of the signs {' '.join(_SIGNS)}"
        return (message, f"part it with blank lines: a block may have {BLOCK_SIGNS:,}")
    return None


_TOKENS_OF_A_BLOCK = 3
_INDENT = 4  # of the lines below the first of a note or meaning
_NOTE = re.compile(r"\[\^([^\]\n]*)\]:[ \t]*")
_ABBREVIATION = re.compile(r"\*\[([^\\\]\n]*)\] ?:[ \t]*(\S[^\n]*)")
_MEANING = re.compile(r":[ \t]{1,3}(?=\S)")
_ANY_MEANING = re.compile(r"^[ >\t]*(?:[-+*][ \t]+|\d{1,9}[.)][ \t]+)*:[ \t]{1,3}\S", re.MULTILINE)
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")


def install(md: MarkdownIt) -> None:
    """Replace and add block rules."""
    rules = md.block.ruler
    rules.at("table", _table, {"alt": ["paragraph", "reference"]})
    rules.before("reference", "note", _note, {"alt": ["paragraph", "reference"]})
    rules.before("list", "abbreviation", _abbreviation, {"alt": ["paragraph"]})
    rules.before("lheading", "definitions", _definitions, {"alt": ["paragraph"]})


def environment(text: str) -> EnvType:
    """Return the environment of the parser for a text.

    `misplaced` in it has the line (from 0) and the name of each extension that is used within a
    list or quote; `rows` maps the line of each table row to the offset in it, of the row.
    """
    return {
        "misplaced": [],
        "rows": {},
        "cells": 0,
        "abbreviations": [],
        "inside": 0,  # depth of notes and definitions, in which extensions may be nested
        "definitions": _ANY_MEANING.search(text) is not None,
    }


def _span(state: StateBlock, line: int) -> tuple[int, int]:
    """Return begin and end of the text of a line; they are equal if the line is code."""
    begin = state.bMarks[line] + state.tShift[line]
    return begin, begin if state.is_code_block(line) else state.eMarks[line]


def _note(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """`[^label]: text`, and the lines indented below it."""
    match = _NOTE.match(state.src, *_span(state, line))
    if match is None or silent:
        return match is not None
    _check_place(state, line, "a note")
    token = state.push("note_open", "li", 1)
    token.map, token.meta = [line, line], {"label": match[1]}
    _parse_content(state, line, end, match.end())
    state.push("note_close", "li", -1)
    return True


def _abbreviation(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """`*[word]: meaning`, on one line."""
    match = _ABBREVIATION.match(state.src, *_span(state, line))
    if match is None or silent:
        return match is not None
    _check_place(state, line, "an abbreviation")
    token = state.push("abbreviation", "abbr", 0)
    token.map, token.meta = [line, line + 1], {"word": match[1].strip(), "title": match[2].strip()}
    words = state.env["abbreviations"]
    words.append(match[1])
    letters = sum(map(len, words))
    if len(words) > ABBREVIATIONS or letters > ABBREVIATED:
        many = f"{ABBREVIATIONS}" if len(words) > ABBREVIATIONS else f"{ABBREVIATED:,} letters of"
        raise Excess(line, f"more than {many} abbreviations", "define only those that you use")
    state.line = line + 1
    return True


def _definitions(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Lines of terms, each line one term, and one or more `: meaning` below them.

    In silent mode the rule ends the text of a meaning where the next one begins.
    """
    if silent:
        is_inside = state.sCount[line] >= state.ddIndent >= 0
        return is_inside and _MEANING.match(state.src, *_span(state, line)) is not None
    below = _end_of_terms(state, line, end) if state.env["definitions"] else None
    if below is None:
        return False
    _check_place(state, line, "a definition")
    state.push("dl_open", "dl", 1).map = [line, below]
    for number in range(line, below):
        if not state.isEmpty(number):
            _push_term(state, number)
    state.line = below
    while below < end and (match := _meaning(state, below)):
        _push_meaning(state, below, end, match.end())
        below = state.skipEmptyLines(state.line)
    state.push("dl_close", "dl", -1)
    return True


def _end_of_terms(state: StateBlock, line: int, end: int) -> int | None:
    """Return the line of the first meaning below the paragraph at `line`; None if there is none."""
    rules = state.md.block.ruler.getRules("paragraph")
    outer, state.parentType = state.parentType, "paragraph"
    below = line + 1
    while below < end and not state.isEmpty(below) and not _meaning(state, below):
        if _UNDERLINE.match(state.src, *_span(state, below)) or any(
            rule(state, below, end, True) for rule in rules
        ):
            below = end
        below += 1
    state.parentType = outer
    below = state.skipEmptyLines(below)
    return below if below < end and _meaning(state, below) else None


def _meaning(state: StateBlock, line: int) -> re.Match[str] | None:
    is_inside = state.sCount[line] >= state.blkIndent
    return _MEANING.match(state.src, *_span(state, line)) if is_inside else None


def _push_term(state: StateBlock, line: int) -> None:
    state.push("dt_open", "dt", 1).map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.map = [line, line + 1]
    token.content = state.getLines(line, line + 1, state.blkIndent, False).strip()
    state.push("dt_close", "dt", -1)


def _push_meaning(state: StateBlock, line: int, end: int, begin: int) -> None:
    tight = line == state.line and not state.isEmpty(line - 1)
    token = state.push("dd_open", "dd", 1)
    token.map = [line, line + 1]
    first, outer = len(state.tokens), state.ddIndent
    state.ddIndent = state.blkIndent
    tight = _parse_content(state, line, end, begin) and tight
    state.ddIndent = outer
    for token in state.tokens[first:] if tight else ():
        if token.type.startswith("paragraph_") and token.level == state.level:
            token.hidden = True
    state.push("dd_close", "dd", -1)


def _parse_content(state: StateBlock, line: int, end: int, begin: int) -> bool:
    """Parse the blocks after a marker that ends at offset `begin`; return whether they are tight.

    They are the rest of `line`, and what is indented below it or continues its paragraph.
    """
    saved = (state.bMarks[line], state.tShift[line], state.sCount[line])
    tight, state.tight = state.tight, True
    state.blkIndent += _INDENT
    state.bMarks[line], state.tShift[line], state.sCount[line] = begin, 0, state.blkIndent
    state.env["inside"] += 1
    state.md.block.tokenize(state, line, end)
    state.env["inside"] -= 1
    state.blkIndent -= _INDENT
    state.bMarks[line], state.tShift[line], state.sCount[line] = saved
    tight, state.tight = state.tight, tight
    return tight


def _check_place(state: StateBlock, line: int, name: str) -> None:
    """Note an extension within a list or quote, unless that is within a note or definition."""
    if state.level and not state.env["inside"]:
        state.env["misplaced"].append((line, name))


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Run the library's slow rule for tables if the line has a bar; note where each row begins.

    As the first rule at each block, it also counts them.
    """
    if len(state.tokens) > _TOKENS_OF_A_BLOCK * BLOCKS:
        raise Excess(0, f"a text of more than {BLOCKS:,} paragraphs and items of lists or quotes")
    if state.src.find("|", state.bMarks[line], state.eMarks[line]) < 0:
        return False
    before, is_table = len(state.tokens), table(state, line, end, silent)
    if is_table and not silent:
        state.env["cells"] += (len(state.tokens) - before) // _TOKENS_OF_A_BLOCK
        if state.env["cells"] > CELLS:
            message = f"tables with more than {CELLS:,} cells in one text"
            raise Excess(line, message, "publish the data as a file in content/media")
        for number in range(line, state.line):
            begin = state.bMarks[number] + state.tShift[number]
            state.env["rows"][number] = begin - state.src.rfind("\n", 0, begin) - 1
    return is_table
