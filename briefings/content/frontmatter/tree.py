"""Parse lines of YAML into a tree of text, with line and column of every key and value.

YAML 1.1 is read from the *events* of libyaml, and every scalar stays the text that was typed: no
resolver turns `no` into false or `2022-11` into a number. Anchors, aliases, tags and deep nesting
are refused before a tree exists: libyaml's composer crashes on deep nesting, and aliases are how
"billion laughs" files grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from sys import intern
from typing import Any

import yaml

from briefings.content.frontmatter.signs import (
    CURLY,
    FORBIDDEN,
    Place,
    control,
    curly,
    escape_fault,
    is_left_open,
)
from briefings.content.similarity import INVISIBLE

Loc = tuple[str | int, ...]
#: Line and column, from 1.
Mark = tuple[int, int]
#: Where a scalar begins and ends, and its style.
Span = tuple[Mark, Mark, str | None]

MAX_DEPTH = 20
#: Texts shorter than this are interned: grades, ids and publishers occur many times.
_OFTEN = 80
EMPTY = " is empty"
#: Null in YAML; as a list item, an ordinary text.
_NULL = frozenset({"~", "null"})
NO_COLON = " has no colon and no value"
TOO_DEEP = f"nested more than {MAX_DEPTH} deep"
_LESS_DEEP = "use fewer levels"
#: The beginning of a line that is meant as an item of a list.
_ITEM = re.compile(r"[ \t]*(?:[-+*\u2022\u2023\u25aa\u25cf]|[0-9]{1,2}[.)]|\(?[a-z]\))[ \t]+\S")
#: libyaml reads ahead in a line, and may meet its own limit first.
_OWN_LIMIT = "nesting depth"
#: libyaml's message if there are further lines after the end of the document.
_ENDED = "expected <document start>"


class Refused(Exception):
    """A fault after which the rest of the lines can't be parsed.

    `yaml_error`: the message of libyaml, or "" if the fault was found here. `stopped`: the line
    where libyaml stopped, which may be below that of `place`.
    """

    def __init__(
        self,
        line: int,
        column: int,
        message: str,
        hint: str,
        yaml_error: str = "",
        stopped: int = 0,
    ) -> None:
        super().__init__(line, column, message, hint, yaml_error, stopped)
        self.place, self.yaml_error = Place(line, column, message, hint), yaml_error
        self.stopped = max(stopped, line)


@dataclass(slots=True)
class ValueTree:
    """Front matter as typed: dicts, lists and text, with the place of every key and value.

    `keys` and `values` map a path such as `("ratings", 0, "value")` to (line, column), from 1.
    `spoiled` has the paths with a reported fault, so that no other fault is reported there.
    """

    data: dict[str, object] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)
    values: dict[Loc, Mark] = field(default_factory=dict)
    spoiled: set[Loc] = field(default_factory=set)

    def clear(self) -> None:
        """Remove everything."""
        for part in (self.data, self.keys, self.values, self.spoiled):
            part.clear()

    def drop_unfinished(self, line: int, *, own_key: bool) -> None:
        """Remove the top-level key with a fault at `line`, and the one above it if that is open.

        `own_key`: the line begins with a top-level key of its own. A key is open if its value is
        not on its line: the fault may be in the value.
        """
        names = (str(loc[0]) for loc in reversed(self.keys) if len(loc) == 1)
        above = next(names, "")
        if not (own_key and self.keys.get((above,), (line, 1))[0] < line):
            self.data.pop(above, None)
            above = next(names, "")
        below = self.values.get((above,), (line, 1))[0] > self.keys.get((above,), (line, 1))[0]
        if below or not self.data.get(above):
            self.data.pop(above, None)

    def at(self, loc: Loc) -> object:
        """Return the value at `loc`, which must be a path of this tree."""
        node: Any = self.data
        for step in loc:
            node = node[step]
        return node

    def place(self, loc: Loc, *, at_key: bool = False) -> Mark:
        """Return line and column of `loc`, or of the nearest enclosing path that has a place.

        With `at_key`, the place of the key and not of its value.
        """
        while loc:
            if at_key and loc in self.keys:
                return self.keys[loc]
            if loc in self.values:
                return self.values[loc]
            loc = loc[:-1]
        return self.values.get((), (1, 1))


@dataclass(slots=True)
class Findings:
    """Results of parsing other than the tree: faults, spans of scalars, skipped lines."""

    faults: list[Place] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)


class Builder:
    """Fills a `ValueTree` from libyaml's events, in one pass.

    Faults after which parsing can continue are added to the findings; others raise `Refused`.
    """

    def __init__(self, text: str, first_line: int, tree: ValueTree, findings: Findings) -> None:
        """`first_line` is the number of the first line of `text` in its file."""
        self._text = text
        self._shift = first_line
        self._tree = tree
        self._findings = findings
        # As yaml.parse() does, but without its generator and lookahead for every event.
        self._events: Iterator[yaml.Event] = iter(yaml.CSafeLoader(text).get_event, None)
        self._ended = False

    def run(self, inside: bool) -> int | None:
        """Parse a mapping, or if `inside`, also a list, and only as far as its block goes.

        Returns the line after the block, or None at the end of the text. Raises Refused.
        """
        self._tree.values.setdefault((), (self._shift, 1))
        self._inside = inside
        try:
            self._document()
        except yaml.MarkedYAMLError as error:
            if error.problem_mark and error.problem_mark.line and self._is_end(error):
                return error.problem_mark.line + self._shift
            raise self._syntax(error) from None
        except yaml.YAMLError as error:
            message = f"this is not YAML: {error}"
            raise Refused(self._shift, 1, message, "", "unreadable") from None
        return None

    def _is_end(self, error: yaml.MarkedYAMLError) -> bool:
        """Return True if libyaml stopped at lines that do not belong to the block."""
        start, message = error.context_mark, error.problem or ""
        if self._inside and "expected '-' indicator" in message and start and not start.line:
            return True
        return self._ended and _ENDED in message

    def _syntax(self, error: yaml.MarkedYAMLError) -> Refused:
        """Return libyaml's error as Refused, at the place where the mistake begins."""
        mark, start = error.problem_mark or error.context_mark, error.context_mark
        problem, context = error.problem or "unreadable", error.context or ""
        if start and ("quoted" in context or "flow" in context or "expected ':'" in problem):
            mark = start
        line, column = (mark.line + self._shift, mark.column + 1) if mark else (self._shift, 1)
        if _OWN_LIMIT in problem:
            return Refused(line, column, TOO_DEEP, _LESS_DEEP)
        message = f"this can't be read as YAML ({problem})"
        stopped = error.problem_mark.line + self._shift if error.problem_mark else 0
        return Refused(line, column, message, "", f"{context}: {problem}", stopped)

    def _document(self) -> None:
        next(self._events)  # stream start
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            raise self._refuse(event, "a YAML directive (%) is not allowed", "remove the line")
        event = next(self._events)
        if self._inside and isinstance(event, yaml.SequenceStartEvent):
            self._check_plain(event)
            self._sequence(())
        elif isinstance(event, yaml.MappingStartEvent):
            self._mapping(event, (), self._tree.data)
        else:
            self._check_plain(event)
            message = "this should be a list of keys with their values"
            raise self._refuse(event, message, "write one `key: value` on each line")
        next(self._events)  # document end
        self._ended = True
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refuse(event, "a second document starts here", "remove this --- line")

    # -- nodes -------------------------------------------------------------------------------------

    def _node(self, event: yaml.Event, loc: Loc) -> object:
        self._check_plain(event)
        self._tree.values[loc] = self._mark(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, loc)
        if len(loc) >= MAX_DEPTH:
            raise self._refuse(event, TOO_DEEP, _LESS_DEEP)
        if isinstance(event, yaml.MappingStartEvent):
            inner: dict[str, object] = {}
            self._mapping(event, loc, inner)
            if not inner and loc not in self._tree.spoiled:
                self._report_empty(event, loc)
            return inner
        return self._sequence(loc)

    def _sequence(self, loc: Loc) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*loc, len(items))))
        return items

    def _mapping(self, start: yaml.Event, loc: Loc, into: dict[str, object]) -> None:
        self._check_plain(start)
        self._tree.values[loc] = self._mark(start)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name, mark = self._key(event), self._mark(event)
            inner = (*loc, name)
            if name in into:
                first = self._tree.keys[inner][0]
                message = f"`{name}` is given twice, first on line {first}"
                self._report(mark, message, "keep one of them")
                self._skip()
                continue
            self._tree.keys[inner] = mark
            value = next(self._events)
            if _has_no_colon(event, value):
                self._tree.spoiled.add(loc or inner)
                self._report_no_colon(mark, name)
            else:
                into[name] = self._node(value, inner)

    def _skip(self) -> None:
        """Skip the value of a duplicate key: no fault in it is reported, no place is recorded."""
        tree, faults = self._tree, len(self._findings.faults)
        self._tree = ValueTree()
        self._node(next(self._events), ("",))
        self._tree = tree
        del self._findings.faults[faults:]

    def _key(self, event: yaml.Event) -> str:
        self._check_plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            hint = "write `key: value`; put a text that begins with { or [ in quotes"
            raise self._refuse(event, "a key must be a word", hint)
        name: str = event.value
        self._add_span(event)
        if name == "<<":
            raise self._refuse(event, "a merge key (<<) is not allowed", "write the values out")
        if match := FORBIDDEN.search(name):
            raise self._refuse(event, *control(match[0]))
        if not name.strip():
            raise self._refuse(event, "a key is missing before the colon", "write `key: value`")
        return intern(name)

    def _scalar(self, event: yaml.ScalarEvent, loc: Loc) -> str:
        text: str = event.value
        self._add_span(event)
        if not text.strip() or not (text.isascii() or INVISIBLE.sub("", text).strip()):
            self._report_empty(event, loc)
        elif not event.style and text in _NULL and isinstance(loc[-1], str):
            self._report_empty(event, loc, f"remove the line; as a text, {text} is put in quotes")
        if event.style == '"' and (match := FORBIDDEN.search(text)):
            self._tree.spoiled.add(loc)
            self._report(self._mark(event), *control(match[0]))
        elif event.style in {"'", '"'}:
            self._check_quotes(event, loc)
        self._check_lines(event, loc)
        return intern(text) if len(text) < _OFTEN else text

    def _check_quotes(self, event: yaml.ScalarEvent, loc: Loc) -> None:
        """Check that a quoted value is closed where intended and has no unintended escape.

        Raises Refused if it continues over the next key; an escape is reported.
        """
        start: Any = event.start_mark  # never None: libyaml sets both
        end: Any = event.end_mark
        raw = self._text[start.index : end.index]
        line = self._text[self._text.rfind("\n", 0, start.index) + 1 : start.index]
        if "\n" in raw and is_left_open(raw, len(line) - len(line.lstrip(" "))):
            message = "this text has an opening quote and no closing one"
            raise self._refuse(event, message, "write the same quote at its end")
        if event.style == '"' and "\\" in raw and (fault := escape_fault(raw)):
            self._tree.spoiled.add(loc)
            self._report(self._mark(event), *fault)

    def _check_lines(self, event: yaml.ScalarEvent, loc: Loc) -> None:
        """Report a list in a text of several lines, which become one line."""
        start: Any = event.start_mark
        end: Any = event.end_mark
        if start.line == end.line:
            return
        lines = self._text[start.index : end.index].split("\n")
        for number, (above, line) in enumerate(pairwise(lines[1:]), start=1):
            if _ITEM.match(above) and _ITEM.match(line):
                self._tree.spoiled.add(loc)
                place = (start.line + number + self._shift, len(above) - len(above.lstrip()) + 1)
                hint = "write them as a sentence; or as a list, where the key takes one"
                self._report(place, "these lines make no list, and run together", hint)
                return

    # -- faults ------------------------------------------------------------------------------------

    def _mark(self, event: yaml.Event) -> Mark:
        mark: Any = event.start_mark
        return mark.line + self._shift, mark.column + 1

    def _add_span(self, event: yaml.ScalarEvent) -> None:
        end: Any = event.end_mark
        close = (end.line + self._shift, end.column + 1)
        self._findings.spans.append((self._mark(event), close, event.style))

    def _refuse(self, event: yaml.Event, message: str, hint: str) -> Refused:
        return Refused(*self._mark(event), message, hint)

    def _report(self, mark: Mark, message: str, hint: str) -> None:
        self._findings.faults.append(Place(*mark, message, hint))

    def _report_empty(
        self, event: yaml.Event, loc: Loc, hint: str = "fill it in or remove the line"
    ) -> None:
        self._tree.spoiled.add(loc)
        place = self._tree.keys.get(loc, self._mark(event))
        name = f"`{loc[-1]}`" if isinstance(loc[-1], str) else "this item"
        self._report(place, f"{name}{EMPTY}", hint)

    def _report_no_colon(self, mark: Mark, name: str) -> None:
        """Report a word in a group that is no key: often a part of a text with a comma."""
        line = self._text.split("\n", mark[0] - self._shift + 1)[mark[0] - self._shift]
        if quotes := curly(line) if any(sign in name for sign in CURLY) else None:
            self._report((mark[0], quotes[0]), *quotes[1:])
            return
        hint = "write {key: value, key: value}; put texts with commas in quotes"
        self._report(mark, f"`{name[:60]}`{NO_COLON}", hint)

    def _check_plain(self, event: yaml.Event) -> None:
        """Raise Refused for an alias, an anchor or a tag."""
        anchor: str | None = getattr(event, "anchor", None)
        tag: str | None = getattr(event, "tag", None)
        if anchor is None and tag is None:
            return
        if isinstance(event, yaml.AliasEvent):
            hint = "write the value out in full, or put the text in quotes"
            raise self._refuse(event, f"*{anchor} refers to another place (an alias)", hint)
        message = f"&{anchor} names this value for use elsewhere (an anchor)"
        if anchor is None and tag is not None:
            message = f"a tag ({tag.replace('tag:yaml.org,2002:', '!!')}) is not allowed"
        raise self._refuse(event, message, "remove it, or put the text in quotes")


def _has_no_colon(key: yaml.Event, value: yaml.Event) -> bool:
    """Return True for `b` in `{a: 1, b}`, which is a key with an empty value in YAML."""
    if not isinstance(value, yaml.ScalarEvent) or value.value or value.style:
        return False
    end: Any = key.end_mark
    start: Any = value.start_mark
    return bool(end.index == start.index)
