"""Bytes of a content file → a tree of text with a line and column for everything, and the body.

YAML 1.1 is read through libyaml's *events*, and every scalar stays the text that was typed: no
resolver turns `no` into false or `2022-11` into a number, and anchors, aliases, tags and deep
nesting are refused before any tree exists (libyaml's composer crashes on deep nesting, and
aliases are how "billion laughs" files grow).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import intern

import yaml

from briefings.limits import MAX_BODY, MAX_FRONT, MAX_MARKDOWN
from briefings.problems import Problem

Loc = tuple[str | int, ...]
Mark = tuple[int, int]

MAX_DEPTH = 20
#: Texts shorter than this (grades, ids, publishers) come again and again, and are held once.
_OFTEN = 80

# C0 and C1 controls but tab and newline; the direction overrides that can make a line read
# differently from what it says (CVE-2021-42574); and the two codes that are never characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# To YAML these end a line, and to an editor's eye they don't: a text would turn into two keys.
_SEPARATORS = re.compile("[\u2028\u2029]")


class _Refused(Exception):
    """Reading this file ends here: what follows can't be trusted to mean anything."""

    def __init__(self, line: int, column: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.args = (line, column, message, hint)


@dataclass(slots=True)
class Tree:
    """Front matter as typed: dicts, lists and text, with the place of every key and value.

    `keys` and `values` map a path such as `("ratings", 0, "value")` to (line, column), from 1.
    `spoiled` holds the paths already reported, so that nobody reports them again.
    """

    data: dict[str, object] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)
    values: dict[Loc, Mark] = field(default_factory=dict)
    spoiled: set[Loc] = field(default_factory=set)

    def place(self, loc: Loc, *, at_key: bool = False) -> Mark:
        """Where `loc` stands, or else the nearest thing around it that has a place."""
        while loc:
            if at_key and loc in self.keys:
                return self.keys[loc]
            if loc in self.values:
                return self.values[loc]
            loc = loc[:-1]
        return self.values.get((), (1, 1))


@dataclass(frozen=True, slots=True)
class Source:
    """One content file taken apart: its front matter tree, its body and the body's first line."""

    tree: Tree
    body: str = ""
    body_line: int = 1
    readable: bool = True


def read_yaml(raw: bytes, path: str) -> tuple[Source, list[Problem]]:
    """A whole YAML file as a tree."""
    problems: list[Problem] = []
    tree = Tree()
    try:
        if len(raw) > 2 * MAX_FRONT:
            raise _Refused(1, 1, *_too_long("the file", len(raw), MAX_FRONT))
        text = _decode(raw)
        if (size := len(text.encode())) > MAX_FRONT:
            raise _Refused(1, 1, *_too_long("the file", size, MAX_FRONT))
        _build(text, 1, path, tree, problems)
    except _Refused as fault:
        problems.append(Problem(path, *fault.args))
        return Source(tree, readable=False), problems
    return Source(tree), problems


def read_markdown(raw: bytes, path: str) -> tuple[Source, list[Problem]]:
    """A Markdown file: front matter between two lines `---`, then the body."""
    problems: list[Problem] = []
    tree = Tree()
    try:
        if len(raw) > MAX_MARKDOWN:
            raise _Refused(1, 1, *_too_long("the file", len(raw), MAX_FRONT + MAX_BODY))
        front, body, body_line = _split(_decode(raw))
    except _Refused as fault:
        return Source(tree, readable=False), [Problem(path, *fault.args)]
    if (size := len(body.encode())) > MAX_BODY:
        problems.append(Problem(path, body_line, 1, *_too_long("the text", size, MAX_BODY)))
        body = ""
    try:
        if (size := len(front.encode())) > MAX_FRONT:
            raise _Refused(2, 1, *_too_long("the front matter", size, MAX_FRONT))
        _build(front, 2, path, tree, problems)
    except _Refused as fault:
        problems.append(Problem(path, *fault.args))
        return Source(tree, body, body_line, readable=False), problems
    return Source(tree, body, body_line), problems


def _too_long(what: str, size: int, limit: int) -> tuple[str, str]:
    kib = f"more than {MAX_MARKDOWN // 1024}" if size > MAX_MARKDOWN else f"{-(-size // 1024)}"
    return (
        f"{what} is {kib} KiB long; the limit is {limit // 1024} KiB",
        "shorten it, or publish it in several parts",
    )


def _decode(raw: bytes) -> str:
    """UTF-8 with or without a byte order mark, lines ending in LF or CRLF."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(raw):
        raise _Refused(1, 1, "this file is saved as UTF-16", "save it as UTF-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8", "replace")
        line, column = _place_in(before, len(before))
        byte = raw[fault.start]
        message = f"this is not UTF-8 text (byte 0x{byte:02x})"
        raise _Refused(line, column, message, "save the file as UTF-8") from None
    text = text.replace("\r\n", "\n")
    found = strange(text)
    if found:
        at, message, hint = found
        raise _Refused(*_place_in(text, at), message, hint)
    return text


def strange(text: str) -> tuple[int, str, str] | None:
    """The first character that no text may have: its index, what it is, what to write."""
    found = _FORBIDDEN.search(text)
    return (found.start(), *_control(found[0])) if found else None


def _looks_like_utf16(raw: bytes) -> bool:
    head = raw[:200]
    return len(head) > 8 and (
        head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4
    )


def _place_in(text: str, index: int) -> Mark:
    line = text.count("\n", 0, index) + 1
    return line, index - (text.rfind("\n", 0, index) + 1) + 1


def _control(character: str) -> tuple[str, str]:
    code = f"U+{ord(character):04X}"
    if character == "\r":
        return "a lone carriage return (U+000D)", "end lines as your editor does by default"
    if character in "\u2028\u2029":
        return f"an invisible line end ({code})", "delete it, or end the line as usual"
    if character >= "\u202a":
        return f"an invisible character ({code}) that can change how a line reads", "delete it"
    return f"a control character ({code})", "delete it; it has no place in text"


def _split(text: str) -> tuple[str, str, int]:
    """(front matter, body, the body's first line)."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise _Refused(1, 1, "front matter is missing", "make the first line: ---")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            front = "\n".join(lines[1:number]) + "\n"
            return front, "\n".join(lines[number + 1 :]), number + 2
    raise _Refused(
        1,
        1,
        "the front matter has no closing line",
        "put a line with only --- after the last key, before the text of the page",
    )


def _build(text: str, first_line: int, path: str, tree: Tree, problems: list[Problem]) -> None:
    _Builder(first_line, path, tree, problems).run(text)


#: Events that may carry an anchor or a tag; without either they are plain text or structure.
_NODES = (yaml.ScalarEvent, yaml.CollectionStartEvent)
_EMPTY = " is empty"
_NO_COLON = " has no colon and no value"


def _has_no_colon(key: yaml.Event, value: yaml.Event) -> bool:
    """True for `b` in `{a: 1, b}`, which YAML takes for a key with nothing after it."""
    if not isinstance(value, yaml.ScalarEvent) or value.value or value.style:
        return False
    ends, starts = key.end_mark, value.start_mark
    return ends is not None and starts is not None and ends.index == starts.index


class _Builder:
    """Walks libyaml's events once and fills a `Tree`; raises `_Refused` at what it won't read."""

    def __init__(self, first_line: int, path: str, tree: Tree, problems: list[Problem]) -> None:
        self.shift = first_line
        self.path = path
        self.tree = tree
        self.problems = problems
        self.events: Iterator[yaml.Event] = iter(())

    def run(self, text: str) -> None:
        self.tree.values[()] = (self.shift, 1)
        found = _SEPARATORS.search(text)
        if found:
            line, column = _place_in(text, found.start())
            raise _Refused(line + self.shift - 1, column, *_control(found[0]))
        try:
            # As yaml.parse() does, less a generator and a look ahead for every event.
            self.events = iter(yaml.CSafeLoader(text).get_event, None)
            self._document()
        except yaml.MarkedYAMLError as fault:
            refused = self._syntax(fault)
            self._forget_empty_above(refused)
            raise refused from None
        except yaml.YAMLError as fault:
            raise _Refused(self.shift, 1, f"this is not YAML: {fault}", "") from None

    def _forget_empty_above(self, refused: _Refused) -> None:
        """A key right above a place that can't be read is empty because that place is wrong."""
        line = refused.args[0]
        while (
            self.problems
            and line - 3 <= self.problems[-1].line <= line
            and self.problems[-1].message.endswith((_EMPTY, _NO_COLON))
        ):
            del self.problems[-1]

    def _document(self) -> None:
        next(self.events)  # the stream starts
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            return
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            raise self._refuse(event, "a YAML directive (%) is not allowed", "remove the line")
        event = next(self.events)
        if not isinstance(event, yaml.MappingStartEvent):
            self._plain(event)
            message = "this should be a list of keys with their values"
            raise self._refuse(event, message, "write one `key: value` on each line")
        self._mapping(event, (), self.tree.data)
        next(self.events)  # the document ends
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refuse(event, "a second document starts here", "remove this --- line")

    def _mark(self, event: yaml.Event) -> Mark:
        mark = event.start_mark
        return (mark.line + self.shift, mark.column + 1) if mark else (self.shift, 1)

    def _refuse(self, event: yaml.Event, message: str, hint: str) -> _Refused:
        return _Refused(*self._mark(event), message, hint)

    def _report(self, mark: Mark, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, *mark, message, hint))

    def _plain(self, event: yaml.Event) -> None:
        """Refuse what makes YAML more than a tree of text."""
        if isinstance(event, _NODES) and event.anchor is None and event.tag is None:
            return
        if isinstance(event, yaml.AliasEvent):
            hint = "write the value out in full, or put the text in quotes"
            raise self._refuse(event, f"*{event.anchor} refers to another place (an alias)", hint)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            message = f"&{anchor} names this value for use elsewhere (an anchor)"
            raise self._refuse(event, message, "remove it, or put the text in quotes")
        tag = getattr(event, "tag", None)
        if tag is not None:
            hint = "remove it, or put the text in quotes"
            written = tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refuse(event, f"a tag ({written}) is not allowed", hint)

    def _node(self, event: yaml.Event, loc: Loc) -> object:
        self._plain(event)
        self.tree.values[loc] = self._mark(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, loc)
        if len(loc) >= MAX_DEPTH:
            raise self._refuse(event, f"nested more than {MAX_DEPTH} deep", "use fewer levels")
        if isinstance(event, yaml.MappingStartEvent):
            inner: dict[str, object] = {}
            self._mapping(event, loc, inner)
            if not inner and loc not in self.tree.spoiled:
                self._empty(event, loc)
            return inner
        return self._sequence(loc)

    def _scalar(self, event: yaml.ScalarEvent, loc: Loc) -> str:
        text: str = event.value
        if not text.strip():
            self._empty(event, loc)
        found = event.style == '"' and _FORBIDDEN.search(text)
        if found:
            self.tree.spoiled.add(loc)
            self._report(self._mark(event), *_control(found[0]))
        return intern(text) if len(text) < _OFTEN else text

    def _empty(self, event: yaml.Event, loc: Loc) -> None:
        self.tree.spoiled.add(loc)
        at = self.tree.keys.get(loc, self._mark(event))
        name = f"`{loc[-1]}`" if isinstance(loc[-1], str) else "this item"
        self._report(at, f"{name}{_EMPTY}", "fill it in or remove the line")

    def _sequence(self, loc: Loc) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*loc, len(items))))
        return items

    def _mapping(self, start: yaml.Event, loc: Loc, into: dict[str, object]) -> None:
        self._plain(start)
        self.tree.values[loc] = self._mark(start)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self._key(event)
            inner = (*loc, name)
            mark = self._mark(event)
            if name in into:
                first = self.tree.keys[inner]
                self._report(
                    mark, f"`{name}` is given twice, first on line {first[0]}", "keep one of them"
                )
                self._skip()
                continue
            self.tree.keys[inner] = mark
            value = next(self.events)
            if _has_no_colon(event, value):
                self.tree.spoiled.add(loc or inner)
                hint = "write {key: value, key: value}; put texts with commas in quotes"
                self._report(mark, f"`{name[:60]}`{_NO_COLON}", hint)
            else:
                into[name] = self._node(value, inner)

    def _key(self, event: yaml.Event) -> str:
        self._plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(event, "a key must be a word", "write `key: value`")
        name: str = event.value
        if name == "<<":
            raise self._refuse(event, "a merge key (<<) is not allowed", "write the values out")
        found = _FORBIDDEN.search(name)
        if found:
            raise self._refuse(event, *_control(found[0]))
        if not name.strip():
            raise self._refuse(event, "a key is missing before the colon", "write `key: value`")
        return intern(name)

    def _skip(self) -> None:
        """Pass over one value; what is in it is reported only as part of the doubled key."""
        keys, values = dict(self.tree.keys), dict(self.tree.values)
        spoiled, count = set(self.tree.spoiled), len(self.problems)
        self._node(next(self.events), ("",))
        self.tree.keys, self.tree.values, self.tree.spoiled = keys, values, spoiled
        del self.problems[count:]

    def _syntax(self, fault: yaml.MarkedYAMLError) -> _Refused:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + self.shift, mark.column + 1) if mark else (self.shift, 1)
        said = fault.problem or "unreadable"
        context = fault.context or ""
        if ("quoted" in context or "flow" in context) and fault.context_mark:
            start = fault.context_mark
            line, column = start.line + self.shift, start.column + 1
        for pattern, message, hint in _SYNTAX:
            if pattern in f"{context}: {said}":
                return _Refused(line, column, message, hint)
        return _Refused(line, column, f"this can't be read as YAML ({said})", _SYNTAX_HINT)


_SYNTAX_HINT = "check the quotes, brackets and spaces at the start of this line and the one before"
#: What libyaml says (part of it) → what an editor can use.
_SYNTAX = (
    (
        "mapping values are not allowed",
        "a colon stands where none is expected",
        "put a text that contains `: ` in quotes; write a group as {key: value}; start each key in "
        "its own column",
    ),
    (
        "cannot start any token",
        "a line or a value can't start with this character",
        "replace a tab by spaces; put a text that starts with @, ` or % in quotes",
    ),
    ("escape", "a backslash has a meaning of its own in double quotes", "use single quotes"),
    ("quoted scalar", "this text has an opening quote and no closing one", "close the quote"),
    (
        "could not find expected ':'",
        "this line has no `key:` of its own, or the line before is not closed",
        "write `key: value`, and quote long texts",
    ),
    (
        "flow sequence",
        "a list in [ ] is not closed, or lacks a comma",
        "write [one, two]; put texts with commas or brackets in quotes",
    ),
    (
        "flow mapping",
        "a group in { } is not closed, or lacks a comma",
        "write {key: value, key: value}; put texts with commas or braces in quotes",
    ),
    (
        "did not find expected '-' indicator",
        "this line is not in line with the list above it",
        "start each item with - in the same column",
    ),
    (
        "did not find expected key",
        "this line is not in line with the keys above it",
        "start each key in the same column as the others of its group",
    ),
    (
        "did not find expected alphabetic or numeric",
        "& and * have a meaning of their own at the start of a value",
        "put the text in quotes",
    ),
)
