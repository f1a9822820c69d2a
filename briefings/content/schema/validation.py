"""Validate a tree of text against a schema: the value, and every fault, each reported once.

pydantic finds the faults of one pass. The faulty parts are then removed and the rest is validated
again, until a pass has no fault; then the rules on one file are checked. So one run reports
everything to an editor.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from briefings.content.schema.json_schema import (
    Loc,
    adapter,
    keys_at,
    required_keys,
    shape_at,
    to_write,
)
from briefings.content.similarity import did_you_mean

T = TypeVar("T")


class Fault(NamedTuple):
    """A fault at a path of the tree.

    `hint` is what to write instead. With `at_key`, the position is that of the key, not of its
    value.
    """

    loc: Loc
    message: str
    hint: str = ""
    at_key: bool = False


#: The rules on one file: the value read and the tree (misspelt keys corrected) → faults.
Rules = Callable[[Any, dict[str, Any]], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The parts of a file that were reported as faulty and left out of its value.

    No rule may report a gap as a second fault.
    """

    #: Paths, as typed, of the parts reported already.
    silent: frozenset[Loc]
    #: Path in the value → path as typed. They differ after an item that was left out.
    origin: Mapping[Loc, Loc]

    def typed(self, loc: Loc) -> Loc:
        """Return the path as typed of a path in the value."""
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.origin:
                return self.origin[loc[:end]] + loc[end:]
        return loc

    def hide(self, loc: Loc) -> bool:
        """Return whether a path as typed, or a part that contains it, was reported already."""
        return _is_below(self.silent, loc)

    def within(self, *block: str | int) -> bool:
        """Return whether a block, a part of it or a part that contains it was reported already."""
        return self.hide(block) or any(loc[: len(block)] == block for loc in self.silent)


def _is_below(paths: Set[Loc], loc: Loc) -> bool:
    return any(loc[:end] in paths for end in range(1, len(loc) + 1))


#: Optional top-level groups that the rules check as a whole: left out if one value is faulty.
_JUDGED_WHOLE = frozenset({"service_counts", "reply", "withdrawn"})

#: Key → what other programs, and other people, call it.
_ALSO = {
    "published": ("date",), "status": ("draft", "state"), "written_by": ("author", "writer"),
    "checked_by": ("editor", "reviewer"), "topics": ("tags", "categories", "keywords"),
    "summary": ("description", "abstract", "excerpt"), "text": ("description",),
    "trust": ("provider", "organisation"), "url": ("link", "address", "href"),
    "value": ("grade", "rating", "amount", "number"), "changes": ("corrections", "updates"),
    "note": ("comment", "remark"), "deadline": ("due",), "title": ("heading",),
}  # fmt: skip

#: Placeholders for required fields that are missing or unreadable, so that the rest of the file
#: can be checked. A placeholder is never published: the build has failed.
_STAND_INS: dict[str, Any] = {
    "title": "-", "summary": "-", "name": "-", "text": "-", "short_name": "-", "nation": "-",
    "trust": "x", "regulator": "x", "published": "1970-01-01", "kind": "other",
    "inspection": {"type": "x", "inspected": "unknown", "report_published": "unknown"},
    "sources": {"A": {"publisher": "-", "type": "data", "url": "unknown", "published": "unknown"}},
    "website": "https://example.org/", "base_url": "https://example.org/",
    "publisher": {"name": "-"}, "key_questions": [], "scales": [], "inspection_types": [],
    "enforcement_kinds": [],
    "licence": {"name": "-", "url": "https://example.org/", "attribution": "-"},
}  # fmt: skip


def read(
    schema: type[T], tree: dict[str, Any], spoiled: set[Loc], rules: Rules
) -> tuple[T | None, list[Fault], Gaps | None]:
    """Validate `tree`, and return the value, the faults and the gaps.

    `spoiled` has the paths of parts that were reported before. With faults, the value has only
    the readable parts; it is None if there is no readable value after twelve passes. The gaps are
    None if nothing was left out.
    """
    reading = _Reading(schema, tree, set(spoiled))
    for _ in range(12):
        data = reading.remaining()
        try:
            value: T = adapter(schema).validate_python(data)
        except ValidationError as error:
            reading.note(error.errors(include_url=False), data)
            continue
        if reading.leave_out_doubtful():
            continue
        gaps = reading.gaps()
        corrected = _copy(tree, (), (), set(), reading.meant, {}) if reading.meant else tree
        reading.add(fault._replace(loc=gaps.typed(fault.loc)) for fault in rules(value, corrected))
        return value, reading.faults, gaps if gaps.silent else None
    return None, reading.faults, reading.gaps()


_GONE = object()
#: pydantic's type of error for an unknown key.
_UNKNOWN = "unexpected_keyword_argument"


def _copy(
    node: Any,
    old: Loc,
    new: Loc,
    left_out: set[Loc],
    corrections: Mapping[Loc, str],
    origin: dict[Loc, Loc],
) -> Any:
    """Copy a tree without the parts left out and with the keys of `corrections` corrected.

    `old` is the path of `node` as typed, `new` its path in the copy; `origin` gets each pair. A
    list whose items are all left out, which would be reported as empty, is left out as well.
    """
    if old in left_out:
        return _GONE
    origin[new] = old
    if isinstance(node, dict):
        names = {key: corrections.get((*old, key), key) for key in node}
        inner = {
            name: _copy(node[key], (*old, key), (*new, name), left_out, corrections, origin)
            for key, name in names.items()
        }
        return {name: value for name, value in inner.items() if value is not _GONE}
    if not isinstance(node, list) or not node:
        return node
    items: list[Any] = []
    for n, item in enumerate(node):
        copied = _copy(item, (*old, n), (*new, len(items)), left_out, corrections, origin)
        items += [] if copied is _GONE else [copied]
    if not items:
        left_out.add(old)
    return items or _GONE


@dataclass(slots=True)
class _Reading:
    """State of the validation of one file. All paths are as typed.

    `left_out`: paths left out of the next pass, at and below which no further fault is reported.
    `meant`: path of a misspelt key → the correct key; its value is validated as that key's.
    `corrected`: paths of these correct keys; each is assigned to one misspelt key only. `origin`:
    path in the data of this pass → path as typed.
    """

    schema: type
    tree: dict[str, Any]
    left_out: set[Loc]
    meant: dict[Loc, str] = field(default_factory=dict)
    corrected: set[Loc] = field(default_factory=set)
    origin: dict[Loc, Loc] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def gaps(self) -> Gaps:
        """Return the parts reported and left out so far."""
        return Gaps(frozenset(self.left_out), self.origin)

    def remaining(self) -> dict[str, Any]:
        """Return the tree without the parts left out, with placeholders; rebuild `origin`."""
        self.origin = {}
        if not (self.left_out or self.meant):
            return self.tree
        data: dict[str, Any] = _copy(self.tree, (), (), self.left_out, self.meant, self.origin)
        # A misspelt key that is left out is not reported as missing as well.
        misspelt = self.left_out & self.meant.keys()
        self.left_out |= {(*loc[:-1], self.meant[loc]) for loc in misspelt}
        for name in required_keys(self.schema):
            if (name,) in self.left_out:
                data.setdefault(name, _STAND_INS[name])
        for key, value in _STAND_INS["inspection"].items():
            if ("inspection", key) in self.left_out and "inspection" in data:
                data["inspection"] = {key: value, **data["inspection"]}
        return data

    def leave_out_doubtful(self) -> bool:
        """Leave out each list item, and each group of `_JUDGED_WHOLE`, that contains a fault.

        Returns whether there was one. A rating whose `key_question` can't be read would otherwise
        be taken for a second overall rating.
        """
        doubtful = {part for loc in self.left_out for part in _judged_part(loc)} - self.left_out
        self.left_out |= doubtful
        return bool(doubtful)

    def add(self, faults: Iterable[Fault]) -> None:
        """Append the faults that are not in a part reported already."""
        self.faults += (fault for fault in faults if not _is_below(self.left_out, fault.loc))

    def note(self, errors: list[ErrorDetails], data: dict[str, Any]) -> None:
        """Turn pydantic's errors into faults, and leave the faulty parts out of the next pass.

        A missing key gets a placeholder at the top level and directly below `inspection`;
        elsewhere the item that lacks it is left out.
        """
        gaps = self.gaps()
        placed = [(gaps.typed(_in_tree(error["loc"], data)), error) for error in errors]
        missing = {loc for loc, error in placed if error["type"] == "missing"}
        unknown = [loc for loc, error in placed if error["type"] == _UNKNOWN]
        wrong = [
            (loc, error) for loc, error in placed if error["type"] not in {"missing", _UNKNOWN}
        ]
        foreign = self._foreign_items(unknown, missing)
        missing = {loc for loc in missing if loc[:-1] not in foreign}
        for loc in unknown:
            if loc[:-1] not in foreign:
                missing -= self._unknown_key(loc, missing)
        self.add([_missing_key(self.schema, loc) for loc in sorted(missing, key=str)])
        self.add([self._wrong_value(loc, error) for loc, error in wrong])
        deep = {loc[:-1] for loc in missing if len(loc) > 1 and loc[:-1] != ("inspection",)}
        self.left_out |= {loc for loc, _ in wrong} | missing | deep

    def _foreign_items(self, unknown: list[Loc], missing: set[Loc]) -> set[Loc]:
        """Report list items that are not the group of keys expected; return their paths.

        An item with two or more unknown keys that lacks two or more required ones belongs to
        another block, whose line is missing. An item with one key of several words is a text with a
        colon.
        """
        keys: defaultdict[Loc, list[str]] = defaultdict(list)
        for loc in unknown:
            if len(loc) > 1 and isinstance(loc[-2], int):
                keys[loc[:-1]].append(str(loc[-1]))
        lacks = Counter(loc[:-1] for loc in missing)
        faults = [self._foreign_item(item, keys[item], lacks[item]) for item in keys]
        self.add(filter(None, faults))
        items = {fault.loc for fault in faults if fault}
        self.left_out |= items
        return items

    def _foreign_item(self, item: Loc, keys: list[str], lacking: int) -> Fault | None:
        group = _at(self.tree, item)
        if len(keys) >= 2 and lacking >= 2:
            message = f"this item has keys of another block: {', '.join(keys)}"
            names = ", ".join(keys_at(self.schema, item))
            hint = f"is the line with that block's name missing above? The keys here are: {names}"
            return Fault(item, message, hint)
        if lacking and " " in keys[0] and len(group) == 1 and isinstance(group[keys[0]], str):
            message = "this is a text with a colon in it, and should be a group of keys"
            return Fault(item, message, self._to_write(item, f"{keys[0]}: {group[keys[0]]}"))
        return None

    def _unknown_key(self, loc: Loc, missing: set[Loc]) -> set[Loc]:
        """Report an unknown key; return the paths that are not missing because of it.

        If it misspells a key that is absent, its value is validated as that key's. If it is a key
        of a top-level group whose indentation was lost, the group does not lack it.
        """
        key, around = str(loc[-1]), loc[:-1]
        if not around and (block := self._block_of(key)):
            hint = f"begin it with two spaces, below the other keys of `{block}`"
            message = f"`{key}` is a key of `{block}`, and is not indented"
            self.add([Fault(loc, message, hint, at_key=True)])
            self.left_out |= {loc, (block, key)}
            return {(block, key)}
        names = keys_at(self.schema, around)
        typed = _at(self.tree, around)
        absent = [name for name in names if (*around, name) in missing]
        free = [name for name in names if name not in typed]
        guessed = did_you_mean(key, absent) or did_you_mean(key, free) or did_you_mean(key, names)
        guessed = guessed or next(
            (name for name in free if key.lower() in _ALSO.get(name, ())), None
        )
        hint = f"did you mean `{guessed}`?" if guessed else f"the keys here are: {', '.join(names)}"
        self.add([Fault(loc, f"unknown key `{key}`", hint, at_key=True)])
        if guessed in free and (*around, guessed) not in self.corrected:
            self.meant[loc] = guessed
            self.corrected.add((*around, guessed))
            return {(*around, guessed)}
        self.left_out.add(loc)
        return set()

    def _block_of(self, key: str) -> str | None:
        """Return the top-level group that defines `key` but lacks it in this file, or None."""
        for name in keys_at(self.schema, ()):
            value = self.tree.get(name)
            lacks = isinstance(value, dict) and key not in value
            if lacks and key in keys_at(self.schema, (name,)):
                return name
        return None

    def _wrong_value(self, loc: Loc, error: ErrorDetails) -> Fault:
        context = error.get("ctx", {})
        kind = error["type"]
        if kind == "wrong":
            at_key = error["loc"][-1] == "[key]"
            return Fault(loc, context["message"], context["hint"], at_key)
        if kind not in {"tuple_type", "dataclass_type", "dict_type"}:
            return Fault(loc, error["msg"])
        expected = "a list" if kind == "tuple_type" else "a group of keys"
        path = tuple(self.meant.get(loc[: n + 1], step) for n, step in enumerate(loc))
        hint = self._to_write(path, _at(self.tree, loc), is_list=kind == "tuple_type")
        return Fault(loc, f"this should be {expected}", hint)

    def _to_write(self, loc: Loc, typed: object, *, is_list: bool = False) -> str:
        return to_write(self.schema, loc, typed, self._fits, is_list=is_list)

    def _fits(self, loc: Loc, text: str) -> bool:
        return value_fault(self.schema, loc, text) is None


def _judged_part(loc: Loc) -> Iterator[Loc]:
    """Yield the innermost list item around a path, and its top-level group if `_JUDGED_WHOLE`."""
    indexes = [n for n, step in enumerate(loc) if isinstance(step, int)]
    if indexes:
        yield loc[: indexes[-1] + 1]
    if loc and loc[0] in _JUDGED_WHOLE:
        yield loc[:1]


def _at(tree: Any, loc: Loc) -> Any:
    for step in loc:
        tree = tree[step]
    return tree


def _in_tree(loc: tuple[int | str, ...], data: Any) -> Loc:
    """Return pydantic's path without the steps that our own validators add."""
    path: list[str | int] = []
    node = data
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(node, dict) and (step in node or (last and step != "[key]")):
            node = node.get(str(step))
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _missing_key(schema: type, loc: Loc) -> Fault:
    """Return the fault for a missing required key; the hint describes the key.

    Its position is the first line of the group that lacks the key: that of the group's own key,
    if it has one.
    """
    shape = shape_at(schema, loc)
    meaning, words = shape.get("description", ""), shape.get("enum", ())
    hint = f"add `{loc[-1]}`: {meaning[:1].lower()}{meaning[1:]}" if meaning else ""
    if words:
        hint = f"{hint.rstrip('.')} ({', '.join(map(str, words))})"
    return Fault(loc, f"`{loc[-1]}` is missing", hint, at_key=True)


def value_fault(schema: type, loc: Loc, text: str) -> Fault | None:
    """Return the fault of one value, whatever the rest of its file is, or None."""
    tree: Any = text
    for step in reversed(loc):
        tree = [tree] if isinstance(step, int) else {step: tree}
    place = tuple(0 if isinstance(step, int) else step for step in loc)
    _, faults, _ = read(schema, tree, set(), lambda value, tree: ())
    return next((fault for fault in faults if fault.loc == place and not fault.at_key), None)
