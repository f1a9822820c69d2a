"""A form for a file: its fields, made from the schema, and the values that a form sends back.

The name of a field is its path: `inspection/inspected/1/date`. The items of a list, and the keys of
a group whose keys are free, are rows, which can be added and removed: `ratings/0`, `sources/+0`.
A row sends the place that it has in the file as `ratings/0@`, and its key as `sources/+0=`. The
list itself sends `ratings`, and the group `sources/+`: without these its rows are left as they are.
What a form does not send is left as it is: only what was shown and then cleared is removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

from briefings.content.dates.messages import mended
from briefings.content.records import SCHEMAS
from briefings.content.schema.blocks import one_line
from briefings.content.schema.json_schema import Loc, shape_at
from briefings.content.schema.validation import value_fault
from briefings.desk.choices import OPEN, Choice
from briefings.edit.rewrite import Rows, with_key
from briefings.problems import Problem

#: What a form sends: the name of a field → its values, in their order.
Sent = Mapping[str, Sequence[str]]
#: Path → the values to choose from.
Choices = Callable[[Loc], list[Choice]]
_GONE = object()
_SUMMARY = 90
#: The most words that are shown as boxes to tick; more are written, one on each line.
_BOXES = 200
_CITED = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")
_KEY = re.compile(r"@([A-Za-z][A-Za-z0-9]*)")


@dataclass(slots=True)
class Field:
    """One field of a form, or a part of it with fields of its own.

    `kind`: `text` (one line), `area` (any text), `choice`, `words` (boxes to tick), `lines` (one
    word a line), `group`, `rows`, or `odd` (written in the file as something else than the schema
    has there). `free`: a group with rows that have keys of their own. `origin`: of a row, its place
    in the file. `key`: of a row of a group, its key; None for an item of a list. `more`: an
    optional field without a value, which is shown folded.
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
    faults: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> list[Field]:
        """The fields that are rows."""
        return [inner for inner in self.fields if inner.origin is not None]

    @property
    def summary(self) -> str:
        """The first values of a row, to know it by."""
        values = (inner.value for inner in self.fields if inner.kind in {"text", "area", "choice"})
        words = " · ".join([value for value in values if value][:3])
        return words if len(words) <= _SUMMARY else f"{words[:_SUMMARY]}…"

    def opens(self, focus: str) -> bool:
        """Return whether this or a field below it has a fault, or the name of the one to open."""
        return any(inner.faults or inner.name == focus for inner in self.walk())

    def walk(self) -> Iterator[Field]:
        """Yield this field and all below it."""
        yield self
        for inner in self.fields:
            yield from inner.walk()


# -- what is shown ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """Makes the fields for a kind of file. `choices`: the words to choose from at a path."""

    kind: str
    choices: Choices

    def of(self, tree: dict[str, Any]) -> Field:
        """Return the group of all fields of a file with these values."""
        return self._group(Field("", (), "group", ""), tree)

    def _field(self, name: str, loc: Loc, value: Any, *, needed: bool) -> Field:
        """Return the field for a value; None if there is none in the file."""
        shape = shape_at(SCHEMAS[self.kind], loc)
        made = Field(name, loc, "", _label(loc), str(shape.get("description", "")), needed)
        made.more = value is None and not needed
        if "items" in shape:
            made.kind = "rows" if self._has_keys((*loc, 0)) else "words"
            value = [value] if isinstance(value, str) else value
            expected: type[Any] = list
        elif self._has_keys(loc):
            made.kind, expected = ("group" if "properties" in shape else "rows"), dict
        else:
            made.kind, expected = "text" if "pattern" in shape else "area", str
        if value is not None and not isinstance(value, expected):
            made.kind, made.value = "odd", _as_text(value)
        elif made.kind == "rows" and expected is list:
            self._items(made, value or [])
        elif expected is dict:
            self._group(made, value or {})
        elif made.kind == "words":
            self._words(made, value or [])
        else:
            self._scalar(made, value or "", shape)
        return made

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
            loc = (*made.loc, next(letter for letter in _letters() if letter not in keys))
            row = self._field(f"{name}{len(keys)}", loc, None, needed=True)
            row.key = str(loc[-1]) if row.kind == "group" else ""
        row.origin, row.more = "", False
        made.fields.append(row)
        made.more = False
        return row

    def _has_keys(self, loc: Loc) -> bool:
        shape = shape_at(SCHEMAS[self.kind], loc)
        return bool(shape.get("properties") or shape.get("additionalProperties"))

    def _scalar(self, made: Field, value: str, shape: dict[str, Any]) -> None:
        made.value, made.choices = value, self.choices(made.loc)
        listed = shape.get("x-listed")
        if made.choices and (listed not in OPEN if listed else shape.keys() & {"enum", "pattern"}):
            made.kind = "choice"
            if value and value not in dict(made.choices):
                made.choices = [*made.choices, (value, value)]
        elif "\n" in value or made.choices:
            made.kind = "area" if "\n" in value else "text"

    def _words(self, made: Field, values: list[Any]) -> None:
        if not all(isinstance(value, str) for value in values):
            made.kind, made.value = "odd", _as_text(values)
            return
        made.values, made.choices = tuple(values), self.choices((*made.loc, 0))
        if not 0 < len(made.choices) <= _BOXES or shape_at(SCHEMAS[self.kind], made.loc).get(
            "short"
        ):
            made.kind, made.value = "lines", "\n".join(values)
            return
        unknown = [value for value in values if value not in dict(made.choices)]
        made.choices = [*made.choices, *((value, value) for value in unknown)]

    def _items(self, made: Field, items: list[Any]) -> None:
        """Add a row for each item of a list of groups."""
        (short, *others) = shape_at(SCHEMAS[self.kind], (*made.loc, 0)).get("required") or [""]
        origins = items.origins if isinstance(items, Rows) else range(len(items))
        for index, (item, origin) in enumerate(zip(items, origins, strict=True)):
            name, loc = f"{made.name}/{index}", (*made.loc, index)
            row = Field(name, loc, "group", f"{made.label} {index + 1}")
            if isinstance(item, dict):
                self._group(row, item)
            elif isinstance(item, str) and short and not others:
                self._group(row, {short: item})
            else:
                row.kind, row.value = "odd", _as_text(item)
            row.origin = "" if origin is None else str(origin)
            made.fields.append(row)

    def _group(self, made: Field, group: dict[str, Any]) -> Field:
        """Add a field for each key of the schema, and a row for each further key of the group."""
        shape = shape_at(SCHEMAS[self.kind], made.loc)
        properties = shape.get("properties", {})
        made.free = bool(shape.get("additionalProperties"))
        begin = f"{made.name}/" if made.name else ""
        for key in properties:
            needed = key in shape.get("required", ())
            name = f"{begin}{key}"
            made.fields.append(self._field(name, (*made.loc, key), group.get(key), needed=needed))
        origins = getattr(group, "origins", {})
        for index, key in enumerate(key for key in group if key not in properties):
            name, loc = f"{begin}+{index}", (*made.loc, key)
            row = self._field(name, loc, group[key], needed=True)
            row.key, row.origin, row.label = key, str(origins.get(key, key)), key
            made.fields.append(row)
        return made


class Group(dict[str, Any]):
    """The wanted values of a group; `origins` has the key that each had in the file, or ""."""

    def __init__(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> None:
        super().__init__(values)
        self.origins = dict(origins)


def _letters() -> Iterator[str]:
    """Yield keys for new sources: A to Z, then A2 and so on."""
    yield from ascii_uppercase
    yield from (f"{letter}{number}" for number in range(2, 99) for letter in ascii_uppercase)


def _label(loc: Loc) -> str:
    words = re.sub(r"\burl\b", "address", str(loc[-1]).replace("_", " "))
    return words[:1].upper() + words[1:]


def _as_text(value: Any, indent: str = "") -> str:
    """Return a value as lines to read: what an editor wrote where the schema has something else."""
    if isinstance(value, dict):
        return "\n".join(f"{indent}{key}: {_as_text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "\n".join(f"{indent}- {_as_text(inner)}" for inner in value)
    return str(value)


# -- what is sent back -----------------------------------------------------------------------------


def sent_back(kind: str, tree: dict[str, Any], sent: Sent) -> dict[str, Any]:
    """Return the values that a form wants, where the file has those of `tree`."""
    wanted: dict[str, Any] = _Reading(kind, sent).group((), "", tree)
    return wanted


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads back what a form sent. Each method gets path, name and the value in the file."""

    kind: str
    sent: Sent

    def value(self, loc: Loc, name: str, old: Any) -> Any:
        """Return the wanted value; `_GONE` if there is to be none."""
        shape = shape_at(SCHEMAS[self.kind], loc)
        keys = shape.get("properties") or shape.get("additionalProperties")
        if "items" in shape:
            item = shape_at(SCHEMAS[self.kind], (*loc, 0))
            if item.get("properties") or item.get("additionalProperties"):
                return self._items(loc, name, old)
            return self._words(loc, name, old, shape.get("short"))
        if keys:
            if not any(key == name or key.startswith(f"{name}/") for key in self.sent):
                return old if old is not None else _GONE
            wanted = self.group(loc, name, old if isinstance(old, dict) else {})
            return wanted if wanted or wanted == old else _GONE
        return self._scalar(loc, name, old, dated="[0-9]{4}" in str(shape.get("pattern")))

    def _scalar(self, loc: Loc, name: str, old: Any, *, dated: bool) -> Any:
        if name not in self.sent:
            return old if old is not None else _GONE
        text = self.sent[name][0].replace("\r\n", "\n")
        if text == old:
            return old
        line = one_line(text)
        if dated and line and value_fault(SCHEMAS[self.kind], loc, line):
            better = mended(line)
            if not value_fault(SCHEMAS[self.kind], loc, better):
                return better
        return line or _GONE

    def _words(self, loc: Loc, name: str, old: Any, short: Any) -> Any:
        if name not in self.sent:
            return old if old is not None else _GONE
        sent = [line.strip() for text in self.sent[name] for line in text.splitlines()]
        words = [word for word in dict.fromkeys(sent) if word]
        had = [old] if isinstance(old, str) else old if isinstance(old, list) else []
        if {word for word in had if word} == set(words) and old is not None:
            return old
        if short is not None and words == [short.get("const")]:
            return words[0]
        kept = [word for word in had if word in words]
        new = [word for word in words if word not in kept]
        ordered = words if len(self.sent[name]) == 1 else [*kept, *new]
        places = [had.index(word) for word in ordered if word in had]
        if places != sorted(places):
            return ordered
        return Rows((had.index(word) if word in had else None, word) for word in ordered) or _GONE

    def _items(self, loc: Loc, name: str, old: Any) -> Any:
        if name not in self.sent:
            return old if old is not None else _GONE
        shape = shape_at(SCHEMAS[self.kind], (*loc, 0))
        first, *others = shape.get("required") or [""]
        had = [old] if isinstance(old, str) else old if isinstance(old, list) else []
        rows = []
        for row, origin in self._rows(name, ""):
            known = origin.isdecimal() and len(origin) < 6 and int(origin) < len(had)
            index = int(origin) if known else None
            before = had[index] if index is not None else {}
            if isinstance(before, str) and not others:
                before = {first: before}
            if not isinstance(before, dict):
                rows.append((index, before))
            elif item := self.group((*loc, len(rows)), f"{name}/{row}", before):
                rows.append((index, item))
        if isinstance(old, str) and rows == [(0, old)]:
            return old
        if isinstance(old, str) and shape_at(SCHEMAS[self.kind], loc).get("short"):
            if len(rows) == 1 and list(rows[0][1]) == [first]:
                return rows[0][1][first]
            return Rows((None, item) for _, item in rows) or _GONE
        return Rows(rows) if rows or old == [] else _GONE

    def _rows(self, name: str, sign: str) -> list[tuple[str, str]]:
        """Return the number and the origin of each row that was sent, in the order of numbers."""
        begin = f"{name}/{sign}" if name else sign
        numbers = (key[len(begin) : -1] for key in self.sent if key.endswith("@"))
        rows = sorted({int(number) for number in numbers if number.isdecimal() and len(number) < 6})
        sent = ((str(row), self.sent.get(f"{begin}{row}@")) for row in rows)
        return [(row, origins[0]) for row, origins in sent if origins]

    def group(self, loc: Loc, name: str, old: dict[str, Any]) -> dict[str, Any]:
        """Return the wanted group: known keys, then rows with keys of their own, in their order."""
        shape = shape_at(SCHEMAS[self.kind], loc)
        properties = shape.get("properties", {})
        begin = f"{name}/" if name else ""
        values = {key: self.value((*loc, key), f"{begin}{key}", old.get(key)) for key in properties}
        further, origins = self._further(loc, name, old, properties)
        for key in [key for key in further if values.get(key, _GONE) is _GONE]:
            values[key] = further.pop(key)
        values |= further
        renamed = {origin: key for key, origin in origins.items() if origin}
        wanted: dict[str, Any] = {}
        for key in old:
            now = renamed.get(key, key)
            if values.get(now, _GONE) is not _GONE:
                wanted[now] = values[now]
        for key, value in values.items():
            if value is not _GONE and key not in wanted:
                wanted = with_key(wanted, key, value, list(properties))
        return Group(wanted, origins)

    def _further(
        self, loc: Loc, name: str, old: dict[str, Any], properties: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the rows of a group by their keys, and the keys that these had in the file."""
        begin = f"{name}/" if name else ""
        extra = {key: value for key, value in old.items() if key not in properties}
        if f"{begin}+" not in self.sent:
            return extra, {key: key for key in extra}
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for row, origin in self._rows(name, "+"):
            inner = f"{begin}+{row}"
            key = one_line(self.sent.get(f"{inner}=", [origin])[0])
            value = self.value((*loc, key or "?"), inner, extra.get(origin))
            if value is _GONE and not (key and origin):
                continue
            while (key or "new-key") in values:
                key += "2"
            values[key or "new-key"] = "" if value is _GONE else value
            origins[key or "new-key"] = origin
        return values, origins


# -- sources that were given another key ----------------------------------------------------------


def with_renamed_sources(wanted: dict[str, Any], body: str) -> tuple[dict[str, Any], str]:
    """Return values and body in which every citation has the new key of its source."""
    sources = wanted.get("sources")
    origins = sources.origins if isinstance(sources, Group) else {}
    renamed = {origin: key for key, origin in origins.items() if origin and origin != key}
    if not renamed:
        return wanted, body
    cited = {key: _cited(value, key, renamed) for key, value in wanted.items() if key != "sources"}
    text = _CITED.sub(
        lambda part: _KEY.sub(lambda key: f"@{renamed.get(key[1], key[1])}", part[0]), body
    )
    return {key: cited.get(key, value) for key, value in wanted.items()}, text


def _cited(value: Any, key: str, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _cited(inner, name, renamed) for name, inner in value.items()}
    if not isinstance(value, list):
        return value
    items = [
        renamed.get(item, item) if key == "sources" and isinstance(item, str)
        else _cited(item, "", renamed)
        for item in value
    ]  # fmt: skip
    return Rows(zip(value.origins, items, strict=True)) if isinstance(value, Rows) else items
