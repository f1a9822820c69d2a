"""Renders one body: from an editor's Markdown to the HTML of a page.

markdown-it-py parses the text (`blocks`, `inline`), and its tokens become a tree of elements
(`tree`). One walk over the tree finishes it (`document`), Python-Markdown marks the abbreviations,
and the result is serialised and sanitised here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from xml.etree.ElementTree import Element, tostring

import nh3
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.util import ETX, STX

from briefings.content.markdown.blocks import Excess, excesses
from briefings.content.markdown.context import EMPTY, Anchors, Body, Context, Fault, resolve
from briefings.content.markdown.document import BLOCKS, Document
from briefings.content.markdown.tree import tree
from briefings.problems import Problem

#: Characters that no text may have while it is parsed: those of escapes, and NUL.
_RESERVED = str.maketrans({STX: "", ETX: "", "\0": "\ufffd"})
_CLEANER = nh3.Cleaner(
    tags={*BLOCKS, "a", "abbr", "br", "code", "em", "img", "span", "strong", "sup"} - {"h1"},
    attributes={
        "*": {"id", "class", "role", "aria-label"},
        "a": {"href", "title"},
        "abbr": {"title"},
        "div": {"tabindex"},
        "img": {"src", "alt", "title", "loading"},
        "ol": {"start", "type"},
        "th": {"scope"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def render(
    text: str,
    *,
    path: str,
    content_path: str,
    first_line: int,
    sources: Mapping[str, str] | None,
    base_path: str,
    reserved_ids: Collection[str] = (),
) -> tuple[Body, list[Problem]]:
    """Render the body of one content file; return it with all its problems, sorted. Never raises.

    - `path`: the file as named in problems.
    - `content_path`: the file relative to `content/`; relative links start from its folder.
    - `first_line`: the line of the file on which `text` begins.
    - `sources`: the publisher of each key that can be cited, in the order of the source numbers;
      None if this kind of file cites nothing.
    - `base_path`: the prefix of links within the site, empty or like `/sub`.
    - `reserved_ids`: anchors that no heading may get.

    A body with problems must not be published. A body that exceeds a limit is returned empty.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_RESERVED)
    resolve_link = partial(resolve, content_path=content_path, base_path=base_path)
    context = Context(
        path, first_line, text.split("\n"), sources, Anchors(reserved_ids), resolve_link
    )
    for line, fault in excesses(text):
        context.fault((line, 1), *fault)
    if context.problems or not text.strip():
        return EMPTY, sorted(context.problems)
    body = EMPTY
    try:
        body = _rendered(text, context)
    except Excess as excess:
        context.problems.clear()
        context.fault((excess.line, 1), *excess.fault)
    except Exception as error:  # an editor must not get a traceback, whatever a parser raises
        context.fault((0, 1), *_unreadable(error))
    return body, sorted(context.problems)


def _rendered(text: str, context: Context) -> Body:
    """Return a body within all limits; add its faults to `context`."""
    root = tree(text, context)
    document = Document(context)
    document.finish(root)
    for name, place, _ in context.references.values():
        if name not in context.used:
            hint = "write [words][that name] somewhere, or remove it; for the bracket write \\["
            context.fault(place, f"nothing uses the address of `[{name}]`", hint)
    # Last, on final text: an abbreviation that is a number would break numeric escapes.
    AbbrTreeprocessor(abbrs=context.abbreviations).run(root)
    return Body.of(
        _sanitised(root),
        document.text,
        tuple(document.headings),
        tuple(sorted(document.links, key=lambda link: (link.line, link.column))),
        tuple(document.citations.items()),
        tuple(document.quotations),
    )


def _sanitised(root: Element) -> str:
    """Return the content of a finished tree as safe HTML, one line per block.

    There are two layers: all text is escaped here, whatever it looks like, and nh3 then keeps only
    the elements and attributes that this package generates.
    """
    for element in root.iter():
        if element.tag in BLOCKS or element.tag == "br":
            element.tail = "\n" + (element.tail or "")
    html = "".join(tostring(block, encoding="unicode", method="html") for block in root)
    return _CLEANER.clean(html).strip()


def _unreadable(error: Exception) -> Fault:
    if isinstance(error, RecursionError):
        return "emphasis, links or brackets are nested too deep", "write it in simpler parts"
    message = f"the text can't be read as Markdown ({type(error).__name__})"
    return (message, "write it in simpler parts, and report this as a mistake of the program")
