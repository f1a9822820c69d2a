"""Final pass over the tree of a body: URLs, anchors, numbers, smart punctuation, plain text.

It is one walk over the parsed tree in document order, as numbers and anchors depend on the order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from briefings.content.markdown.context import Context, Heading, Link, Quotation, Target
from briefings.content.markdown.tree import LEVELS, TIGHT, append, unescaped
from briefings.content.similarity import INVISIBLE

# Smart punctuation: curly quotes, apostrophes, dashes and ellipses.
#
# Python-Markdown's own extension doubles the time of a body, because each of its dozen patterns is
# one more pass of the inline parser. Here it is one pass over each finished text.

# Each alternative begins with a literal character, so that the search skips to the next of these.
_MARKS = re.compile(r"\"|'|--+|\.\.\.+")
_DASHES = {"--": "–", "---": "—", "...": "…"}
_OPENERS = frozenset("([{<«‘“–—/=\u00a0")
# What group 1 matches is always an elision.
_ELISION = re.compile(
    r"(?:(\d\ds|\d\d(?=[,.;:!?)]|$)|tis|twas|n)|\d\d|em|til|cause)\b", re.IGNORECASE
)
# An opening mark is in group 1. A mark between two letters neither opens nor closes.
_SINGLE = re.compile(r"((?:(?<=[\s(\[{<«“–—/=])|(?<=^))'(?=\S))|'(?!\w)")


def smart(text: str, before: str, after: str = "") -> str:
    """Return `text` with typographic punctuation.

    `before` is the character before it, `after` the text behind it in the same block. A quote opens
    after a space, a bracket or a dash, and closes elsewhere. `'90s` and `'tis` begin with an
    apostrophe, and so do `'12` and `'cause`, unless a closing mark comes before the next opening
    one: `'12 patients had falls'`. Runs of four or more dots or hyphens are unchanged.
    """
    out: list[str] = []
    end = 0
    last = before
    for match in _MARKS.finditer(text):
        start = match.start()
        if start > end:
            last = text[start - 1]
        mark = match[0]
        sign = _DASHES.get(mark, mark)
        if mark in "\"'":
            sign = _quote(mark, last, text, match.end(), after)
        out += (text[end:start], sign)
        end, last = match.end(), sign[-1]
    if not out:
        return text
    out.append(text[end:])
    return "".join(out)


def _quote(mark: str, last: str, text: str, end: int, after: str) -> str:
    opens = (last.isspace() or last in _OPENERS) and not text[end : end + 1].isspace()
    if mark == '"':
        return "“" if opens else "”"
    return "‘" if opens and not _is_elision(text, end, after) else "’"


def _is_elision(text: str, end: int, after: str) -> bool:
    word = _ELISION.match(text, end)
    if word is None or word[1]:
        return word is not None
    following = _SINGLE.search(text, end) or _SINGLE.search(after)
    return following is None or following[1] is not None


#: Block elements; a line break follows each in the HTML.
BLOCKS = {
    *("table", "tbody", "thead", "tr", "th", "td", "ul", "ol", "li", "dl", "dt", "dd"),
    *("blockquote", "div", "hr", "p", "pre", "section", *LEVELS),
}
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
_DEEPEST = 100
# Number of elements after a text that are searched for the mark that closes a quotation in it.
_AHEAD = 20


class Document:
    """The final pass over one body; its attributes are complete once `finish` has run.

    `citations` maps each source key to the number of its citations, in order of first citation.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sources = {key: number for number, key in enumerate(context.sources or (), 1)}
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.citations: dict[str, int] = {}
        self.quotations: list[Quotation] = []
        self._notes: dict[str, int] = {}  # label → references so far, in order of the first
        self._letters: dict[str, str] = {}
        self._texts: list[str] = []  # the plain text, in pieces
        self._last = " "  # last character of the text before
        self._depth = 0
        self._in_link = False
        self._in_quote = False
        self._special: dict[str, Callable[[Element], None]] = {
            "a": self._link,
            "img": self._image,
            "code": self._code,
            "cite": self._cite,
            "note": self._note,
            "blockquote": self._quote,
            "th": self._head,
            "table": self._table,
            **dict.fromkeys(LEVELS, self._heading),
        }

    @property
    def text(self) -> str:
        """Plain text collected so far, in one line."""
        return self._text_since(0)

    def finish(self, root: Element) -> None:
        """Finish the body in place and append its notes, in order of first reference."""
        empty = {label for label, note in self._context.notes.items() if not len(note)}
        self._inside(root)
        listed, finished = Element("ol", {"type": "a"}), 0
        while finished < len(self._notes):  # a note can refer to another note
            note = self._context.notes.get(list(self._notes)[finished])
            finished += 1
            if note is not None:
                self._inside(note)
                listed.append(note)
        for label, note in self._context.notes.items():
            self._judge_note(label, note, empty=label in empty)
            self._link_back(label, note)
        if len(listed):
            frame = {"class": "notes", "role": "doc-endnotes", "aria-label": "Notes"}
            SubElement(root, "section", frame).append(listed)

    def _judge_note(self, label: str, note: Element, *, empty: bool) -> None:
        place = self._context.places[note]
        if not _LABEL.fullmatch(label):
            message = f"`[^{label}]` can't name a note"
            self._context.fault(place, message, "use letters, digits and hyphens")
        elif label not in self._notes:
            message = f"the note `[^{label}]` is never referred to"
            hint = f"put [^{label}] where it belongs, or remove it"
            self._context.fault(place, message, hint)
        elif empty:
            message = f"the note `[^{label}]` has no text"
            self._context.fault(place, message, "write its text after the colon")

    def _link_back(self, label: str, note: Element) -> None:
        """Append a link to each reference of a note."""
        note.set("id", f"fn-{label}")
        last = note[-1] if len(note) and note[-1].tag == "p" else SubElement(note, "p")
        times = self._notes.get(label, 0)
        for time in range(1, times + 1):
            append(last, "\u00a0")
            where = f"Back to the text, note {self._letters[label]}"
            link = SubElement(last, "a", {"href": f"#{_reference_id(label, time)}"})
            link.set("class", "back")
            link.set("role", "doc-backlink")
            link.set("aria-label", where + (f", {time}" if times > 1 else ""))
            link.text = AtomicString("↩\ufe0e")

    # -- the walk ----------------------------------------------------------------------------------

    def _inside(self, element: Element) -> None:
        """Finish the content of an element."""
        if self._depth > _DEEPEST:
            raise RecursionError
        self._depth += 1
        if element.tag in ("li", "dd"):
            _dissolve(element)
        block = element.tag in BLOCKS
        if block or element.tag == "br":
            self._break()
        if element.text:
            element.text = self._finished(element.text, element[:_AHEAD])
        for number, child in enumerate(element):
            if child.tag == "cite":
                _close_up(element, number)
            self._special.get(child.tag, self._inside)(child)
            if child.tail:
                behind = element[number + 1 : number + 1 + _AHEAD]
                child.tail = self._finished(child.tail, behind)
        if block:
            self._break()
        self._depth -= 1

    def _break(self) -> None:
        self._texts.append("\n")
        self._last = " "

    def _finished(self, text: str, behind: Iterable[Element]) -> str:
        """Return the final form of a text that is followed by `behind`; add it to the plain text.

        An atomic text gets no smart punctuation.
        """
        if not isinstance(text, AtomicString):
            after = "".join(map(_words, behind)) if "'" in text else ""
            text = unescaped(smart(text, self._last, after))
        self._texts.append(text)
        self._last = text[-1:] or self._last
        return text

    def _text_since(self, start: int) -> str:
        """Return the plain text from a piece on, in one line."""
        return " ".join("".join(self._texts[start:]).split())

    def _fault(self, element: Element, message: str, hint: str) -> None:
        self._context.fault(self._context.places[element], message, hint)

    def _fault_of_address(self, element: Element, message: str, hint: str) -> None:
        self._context.fault(self._context.addresses[element], message, hint)

    # -- elements ----------------------------------------------------------------------------------

    def _quote(self, element: Element) -> None:
        """Finish a block quote and record its sources; a nested quote is part of the outer one."""
        start, before, outer = len(self._texts), dict(self.citations), self._in_quote
        self._in_quote = True
        self._inside(element)
        self._in_quote = outer
        keys = tuple(key for key, n in self.citations.items() if n > before.get(key, 0))
        if keys and not outer:
            text = "".join(self._texts[start:]).strip()
            place = self._context.in_file(self._context.places[element])
            self.quotations.append(Quotation(keys, text, *place))

    def _code(self, element: Element) -> None:
        self._texts.append(element.text or "")
        self._last = "x"

    def _heading(self, element: Element) -> None:
        start, level = len(self._texts), LEVELS[element.tag]
        self._inside(element)
        words = self._text_since(start)
        if level == 1:
            hint = "the title is level 1: write ## words; for the sign itself write \\#"
            self._fault(element, "a heading of level 1", hint)
        elif not words:
            hint = "write its words after the #, or remove it; for the sign itself write \\#"
            self._fault(element, "a heading without words", hint)
        id = element.attrib.pop("id", "") or self._context.anchors.make(words)
        element.set("id", id)
        self.headings.append(Heading(level, id, words))

    def _head(self, element: Element) -> None:
        """Finish a head of a table; an empty corner cell is not a head."""
        start = len(self._texts)
        self._inside(element)
        if self._text_since(start):
            element.set("scope", "col")
        else:
            element.tag = "td"

    def _table(self, element: Element) -> None:
        """Wrap a table in a `div` that scrolls, by keyboard too, if it is wider than the screen."""
        self._inside(element)
        table = Element("table")
        table[:], element[:] = element[:], [table]
        element.tag = "div"
        frame = {"class": "scroll", "role": "group", "aria-label": "Table", "tabindex": "0"}
        element.attrib.update(frame)

    def _link(self, element: Element) -> None:
        href = element.get("href", "")
        if self._in_link:
            message = f"`{href[:80]}` is a link inside a link"
            self._fault_of_address(element, message, "end the first one before it")
        start, outer, self._in_link = len(self._texts), self._in_link, True
        self._inside(element)
        self._in_link = outer
        if not self._text_since(start) and element.find(".//img") is None:
            hint = "write what it leads to: [words](address)"
            self._fault(element, "a link without words", hint)
        self._resolve(element, "href")

    def _image(self, element: Element) -> None:
        src = element.get("src", "")
        alternative, hint = element.get("alt", ""), "write ![what it shows](address)"
        if not INVISIBLE.sub("", alternative).strip():
            self._fault(element, "an image without alternative text", hint)
        elif alternative.lower() in {"image", "alt text", src.rpartition("/")[2].lower()}:
            self._fault(element, f"`{alternative[:60]}` does not say what the image shows", hint)
        target = self._resolve(element, "src")
        if target and target.kind != "media":
            hint = "copy it to content/media and write ![what it shows](../../media/file.png)"
            message = f"`{src[:80]}` is not a file in content/media"
            self._fault_of_address(element, message, hint)
        elif target and not target.target.lower().endswith(_PICTURES):
            hint = "write a link, [words](address), without the !"
            self._fault_of_address(element, f"`{src[:80]}` is no picture", hint)
        element.set("loading", "lazy")
        self._last = "x"

    def _resolve(self, element: Element, name: str) -> Target | None:
        """Replace the address in an attribute by the URL of its target, and return the target."""
        written = element.attrib[name]
        target = self._context.resolve(written)
        if not isinstance(target, Target):
            self._fault_of_address(element, *target)
            del element.attrib[name]
            return None
        element.set(name, target.url)
        if target.kind != "outside":
            place = self._context.in_file(self._context.addresses[element])
            to = (target.kind, target.target, target.by_id, target.fragment)
            self.links.append(Link(*to, *place, written))
        return target

    def _refuse_in_link(self, element: Element, name: str) -> None:
        if self._in_link:
            hint = "put it after the link's closing bracket"
            self._fault(element, f"{name} inside a link", hint)

    def _cite(self, element: Element) -> None:
        self._refuse_in_link(element, "a citation")
        keys = element.get("keys", "").split()
        element.tag, element.attrib = "sup", {}
        if self._texts:  # no space in the plain text before the omitted number
            self._texts[-1] = self._texts[-1].rstrip(" ")
        for key in keys:
            if len(element):
                element[-1].tail = ", "
            times = self.citations[key] = self.citations.get(key, 0) + 1
            link = {"id": f"cite-{key}-{times}", "href": f"#source-{key}"}
            SubElement(element, "a", link).text = AtomicString(str(self._sources[key]))

    def _note(self, element: Element) -> None:
        self._refuse_in_link(element, "a note")
        label = element.get("label", "")
        times = self._notes[label] = self._notes.get(label, 0) + 1
        letters = self._letters.setdefault(label, _letters(len(self._notes)))
        element.tag = "sup"
        element.attrib = {"class": "note", "id": _reference_id(label, times)}
        link = SubElement(element, "a", {"href": f"#fn-{label}", "role": "doc-noteref"})
        link.set("aria-label", f"Note {letters}")
        link.text = AtomicString(letters)


def _dissolve(element: Element) -> None:
    """Put the content of each paragraph of a tight list in the paragraph's place."""
    if element.find(TIGHT) is None:
        return
    children, element[:] = element[:], []
    for child in children:
        if child.tag == TIGHT:
            append(element, child.text or "")
            element.extend(child)
        else:
            element.append(child)


def _words(element: Element) -> str:
    return "".join(element.itertext()) + (element.tail or "")


def _close_up(parent: Element, number: int) -> None:
    """Remove the spaces before a source number, however the editor wrote it."""
    if number:
        parent[number - 1].tail = (parent[number - 1].tail or "").rstrip(" ")
    else:
        parent.text = (parent.text or "").rstrip(" ")


def _reference_id(label: str, time: int) -> str:
    """Return the id of a note reference; the dot separates a second `[^1]` from a note `1-2`."""
    return f"fnref-{label}" if time == 1 else f"fnref-{label}.{time}"


def _letters(number: int) -> str:
    """Return the letters of a note: a … z, aa … Notes have letters because sources have numbers."""
    out = ""
    while number:
        number, digit = divmod(number - 1, 26)
        out = chr(ord("a") + digit) + out
    return out
