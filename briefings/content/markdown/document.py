"""Final pass over the tree of a body: URLs, anchors, numbers, smart punctuation, plain text.

It is one walk over the parsed tree in document order. Whatever is counted or depends on order is
done here, because Python-Markdown does not parse inline text in document order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from briefings.content.markdown.body import Fault, Heading
from briefings.content.markdown.headings import LEVELS, Anchors
from briefings.content.markdown.inline import PlainText, Scene, decoded, unescaped
from briefings.content.markdown.links import Target
from briefings.content.markdown.punctuation import smart
from briefings.content.markdown.raw_html import RAW_HTML, fault_of, name_of
from briefings.content.markdown.sanitizer import BLOCKS

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_DEEPEST = 100
# Number of elements after a text that are searched for the mark that closes a quotation in it.
_AHEAD = 20


class Document:
    """The final pass over one body; its attributes are complete once `finish` has run.

    `targets` maps each address, as written, that leads to this site to its target. `citations` maps
    each source key to the number of its citations, in order of first citation.
    """

    def __init__(
        self,
        scene: Scene,
        anchors: Anchors,
        resolve_link: Callable[[str], Target | Fault],
        sources: Mapping[str, str],
    ) -> None:
        self._scene = scene
        self._anchors = anchors
        self._resolve = resolve_link
        self._sources = {key: number for number, key in enumerate(sources, 1)}
        self.headings: list[Heading] = []
        self.targets: dict[str, Target] = {}
        self.citations: dict[str, int] = {}
        #: Source keys and plain text of each block quote that cites sources, in document order.
        self.quotations: list[tuple[tuple[str, ...], str]] = []
        self._notes: dict[str, int] = {}  # label → number of references so far
        self._numbers: dict[str, int] = {}  # label → position in order of first reference
        self._said: list[str] = []  # the plain text, in pieces
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
            "th": self._cell,
            "td": self._cell,
            "table": self._table,
            **dict.fromkeys(LEVELS, self._heading),
        }

    @property
    def text(self) -> str:
        """Plain text collected so far, in one line."""
        return " ".join("".join(self._said).split())

    def finish(self, root: Element, notes: Mapping[str, Element]) -> None:
        """Finish the body in place and append its notes, in order of first reference."""
        empty = {label for label, note in notes.items() if not len(note)}
        self._inside(root)
        listed = self._list_notes(notes)
        self._judge_notes(notes, empty)
        if len(listed):
            label = {"class": "notes", "role": "doc-endnotes", "aria-label": "Notes"}
            SubElement(root, "section", label).append(listed)

    def _list_notes(self, notes: Mapping[str, Element]) -> Element:
        listed = Element("ol", {"type": "a"})
        done: set[str] = set()
        while len(done) < len(self._notes):  # a note can refer to another note
            for label in [label for label in self._notes if label not in done]:
                done.add(label)
                if label in notes:
                    self._inside(notes[label])
                    listed.append(notes[label])
        for label, times in self._notes.items():
            if label in notes:
                _backlinks(notes[label], label, self._numbers[label], times)
        return listed

    def _judge_notes(self, notes: Collection[str], empty: Collection[str]) -> None:
        for label in notes:
            if not _LABEL.fullmatch(label):
                fault = (f"`[^{label}]` can't name a note", "use letters, digits and hyphens")
            elif label not in self._notes:
                fault = (
                    f"the note `[^{label}]` is never referred to",
                    f"put [^{label}] where it belongs, or remove it",
                )
            elif label in empty:
                fault = (f"the note `[^{label}]` has no text", "write its text after the colon")
            else:
                continue
            self._scene.fault("defined note", label, fault)

    def _walk(self, element: Element) -> None:
        special = self._special.get(element.tag)
        if special:
            special(element)
        else:
            self._inside(element)

    def _inside(self, element: Element) -> None:
        if self._depth > _DEEPEST:
            raise RecursionError
        self._depth += 1
        block = element.tag in BLOCKS
        if block or element.tag == "br":
            self._break()
        if element.text:
            element.text = self._say(element.text, element[:_AHEAD])
        for number, child in enumerate(element):
            if child.tag == "cite":
                _close_up(element, number)
            self._walk(child)
            if child.tail:
                child.tail = self._say(child.tail, element[number + 1 : number + 1 + _AHEAD])
        if block:
            self._break()
        self._depth -= 1

    def _break(self) -> None:
        self._said.append("\n")
        self._last = " "

    def _say(self, text: str, after: Iterable[Element]) -> str:
        """Return the final form of `text` and add it to the plain text.

        `after` are the elements behind it. An atomic text other than `PlainText` gets no smart
        punctuation.
        """
        if isinstance(text, AtomicString) and not isinstance(text, PlainText):
            said: str = AtomicString(unescaped(text))
        else:
            behind = "".join(map(_words, after)) if "'" in text else ""
            said = str(unescaped(smart(text, self._last, behind)))
        self._said.append(said)
        self._last = said[-1:] or self._last
        return said

    def _quote(self, element: Element) -> None:
        """Finish a block quote and record its sources and text.

        A nested quote is part of the outer one.
        """
        if self._in_quote:
            self._inside(element)
            return
        start, before = len(self._said), dict(self.citations)
        self._in_quote = True
        self._inside(element)
        self._in_quote = False
        keys = tuple(key for key, n in self.citations.items() if n > before.get(key, 0))
        if keys:
            self.quotations.append((keys, "".join(self._said[start:]).strip()))

    def _code(self, element: Element) -> None:
        # The parser escapes code, and `to_html` escapes every text: undo the first.
        text = (element.text or "").replace("&lt;", "<").replace("&gt;", ">")
        text = text.replace("&amp;", "&")
        if text.endswith("\n"):  # a code block: drop the blank lines at its end
            text = text.rstrip() + "\n"
        element.text = AtomicString(text)
        self._said.append(element.text)
        self._last = "x"

    def _heading(self, element: Element) -> None:
        start = len(self._said)
        raw = element.attrib.pop("raw", "")
        self._inside(element)
        words = " ".join("".join(self._said[start:]).split())
        level = LEVELS[element.tag]
        if level == 1:
            hint = "the title is level 1: write ## words; for the sign itself write \\#"
            self._scene.fault("heading", raw, ("a heading of level 1", hint))
        if not words:
            hint = "write its words after the #, or remove it; for the sign itself write \\#"
            self._scene.fault("heading", raw, ("a heading without words", hint))
        id = element.attrib.pop("id", "") or self._anchors.make(words)
        element.set("id", id)
        self.headings.append(Heading(level, id, words))

    def _cell(self, element: Element) -> None:
        align = element.attrib.pop("align", "")
        if align:
            element.set("class", f"align-{align}")
        start = len(self._said)
        self._inside(element)
        if element.tag == "th":
            if "".join(self._said[start:]).strip():
                element.set("scope", "col")
            else:  # an empty corner cell is not a header
                element.tag = "td"

    def _table(self, element: Element) -> None:
        """Wrap a table in a `div` that scrolls, by keyboard too, if it is wider than the screen."""
        self._inside(element)
        table, tail = Element("table"), element.tail
        table.text, table[:] = element.text, element[:]
        element.clear()
        element.tag, element.tail = "div", tail
        frame = {"class": "scroll", "role": "group", "aria-label": "Table", "tabindex": "0"}
        element.attrib.update(frame)
        element.append(table)

    def _link(self, element: Element) -> None:
        written = element.attrib.pop("written", "") or decoded(element.get("href", ""))
        if self._in_link:
            fault = (f"`{written[:80]}` is a link inside a link", "end the first one before it")
            self._scene.fault("address", written, fault)
        start, outer, self._in_link = len(self._said), self._in_link, True
        self._inside(element)
        self._in_link = outer
        if not "".join(self._said[start:]).strip() and element.find(".//img") is None:
            fault = ("a link without words", "write what it leads to: [words](address)")
            self._scene.fault("wordless", written, fault)
        target = self._target(written, decoded(element.get("href", "")))
        self._attributes(element, "href", target, written)

    def _image(self, element: Element) -> None:
        written = decoded(element.get("src", ""))
        alt = decoded(element.get("alt", ""))
        element.set("alt", alt)
        if not alt.strip():
            fault = ("an image without alternative text", "write ![what it shows](address)")
            self._scene.fault("altless", written, fault)
        target = self._target(written, written)
        if target and target.kind != "media":
            hint = "copy it to content/media and write ![what it shows](../../media/file.png)"
            fault = (f"`{written[:80]}` is not a file in content/media", hint)
            self._scene.fault("image", written, fault)
        self._attributes(element, "src", target, written)
        element.set("loading", "lazy")
        self._refuse_html(alt)
        self._last = "x"

    def _target(self, written: str, href: str) -> Target | None:
        found = self._resolve(href)
        if isinstance(found, Target):
            return found
        self._scene.fault("address", written, found)
        return None

    def _attributes(self, element: Element, name: str, target: Target | None, written: str) -> None:
        if target is None:
            element.attrib.pop(name)
        else:
            element.set(name, target.url)
            if target.kind != "outside":
                self.targets[written] = target
        if "title" in element.attrib:
            element.set("title", decoded(element.get("title", "")))
            self._refuse_html(element.get("title", ""))

    def _refuse_html(self, text: str) -> None:
        for match in RAW_HTML.finditer(text):
            self._scene.fault("html", name_of(match), fault_of(name_of(match)))

    def _cite(self, element: Element) -> None:
        keys = element.attrib.pop("keys", "").split()
        del element.attrib["written"]
        if self._in_link:
            fault = ("a citation inside a link", "put it after the link's closing bracket")
            self._scene.fault("citation", "; @".join(keys), fault)
        element.tag = "sup"
        if self._said:  # no space in the plain text before the omitted number
            self._said[-1] = self._said[-1].rstrip(" ")
        for key in keys:
            if len(element):
                element[-1].tail = ", "
            times = self.citations[key] = self.citations.get(key, 0) + 1
            link = {"id": f"cite-{key}-{times}", "href": f"#source-{key}"}
            SubElement(element, "a", link).text = AtomicString(str(self._sources[key]))

    def _note(self, element: Element) -> None:
        label = element.attrib.pop("label")
        del element.attrib["written"]
        if self._in_link:
            fault = ("a note inside a link", "put it after the link's closing bracket")
            self._scene.fault("note", label, fault)
        times = self._notes[label] = self._notes.get(label, 0) + 1
        letters = _letters(self._numbers.setdefault(label, len(self._notes)))
        element.tag = "sup"
        element.set("class", "note")
        element.set("id", _reference_id(label, times))
        link = SubElement(element, "a", {"href": f"#fn-{label}", "role": "doc-noteref"})
        link.set("aria-label", f"Note {letters}")
        link.text = AtomicString(letters)


def _words(element: Element) -> str:
    return "".join(element.itertext()) + (element.tail or "")


def _close_up(parent: Element, number: int) -> None:
    """Remove the spaces before a source number, however the editor wrote it."""
    if number:
        parent[number - 1].tail = (parent[number - 1].tail or "").rstrip(" ")
    else:
        parent.text = (parent.text or "").rstrip(" ")


def _backlinks(note: Element, label: str, number: int, times: int) -> None:
    note.set("id", f"fn-{label}")
    last = note[-1] if len(note) and note[-1].tag == "p" else SubElement(note, "p")
    for time in range(1, times + 1):
        if len(last):
            last[-1].tail = (last[-1].tail or "") + "\u00a0"
        else:
            last.text = (last.text or "") + "\u00a0"
        link = SubElement(last, "a", {"href": f"#{_reference_id(label, time)}"})
        where = f"Back to the text, note {_letters(number)}" + (f", {time}" if times > 1 else "")
        for name, value in (("class", "back"), ("role", "doc-backlink"), ("aria-label", where)):
            link.set(name, value)
        link.text = AtomicString("↩\ufe0e")


def _reference_id(label: str, time: int) -> str:
    """Return the id of a note reference; the dot separates a second `[^1]` from a note `1-2`."""
    return f"fnref-{label}" if time == 1 else f"fnref-{label}.{time}"


def _letters(number: int) -> str:
    """Return the letters of a note: a … z, aa … Notes have letters because sources have numbers."""
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(ord("a") + rest) + out
    return out
