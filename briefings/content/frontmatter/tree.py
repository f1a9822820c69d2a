"""Parse lines of YAML into a tree of text, with line and column of every key and value.

YAML 1.1 is read from the *events* of libyaml, and every scalar stays the text that was typed: no
resolver turns `no` into false or `2022-11` into a number. Anchors, aliases, tags and deep nesting
are refused before a tree exists: libyaml's composer crashes on deep nesting, and aliases are how
"billion laughs" files grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from sys import intern

import yaml

from briefings.content.frontmatter.comments import Comments
from briefings.content.frontmatter.quotes import escape_fault, left_open
from briefings.content.frontmatter.signs import FORBIDDEN, control
from briefings.content.frontmatter.spaces import Spaces
from briefings.problems import Problem

Loc = tuple[str | int, ...]
Mark = tuple[int, int]

MAX_DEPTH = 20
#: Texts shorter than this are interned: grades, ids and publishers occur many times.
_OFTEN = 80


class Refused(Exception):
    """A fault after which the rest of the lines can't be parsed.

    `said`: the message of libyaml, or "" if the fault was found here. `stopped`: the line where
    libyaml stopped, which may be below `line`.
    """

    def __init__(self, line: int, column: int, message: str, hint: str, said: str = "") -> None:
        super().__init__(line, column, message, hint, said)
        self.line, self.column = line, column
        self.message, self.hint, self.said = message, hint, said
        self.stopped = line

    @property
    def is_open(self) -> bool:
        """True if a quote or bracket that is not closed may be closed on a later line."""
        return "quoted scalar" in self.said or "flow " in self.said


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
        for held in (self.data, self.keys, self.values, self.spoiled):
            held.clear()

    def take(self, other: ValueTree, twice: Callable[[str, Mark, Mark], None]) -> None:
        """Add the top-level keys of another tree.

        For a key that exists already, `twice` is called with its name and the places of the second
        and the first, and the key is not added.
        """
        doubled = [name for name in other.data if name in self.data]
        for name in doubled:
            twice(name, other.keys[(name,)], self.keys[(name,)])
        for mine, others in ((self.keys, other.keys), (self.values, other.values)):
            mine.update({loc: at for loc, at in others.items() if not loc or loc[0] not in doubled})
        self.spoiled.update(loc for loc in other.spoiled if loc and loc[0] not in doubled)
        self.data.update({name: value for name, value in other.data.items() if name not in doubled})

    def drop(self, name: str) -> None:
        """Remove a top-level key."""
        self.data.pop(name, None)

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


#: Events that may have an anchor or a tag; allowed if they have neither.
_NODES = (yaml.ScalarEvent, yaml.CollectionStartEvent)
EMPTY = " is empty"
#: Null in YAML; as a list item, an ordinary text.
_NULL = frozenset({"~", "null"})
NO_COLON = " has no colon and no value"


def _has_no_colon(key: yaml.Event, value: yaml.Event) -> bool:
    """Return True for `b` in `{a: 1, b}`, which is a key with an empty value in YAML."""
    if not isinstance(value, yaml.ScalarEvent) or value.value or value.style:
        return False
    ends, starts = key.end_mark, value.start_mark
    return ends is not None and starts is not None and ends.index == starts.index


class Builder:
    """Fills a `ValueTree` from libyaml's events, in one pass.

    Faults after which it can go on are appended to `problems`; others raise `Refused`.
    """

    def __init__(
        self,
        first_line: int,
        path: str,
        tree: ValueTree,
        problems: list[Problem],
        spaces: Spaces,
        *,
        inside: bool = False,
    ) -> None:
        """`inside`: the text is part of a block and may be items of a list."""
        self.shift = first_line
        self.path = path
        self.tree = tree
        self.problems = problems
        self.spaces = spaces
        self.inside = inside
        self.events: Iterator[yaml.Event] = iter(())
        self.text = ""
        self.comments = Comments("")

    def run(self, text: str) -> None:
        """Parse a whole file, or the lines of some of its keys, into the tree.

        Raises Refused.
        """
        self.text = text
        self.comments = Comments(text)
        self.tree.values[()] = (self.shift, 1)
        try:
            # As yaml.parse() does, but without its generator and lookahead for every event.
            self.events = iter(yaml.CSafeLoader(text).get_event, None)
            self._document()
        except yaml.MarkedYAMLError as fault:
            raise self._syntax(fault) from None
        except yaml.YAMLError as fault:
            raise Refused(self.shift, 1, f"this is not YAML: {fault}", "", "unreadable") from None
        self._report_comments()

    def _report_comments(self) -> None:
        """Report each faulty comment, and no empty value on its line.

        The values that begin on that line are spoiled: no other rule judges them.
        """
        faults = {one.line + self.shift - 1: one for one in self.comments.faults()}
        if not faults:
            return
        self.problems[:] = [
            one
            for one in self.problems
            if one.line not in faults or not one.message.endswith(EMPTY)
        ]
        for line, fault in faults.items():
            self._report((line, fault.column), fault.message, fault.hint)
        self.tree.spoiled.update(
            loc for loc, (line, _) in self.tree.values.items() if loc and line in faults
        )

    def _syntax(self, fault: yaml.MarkedYAMLError) -> Refused:
        """Return libyaml's error as Refused, at the place where the mistake begins."""
        mark = fault.problem_mark or fault.context_mark
        said, context = fault.problem or "unreadable", fault.context or ""
        start = fault.context_mark
        if start and ("quoted" in context or "flow" in context or "expected ':'" in said):
            mark = start
        line, column = (mark.line + self.shift, mark.column + 1) if mark else (self.shift, 1)
        refused = Refused(
            line, column, f"this can't be read as YAML ({said})", "", f"{context}: {said}"
        )
        if fault.problem_mark:
            refused.stopped = max(fault.problem_mark.line + self.shift, line)
        return refused

    def _document(self) -> None:
        next(self.events)  # stream start
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            return
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            raise self._refuse(event, "a YAML directive (%) is not allowed", "remove the line")
        event = next(self.events)
        if self.inside and isinstance(event, yaml.SequenceStartEvent):
            self._plain(event)
            self._sequence(())
        elif isinstance(event, yaml.MappingStartEvent):
            self._mapping(event, (), self.tree.data)
        else:
            self._plain(event)
            message = "this should be a list of keys with their values"
            raise self._refuse(event, message, "write one `key: value` on each line")
        next(self.events)  # document end
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refuse(event, "a second document starts here", "remove this --- line")

    def _mark(self, event: yaml.Event) -> Mark:
        mark = event.start_mark
        return (mark.line + self.shift, mark.column + 1) if mark else (self.shift, 1)

    def _refuse(self, event: yaml.Event, message: str, hint: str) -> Refused:
        return Refused(*self._mark(event), message, hint)

    def _report(self, mark: Mark, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, *mark, message, hint))

    def _plain(self, event: yaml.Event) -> None:
        """Raise Refused for an alias, an anchor or a tag."""
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
        self.comments.pass_over(event)
        self.spaces.pass_over(event, self.shift)
        if not text.strip():
            self._empty(event, loc)
        elif not event.style and text in _NULL and isinstance(loc[-1], str):
            self._empty(event, loc, f"remove the line; as a text, {text} is put in quotes")
        found = event.style == '"' and FORBIDDEN.search(text)
        if found:
            self.tree.spoiled.add(loc)
            self._report(self._mark(event), *control(found[0]))
        elif event.style in {"'", '"'}:
            self._quoted(event, loc)
        return intern(text) if len(text) < _OFTEN else text

    def _quoted(self, event: yaml.ScalarEvent, loc: Loc) -> None:
        """Check that a quoted value is closed where intended and has no unintended escape.

        Raises Refused if it continues over the next key; an escape is reported.
        """
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        raw = self.text[start.index : end.index]
        line = self.text[self.text.rfind("\n", 0, start.index) + 1 : start.index]
        if "\n" in raw and (fault := left_open(raw, len(line) - len(line.lstrip(" ")))):
            raise self._refuse(event, *fault)
        if event.style == '"' and "\\" in raw and (fault := escape_fault(raw)):
            self.tree.spoiled.add(loc)
            self._report(self._mark(event), *fault)

    def _empty(
        self, event: yaml.Event, loc: Loc, hint: str = "fill it in or remove the line"
    ) -> None:
        self.tree.spoiled.add(loc)
        at = self.tree.keys.get(loc, self._mark(event))
        name = f"`{loc[-1]}`" if isinstance(loc[-1], str) else "this item"
        self._report(at, f"{name}{EMPTY}", hint)

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
                self._report(mark, f"`{name[:60]}`{NO_COLON}", hint)
            else:
                into[name] = self._node(value, inner)

    def _key(self, event: yaml.Event) -> str:
        self._plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(event, "a key must be a word", "write `key: value`")
        name: str = event.value
        self.comments.pass_over(event)
        self.spaces.pass_over(event, self.shift)
        if name == "<<":
            raise self._refuse(event, "a merge key (<<) is not allowed", "write the values out")
        found = FORBIDDEN.search(name)
        if found:
            raise self._refuse(event, *control(found[0]))
        if not name.strip():
            raise self._refuse(event, "a key is missing before the colon", "write `key: value`")
        return intern(name)

    def _skip(self) -> None:
        """Skip the value of a duplicate key: no fault in it is reported, no place is recorded."""
        keys, values = dict(self.tree.keys), dict(self.tree.values)
        spoiled, count = set(self.tree.spoiled), len(self.problems)
        self._node(next(self.events), ("",))
        self.tree.keys, self.tree.values, self.tree.spoiled = keys, values, spoiled
        del self.problems[count:]
