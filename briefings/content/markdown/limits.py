"""Limits on a body, so that none takes more than two seconds, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from briefings.content.markdown.body import Fault

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
