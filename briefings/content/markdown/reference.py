"""Compares the inline text of a leaf with what a forge's preview shows of it.

The reference parser is markdown-it-py: CommonMark. Its HTML and that of the element that
Python-Markdown made must be equal but for spaces. Citations and notes are text in it, as typed.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from itertools import takewhile
from xml.etree.ElementTree import Element

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.utils import EnvType

from briefings.content.markdown.blocks import MarkdownItAsTyped
from briefings.content.markdown.body import Fault
from briefings.content.markdown.context import Leaf
from briefings.content.markdown.inline import MARKED, unescaped

# Fast path: most marks in texts are citations, notes, or emphasis and links between spaces around
# plain words, which every parser reads alike. Parsing these takes longer than all the rest.
_WORDS = r"[^\W_](?:[^*_`\[\]<&\\\n]*[^\W_])?"
_ALIKE = re.compile(
    r"\[(?:@[A-Za-z0-9@; ]*|\^[A-Za-z0-9-]+)\](?![(\[:])"
    rf"|(?<!\S)(?:\*\*{_WORDS}\*\*|\*{_WORDS}\*"
    rf"|\[{_WORDS}\]\(https?://[\w.,/:?=%~-]*[\w/]\))(?=[\s.,;:]|$)"
)
_SPACES = re.compile(r"[ \n\t]+")
#: Spaces that no reader sees.
_UNSEEN = re.compile(r"(?<=<code>)[ ]|[ ](?=</code>)|[ \n](?=<br>)|(?<=<br>)[ \n]")
_HINT = (
    "put * and _ right at the words, and not within a word; write a link as [words](address), and"
    " as many ` after code as before it; for a sign itself write a backslash before it"
)


@cache
def _preview() -> MarkdownIt:
    md = MarkdownItAsTyped("commonmark", {"xhtmlOut": False})
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("image", _image)
    return md


def _link(state: StateInline, silent: bool) -> bool:
    """Skip the rule if no bracket is closed later: it looks through the rest of the text."""
    return state.src.find("]", state.pos) >= 0 and link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:
    """Skip the rule if no bracket is closed later: see `_link`."""
    return state.src.find("]", state.pos) >= 0 and image(state, silent)


def difference(leaf: Leaf, env: EnvType) -> tuple[int, Fault] | None:
    """Return the first line (from 0) of a leaf that the site would show otherwise, and the fault.

    None if there is none. `env` is the environment of the block parser, with the link definitions.
    """
    if "  \n" not in leaf.text and not MARKED.search(_ALIKE.sub("", leaf.text)):
        return None
    theirs = _squeezed(_preview().renderInline(leaf.text, env))
    ours = _squeezed(_html(leaf.element))
    if theirs == ours:
        return None
    same = takewhile(lambda pair: pair[0] == pair[1], zip(theirs, ours, strict=False))
    at = sum(1 for _ in same)
    there, here = (_excerpt(html, at) for html in (theirs, ours))
    message = f"the preview shows `{there}` here, and the site would show `{here}`"
    return leaf.line + theirs.count("\n", 0, at) + theirs.count("<br>", 0, at), (message, _HINT)


def _squeezed(html: str) -> str:
    html = _SPACES.sub(lambda spaces: "\n" if "\n" in spaces[0] else " ", html)
    return _UNSEEN.sub("", html).strip()


def _excerpt(html: str, at: int) -> str:
    """Return the HTML around an offset on one line, without escapes."""
    start, end = max(at - 20, 0), at + 20
    words = unescape(html[start:end]).replace("\n", " ")
    return f"{'…' if start else ''}{words}{'…' if end < len(html) else ''}"


def _html(element: Element) -> str:
    """Return the content of an element as HTML, as markdown-it-py writes it."""
    html = escapeHtml(unescaped(element.text or ""))
    for child in element:
        if child.tag in ("cite", "note"):
            html += escapeHtml(child.get("written", ""))
        elif child.tag == "code":
            html += f"<code>{escapeHtml((child.text or '').replace(chr(10), ' '))}</code>"
        elif child.tag in ("br", "img"):
            html += f"<{child.tag}{_attributes(child)}>"
        else:
            written = child.get("written")  # an address in < > is shown as it was typed
            words = _html(child) if written is None else escapeHtml(written)
            html += f"<{child.tag}{_attributes(child)}>{words}</{child.tag}>"
        html += escapeHtml(unescaped(child.tail or ""))
    return html


def _attributes(element: Element) -> str:
    items = ((name, value) for name, value in element.items() if name != "written")
    return "".join(f' {name}="{escapeHtml(value)}"' for name, value in items)
