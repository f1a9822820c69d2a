"""Compares what a forge's preview shows of a body with what the site will show.

The reference parser is markdown-it-py: CommonMark with GFM tables. Its tokens and Python-Markdown's
tree are both converted to lists of signs, which must be equal: `<p` for the start of an element,
`=words` for text, `/p` for the end. Citations and notes are text in them, as they were typed.
Definitions at the top level are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from xml.etree.ElementTree import Element

from markdown.util import STX
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from briefings.content.markdown.body import Fault
from briefings.content.markdown.headings import without_attributes
from briefings.content.markdown.inline import MARKED, decoded, unescaped

# Fast path: most marks in texts are citations, notes, or emphasis and links between spaces around
# plain words, which every parser reads alike. Parsing these takes longer than all the rest.
_WORDS = r"[^\W_](?:[^*_`\[\]<&\\\n]*[^\W_])?"
_PLAIN = re.compile(
    r"\[(?:@[A-Za-z0-9@; ]*|\^[A-Za-z0-9-]+)\](?![(\[:])"
    rf"|(?<!\S)(?:\*\*({_WORDS})\*\*|\*({_WORDS})\*"
    rf"|\[({_WORDS})\]\((https?://[\w.,/:?=%~-]*[\w/])\))(?=[\s.,;:]|$)"
)
_SPACES = re.compile(r"[ \n]+")
_LEFT_OUT = frozenset({"thead", "tbody"})
_CALLED = {
    "p": "a paragraph", "ul": "a list", "ol": "a numbered list", "li": "an item of a list",
    "blockquote": "a quote", "table": "a table", "tr": "a row of a table", "th": "a cell",
    "td": "a cell", "em": "emphasis", "strong": "strong words", "pre": "a block of code",
    "code": "code", "a": "a link", "img": "an image", "br": "a line break", "hr": "a rule",
    "html": "HTML", "dl": "a list of definitions", "dt": "a term", "dd": "a definition",
    **{f"h{n}": f"a heading of level {n}" for n in range(1, 7)},
}  # fmt: skip
_BLOCK_HINT = (
    "put a blank line before and after it, and begin what belongs to an item of a list below the"
    " first letter of the item; for a sign itself write a backslash before it"
)
_HINTS = {
    **dict.fromkeys(
        ("em", "strong"),
        "put the signs right at the words, not within a word; for the sign itself write \\* or \\_",
    ),
    **dict.fromkeys(
        ("a", "img"), "write [words](address); for the bracket itself write \\[, for < write \\<"
    ),
    "code": "write as many ` after the code as before it; for the sign itself write \\`",
}


# Finding the pairs of blocks takes time proportional to the product of their numbers.
_MOST_PAIRS = 40_000
#: The signs of one block, with each run of spaces as one space.
Signs = tuple[str, ...]


@dataclass(slots=True)
class Group:
    """A top-level block, at the lines `[line, end)`: its `signs`, and the line (from 0) of each.

    Those of the site's tree have no positions; their lines are 0.
    """

    line: int
    end: int = 0
    signs: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, sign: str, line: int) -> None:
        self.signs.append(sign)
        self.lines.append(line)

    def say(self, words: str, line: int) -> None:
        """Add text; it is appended to the sign before if that is text too."""
        if self.signs and self.signs[-1].startswith("="):
            self.signs[-1] += words
        elif words:
            self.add(f"={words}", line)


@dataclass(frozen=True, slots=True)
class Difference:
    """A block that the site would show differently: its lines, and the first `line` that differs.

    Lines are lines of the body, from 0.
    """

    line: int
    block: range
    fault: Fault


def differences(lines: list[str], left: Iterable[range], root: Element) -> Iterator[Difference]:
    """Yield each block of a body that the site would show differently from a forge.

    `lines` are the lines of the body, `left` the ranges of those in syntax that only this site has.
    `root` is the tree after inline parsing, before any other change.
    """
    expected, found = list(_expected(_without(lines, left))), list(_found(root))
    if [group.signs for group in expected] == [group.signs for group in found]:
        return
    theirs, ours = _signs(expected), _signs(found)
    for a, b, c, d in _regions(theirs, ours):
        while min(b - a, d - c) > 1 and theirs[b - 1][0] == ours[d - 1][0]:
            b, d = b - 1, d - 1  # compare the last block of each on its own
            if theirs[b] != ours[d]:
                yield _difference(expected, b, b + 1, ours[d : d + 1])
        yield _difference(expected, a, b, ours[c:d])


def _regions(theirs: list[Signs], ours: list[Signs]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (a, b, c, d): blocks `[a, b)` of theirs differ from `[c, d)` of ours at their place."""
    start, b, d = 0, len(theirs), len(ours)
    while start < min(b, d) and theirs[start] == ours[start]:
        start += 1
    while min(b, d) > start and theirs[b - 1] == ours[d - 1]:
        b, d = b - 1, d - 1
    if (b - start) * (d - start) > _MOST_PAIRS:
        yield start, b, start, d
        return
    matcher = SequenceMatcher(None, theirs[start:b], ours[start:d], autojunk=False)
    for tag, *ends in matcher.get_opcodes():
        if tag != "equal":
            yield (start + ends[0], start + ends[1], start + ends[2], start + ends[3])


def _without(lines: list[str], left: Iterable[range]) -> str:
    """Replace each range of lines in `left` by a heading of `STX`, and join the lines."""
    lines = lines.copy()
    for span in left:
        lines[span.start : span.stop] = [f"# {STX}", *[""] * (len(span) - 1)]
    return "\n".join(lines)


def _signs(groups: Iterable[Group]) -> list[Signs]:
    return [tuple(_normal(group.signs)) for group in groups]


def _normal(signs: Iterable[str]) -> Iterator[str]:
    for sign in signs:
        if not sign.startswith("="):
            yield sign
        elif words := _squeezed(sign[1:]).strip(" \u00a0"):
            yield f"={words}"


def _squeezed(words: str) -> str:
    return _SPACES.sub(" ", words) if "\n" in words or "  " in words else words


# -- the reference ---------------------------------------------------------------------------------


class _Reference(MarkdownIt):
    """Leaves addresses as they were typed; `links` checks whether they are valid."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return True


@cache
def _reference() -> MarkdownIt:
    md = _Reference("commonmark", {"maxNesting": 100})
    md.core.ruler.enableOnly(["normalize", "block"])  # most texts need no inline parsing
    md.disable("html_block")  # raw HTML is a fault already
    md.enable("table")
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("image", _image)
    return md


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Run the library's slower rule for tables only if the line contains a bar."""
    if state.src.find("|", state.bMarks[line], state.eMarks[line]) < 0:
        return False
    return table(state, line, end, silent)


def _link(state: StateInline, silent: bool) -> bool:
    """Run the library's rule only if a bracket is closed later.

    The rule looks through the rest of the text for each opening bracket.
    """
    return state.src.find("]", state.pos) >= 0 and link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:
    """Run the library's rule only if a bracket is closed later: see `_link`."""
    return state.src.find("]", state.pos) >= 0 and image(state, silent)


def _expected(text: str) -> Iterator[Group]:
    md, env = _reference(), dict[str, object]()
    group = Group(0)
    for token in md.parse(text, env):
        if token.level == 0 and token.nesting >= 0 and token.map:
            group = Group(token.map[0], token.map[1])
        if token.type == "inline":
            _inline(group, token, md, env)
        else:
            _block(group, token)
        if token.level == 0 and token.nesting <= 0 and group.signs[1:2] != [f"={STX}"]:
            yield group


def _block(group: Group, token: Token) -> None:
    line = token.map[0] if token.map else group.lines[-1] if group.lines else group.line
    if token.type in ("fence", "code_block"):
        group.add(f"<pre {token.content.rstrip()}", line)
    elif token.nesting == 0:
        group.add(f"<{token.tag}", line)
    elif token.tag not in _LEFT_OUT and not token.hidden:
        sign = f"/{token.tag}" if token.nesting < 0 else f"<{token.tag}"
        group.add(sign + _attribute(token) if token.attrs else sign, line)


def _attribute(token: Token) -> str:
    start = token.attrGet("start")
    if start is not None:
        return f" {start}"
    style = str(token.attrGet("style") or "")
    return style.replace("text-align:", " ")


def _inline(group: Group, token: Token, md: MarkdownIt, env: dict[str, object]) -> None:
    line = token.map[0] if token.map else group.line
    text = token.content
    if group.signs[-1].startswith("<h"):
        text = without_attributes(text)
    if "  \n" not in text:
        if not MARKED.search(text):
            group.say(text, line)
            return
        if not MARKED.search(_PLAIN.sub("", text)):
            _plain(group, text, line)
            return
    children: list[Token] = []
    md.inline.parse(text, md, env, children)
    for child in children:
        _sign(group, child, line)
        line += child.type in ("softbreak", "hardbreak")


def _plain(group: Group, text: str, line: int) -> None:
    """Add the signs of a text that has no marks but those of `_PLAIN`, without parsing it."""
    at = 0
    for match in _PLAIN.finditer(text):
        if match.lastindex:
            group.say(text[at : match.start()], line)
            tag = ("strong", "em", "a")[min(match.lastindex, 3) - 1]
            group.add(f"<{tag} {match[4]} " if match[4] else f"<{tag}", line)
            group.say(match[1] or match[2] or match[3], line)
            group.add(f"/{tag}", line)
            at = match.end()
    group.say(text[at:], line)


def _sign(group: Group, token: Token, line: int) -> None:
    if token.type in ("text", "text_special"):
        group.say(token.content, line)
    elif token.type == "softbreak":
        group.say("\n", line)
    elif token.type == "hardbreak":
        group.add("<br", line)
    elif token.type == "code_inline":
        group.add(f"<code {_SPACES.sub(' ', token.content).strip()}", line)
    elif token.type == "image":
        group.add(f"<img {token.attrGet('src')} {_title(token)}{_said(token.children)}", line)
    elif token.type == "link_open":
        group.add(f"<a {token.attrGet('href')} {_title(token)}", line)
    elif token.type == "html_inline":
        group.add("<html", line)
    else:
        group.add(f"/{token.tag}" if token.nesting < 0 else f"<{token.tag}", line)


def _title(token: Token) -> str:
    return _SPACES.sub(" ", str(token.attrGet("title") or "")).strip()


def _said(tokens: Sequence[Token] | None) -> str:
    return "".join(
        _said(token.children) if token.children else token.content for token in tokens or ()
    )


# -- the tree --------------------------------------------------------------------------------------


def _found(root: Element) -> Iterator[Group]:
    for child in root:
        if child.tag != "dl":
            group = Group(0)
            _walk(group, child)
            yield group


def _walk(group: Group, element: Element) -> None:
    tag = element.tag
    if tag in ("cite", "note"):
        group.say(element.get("written", ""), 0)
    elif tag == "pre":
        group.add(f"<pre {_code(element[0]).rstrip()}", 0)
    elif tag == "code":
        group.add(f"<code {_SPACES.sub(' ', _code(element)).strip()}", 0)
    elif tag == "img":
        said = _title_of(element) + decoded(element.get("alt", ""))
        group.add(f"<img {decoded(element.get('src', ''))} {said}", 0)
    elif tag in ("br", "hr"):
        group.add(f"<{tag}", 0)
    else:
        _inside(group, element)


def _inside(group: Group, element: Element) -> None:
    tag = element.tag
    signed = tag not in _LEFT_OUT
    if signed:
        group.add(f"<{tag}{_of(element)}", 0)
    if element.text:  # an address in < > is shown as it was typed
        group.say(element.get("written") or unescaped(element.text), 0)
    for child in element:
        _walk(group, child)
        if child.tail:
            group.say(unescaped(child.tail), 0)
    if signed:
        group.add(f"/{tag}", 0)


def _of(element: Element) -> str:
    if element.tag == "a":
        return f" {decoded(element.get('href', ''))} {_title_of(element)}"
    value = element.get("start") or element.get("align")
    return f" {value}" if value else ""


def _title_of(element: Element) -> str:
    return _SPACES.sub(" ", decoded(element.get("title", ""))).strip()


def _code(element: Element) -> str:
    text = (element.text or "").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&amp;", "&")


# -- the faults ------------------------------------------------------------------------------------


def _difference(expected: list[Group], start: int, end: int, ours: list[Signs]) -> Difference:
    groups = expected[start:end]
    theirs = [
        (sign, line)
        for group in groups
        for raw, line in zip(group.signs, group.lines, strict=True)
        for sign in _normal([raw])
    ]
    mine = [sign for signs in ours for sign in signs]
    last = expected[max(start - 1, 0)] if expected else Group(0)
    line = groups[0].line if groups else last.line
    pairs = [(pair or ("", line), sign or "") for pair, sign in zip_longest(theirs, mine)]
    at = next((at for at, (pair, sign) in enumerate(pairs) if pair[0] != sign), len(pairs) - 1)
    line = pairs[at][0][1] if at < len(theirs) else line
    block = range(groups[0].line, groups[-1].end) if groups else range(line, max(last.end, line))
    nearby = [sign for (there, _), here in pairs[at : at + 2] for sign in (there, here)]
    return Difference(line, block, _fault(nearby))


def _fault(nearby: list[str]) -> Fault:
    """Return the fault for two signs that differ: the first two of `nearby`, theirs and ours."""
    there, here = nearby[:2]
    kinds = [_kind(sign) for sign in nearby if sign]
    hint = next((_HINTS[kind] for kind in kinds if kind in _HINTS), _BLOCK_HINT)
    message = f"the preview shows {_called(there)} here, and the site would show {_called(here)}"
    return (message, hint)


def _kind(sign: str) -> str:
    return "words" if sign.startswith("=") else sign[1:].split(" ", 1)[0]


def _called(sign: str) -> str:
    if not sign:
        return "nothing"
    if sign.startswith("="):
        return f"`{sign[1:41]}{'…' if len(sign) > 41 else ''}`"
    kind, _, rest = sign[1:].partition(" ")
    name = f"the end of {_CALLED[kind]}" if sign.startswith("/") else _CALLED[kind]
    if kind in ("a", "code", "img") and rest:
        return f"{name} `{rest.strip()[:40]}`"
    return name
