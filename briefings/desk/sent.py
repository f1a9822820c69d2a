"""What a form sends back, and the values that it wants of a file; see `fields` for the names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from briefings.content.dates.parsing import mended
from briefings.content.records import SCHEMAS
from briefings.content.schema.blocks import one_line
from briefings.content.schema.json_schema import Loc, shape_at
from briefings.content.schema.validation import value_fault
from briefings.edit.values import Group, Rows, with_key

#: The name of a field → its values, in their order.
Sent = Mapping[str, Sequence[str]]
_GONE = object()
_CITED = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")
#: A day, already as we write it, with a time of day behind it.
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:,? +(?:at +)?| *t)([0-9]{1,2})[:.]([0-9]{2})")
_KEY = re.compile(r"@([A-Za-z][A-Za-z0-9]*)")


def without(sent: Sent, name: str) -> Sent:
    """Return a form without a row, or with nothing in the field of this name."""
    row = f"{name}@" in sent
    remaining = {
        key: values
        for key, values in sent.items()
        if not (key in {name, f"{name}@", f"{name}="} or key.startswith(f"{name}/"))
    }
    return remaining if row else remaining | {name: [""]}


def with_moved(sent: Sent, name: str, step: int) -> tuple[Sent, str]:
    """Return a form in which a row has changed places with a neighbour, and the row's new name."""
    rows, _, number = name.rpartition("/")
    other = f"{rows}/{int(number) + step}" if number.isdecimal() and len(number) < 6 else ""
    if f"{name}@" not in sent or f"{other}@" not in sent:
        return sent, name

    def renamed(key: str) -> str:
        for row, place in ((name, other), (other, name)):
            if key == f"{row}@" or key.startswith(f"{row}/"):
                return place + key[len(row) :]
        return key

    return {renamed(key): values for key, values in sent.items()}, other


def sent_back(kind: str, tree: dict[str, Any], sent: Sent, zone: ZoneInfo) -> dict[str, Any]:
    """Return the values that a form wants, where the file has those of `tree`.

    A time of day without an offset is one of `zone`.
    """
    wanted: dict[str, Any] = _Reading(kind, sent, zone).group((), "", tree)
    return wanted


def _with_offset(text: str, zone: ZoneInfo) -> str:
    """Return a day with a time of day as a moment of a zone; any other text as it is."""
    if (match := _TIME.fullmatch(text)) is None:
        return text
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]:0>2}:{match[3]}:00")
    except ValueError:
        return text
    return moment.replace(tzinfo=zone).isoformat()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads back what a form sent. Each method gets path, name and the value in the file."""

    kind: str
    sent: Sent
    zone: ZoneInfo

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
            better = _with_offset(mended(line), self.zone)
            if not value_fault(SCHEMAS[self.kind], loc, better):
                return better
        return line or _GONE

    def _words(self, loc: Loc, name: str, old: Any, short: Any) -> Any:
        if name not in self.sent:
            return old if old is not None else _GONE
        sent = [line.strip() for text in self.sent[name] for line in text.splitlines()]
        words = [word for word in dict.fromkeys(sent) if word]
        old_words = [old] if isinstance(old, str) else old if isinstance(old, list) else []
        if {word for word in old_words if word} == set(words) and old is not None:
            return old
        if short is not None and words == [short.get("const")]:
            return words[0]
        still_sent = [word for word in old_words if word in words]
        new = [word for word in words if word not in still_sent]
        ordered = words if len(self.sent[name]) == 1 else [*still_sent, *new]
        places = [old_words.index(word) for word in ordered if word in old_words]
        if places != sorted(places):
            return ordered
        return (
            Rows((old_words.index(word) if word in old_words else None, word) for word in ordered)
            or _GONE
        )

    def _items(self, loc: Loc, name: str, old: Any) -> Any:
        if name not in self.sent:
            return old if old is not None else _GONE
        shape = shape_at(SCHEMAS[self.kind], (*loc, 0))
        first, *others = shape.get("required") or [""]
        old_items = [old] if isinstance(old, str) else old if isinstance(old, list) else []
        rows = []
        for row, origin in self._rows(name, ""):
            known = origin.isdecimal() and len(origin) < 6 and int(origin) < len(old_items)
            index = int(origin) if known else None
            before = old_items[index] if index is not None else {}
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
