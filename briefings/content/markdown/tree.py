"""Builds a tree of elements from the tokens of a body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from operator import add
from xml.etree.ElementTree import Element, SubElement

from markdown.util import ETX, STX, AtomicString
from markdown_it import MarkdownIt
from markdown_it.token import Token

from briefings.content.markdown import blocks, inline
from briefings.content.markdown.blocks import NESTING
from briefings.content.markdown.context import Anchors, Context, Leaf, Place, Reference
from briefings.content.markdown.misread import misread, unwritten

LEVELS = {f"h{level}": level for level in range(1, 7)}
#: Levels of tokens that are parsed: two for a list. Deeper lists are refused.
_LEVELS = 50
#: Tag of a paragraph in a tight list, which becomes the text of its item.
TIGHT = "tight"

_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")
_ATTRIBUTES = re.compile(r"(?:^|\s)\{(:?)\s*((?:[#.]|(?<=:)\s*\w)[^{}]*)\}\s*+#*+\s*+$")
#: An id of a heading without a space before it.
_TIGHT_ID = re.compile(r"\{#[a-z0-9-]+\}$")
_CLOSING_SIGNS = re.compile(r"(?:^|\s)#++$")
_CLASS = re.compile(r"\.[a-z][a-z0-9-]*")
_BAR = re.compile(r"(?<!\\)\|")
_ADDRESS = re.compile(r"\]:\s*<?")


class MarkdownItAsTyped(MarkdownIt):
    """markdown-it-py that leaves addresses as typed; `Context.resolve` judges them."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return True


@cache
def parser() -> MarkdownIt:
    """Return the parser of this process; its `parse` runs the block rules only."""
    options = {"maxNesting": _LEVELS, "inline_definitions": True, "store_labels": True}
    md = MarkdownItAsTyped("commonmark", options).disable("html_block").enable("table")
    md.core.ruler.enableOnly(["normalize", "block"])
    blocks.install(md)
    inline.install(md)
    return md


def tree(text: str, context: Context) -> Element:
    """Return the tree of a body that is within all limits; add its faults to `context`."""
    context.env = blocks.environment(text)
    tokens = parser().parse(text, context.env)
    root = Element("div")
    builder = _Builder(context, root)
    for token in tokens:
        builder.add(token)
    for line, name in context.env["misplaced"]:
        hint = "put it outside, on lines of its own"
        context.fault((line, 1), f"{name} within a list or a quote", hint)
    for leaf in context.leaves:  # once all notes and addresses are known
        spans = inline.inline_tokens(parser(), leaf, context)
        if spans is None:
            leaf.element.text = leaf.text
        else:
            _fill(leaf.element, spans, context)
    return root


#: A line of hyphens that is meant to underline a heading is at least so long.
_SHORTEST_UNDERLINE = 10


class _Builder:
    """Adds tokens to a tree in order; an opening token opens an element, a closing one ends it."""

    def __init__(self, context: Context, root: Element) -> None:
        self._context = context
        self._open = [root]
        self._depth = 0  # of lists and quotes
        self._columns = 0  # of the table
        self._cells: Iterator[int] = iter(())  # offsets in the line of the next cells of the row
        self._is_above_a_rule = False  # the heading, perhaps: a paragraph above a line `---`
        self._special: dict[str, Callable[[Token, int], None]] = {
            "inline": self._inline,
            "fence": self._code,
            "code_block": self._code,
            "list_item_open": self._nest,
            "blockquote_open": self._nest,
            "heading_open": self._heading,
            "dl_open": self._definitions,
            "tr_open": self._begin_row,
            "note_open": self._note,
            "abbreviation": self._abbreviation,
            "definition": self._reference,
        }

    def add(self, token: Token) -> None:
        line = token.map[0] if token.map else 0
        special = self._special.get(token.type)
        if token.nesting < 0:
            self._depth -= token.type in ("list_item_close", "blockquote_close")
            self._open.pop()
        elif special:
            special(token, line)
        elif token.nesting:
            self._push(token)
        else:
            SubElement(self._open[-1], token.tag)

    def _push(self, token: Token) -> Element:
        """Open the element of a token, with the attributes that it has on the page."""
        element = SubElement(self._open[-1], TIGHT if token.hidden else token.tag)
        if (start := token.attrGet("start")) is not None:
            element.set("start", str(start))
        elif style := token.attrGet("style"):
            element.set("class", str(style).replace("text-align:", "align-"))
        self._open.append(element)
        return element

    def _begins(self, line: int, sign: str = "") -> Place:
        """Return the place of the first such sign in a line, or else of its first word."""
        text = self._context.lines[line]
        index = text.find(sign) if sign else len(text) - len(text.lstrip(" \t>"))
        return line, max(index, 0) + 1

    # -- blocks ------------------------------------------------------------------------------------

    def _nest(self, token: Token, line: int) -> None:
        self._depth += 1
        if self._depth == NESTING + 1:
            hint = f"lists and quotes nest up to {NESTING} deep"
            self._context.fault((line, 1), f"nested more than {NESTING} deep", hint)
        element = self._push(token)
        self._context.places[element] = self._begins(line, ">")

    def _heading(self, token: Token, line: int) -> None:
        element = self._push(token)
        self._context.places[element] = self._begins(line, token.markup.strip("=-"))
        last = self._context.lines[(token.map or [0, 1])[1] - 1].strip(" \t>")
        self._is_above_a_rule = token.markup == "-" and len(last) < _SHORTEST_UNDERLINE

    def _code(self, token: Token, line: int) -> None:
        """Add a block of code: one that ends, between lines of backticks."""
        last = self._context.lines[(token.map or [0, 1])[1] - 1].strip(" \t>")
        if token.markup and (set(last) != {token.markup[0]} or (token.map or [0, 1])[1] - line < 2):
            hint = f"write {token.markup} on a line of its own below it"
            self._context.fault(self._begins(line), "this block of code has no last line", hint)
        code = SubElement(SubElement(self._open[-1], "pre"), "code")
        code.text = AtomicString(token.content)

    def _definitions(self, token: Token, line: int) -> None:
        """Open a list of definitions, or the one that ends right before."""
        parent = self._open[-1]
        is_below = len(parent) > 0 and parent[-1].tag == "dl"
        self._open.append(parent[-1] if is_below else SubElement(parent, "dl"))

    def _note(self, token: Token, line: int) -> None:
        label, note = token.meta["label"], Element("li")
        place = self._begins(line, "[^")
        if label in self._context.notes:
            self._refuse_second(place, "note", label)
        self._context.notes[label] = note
        self._context.places[note] = place
        self._open.append(note)

    def _abbreviation(self, token: Token, line: int) -> None:
        word, title = token.meta["word"], token.meta["title"]
        if word in self._context.abbreviations:
            self._refuse_second(self._begins(line, "*["), "abbreviation", word)
        self._context.abbreviations[word] = title

    def _reference(self, token: Token, line: int) -> None:
        """Keep a link definition with the place of its address."""
        name = " ".join(token.meta["label"].lower().split())
        place = self._begins(line, "[")
        if token.meta["id"] in self._context.references:
            self._refuse_second(place, "link", name)
            return
        lines = "\n".join(self._context.lines[line : (token.map or [0, 0])[1]])
        match = _ADDRESS.search(lines, place[1])
        address = match.end() if match else 0
        row, begin = lines.count("\n", 0, address), lines.rfind("\n", 0, address) + 1
        there = (line + row, address - begin + 1)
        self._context.references[token.meta["id"]] = Reference(name, place, there)

    def _refuse_second(self, place: Place, kind: str, name: str) -> None:
        self._context.fault(place, f"the {kind} `{name}` is defined twice", "keep one of the two")

    # -- text --------------------------------------------------------------------------------------

    def _begin_row(self, token: Token, line: int) -> None:
        """Find the cells of a row; the library drops those that the head has no column for."""
        row = self._context.lines[line].rstrip()
        start = self._context.env["rows"][line]
        offsets = [start, *(match.end() for match in _BAR.finditer(row, start))]
        del offsets[: row.startswith("|", start)]
        del offsets[len(offsets) - (offsets[-1:] == [len(row)]) :]
        blanks = (len(row[start:]) - len(row[start:].lstrip()) for start in offsets)
        self._cells = map(add, offsets, blanks)
        self._push(token)
        if self._open[-2].tag == "thead":
            self._columns = len(offsets)
        elif len(offsets) > self._columns:
            cells = f"this row has {len(offsets)} cells"
            message = f"{cells}, but the table has {self._columns} columns"
            hint = "give each column a head, or remove the cell; for a | in a cell write \\|"
            self._context.fault(self._begins(line), message, hint)

    def _inline(self, token: Token, line: int) -> None:
        element, text = self._open[-1], token.content
        if "\n" in text:
            text = "\n".join(words.lstrip(" \t") for words in text.split("\n"))
        cell = next(self._cells, None) if element.tag in ("th", "td") else None
        if element.tag in LEVELS:
            if self._is_above_a_rule and ("\n" in text or text.endswith((".", ":", ";"))):
                hint = "put a blank line above that line; a heading is written ## words"
                message = "the line below makes a heading of this text"
                self._context.fault((line, 1), message, hint)
            text = self._without_attributes(element, text)
        leaf = Leaf(element, text, line, cell)
        self._context.leaves.append(leaf)
        lines = misread(text) if element.tag in ("p", TIGHT) else ()
        for offset, fault in chain(lines, unwritten(text)):
            self._context.fault(self._context.place(leaf, offset), *fault)

    def _without_attributes(self, heading: Element, text: str) -> str:
        """Move `{#id .class}` from the end of the text of a heading into its attributes.

        Only headings have attribute lists; elsewhere braces are text.
        """
        match = _ATTRIBUTES.search(text)
        if match is None:
            if tight := _TIGHT_ID.search(text):
                message, hint = f"no space before `{tight[0]}`", f"write a space: words {tight[0]}"
                self._context.fault(self._context.places[heading], message, hint)
            return text
        if fault := _read_attributes(heading, match[2].split(), self._context.anchors):
            hint = "write {#an-id} with lower-case letters, digits and single hyphens"
            self._context.fault(self._context.places[heading], fault, hint)
        return _CLOSING_SIGNS.sub("", text[: match.start()].rstrip()).rstrip()


def _read_attributes(heading: Element, words: list[str], anchors: Anchors) -> str:
    """Set the id and class of a heading; return what is wrong with them, or an empty string."""
    ids = [word[1:] for word in words if word.startswith("#")]
    classes = [word[1:] for word in words if _CLASS.fullmatch(word)]
    if len(ids) > 1 or len(ids) + len(classes) != len(words):
        return "a heading takes one {#id} and {.class} words, nothing else"
    if classes:
        heading.set("class", " ".join(classes))
    if ids:
        heading.set("id", ids[0])
        return anchors.name(ids[0])
    return ""


# -- inline text -----------------------------------------------------------------------------------


def _fill(element: Element, tokens: list[Token], context: Context) -> None:
    """Append the content that inline tokens describe to an element, and note the places in it."""
    stack = [element]
    for token in tokens:
        if token.nesting < 0:
            stack.pop()
        elif not token.tag:
            append(stack[-1], _escaped(token.content) if token.type != "text" else token.content)
        elif token.type == "softbreak":
            append(stack[-1], "\n")
        else:
            child = SubElement(stack[-1], token.tag, _attributes(token))
            if token.type == "code_inline":
                child.text = AtomicString(token.content)
            if "place" in token.meta:
                context.places[child] = token.meta["place"]
            if "address" in token.meta:
                context.addresses[child] = token.meta["address"]
            if token.nesting:
                stack.append(child)


def _attributes(token: Token) -> dict[str, str]:
    attributes = {name: str(value) for name, value in token.attrs.items()}
    if token.type == "image":
        attributes["alt"] = _words(token.children or ())
    return attributes | {name: token.meta[name] for name in ("keys", "label") if name in token.meta}


def _words(tokens: Iterable[Token]) -> str:
    """Return the words of an image as plain text."""
    return "".join(
        _words(token.children) if token.children else "\n" if token.tag == "br" else token.content
        for token in tokens
    )


def append(element: Element, text: str) -> None:
    """Append text to the content of an element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _escaped(text: str) -> str:
    """Escape text as Python-Markdown does (`STX 42 ETX` for `*`); smart punctuation skips it."""
    return "".join(f"{STX}{ord(sign)}{ETX}" for sign in text)


def unescaped(text: str) -> str:
    """Undo `_escaped`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1])), text) if STX in text else text
