"""Open a content file at the desk, judge what its form sent, and save it.

A file is read, edited and written as bytes. The form carries the bytes that it was made from, so
that a file which somebody else changed meanwhile is never overwritten unseen.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from briefings.checks.texts import DRAFT
from briefings.content.files import CONFIG, MAX_MARKDOWN
from briefings.content.frontmatter.reading import SourceFile, parsed
from briefings.content.listing import ContentFile, list_files, raw_of, shown
from briefings.content.loader import read_body
from briefings.content.records import Content
from briefings.content.schema.json_schema import Loc
from briefings.desk.fields import Field, Form
from briefings.desk.sent import Sent, sent_back, with_renamed_sources
from briefings.edit import ContentEditor, put
from briefings.edit.rewrite import NotInPlace, in_place_fault, is_editable, rewritten
from briefings.problems import Problem

_ONE_AT_A_TIME = Lock()
_AS_TEXT = "open it as text, and change it there"
BODY, TEXT, WAS, OVER = "@body", "@text", "@was", "@over"


@dataclass(slots=True)
class Document:
    """A file at the desk.

    `was`: its bytes when the form was made. `raw`: its bytes as the form has it now. `source`:
    `raw`, parsed. `root`: the group of all fields; None if the file is shown as one text. `body`:
    the field of its body. `top`: faults that belong to no field. `elsewhere`: those that it
    causes in other files. `stuck`: why the text of the file can't be edited as the form wants it.
    """

    file: ContentFile
    was: bytes
    raw: bytes
    source: SourceFile
    root: Field | None
    body: Field
    text: Field
    top: list[Problem] = field(default_factory=list)
    stuck: list[Problem] = field(default_factory=list)
    elsewhere: list[Problem] = field(default_factory=list)

    @property
    def token(self) -> str:
        """The bytes when the form was made, for the form to carry."""
        return base64.urlsafe_b64encode(zlib.compress(self.was, 9)).decode()

    @property
    def is_draft(self) -> bool:
        return self.file.kind == "briefing" and self.source.tree.data.get("status") == "draft"

    @property
    def asks(self) -> str:
        """The id of the trust that can be asked about this: a trust, or that of a requirement."""
        trust = self.source.tree.data.get("trust") if self.file.kind == "requirement" else ""
        return (
            self.file.id if self.file.kind == "trust" else trust if isinstance(trust, str) else ""
        )

    def fields(self) -> Iterable[Field]:
        """Return every field, the body last."""
        return [*(self.root.walk() if self.root else ()), self.body, self.text]

    @property
    def faulty(self) -> list[Field]:
        """The fields with faults."""
        return [field for field in self.fields() if field.faults]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: `written`, `same`, `refused`, or `conflict` with another save.

    `diff`: the lines that differ, of the file before and after; of a conflict, between the file as
    it is now and the one that was to be written. `seen`: a checksum of the file as it is now, with
    which the form may ask to write over it.
    """

    outcome: str
    diff: tuple[str, ...] = ()
    seen: str = ""


def original_file(sent: Sent) -> bytes | None:
    """Return the bytes of the file when its form was made, from a hidden field of the form.

    None if that field is missing or cannot be unpacked.
    """
    try:
        packed = base64.urlsafe_b64decode(sent.get(WAS, [""])[0])
        reading = zlib.decompressobj()
        raw = reading.decompress(packed, MAX_MARKDOWN + 2)
        return raw if reading.eof else None
    except (ValueError, binascii.Error, zlib.error):
        return None


@dataclass(frozen=True, slots=True)
class Desk:
    """The files of a content folder, for their forms. `prefix`: the path of the site's address."""

    editor: ContentEditor
    prefix: str = ""

    def files(self) -> list[ContentFile]:
        """Return every file that can be opened."""
        files = list_files(self.editor.root).files
        return [*files, ContentFile("site", "site", CONFIG)]

    def file(self, path: str) -> ContentFile | None:
        """Return the file at a path; None unless it is listed, so no path leads out of content/."""
        return next((file for file in self.files() if file.path == path), None)

    def opened(self, file: ContentFile, content: Content, *, as_text: bool = False) -> Document:
        """Return a file as it is now, without its faults."""
        raw = raw_of(self.editor.root, file.path)
        source, _ = parsed(self.editor.root, file.path, raw)
        tree = None if as_text or not is_editable(raw, source) else source.tree.data
        return self._document(file, content, raw, raw, tree, source.body)

    def sent(self, file: ContentFile, content: Content, was: bytes, sent: Sent) -> Document:
        """Return a file as its form wants it; `was`: the bytes from which the form was made.

        If they can't be edited in that way, the form keeps what was sent, and `raw` equals `was`.
        """
        source, _ = parsed(self.editor.root, file.path, was)
        if TEXT in sent:
            tree, body = None, ""
        else:
            tree = sent_back(file.kind, source.tree.data, sent, content.config.time_zone)
            body = sent.get(BODY, [source.body])[0].replace("\r\n", "\n")
            if sent.get("do") == ["publish"]:
                tree.pop("status", None)
            tree, body = with_renamed_sources(tree, body)
        try:
            if tree is None:
                raw = _with_text(was, sent[TEXT][0])
            else:
                raw = rewritten(was, source, tree, body)
                if "status" not in tree:
                    raw = raw.replace(f"{DRAFT}\n".encode(), b"")
            return self._document(file, content, was, raw, tree, body)
        except NotInPlace as fault:
            document = self._document(file, content, was, was, tree, body)
            problem = in_place_fault(shown(self.editor.root, file.path), fault)
            document.stuck = [replace(problem, hint=_AS_TEXT)]
            return document

    def _document(
        self, file: ContentFile, content: Content, was: bytes, raw: bytes,
        tree: dict[str, Any] | None, body: str,
    ) -> Document:  # fmt: skip
        """Return the form of a file; as one text if `tree`, its values, is None."""
        source, _ = parsed(self.editor.root, file.path, raw)
        root = None if tree is None else Form(file.kind, content, tree).root()
        about = "In Markdown. Cite a source as [@A]."
        body_field = Field(BODY, (BODY,), "body", "Text", about, value=body)
        text = Field(TEXT, (TEXT,), "body", "The whole file", value=_decoded(raw) or "")
        return Document(file, was, raw, source, root, body_field, text)

    def faults(self, document: Document) -> list[Problem]:
        """Return the faults that a file would have, and those it would cause in other files."""
        path = document.file.path
        after = self.editor.faults_with({path: document.raw}, drafts=True)
        own = [problem for problem in after if problem.path == shown(self.editor.root, path)]
        others = [problem for problem in after if problem not in own]
        known = set(self.editor.faults(self.editor.read(), drafts=True)) if others else set()
        return [*own, *(problem for problem in others if problem not in known)]

    def place(self, document: Document, problems: Iterable[Problem]) -> None:
        """Put each fault at its field, or at the top."""
        path = shown(self.editor.root, document.file.path)
        places = {field.loc: field for field in document.fields() if field.loc}
        for problem in problems:
            own = problem.path == path
            faults = self._field_of(document, problem, places) if own else document.elsewhere
            faults.append(problem)

    def _field_of(
        self, document: Document, problem: Problem, places: dict[Loc, Field]
    ) -> list[Problem]:
        """Return the list of faults to which one belongs: its field's, or those at the top."""
        if document.root is None:
            return document.text.faults
        source = document.source
        if not problem.loc and source.body_line > 1 and problem.line >= source.body_line - 1:
            return document.body.faults
        loc = problem.loc or _loc_at(source, problem.line, problem.column)
        while loc:
            if loc in places:
                return places[loc].faults
            loc = loc[:-1]
        return document.top

    def save(self, document: Document, sent: Sent, problems: list[Problem]) -> Saved:
        """Write a file, if nobody else did since and no fault forbids it.

        A draft may have faults, but none that stops the build of the rest.
        """
        root, path = self.editor.root, document.file.path
        if document.stuck:
            return Saved("refused")
        with _ONE_AT_A_TIME:
            now = raw_of(root, path)
            diff = tuple(_difference(now, document.raw))
            seen = sent.get("do") == ["over"] and sent.get(OVER) == [str(zlib.crc32(now))]
            if now != document.was and diff and not seen:
                return Saved("conflict", diff, str(zlib.crc32(now)))
            if not diff:
                return Saved("same")
            if problems and not (document.is_draft and self._stops_nothing(document)):
                return Saved("refused")
            put(root, {path: document.raw})
        return Saved("written", diff)

    def _stops_nothing(self, document: Document) -> bool:
        """Return whether no fault that stops a build comes with these bytes."""
        faults = self.editor.faults_with({document.file.path: document.raw})
        return not faults or set(faults) <= set(self.editor.faults(self.editor.read()))

    def preview(self, document: Document) -> str:
        """Return the rendered body as safe HTML."""
        root, file = self.editor.root, document.file
        return read_body(root, file, document.source, self.prefix)[0].html


def _decoded(raw: bytes) -> str | None:
    """Return the text of a file; None if it is no UTF-8, or was cut because it is too long."""
    if len(raw) > MAX_MARKDOWN:
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _with_text(was: bytes, text: str) -> bytes:
    """Return a text with the byte order mark and the line ends of the file that it replaces.

    Raises NotInPlace if that file is no text or too long to have been shown whole.
    """
    text, shown_text = text.replace("\r\n", "\n"), _decoded(was)
    if shown_text is None:
        raise NotInPlace(1, 1)
    if text == shown_text.replace("\r", "\n"):
        return was
    mark = b"\xef\xbb\xbf" if was.startswith(b"\xef\xbb\xbf") else b""
    ending = "\r\n" if b"\r\n" in was else "\n"
    return mark + text.replace("\n", ending).encode()


def _loc_at(source: SourceFile, line: int, column: int) -> Loc:
    """Return the path of the value or key at a place, or of the last before it on its line.

    On a further line of a text, that of the text: the last value before, if its key is further
    left.
    """
    keys = source.tree.keys
    marks = [(mark, loc) for places in (keys, source.tree.values) for loc, mark in places.items()]
    before = [(mark, len(loc), loc) for mark, loc in marks if mark <= (line, column)]
    mark, _, loc = max(before, key=lambda match: match[:2], default=((0, 0), 0, ()))
    is_within = mark[0] == line or keys.get(loc, mark)[1] < column
    return loc if is_within else ()


def _difference(old: bytes, new: bytes) -> Iterable[str]:
    """Yield the lines of a unified diff, without its head."""
    if old == new:
        return []
    before, after = (raw.decode("utf-8-sig", "replace").splitlines() for raw in (old, new))
    lines = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
    return lines or ["(only line ends or invisible signs differ)"]
