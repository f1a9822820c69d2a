"""Inline patterns of a body: code, escapes, entities, autolinks, citations, notes, images, links.

They replace Python-Markdown's. It runs one pattern after another on a text, and replaces what a
pattern matches by a placeholder. Emphasis follows on the finished tree: `emphasis`.
"""

from __future__ import annotations

import re
import sys
from html import entities
from string import punctuation
from unicodedata import category
from xml.etree.ElementTree import Element

from markdown import Markdown, treeprocessors
from markdown.inlinepatterns import LINE_BREAK_RE, InlineProcessor, SubstituteTagInlineProcessor
from markdown.util import ETX, STX, AtomicString, Registry
from markdown_it.common.utils import normalizeReference

from briefings.content.markdown.body import Fault
from briefings.content.markdown.context import Context, Leaf, Place
from briefings.content.markdown.emphasis import pair_emphasis
from briefings.content.markdown.raw_html import RAW_HTML, fault_of, name_of
from briefings.content.similarity import did_you_mean

_Handled = tuple[Element | str | None, int | None, int | None]
#: What replaces a construct, and the offset after it; None leaves the text before it as it is.
_Read = tuple[Element | str | None, int]

#: Text without any of these characters, and without two spaces at the end of a line, is plain.
MARKED = re.compile(r"[`\\\[<&*_]")

_KEY = re.compile("[A-Za-z][A-Za-z0-9]*")
_KEYS = re.compile(r"@[A-Za-z][A-Za-z0-9]*(?:\s*;\s*@[A-Za-z][A-Za-z0-9]*)*")
_AUTOLINK = re.compile(
    r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]+|[\w.!#$%&'*+/=?^{|}~-]+@[A-Za-z0-9][A-Za-z0-9.-]*)>"
)
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BACKTICKS = re.compile("`+")
_REFERENCE = re.compile(r"\s?\[([^\[\]]*)\]")
_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")
_ADDRESS = re.compile(
    r"\(\s*+(?:<([^<>\n]*+)>|([^\s<>()]*+(?:\([^\s()]*+\)[^\s()]*+)*+))"
    r"(?:\s++(?:\"([^\"]*+)\"|'([^']*+)'|\(([^()]*+)\)))?\s*+\)"
)
_SPACED = re.compile(r"\(\s*+([^\s()<>\"'][^()<>\"']*+)\)")
_LINK_INSIDE = re.compile(r"\]\(\s*+<?([^\s()<>]*+)")
_BRACKET = re.compile(r"[\[\]]")
# The text of a link has a maximum number of brackets, and its address of characters.
_MOST_BRACKETS = 40
_LONGEST_ADDRESS = 2_000
# Bidirectional formatting characters: they change the reading direction of a line.
_TURN_LINES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# No spelling suggestions after this number of faults: one takes a millisecond per thousand sources.
_MOST_GUESSES = 20


def install(md: Markdown) -> LeafInline:
    """Replace Python-Markdown's inline processor and all its patterns; return the new processor."""
    md.inlinePatterns = Registry()
    inline = LeafInline(md)
    md.treeprocessors.register(inline, "inline", 20)
    for pattern, name, priority in (
        (_Tight(r"[\\`&<]", inline), "tight", 190),
        (_Mark(r"\[[@^]", inline), "mark", 180),
        (_Image(r"!\[", inline), "image", 170),
        (_Link(r"\[", inline), "link", 160),
        (SubstituteTagInlineProcessor(LINE_BREAK_RE, "br"), "linebreak", 100),
    ):
        md.inlinePatterns.register(pattern, name, priority)
    return inline


def unescaped(text: str) -> str:
    """Undo Python-Markdown's escapes (`STX 42 ETX` for `\\*`)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1])), text) if STX in text else text


def _escaped(text: str) -> str:
    """Escape text, so that no later pattern reads it, and smart punctuation leaves it alone."""
    return "".join(f"{STX}{ord(sign)}{ETX}" for sign in text)


class LeafInline(treeprocessors.InlineProcessor):
    """Python-Markdown's inline processor, run on each leaf of the tree on its own.

    `leaf` is the one that is being read. Leaves that have no character of `MARKED` are skipped.
    """

    context: Context
    leaf: Leaf

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Parse the inline text of all leaves, in place."""
        for leaf in self.context.leaves:
            self.leaf = leaf
            element, text = leaf.element, leaf.text
            element.text = text
            if MARKED.search(text) or "  \n" in text:
                parent = Element("div")
                parent.append(element)
                super().run(parent)
                pair_emphasis(element)
        return tree


class _Pattern(InlineProcessor):
    """Base class. `read` is given the offset of a match; a construct that is read is replaced.

    What is within a link was read before the link.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, pattern: str, inline: LeafInline) -> None:
        super().__init__(pattern, inline.md)
        self._inline = inline

    def read(self, data: str, at: int) -> _Read | None:
        """Return what replaces the construct that begins at `at`; None if there is none."""
        raise NotImplementedError

    def handleMatch(self, m: re.Match[str], data: str) -> _Handled:  # type: ignore[override]  # noqa: N802
        read = self.read(data, m.start())
        if read is None:
            return None, None, None
        if read[0] is not None:
            self._inline.leaf.replace(data, m.start(), read[1])
        return read[0], m.start(), read[1]

    @property
    def context(self) -> Context:
        return self._inline.context

    def place(self, data: str, at: int) -> Place:
        """Return the place of an offset."""
        leaf = self._inline.leaf
        return self.context.place(leaf, leaf.typed(data, at))

    def words(self, text: str) -> str:
        """Undo placeholders and escapes; return the text as the editor wrote it."""
        return unescaped(self.unescape(text)) if STX in text else text


class _Tight(_Pattern):
    """Constructs that bind more tightly than brackets, as CommonMark reads them: left to right."""

    def read(self, data: str, at: int) -> _Read | None:
        if data[at] == "\\":
            return _read_escape(data, at)
        if data[at] == "`":
            return _read_code(data, at)
        if data[at] == "&":
            return self._read_entity(data, at)
        if data[:at].rstrip(" \n").endswith("]("):
            return None  # an address in < >
        return self._read_autolink(data, at) or self._refuse_html(data, at)

    def _read_entity(self, data: str, at: int) -> _Read | None:
        match = _ENTITY.match(data, at)
        signs = _character(match[1]) if match else ""
        if not match or not signs:
            return None
        if signs == "\ufffd":
            message = f"`{match[0]}` is no sign that a text can have"
            self.context.fault(self.place(data, at), message, "write the sign itself, or remove it")
        return _escaped(signs), match.end()

    def _read_autolink(self, data: str, at: int) -> _Read | None:
        """`<https://example.org>`, `<mailto:a@b.org>` and `<a@b.org>`."""
        match = _AUTOLINK.match(data, at)
        if match is None:
            return None
        mail = "" if ":" in match[1] else "mailto:"
        element = Element("a", {"href": mail + match[1], "written": match[1]})
        element.text = AtomicString(match[1].removeprefix("mailto:"))
        self.context.places[element] = self.context.addresses[element] = self.place(data, at + 1)
        return element, match.end()

    def _refuse_html(self, data: str, at: int) -> _Read | None:
        """Report raw HTML; it stays text."""
        match = RAW_HTML.match(data, at)
        if match is None:
            return None
        self.context.fault(self.place(data, at), *fault_of(name_of(match)))
        return _escaped("<"), at + 1


def _read_escape(data: str, at: int) -> _Read | None:
    sign = data[at + 1 : at + 2]
    if sign == "\n":
        return Element("br"), at + 2
    return (_escaped(sign), at + 2) if sign and sign in punctuation else None


def _read_code(data: str, at: int) -> _Read | None:
    """Inline code: from a run of backticks to the next run of the same length."""
    runs = _BACKTICKS.finditer(data, at)
    opening = next(runs)
    for run in runs:
        if len(run[0]) == len(opening[0]):
            element = Element("code")
            element.text = AtomicString(data[opening.end() : run.start()].strip())
            return element, run.end()
    return None, opening.end()


def _character(name: str) -> str:
    """Return the characters of an HTML entity, without its `&` and `;`; empty if it is unknown.

    A character not allowed in a text gives U+FFFD: control, surrogate, unassigned, private-use and
    bidirectional formatting characters.
    """
    if not name.startswith("#"):
        return entities.html5.get(f"{name};", "")
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    sign = chr(code) if code <= sys.maxunicode else "\ufffd"
    kind = category(sign)
    return "\ufffd" if (kind[0] == "C" and kind != "Cf") or sign in _TURN_LINES else sign


class _Mark(_Pattern):
    """Citations, `[@A]` and `[@A; @B]`, and references to notes, `[^1]`."""

    def read(self, data: str, at: int) -> _Read | None:
        end = _BRACKET.search(data, at + 1)
        closed = end is not None and end[0] == "]"
        stop = end.start() if end else len(data)
        inside = self.words(data[at + 1 : stop])
        if inside[0] == "^":
            return self._read_note(inside[1:], data, at, stop + 1) if closed else None
        if closed and data.startswith("(", stop + 1):
            return None
        element = Element("cite", {"written": f"[{inside}]"})
        place = self.context.places[element] = self.place(data, at)
        if fault := self._wrong(inside, closed=closed):
            self.context.fault(place, *fault)
        else:
            element.set("keys", " ".join(_keys(inside)))
        return element, stop + closed

    def _wrong(self, inside: str, *, closed: bool) -> Fault | None:
        shown = f"`[{inside[:60]}{']' if closed else ''}`"
        sources = self.context.sources
        if sources is None:
            return (f"{shown} cites a source, but this kind of file has none", "remove it")
        if not closed or not _KEYS.fullmatch(inside):
            return (f"{shown} is not a citation", "write [@A], or [@A; @B] for two sources")
        keys = _keys(inside)
        unknown = [key for key in keys if key not in sources]
        if unknown:
            names = " and ".join(f"`{key}`" for key in unknown)
            guess = len(self.context.problems) < _MOST_GUESSES
            return (f"there is no source {names}", _hint(unknown[0], list(sources), guess=guess))
        if len(set(keys)) < len(keys):
            return (f"{shown} names a source twice", "name each source once")
        return None

    def _read_note(self, label: str, data: str, at: int, end: int) -> _Read:
        element = Element("note", {"label": label, "written": f"[^{label}]"})
        place = self.context.places[element] = self.place(data, at)
        if label not in self.context.notes:
            hint = f"write its text on a line of its own: [^{label or '1'}]: …"
            self.context.fault(place, f"there is no note `[^{label}]`", hint)
        return element, end


def _keys(inside: str) -> list[str]:
    return [key.strip().lstrip("@") for key in inside.split(";")]


def _hint(key: str, known: list[str], *, guess: bool) -> str:
    if not known:
        return "list it under `sources` in the front matter"
    meant = did_you_mean(key, known) if guess else None
    listed = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
    return (f"did you mean {meant}? " if meant else "") + f"the sources are {listed}"


class _Link(_Pattern):
    """`[words](address "title")`, `[words][name]`, `[words][]` and `[name]`."""

    _OPENING = "["

    def read(self, data: str, at: int) -> _Read | None:
        begin = at + len(self._OPENING)
        close = _closing(data, begin)
        if close is None:
            return None
        words = data[begin:close]
        if data.startswith("(", close + 1):
            match = _ADDRESS.match(data, close + 1, close + _LONGEST_ADDRESS)
            if match is None:
                self._refuse_spaces(data, close + 1)
                return None
            return self._read_address(data, at, words, match)
        return self._read_reference(data, at, words, close + 1)

    def _read_address(self, data: str, at: int, words: str, match: re.Match[str]) -> _Read:
        group = 2 if match[1] is None else 1
        title = next((text for text in match.groups()[2:] if text is not None), "")
        inner = _LINK_INSIDE.search(data, at + 1, match.start())
        if inner and self._OPENING == "[":
            message = f"`{self.words(inner[1])[:80]}` is a link inside a link"
            hint = "end the first one before it"
            self.context.fault(self.place(data, inner.start(1)), message, hint)
        places = self.place(data, at), self.place(data, match.start(group))
        element = self._element(words, self.words(match[group]), self.words(title), *places)
        return element, match.end()

    def _read_reference(self, data: str, at: int, words: str, end: int) -> _Read | None:
        named, place = _REFERENCE.match(data, end), self.place(data, at)
        name = (named[1] or words) if named else words
        found = self.context.references.get(normalizeReference(self.words(name)))
        if found:
            self.context.used.add(found.name)
            element = self._element(words, found.href, found.title, place, found.address)
            return element, named.end() if named else end
        if named and data[end] == "[":
            self._refuse_missing(self.words(words), self.words(named[1]), self.place(data, end))
        self._refuse_bare_keys(self.words(words), place)
        return None

    def _element(self, words: str, href: str, title: str, place: Place, address: Place) -> Element:
        if self._OPENING == "[":
            element = Element("a", {"href": href})
            element.text = words
        else:
            element = Element("img", {"src": href, "alt": self.words(words)})
        if title:
            element.set("title", title)
        self.context.places[element], self.context.addresses[element] = place, address
        return element

    def _refuse_spaces(self, data: str, at: int) -> None:
        """Report an address with a space in it, which makes no link."""
        match = _SPACED.match(data, at, at + _LONGEST_ADDRESS)
        found = self.context.resolve(self.words(match[1])) if match else None
        if match and isinstance(found, tuple):
            self.context.fault(self.place(data, match.start(1)), *found)

    def _refuse_missing(self, words: str, name: str, place: Place) -> None:
        message = f"`[{words[:40]}][{name[:40]}]` is a link to nowhere"
        hint = f"write [words](address), or define [{name[:40] or words[:40]}]: address"
        self.context.fault(place, message, f"{hint}; for the bracket itself write \\[")

    def _refuse_bare_keys(self, words: str, place: Place) -> None:
        """Report `[B]` if B is the key of a source: a citation that lacks its `@`."""
        keys = [key.strip(" @") for key in re.split("[;,]", words)]
        known = self.context.sources or ()
        if any(key in known for key in keys) and all(map(_KEY.fullmatch, keys)):
            cited = "; ".join(f"@{key}" for key in keys)
            hint = f"write [{cited}]; for the bracket itself write \\["
            self.context.fault(place, f"`[{words[:60]}]` cites nothing", hint)


class _Image(_Link):
    """`![alternative text](address "title")` and its reference forms."""

    _OPENING = "!["


def _closing(data: str, start: int) -> int | None:
    """Return the offset of the `]` that closes the `[` before `start`.

    None if there is none within `_MOST_BRACKETS` brackets.
    """
    depth = 1
    for count, bracket in enumerate(_BRACKET.finditer(data, start)):
        depth += 1 if bracket[0] == "[" else -1
        if depth == 0:
            return bracket.start()
        if count == _MOST_BRACKETS:
            break
    return None
