"""Inline grammar of a body: citations, notes, links, images, code, entities, refused HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import entities
from string import punctuation
from unicodedata import category
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    LINE_BREAK_RE,
    InlineProcessor,
    LinkInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.util import ETX, STX, AtomicString, code_escape

from briefings.content.markdown.body import Fault, Faults
from briefings.content.markdown.emphasis import Emphasis
from briefings.content.markdown.raw_html import RAW_HTML, fault_of, name_of
from briefings.content.similarity import did_you_mean

Handled = tuple[Element | str | None, int | None, int | None]
_NOTHING: Handled = (None, None, None)

_CITATION = r"\[@([^\[\]]*)(\])?"
_KEY = re.compile("[A-Za-z][A-Za-z0-9]*")
_KEYS = re.compile(r"@[A-Za-z][A-Za-z0-9]*(?:\s*;\s*@[A-Za-z][A-Za-z0-9]*)*")
_NOTE = r"\[\^([^\[\]]*)\]"
_LINK = r"\[(?<!!\[)"
_AUTOLINK = r"<([A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+|[^\s<>@:]+@[^\s<>@]+)>"
_ENTITY = r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_BACKTICKS = r"\\[\\`]|`+"
_BACKTICK_RUN = re.compile("`+")
_REFERENCE = re.compile(r"\s?\[([^\[\]]*)\]")
_ESCAPE = re.compile(rf"\\([{re.escape(punctuation)}])")
_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")
# Python-Markdown searches to the end of the block for the end of every `[` and `(`. Here an address
# ends before the next link, and the text of a link has a maximum number of brackets.
_MOST_BRACKETS = 40
_LONGEST_ADDRESS = 2_000
_LAST_CHARACTER = 0x10FFFF
# Bidirectional formatting characters: they change the reading direction of a line.
_TURN_LINES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# No spelling suggestions after this number of faults: one takes a millisecond per thousand sources.
_MOST_GUESSES = 20
# Fast path: an address without any character that the library's `getLink`, which reads character by
# character, could take for a title.
_PLAIN_ADDRESS = re.compile(rf"\(([^\s()<>\"'{STX}]*)\)")
_WITH_TITLE = re.compile(
    r"\(\s*+(?:<([^<>\n]*+)>|([^\s<>()]*+(?:\([^\s()]*+\)[^\s()]*+)*+))"
    r"(?:\s++(?:\"([^\"]*+)\"|'([^']*+)'|\(([^()]*+)\)))?\s*+\)"
)
_BRACKET = re.compile(r"[\[\]]")


#: Text without any of these characters, and without two spaces at the end of a line, is plain.
MARKED = re.compile(r"[`\\\[<&*_]")


class PlainText(AtomicString):
    """Text without a character that starts a pattern; skips the inline parser for speed."""


@dataclass(slots=True)
class Scene:
    """Context of the patterns for the current body, and the faults they find in it.

    `sources` has the keys that can be cited, or is None if this kind of file cites nothing. `notes`
    are the labels of the defined notes, `used` the names of link definitions that a link uses.
    """

    sources: Mapping[str, str] | None = None
    notes: Collection[str] = ()
    used: set[str] = field(default_factory=set)
    faults: Faults = field(default_factory=dict)

    def fault(self, kind: str, written: str, fault: Fault) -> None:
        self.faults.setdefault((kind, written), fault)


def register(md: Markdown, scene: Scene) -> Emphasis:
    """Replace Python-Markdown's patterns for the same constructs; return the one for emphasis."""
    for name in (
        "backtick", "reference", "link", "image_link", "image_reference", "short_reference",
        "short_image_ref", "autolink", "automail", "linebreak", "html", "entity",
    ):  # fmt: skip
        md.inlinePatterns.deregister(name)
    for pattern, name, priority in (
        (_Citation(_CITATION, md), "citation", 176),
        (_Note(_NOTE, md), "note", 175),
        (_Link(_LINK, md), "link", 160),
        (_Image(IMAGE_LINK_RE, md), "image", 165),
        (_Autolink(_AUTOLINK, md), "autolink", 120),
        (_RawHtml(RAW_HTML.pattern, md), "html", 90),
        (_Entity(_ENTITY, md), "entity", 80),
    ):
        pattern.scene = scene
        md.inlinePatterns.register(pattern, name, priority)
    md.inlinePatterns.register(_Code(_BACKTICKS), "backtick", 190)
    emphasis = Emphasis()
    md.inlinePatterns.register(emphasis, "em_strong", 60)
    # After emphasis, which depends on whether a space is next to its delimiters.
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 50)
    md.inlinePatterns.register(SubstituteTagInlineProcessor(LINE_BREAK_RE, "br"), "linebreak", 40)
    return emphasis


def unescaped(text: str) -> str:
    """Undo Python-Markdown's escapes (`STX 42 ETX` for `\\*`)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1])), text) if STX in text else text


def decoded(text: str) -> str:
    """Decode an attribute value: undo escapes and replace HTML entities by their characters."""
    plain = unescaped(text)
    if "&" not in plain:
        return plain
    return re.sub(_ENTITY, lambda match: _character(match[1]) or match[0], plain)


def _character(name: str) -> str:
    """Return the characters of an HTML entity, without its `&` and `;`.

    An unknown name gives an empty string; a character not allowed in a text gives U+FFFD.
    """
    if not name.startswith("#"):
        return entities.html5.get(f"{name};", "")
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    sign = chr(code) if code <= _LAST_CHARACTER else "\ufffd"
    return "\ufffd" if _never(sign) else sign


def _never(sign: str) -> bool:
    """Whether a character is not allowed in a text.

    These are control, surrogate, unassigned, private-use and bidirectional formatting characters.
    """
    kind = category(sign)
    return (kind[0] == "C" and kind != "Cf") or sign in _TURN_LINES


class _Ours(InlineProcessor):
    # Base class. `handleMatch` has the library's name; its type stubs reject the signature.
    scene: Scene

    def words(self, text: str) -> str:
        """Undo placeholders and escapes; return the text as the editor wrote it."""
        return unescaped(self.unescape(text)) if STX in text else text


class _Code(InlineProcessor):
    """Inline code: from a run of backticks to the next run of the same length."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.compiled_re = re.compile(pattern)

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        if m[0][0] != "\\":
            for run in _BACKTICK_RUN.finditer(data, m.end()):
                if len(run[0]) == len(m[0]):
                    element = Element("code")
                    text = data[m.end() : run.start()]
                    element.text = AtomicString(code_escape(text.strip()))
                    return element, m.start(), run.end()
        return None, m.start(), m.end()


class _Citation(_Ours):
    """`[@A]` and `[@A; @B]`. Runs before links, which would read it as a reference link."""

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        inside = self.words(f"@{m[1]}")
        if m[2] and data.startswith("(", m.end()):
            return _NOTHING
        element = Element("cite", {"written": f"[{inside}]"})
        fault = self._fault(inside, closed=bool(m[2]))
        if fault:
            self.scene.fault("citation" if m[2] else "open citation", inside[1:], fault)
        else:
            element.set("keys", " ".join(_keys(inside)))
        return element, m.start(), m.end()

    def _fault(self, inside: str, *, closed: bool) -> Fault | None:
        shown = f"`[{inside[:60]}{']' if closed else ''}`"
        sources = self.scene.sources
        if sources is None:
            return (f"{shown} cites a source, but this kind of file has none", "remove it")
        if not closed or not _KEYS.fullmatch(inside):
            return (f"{shown} is not a citation", "write [@A], or [@A; @B] for two sources")
        keys = _keys(inside)
        unknown = [key for key in keys if key not in sources]
        if unknown:
            names = " and ".join(f"`{key}`" for key in unknown)
            guess = len(self.scene.faults) < _MOST_GUESSES
            return (f"there is no source {names}", _hint(unknown[0], list(sources), guess=guess))
        if len(set(keys)) < len(keys):
            return (f"{shown} names a source twice", "name each source once")
        return None


def _keys(inside: str) -> list[str]:
    return [key.strip().lstrip("@") for key in inside.split(";")]


def _hint(key: str, known: list[str], *, guess: bool) -> str:
    if not known:
        return "list it under `sources` in the front matter"
    meant = did_you_mean(key, known) if guess else None
    listed = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
    return (f"did you mean {meant}? " if meant else "") + f"the sources are {listed}"


class _Note(_Ours):
    """`[^1]`, a reference to a note. A label without a definition is a fault."""

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        label = self.words(m[1])
        if label not in self.scene.notes:
            hint = f"write its text on a line of its own: [^{label or '1'}]: …"
            self.scene.fault("note", label, (f"there is no note `[^{label}]`", hint))
        element = Element("note", {"label": label, "written": f"[^{label}]"})
        return element, m.start(), m.end()


class _Link(_Ours, LinkInlineProcessor):
    """`[words](address "title")`, `[words][name]`, `[words][]` and `[name]`."""

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        close = _closing(data, m.end())
        if close is None:
            return _NOTHING
        words = data[m.end() : close]
        if data.startswith("(", close + 1):
            href, title, end, found = self._address(data, close + 1)
            return (self._element(words, href, title), m.start(), end) if found else _NOTHING
        reference = _REFERENCE.match(data, close + 1)
        name = (reference[1] or words) if reference else words
        name = " ".join(self.words(name).lower().split())
        definition = self.md.references.get(name)
        if definition:
            self.scene.used.add(name)
            end = reference.end() if reference else close + 1
            href, title = definition
            return self._element(words, _ESCAPE.sub(r"\1", href), title), m.start(), end
        if reference and data[close + 1] == "[":
            self._missing(self.words(words), self.words(reference[1]))
        self._refuse_bare_keys(self.words(words))
        return _NOTHING

    def _refuse_bare_keys(self, words: str) -> None:
        """Add a fault for `[B]` if B is the key of a source: a citation that lacks its `@`."""
        keys = [key.strip(" @") for key in re.split("[;,]", words)]
        known = self.scene.sources or ()
        if any(key in known for key in keys) and all(map(_KEY.fullmatch, keys)):
            cited = "; ".join(f"@{key}" for key in keys)
            hint = f"write [{cited}]; for the bracket itself write \\["
            self.scene.fault("bracket", words, (f"`[{words[:60]}]` cites nothing", hint))

    def _address(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        plain = _PLAIN_ADDRESS.match(data, index, index + _LONGEST_ADDRESS)
        if plain:
            return plain[1], None, plain.end(), True
        titled = _WITH_TITLE.match(data, index, index + _LONGEST_ADDRESS)
        if titled:
            title = next((one for one in titled.groups()[2:] if one is not None), None)
            href = titled[2] if titled[1] is None else titled[1]
            return self.unescape(href), title and self.unescape(title), titled.end(), True
        stop = data.find("](", index + 1, index + _LONGEST_ADDRESS)
        window = data[index : stop if stop >= 0 else index + _LONGEST_ADDRESS]
        href, title, length, found = self.getLink(window, 0)
        return href, title, index + length, found

    def _missing(self, words: str, name: str) -> None:
        fault = f"`[{words[:40]}][{name[:40]}]` is a link to nowhere"
        hint = f"write [words](address), or define [{name[:40] or words[:40]}]: address"
        self.scene.fault("reference", name, (fault, f"{hint}; for the bracket itself write \\["))

    def _element(self, words: str, href: str, title: str | None) -> Element:
        element = Element("a", {"href": href})
        if title:
            element.set("title", title)
        element.text = words
        return element


class _Image(_Link):
    """`![alternative text](address "title")` and its reference forms."""

    def _element(self, words: str, href: str, title: str | None) -> Element:
        element = Element("img", {"src": href, "alt": self.unescape(words)})
        if title:
            element.set("title", title)
        return element


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


class _Autolink(_Ours):
    """`<https://example.org>`, `<mailto:a@b.org>` and `<a@b.org>`."""

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        address = self.words(m[1])
        mail = "" if ":" in address else "mailto:"
        element = Element("a", {"href": mail + address, "written": address})
        element.text = AtomicString(address.removeprefix("mailto:"))
        return element, m.start(), m.end()


class _RawHtml(_Ours):
    """Raw HTML; it stays text and is a fault."""

    def __init__(self, pattern: str, md: Markdown) -> None:
        super().__init__(pattern, md)
        self.compiled_re = RAW_HTML

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        name = name_of(m)
        self.scene.fault("html", name, fault_of(self.words(name)))
        return _NOTHING


class _Entity(_Ours):
    """`&pound;` and `&#163;`, replaced by escapes.

    So no later pattern reads the characters, and smart punctuation leaves them alone.
    """

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:  # type: ignore[override]  # noqa: N802
        signs = _character(m[1])
        if not signs:
            return _NOTHING
        if signs == "\ufffd":
            fault = (
                f"`{m[0]}` is no sign that a text can have",
                "write the sign itself, or remove it",
            )
            self.scene.fault("entity", m[0], fault)
        return "".join(f"{STX}{ord(sign)}{ETX}" for sign in signs), m.start(), m.end()
