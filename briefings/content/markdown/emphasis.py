"""Emphasis by `*` and `_`, paired by markdown-it-py as CommonMark has it.

Python-Markdown pairs by rules of its own: it ignores `_` within `__a _b_ c__`, makes `**—**A`
strong, and where a shorter run closes a longer one it can take the letters after it for delimiters.
"""

from __future__ import annotations

import re
from functools import cache
from xml.etree.ElementTree import Element, SubElement

from markdown.util import ETX, STX, AtomicString
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Stands for an element or an escape in a text: OBJECT REPLACEMENT CHARACTER, a symbol.
OBJECT = "\ufffc"
_ESCAPE = re.compile(f"{STX}[0-9]+{ETX}")


@cache
def _parser() -> MarkdownIt:
    """Return a parser that knows nothing but emphasis."""
    return MarkdownIt("zero").enable("emphasis")


def pair_emphasis(element: Element, before: str = "") -> None:
    """Replace the paired `*` and `_` in the text of an element by `em` and `strong`, in place.

    A link in it is a text of its own. Unpaired delimiters stay text. `before` is what stands before
    the text, which must not contain `OBJECT`.
    """
    children = list(element)
    for child in children:
        if child.tag == "a":
            pair_emphasis(child, before="[")
    pieces = [element.text or "", *(child.tail or "" for child in children)]
    marked = any("*" in piece or "_" in piece for piece in pieces)
    if not marked or isinstance(element.text, AtomicString):
        return
    objects: list[Element | str] = list(_ESCAPE.findall(pieces[0]))
    for child, tail in zip(children, pieces[1:], strict=True):
        objects += [child, *_ESCAPE.findall(tail)]
        child.tail = ""
    text = _ESCAPE.sub(OBJECT, OBJECT.join(pieces))
    tokens: list[Token] = []
    _parser().inline.parse(before + text, _parser(), {}, tokens)
    tokens[0].content = tokens[0].content.removeprefix(before)
    element.text, element[:] = "", []
    _rebuild(element, tokens, objects)


def _rebuild(element: Element, tokens: list[Token], objects: list[Element | str]) -> None:
    """Append the text of tokens to an element; each `OBJECT` in it is the next of `objects`."""
    rest = iter(objects)
    stack = [element]
    for token in tokens:
        if token.nesting > 0:
            stack.append(SubElement(stack[-1], token.tag))
        elif token.nesting < 0:
            stack.pop()
        else:
            first, *others = token.content.split(OBJECT)
            append(stack[-1], first)
            for following in others:
                append(stack[-1], next(rest))
                append(stack[-1], following)


def append(element: Element, added: Element | str) -> None:
    """Append an element, or text, to the content of an element."""
    if not isinstance(added, str):
        element.append(added)
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + added
    else:
        element.text = (element.text or "") + added
