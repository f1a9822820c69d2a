"""Finds mistaken Markdown: lines of a paragraph meant as lists, and syntax of other programs.

CommonMark, and so the forge's preview, shows most of it as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from briefings.content.frontmatter.signs import UNWRITTEN
from briefings.content.markdown.context import Fault

_BULLET = re.compile(r"[•‣◦▪▫●○■□➢➤►▶·∙⁃]")
_ODD_SPACE = re.compile(
    r"([-+*]|\d{1,9}[.)]|#{1,6})([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000])"
)
_NO_SPACE = re.compile(r"(#{2,6})[^\W_]")
_BELOW_HEADS = re.compile(r"\|(?=[ |:]*+-)[ |:\-]++$")
_ROW = re.compile(r"\|[^|]+\|(?:[^|]+\|)*$")
#: How people number or mark the items of a list; two such lines in a row are meant as one.
_ITEM = re.compile(
    r"[-+](?=[^\W\d_])|\d{1,2}[.)](?=[^\W\d_])|\d{1,2}(?:\.\d{1,2}){1,3}\.?[ \t]+(?=[A-Z])"
    r"|(?:[–—→»o]|\(\d{1,2}\)|\(?[A-Za-z]\)|(?:[ivx]{1,4}|[IVX]{1,4})[.)])[ \t]"
)
#: A definition without a space after its colon.
_MEANING = re.compile(r":[^\W\d_][^:]*$")
#: A row that was copied from a spreadsheet.
_CELLS = re.compile(r"[^\t\n]+\t[^\t\n]")
_KEY = re.compile(
    r"(?:status|published|embargo_until|trust|regulator|sources|topics|ratings|requirements|changes"
    r"|aliases|not_known|also_about|written_by|checked_by|next_check):(?: |$)"
)


def misread(text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the faults of the lines of a paragraph, each with the offset of its line."""
    lines, offset = text.split("\n"), 0
    heads = any(line[:1] == "|" and _BELOW_HEADS.match(line) for line in lines)
    if match := _KEY.match(text):
        hint = "put it above the line --- that ends it; a sentence begins with a capital letter"
        yield 0, (f"`{match[0].strip()}` is a key of the front matter, and this is the text", hint)
    for above, line in pairwise(["", *lines]):
        fault = _misread(line)
        if fault is None and _ITEM.match(line) and _ITEM.match(above):
            hint = "begin each item with - or 1. and a space; end other lines by a blank line"
            yield offset - len(above) - 1, ("these lines make no list, and run together", hint)
            return
        if fault is None and not heads and _ROW.match(line):
            hint = "write |---|---| below the heads, and no blank line between the rows"
            yield offset, ("this row is in no table", hint)
            return
        if fault is None and _CELLS.match(line) and _CELLS.match(above):
            hint = "write a table: each row as | one | two |, and |---|---| below the heads"
            yield offset - len(above) - 1, ("these cells of a spreadsheet run together", hint)
            return
        if fault is None and above and _MEANING.match(line):
            hint = "write `: ` and the words, below a line with the term alone"
            yield offset, ("no space after the `:` that begins a definition", hint)
        if fault is not None:
            yield offset, fault
        offset += len(line) + 1


def _misread(line: str) -> Fault | None:
    sign = line[:1]
    if sign in "-+*#" or sign.isdigit():
        if odd := _ODD_SPACE.match(line):
            hint = "type an ordinary space after it; without one this is no list or heading"
            return (f"a space of another kind (U+{ord(odd[2]):04X}) after `{odd[1]}`", hint)
        if bare := _NO_SPACE.match(line):
            return (f"no space after `{bare[1]}`", "write ## words; for the sign itself write \\#")
        if line.startswith("#######"):
            return ("a heading has up to six #", "write ## words; for the sign itself write \\#")
    elif _BULLET.match(sign):
        hint = "begin each item with - and a space; for the sign itself put words before it"
        return (f"`{sign}` makes no list", hint)
    elif sign == "|" and _BELOW_HEADS.match(line):
        hint = (
            "give the line below the heads as many cells as the heads have; if the heads follow an"
            " item of a list, put a blank line above them"
        )
        return ("this line makes no table of the line above", hint)
    return None


def unwritten(text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the fault of the first placeholder in a text, with its offset."""
    if match := UNWRITTEN.search(text):
        message = f"`{match[0]}` stands for words that are still to write"
        yield match.start(), (message, "write what is true, or remove it")


#: Marks with a meaning in other programs: the pattern, what it does not do here, what to write.
_FOREIGN = tuple(
    (re.compile(pattern), does, hint)
    for pattern, does, hint in (
        (r"~~(?=[^\s~])[^~\n]+~~", "strikes nothing out",
         "remove the words, and say so in `changes`; for the signs themselves write \\~\\~"),
        (r"==(?=[^\s=])[^=\n]+==", "highlights nothing", "write **words**"),
        (r"(?<![\w:/]):[a-z][a-z0-9_+-]+:(?![\w:])", "makes no picture",
         "type the sign itself, or leave it out"),
        (r"\$\$[^$]+\$\$|\$(?=[^$\n\\]*+\\[A-Za-z])[^$\n]*+\$", "makes no formula",
         "write it in words and ordinary signs"),
        (r"\[\[_?TOC_?\]\]|\[TOC\]", "makes no table of contents", "remove it"),
        (r"\[\[[^\[\]\n]+\]\](?!\()", "makes no link or picture",
         "write [words](trust:an-id); of a source [@A]; ![what it shows](../../media/plan.png)"),
        (r"(?<![\s\S])\[[ xX]\] ", "makes no box to tick", "say in words what is done"),
        (r"(?<![\s\S])(?:\[![A-Z]+\]|!!! \w+|:::+ ?\w*)", "makes no box",
         "write **Note:** before the words"),
        (r"\^\[[^\[\]\n]+\]", "makes no note",
         "write [^1], and the note on a line of its own: [^1]: words"),
        (r"\{: ?[.#][^{}\n]+\}", "changes nothing", "remove it"),
    )
)  # fmt: skip
#: How one of them begins.
FOREIGN = re.compile(r"~~|==|:[a-z]|\$|\[\[|\[TOC|\[[ xX]\] |\[!|@[A-Za-z]|!!! |:::|\^\[|\{:")


def foreign(text: str, at: int) -> Fault | None:
    """Return the fault of a mark of another program at an offset; None if there is none."""
    for pattern, does, hint in _FOREIGN:
        if match := pattern.match(text, at):
            return (f"`{match[0].strip()[:60]}` {does} here", hint)
    return None
