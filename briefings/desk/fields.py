"""A form for a file: its fields, made from the schema.

The name of a field is its path: `inspection/inspected/1/date`. The items of a list, and the keys of
a group whose keys are free, are rows, which can be added and removed: `ratings/0`, `sources/+0`.
A row sends the place that it has in the file as `ratings/0@`, and its key as `sources/+0=`. The
list itself sends `ratings`, and the group `sources/+`: without these its rows are left as they are.
What a form does not send is left as it is: only what was shown and then cleared is removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

from briefings.checks.references import target_of
from briefings.content.records import SCHEMAS, Content, Record
from briefings.content.schema.json_schema import Loc, shape_at
from briefings.edit.values import Rows
from briefings.problems import Problem

Choice = tuple[str, str]
#: Lists of a regulator that only suggest: other words may be written too.
OPEN = frozenset({"services"})


_SUMMARY = 90
#: The most words that are shown as boxes to tick; more are written, one on each line.
_BOXES = 200


@dataclass(slots=True)
class Field:
    """One field of a form, or a part of it with fields of its own.

    `kind`: `text` (one line), `area` (any text), `choice`, `words` (boxes to tick), `lines` (one
    word a line), `group`, `rows`, or `odd` (written in the file as something else than the schema
    has there). `free`: a group with rows that have keys of their own. `origin`: of a row, its place
    in the file. `key`: of a row of a group, its key; None for an item of a list. `keys`: the keys
    to choose from. `more`: an optional field without a value, which is shown folded.
    """

    name: str
    loc: Loc
    kind: str
    label: str
    help: str = ""
    needed: bool = False
    more: bool = False
    value: str = ""
    values: tuple[str, ...] = ()
    choices: list[Choice] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    free: bool = False
    origin: str | None = None
    key: str | None = None
    keys: list[Choice] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> list[Field]:
        """The fields that are rows."""
        return [inner for inner in self.fields if inner.origin is not None]

    @property
    def target(self) -> str:
        """The id of its element in the page, to which a link leads."""
        is_row = self.origin is not None and self.kind in {"group", "rows", "odd"}
        return f"{self.name}/" if is_row else self.name

    @property
    def where(self) -> str:
        """The labels that lead to it: `Ratings 2, value`; empty for the body, which has lines."""
        words: list[str] = []
        for step in self.loc if self.kind != "body" else ():
            if isinstance(step, int):
                words[-1] += f" {step + 1}"
            else:
                words.append(_words(step) if words else _label(self.loc[:1]))
        return ", ".join(words)

    @property
    def summary(self) -> str:
        """The first values of a row, to know it by."""
        values = (inner.value for inner in self.fields if inner.kind in {"text", "area", "choice"})
        words = " · ".join([value for value in values if value][:3])
        return words if len(words) <= _SUMMARY else f"{words[:_SUMMARY]}…"

    def opens(self, focus: str) -> bool:
        """Return whether this or a field below it has a fault, or the focus: its name or button."""
        name = focus.rpartition(":")[2]
        return any(inner.faults or inner.name == name for inner in self.walk())

    def walk(self) -> Iterator[Field]:
        """Yield this field and all below it."""
        yield self
        for inner in self.fields:
            yield from inner.walk()


@dataclass(frozen=True, slots=True)
class Form:
    """Makes the fields for a file of a kind with the values `tree`."""

    kind: str
    content: Content
    tree: dict[str, Any]

    def choices(self, loc: Loc) -> list[Choice]:
        """Return the values to choose from at a path, with labels; [] where any text may stand.

        At the path of a free key of a group, such as a rating's id in `service_counts`, they are
        keys. They are the words of the schema, ids of other files, keys of the sources of this
        file, or the words of the regulator that it names.
        """
        shape = shape_at(SCHEMAS[self.kind], loc)
        if "enum" in shape:
            words = dict.fromkeys(str(word) for word in shape["enum"] if not isinstance(word, bool))
            return [(word, word.replace("-", " ")) for word in words]
        if loc[-2:-1] == ("sources",) and isinstance(loc[-1], int):
            sources = self.tree.get("sources")
            entries = sources.items() if isinstance(sources, dict) else ()
            return [
                (key, f"{key}: {entry.get('publisher', '') if isinstance(entry, dict) else ''}")
                for key, entry in entries
            ]
        if target := target_of(self.kind, loc):
            ids = self.content.ids[target]
            names = {id: name_of(self.content.record(target, id), id) for id in ids}
            return sorted(names.items(), key=lambda choice: choice[::-1])
        listed = shape.get("x-listed") or shape_at(SCHEMAS[self.kind], loc[:-1]).get("x-listed")
        return list(dict(self._listed(str(listed))).items()) if listed else []

    def _listed(self, name: str) -> Iterator[Choice]:
        """Yield the words of a list of the regulator, or of the site (`organisations`).

        Of all regulators, while the file names none.
        """
        if name == "organisations":
            kinds = self.content.config.organisations.kinds
            yield from ((kind.id, kind.label) for kind in kinds)
            return
        own = self.content.regulators.get(str(self.tree.get("regulator")))
        for record in self.content.regulators.values() if own is None else [own]:
            front = record.front
            if name == "grades":
                grades = [grade for scale in front.scales for grade in scale.values]
                yield from ((item.id, item.label) for item in (*grades, *front.outside_scale))
                continue
            for item in getattr(front, name):
                id = getattr(item, "id", None) or getattr(item, "number", None)
                label = getattr(item, "label", None) or f"{id} {item.title}"
                yield str(id or label), str(label)

    def root(self) -> Field:
        """Return the group of all fields of the file."""
        return self._group(Field("", (), "group", ""), self.tree)

    def _field(self, name: str, loc: Loc, value: Any, *, needed: bool) -> Field:
        """Return the field for a value; None if there is none in the file."""
        shape = shape_at(SCHEMAS[self.kind], loc)
        field = Field(name, loc, "", _label(loc), str(shape.get("description", "")), needed)
        field.more = value is None and not needed
        short: Loc | None = None
        if "items" in shape:
            field.kind = "rows" if self._has_keys((*loc, 0)) else "words"
            expected: type[Any] = list
            if isinstance(value, str):
                value, short = [value], loc
        elif self._has_keys(loc):
            field.kind, expected = ("group" if "properties" in shape else "rows"), dict
        else:
            field.kind, expected = "text" if "pattern" in shape else "area", str
        if value is not None and not isinstance(value, expected):
            field.kind, field.value = "odd", _as_text(value)
        elif field.kind == "rows" and expected is list:
            self._items(field, value or [], short)
        elif expected is dict:
            self._group(field, value or {})
        elif field.kind == "words":
            self._words(field, value or [])
        else:
            self._scalar(field, value or "", shape)
        return field

    def add(self, root: Field, name: str) -> Field | None:
        """Add an empty row to the field of this name; return the row, None if there is no such."""
        made = next((inner for inner in root.walk() if inner.name == name.removesuffix("/+")), None)
        if made is None or made.kind not in {"rows", "group"}:
            return None
        if "items" in shape_at(SCHEMAS[self.kind], made.loc):
            number = sum(row.key is None for row in made.fields)
            row = Field(
                f"{name}/{number}", (*made.loc, number), "group", f"{made.label} {number + 1}"
            )
            self._group(row, {})
        else:
            keys = [inner.key for inner in made.fields if inner.key is not None]
            letters = (f"{x}{n or ''}" for n in (0, *range(2, 99)) for x in ascii_uppercase)
            loc = (*made.loc, next(letter for letter in letters if letter not in keys))
            row = self._field(f"{name}{len(keys)}", loc, None, needed=True)
            self._keyed(row, str(loc[-1]) if row.kind == "group" else "")
        row.origin, row.more = "", False
        made.fields.append(row)
        made.more = False
        return row

    def _keyed(self, row: Field, key: str) -> None:
        """Give a row of a group its key, and the keys to choose from."""
        row.key = key
        if self._is_free(row.loc):
            row.keys = self.choices(row.loc)
            if row.keys and key and key not in dict(row.keys):
                row.keys = [*row.keys, (key, key)]

    def _is_free(self, loc: Loc) -> bool:
        """Return whether a path ends in a key that the schema leaves free."""
        group = shape_at(SCHEMAS[self.kind], loc[:-1])
        return bool(group.get("additionalProperties")) and loc[-1] not in group.get(
            "properties", {}
        )

    def _has_keys(self, loc: Loc) -> bool:
        shape = shape_at(SCHEMAS[self.kind], loc)
        return bool(shape.get("properties") or shape.get("additionalProperties"))

    def _scalar(self, field: Field, value: str, shape: dict[str, Any]) -> None:
        field.value = value
        field.choices = [] if self._is_free(field.loc) else self.choices(field.loc)
        listed = shape.get("x-listed")
        if field.choices and (listed not in OPEN if listed else shape.keys() & {"enum", "pattern"}):
            field.kind = "choice"
            if value and value not in dict(field.choices):
                field.choices = [*field.choices, (value, value)]
        elif "\n" in value or field.choices:
            field.kind = "area" if "\n" in value else "text"

    def _words(self, field: Field, values: list[Any]) -> None:
        if not all(isinstance(value, str) for value in values):
            field.kind, field.value = "odd", _as_text(values)
            return
        field.values, field.choices = tuple(values), self.choices((*field.loc, 0))
        if not 0 < len(field.choices) <= _BOXES or shape_at(SCHEMAS[self.kind], field.loc).get(
            "short"
        ):
            field.kind, field.value = "lines", "\n".join(values)
            return
        unknown = [value for value in values if value not in dict(field.choices)]
        field.choices = [*field.choices, *((value, value) for value in unknown)]

    def _items(self, field: Field, items: list[Any], at: Loc | None) -> None:
        """Add a row for each item of a list of groups.

        `at`: where the file has the only value of the only item, if it has no list.
        """
        (short, *others) = shape_at(SCHEMAS[self.kind], (*field.loc, 0)).get("required") or [""]
        origins = items.origins if isinstance(items, Rows) else range(len(items))
        for index, (item, origin) in enumerate(zip(items, origins, strict=True)):
            name, loc = f"{field.name}/{index}", (*field.loc, index)
            row = Field(name, loc, "group", f"{field.label} {index + 1}")
            if isinstance(item, dict):
                self._group(row, item)
            elif isinstance(item, str) and short and not others:
                self._group(row, {short: item})
                next(inner for inner in row.fields if inner.loc[-1] == short).loc = at or loc
            else:
                row.kind, row.value = "odd", _as_text(item)
            row.origin = "" if origin is None else str(origin)
            field.fields.append(row)

    def _group(self, field: Field, group: dict[str, Any]) -> Field:
        """Add a field for each key of the schema, and a row for each further key of the group."""
        shape = shape_at(SCHEMAS[self.kind], field.loc)
        properties = shape.get("properties", {})
        field.free = bool(shape.get("additionalProperties"))
        begin = f"{field.name}/" if field.name else ""
        for key in properties:
            needed = key in shape.get("required", ())
            name = f"{begin}{key}"
            field.fields.append(self._field(name, (*field.loc, key), group.get(key), needed=needed))
        origins = getattr(group, "origins", {})
        for index, key in enumerate(key for key in group if key not in properties):
            name, loc = f"{begin}+{index}", (*field.loc, key)
            row = self._field(name, loc, group[key], needed=True)
            row.origin, row.label = str(origins.get(key, key)), key
            self._keyed(row, key)
            field.fields.append(row)
        return field


def name_of(record: Record[Any] | None, id: str) -> str:
    """Return the name or title of a file; its id if it has none, or can't be read."""
    front = record.front if record is not None else None
    return str(getattr(front, "name", None) or getattr(front, "title", None) or id)


def _words(step: str | int) -> str:
    return re.sub(r"\burl\b", "address", str(step).replace("_", " "))


def _label(loc: Loc) -> str:
    words = _words(loc[-1])
    return words[:1].upper() + words[1:]


def _as_text(value: Any, indent: str = "") -> str:
    """Return a value as lines to read: what an editor wrote where the schema has something else."""
    if isinstance(value, dict):
        return "\n".join(f"{indent}{key}: {_as_text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "\n".join(f"{indent}- {_as_text(inner)}" for inner in value)
    return str(value)
