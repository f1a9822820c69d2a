"""A tree of text → a value of the schema, and every fault in it, each reported once.

pydantic finds the faults of one pass. What is faulty is then taken out, the rest is read again,
and the rules over one file run on that: so one run tells an editor everything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from briefings.content.schema.examples import to_write
from briefings.content.schema.schema import Loc, adapter, keys_at, shape_at
from briefings.content.similarity import did_you_mean

T = TypeVar("T")


class Fault(NamedTuple):
    """Something wrong at a path of the tree; `at_key` when it is the key, not its value."""

    loc: Loc
    message: str
    hint: str = ""
    at_key: bool = False


#: A rule over one file: the value read and the tree (misspelt keys put right) → faults.
Rules = Callable[[Any, dict[str, Any]], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a faulty file lacks once it is read: a rule must not take a gap for a second fault."""

    #: Typed paths of what was reported already.
    silent: frozenset[Loc]
    #: Path in the value → path as typed, where items were left out before it.
    origin: Mapping[Loc, Loc]

    def typed(self, loc: Loc) -> Loc:
        """The path in the tree as typed of a path in the value."""
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.origin:
                return self.origin[loc[:end]] + loc[end:]
        return loc

    def hide(self, loc: Loc) -> bool:
        """True where something at or around a typed path was reported already."""
        return any(loc[:end] in self.silent for end in range(1, len(loc) + 1))

    def within(self, *block: str | int) -> bool:
        """True where something at, around or in a block was reported already."""
        return self.hide(block) or any(loc[: len(block)] == block for loc in self.silent)


#: Optional groups at the top that a rule judges as a whole: with one value gone, not at all.
_JUDGED_WHOLE = frozenset({"service_counts", "reply", "withdrawn"})

#: What stands in for a required field that is missing or unreadable, so that the rest of the
#: file can still be judged. Nothing with a stand-in is ever published: the build has failed.
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
    """The value that `tree` makes, its faults and its gaps; what is `spoiled` was reported before.

    With faults, the value (if one can be made at all) holds only what was readable.
    """
    reading = _Reading(schema, tree, silent=set(spoiled), removed=set(spoiled))
    for _ in range(12):
        data = reading.pruned()
        try:
            value: T = adapter(schema).validate_python(data)
        except ValidationError as error:
            reading.note(error.errors(include_url=False), data)
            continue
        if reading.leave_out_doubtful():
            continue
        gaps = reading.gaps()
        found = rules(value, reading.renamed(tree, ()))
        reading.add(fault._replace(loc=gaps.typed(fault.loc)) for fault in found)
        return value, reading.faults, gaps if reading.silent else None
    return None, reading.faults, reading.gaps()


@dataclass(slots=True)
class _Reading:
    """One file while it is read: what was found wrong, and so is left out of the next pass."""

    schema: type
    tree: dict[str, Any]
    silent: set[Loc]
    removed: set[Loc]
    stand_ins: set[Loc] = field(default_factory=set)
    origin: dict[Loc, Loc] = field(default_factory=dict)
    #: Path of a misspelt key → the key that is meant; its value is read as that key's.
    meant: dict[Loc, str] = field(default_factory=dict)
    #: The paths of all keys that are meant.
    corrected: set[Loc] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def gaps(self) -> Gaps:
        """What is reported and left out so far."""
        return Gaps(frozenset(self.silent), self.origin)

    def pruned(self) -> dict[str, Any]:
        """The tree without what is removed; `origin` maps its places back to the typed ones."""
        self.origin = {}
        if not (self.removed or self.stand_ins or self.meant):
            return self.tree
        self._close(self.tree, ())
        data: dict[str, Any] = self._copy(self.tree, (), ())
        for name, *inner in sorted(self.stand_ins, key=len):
            instead = _STAND_INS.get(str(name))
            if not inner and instead is not None:
                data.setdefault(str(name), instead)
            elif inner and isinstance(instead, dict):
                data[str(name)] = {**data[str(name)], inner[0]: instead[inner[0]]}
        return data

    def _close(self, node: Any, loc: Loc) -> bool:
        """Remove each list of which no item is left: it is not empty for lack of writing."""
        if loc in self.removed:
            return True
        children = node.items() if isinstance(node, dict) else enumerate(node)
        if isinstance(node, str):
            return False
        gone = [self._close(child, (*loc, key)) for key, child in children]
        if isinstance(node, list) and node and all(gone):
            self._take_out(loc)
            return True
        return False

    def _take_out(self, loc: Loc) -> None:
        self.silent.add(loc)
        if loc in self.meant:  # the key is there, if misspelt: it is not missing as well
            self.silent.add(self._put_right(loc))
        self.removed.add(loc)

    def _copy(self, node: Any, old: Loc, new: Loc) -> Any:
        self.origin[new] = old
        if isinstance(node, dict):
            kept = [key for key in node if (*old, key) not in self.removed]
            names = {key: self.meant.get((*old, key), key) for key in kept}
            return {
                names[key]: self._copy(node[key], (*old, key), (*new, names[key])) for key in kept
            }
        if isinstance(node, list):
            left = [i for i in range(len(node)) if (*old, i) not in self.removed]
            return [self._copy(node[i], (*old, i), (*new, n)) for n, i in enumerate(left)]
        return node

    def renamed(self, node: Any, loc: Loc) -> Any:
        """The tree as typed, faulty values included, with misspelt keys put right."""
        if not self.meant:
            return node
        if isinstance(node, dict):
            names = {key: self.meant.get((*loc, key), key) for key in node}
            return {names[key]: self.renamed(node[key], (*loc, key)) for key in node}
        if isinstance(node, list):
            return [self.renamed(one, (*loc, n)) for n, one in enumerate(node)]
        return node

    def leave_out_doubtful(self) -> bool:
        """Take out each list item, and each group judged whole, with a fault somewhere in it.

        A rating whose `key_question` can't be read is no second overall rating.
        """
        doubtful = {part for loc in self.silent for part in _judged_part(loc)} - self.removed
        for loc in doubtful:
            self._take_out(loc)
        return bool(doubtful)

    def add(self, faults: Iterable[Fault]) -> None:
        """Keep the faults that say something new."""
        for fault in faults:
            if not any(fault.loc[:end] in self.silent for end in range(1, len(fault.loc) + 1)):
                self.faults.append(fault)

    def note(self, errors: list[ErrorDetails], data: dict[str, Any]) -> None:
        """Turn pydantic's errors into faults, and take what they name out of the next pass."""
        gaps = self.gaps()
        placed = [(gaps.typed(_in_tree(e["loc"], data)), e) for e in errors]
        missing = {loc for loc, e in placed if e["type"] == "missing"}
        unknown = [loc for loc, e in placed if e["type"] == "unexpected_keyword_argument"]
        wrong = [(loc, e) for loc, e in placed if e["type"] not in _ABOUT_KEYS]
        strangers = self._strangers(unknown, missing) | self._texts(unknown, missing)
        unknown = [loc for loc in unknown if loc[:-1] not in strangers]
        missing = {loc for loc in missing if loc[:-1] not in strangers}
        for loc in unknown:
            missing -= self._unknown_key(loc, missing)
        self.add([_missing_key(self.schema, loc) for loc in sorted(missing, key=str)])
        self.add([self._wrong_value(loc, e) for loc, e in wrong])
        for loc, _ in wrong:
            self._take_out(loc)
        for loc in missing:
            self._leave_out(loc)

    def _strangers(self, unknown: list[Loc], missing: set[Loc]) -> set[Loc]:
        """List items that belong to another block: the name of theirs was lost on the way."""
        found = set()
        lacks = Counter(loc[:-1] for loc in missing)
        foreign: defaultdict[Loc, list[str]] = defaultdict(list)
        for loc in unknown:
            foreign[loc[:-1]].append(str(loc[-1]))
        for item, keys in foreign.items():
            if not item or not isinstance(item[-1], int) or len(keys) < 2 or lacks[item] < 2:
                continue
            message = f"this item has keys of another block: {', '.join(keys)}"
            names = ", ".join(keys_at(self.schema, item))
            hint = f"is the line with that block's name missing above? The keys here are: {names}"
            self.add([Fault(item, message, hint)])
            self._take_out(item)
            found.add(item)
        return found

    def _texts(self, unknown: list[Loc], missing: set[Loc]) -> set[Loc]:
        """List items that are a text with a colon in it, which makes a key of its first words."""
        found = set()
        for loc in unknown:
            item, words = loc[:-1], str(loc[-1])
            lacking = any(one[:-1] == item for one in missing)
            if not (lacking and item and isinstance(item[-1], int) and " " in words):
                continue
            group = _at(self.tree, item)
            if len(group) == 1 and isinstance(group[words], str):
                message = "this is a text with a colon in it, and should be a group of keys"
                hint = self._to_write(item, f"{words}: {group[words]}")
                self.add([Fault(item, message, hint)])
                self._take_out(item)
                found.add(item)
        return found

    def _leave_out(self, loc: Loc) -> None:
        """A required key is missing: a stand-in at the top and right below `inspection`, else its
        whole item goes."""
        self.silent.add(loc)
        if len(loc) == 1 or loc[:-1] == ("inspection",):
            self.stand_ins.add(loc)
        else:
            self._take_out(loc[:-1])

    def _unknown_key(self, loc: Loc, missing: set[Loc]) -> set[Loc]:
        """A key the schema lacks. Its value is read as that of the key it misspells, if any;
        what is no longer missing for that comes back."""
        key, around = str(loc[-1]), loc[:-1]
        names = keys_at(self.schema, around)
        absent = [name for name in names if (*around, name) in missing]
        typed = _at(self.tree, around)
        free = [name for name in names if name not in typed]
        meant = did_you_mean(key, absent) or did_you_mean(key, free) or did_you_mean(key, names)
        block = self._block_of(key) if not around else None
        if block is not None:
            self._belongs(loc, block)
            return {one for one in missing if one == (block, key)}
        hint = f"did you mean `{meant}`?" if meant else f"the keys here are: {', '.join(names)}"
        self.add([Fault(loc, f"unknown key `{key}`", hint, at_key=True)])
        if meant in free and (*around, meant) not in self.corrected:
            self.meant[loc] = meant
            self.corrected.add((*around, meant))
            return {(*around, meant)}
        self._take_out(loc)
        return set()

    def _wrong_value(self, loc: Loc, error: ErrorDetails) -> Fault:
        context = error.get("ctx", {})
        kind = error["type"]
        if kind == "wrong":
            at_key = error["loc"][-1] == "[key]"
            return Fault(loc, context["message"], context["hint"], at_key)
        if kind not in {"tuple_type", "dataclass_type", "dict_type"}:
            return Fault(loc, error["msg"])
        what = "a list" if kind == "tuple_type" else "a group of keys"
        path = tuple(self.meant.get(loc[: n + 1], step) for n, step in enumerate(loc))
        hint = self._to_write(path, _at(self.tree, loc), is_list=kind == "tuple_type")
        return Fault(loc, f"this should be {what}", hint)

    def _to_write(self, loc: Loc, typed: object, *, is_list: bool = False) -> str:
        def fits(place: Loc, text: str) -> bool:
            return value_fault(self.schema, place, text) is None

        return to_write(self.schema, loc, typed, fits, is_list=is_list)

    def _block_of(self, key: str) -> str | None:
        """The group at the top that has a key of this name and lacks it here: the indentation of
        its line was lost."""
        for name in keys_at(self.schema, ()):
            value = self.tree.get(name)
            if not isinstance(value, dict) or key in value:
                continue
            if key in keys_at(self.schema, (name,)):
                return name
        return None

    def _belongs(self, loc: Loc, block: str) -> None:
        """A key of a group that stands at the top; the group does not lack it as well."""
        hint = f"begin it with two spaces, below the other keys of `{block}`"
        message = f"`{loc[-1]}` is a key of `{block}`, and is not indented"
        self.add([Fault(loc, message, hint, at_key=True)])
        self._take_out(loc)
        self.silent.add((block, loc[-1]))
        self._leave_out((block, loc[-1]))

    def _put_right(self, loc: Loc) -> Loc:
        return (*loc[:-1], self.meant[loc])


def _judged_part(loc: Loc) -> Iterator[Loc]:
    """The innermost list item around a path, and the group at the top if it is judged whole."""
    indexes = [n for n, step in enumerate(loc) if isinstance(step, int)]
    if indexes:
        yield loc[: indexes[-1] + 1]
    if loc and loc[0] in _JUDGED_WHOLE:
        yield loc[:1]


def _at(tree: Any, loc: Loc) -> Any:
    for step in loc:
        tree = tree[step]
    return tree


_ABOUT_KEYS = {"missing", "unexpected_keyword_argument"}


def _in_tree(loc: tuple[int | str, ...], data: Any) -> Loc:
    """pydantic's path, less the steps that our own validators put in between."""
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
    """Reported at the first line of the item that lacks the key: that of its own key, if any."""
    shape = shape_at(schema, loc)
    meaning, words = shape.get("description", ""), shape.get("enum", ())
    hint = f"add `{loc[-1]}`: {meaning[:1].lower()}{meaning[1:]}" if meaning else ""
    if words:
        hint = f"{hint.rstrip('.')} ({', '.join(map(str, words))})"
    return Fault(loc, f"`{loc[-1]}` is missing", hint, at_key=True)


def value_fault(schema: type, loc: Loc, text: str) -> Fault | None:
    """What is wrong with one value by itself, wherever the rest of its file stands."""
    tree: Any = text
    for step in reversed(loc):
        tree = [tree] if isinstance(step, int) else {step: tree}
    place = tuple(0 if isinstance(step, int) else step for step in loc)
    _, faults, _ = read(schema, tree, set(), lambda value, tree: ())
    return next((fault for fault in faults if fault.loc == place and not fault.at_key), None)
