"""What an output shows, as one short hash: by it an output made before is known to be as it was.

An output is planned as a value, and rendering it reaches nothing else. So walking through that
value finds all that it can show. A record stands for itself by the hash of its bytes; what looks
at the whole site (a page of a list, which works out its rows when it is asked) stands by the
answers to everything that a template may ask of it. What can't be judged so stands by the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, cached_property
from hashlib import blake2b
from inspect import isfunction, signature
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from briefings.content.dates import Moment, PartialDate, Period
from briefings.content.loader import Record
from briefings.content.markdown import Body
from briefings.content.schema import Scale, SiteFront
from briefings.domain.ledger import Entry, History
from briefings.domain.ratings import Point, RatingHistory
from briefings.domain.registers import Action, BreachMention, Mention
from briefings.domain.site import Briefing, Site, visible_changes

Bytes = list[bytes]

#: What an output that names nothing shows: the whole site.
EVERYTHING = object()


@dataclass(frozen=True, slots=True)
class Print:
    """What one output shows.

    `facts` stands for all of it but the texts of briefings; those are in `words`, each as the
    briefing's id and the hash of its text. `met` are the files of the records that were met;
    nobody knows these where it is not `clear` what it shows.
    """

    facts: bytes
    words: tuple[tuple[str, bytes], ...] = ()
    met: frozenset[str] = frozenset()
    clear: bool = True

    @property
    def key(self) -> bytes:
        """All of it as one hash."""
        hasher = blake2b(self.facts, digest_size=16)
        for id, key in self.words:
            hasher.update(id.encode() + b"\0" + key)
        return hasher.digest()


class _Unclear(Exception):
    """What an output shows can't be told by looking at its value."""


@dataclass(frozen=True)
class WholeText:
    """Marks, in a value that shows it, the text of a briefing."""

    briefing: Briefing


@dataclass
class _Met:
    """What a walk came across."""

    words: dict[str, bytes]
    paths: set[str]


class Prints:
    """Takes the fingerprints of what is planned from one site.

    `base` stands for what every output depends on; `step` for the day as far as it matters.
    """

    def __init__(self, site: Site, base: bytes, step: datetime | None) -> None:
        self._site = site
        self._base = base
        self._step = step.isoformat().encode() if step else b"-"
        self._kept: dict[int, tuple[object, bytes, frozenset[str]]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._seen: dict[str, tuple[Briefing, bytes]] = {}
        self._surfaces: dict[str, tuple[Body, bytes]] = {}
        self._met = _Met({}, set())
        self._fronts = {id(record.front): record for record in _records(site)}

    def of(self, shown: object) -> Print:
        """The fingerprint of what an output shows."""
        self._met = _Met({}, set())
        if shown is not EVERYTHING:
            try:
                facts = self._digest(lambda out: self._top(shown, out))
            except Exception:  # an answer that can't be had, here as in a template that never asks
                self._met = _Met({}, set())
            else:
                return Print(facts, tuple(self._met.words.items()), frozenset(self._met.paths))
        return Print(self.whole, clear=shown is EVERYTHING)

    @cached_property
    def whole(self) -> bytes:
        """Stands for everything that is public but the texts of briefings."""
        site = self._site
        out: Bytes = [self._base, self._step]
        for record in _records(site):
            out += [record.path.encode(), record.key, record.body.key]
        for one in (*site.briefings, *site.withdrawn):
            self._briefing(one, out)
        for page in site.pages.values():
            out.append(b"%d" % len(visible_changes(page.front.changes, site.now, site.zone)))
        out += [name.encode() for name in sorted(site.media)]
        out += ["\0".join(line.cells).encode() for line in site.register.lines]
        return _hash(out)

    def _digest(self, walk: Callable[[Bytes], None]) -> bytes:
        out: Bytes = [self._base]
        walk(out)
        return _hash(out)

    def _top(self, shown: object, out: Bytes) -> None:
        """What an output holds itself it shows with its text; others' texts are nobody else's."""
        if is_dataclass(shown):
            for field in fields(shown):
                value = getattr(shown, field.name)
                if type(value) is Briefing:
                    self._words(value, out)
        self._walk(shown, out)

    def _words(self, one: Briefing, out: Bytes) -> None:
        self._met.words[one.id] = one.body.key
        self._briefing(one, out)
        kept = self._surfaces.get(one.path)
        if kept is None or kept[0] is not one.body:
            inner: Bytes = []
            self._surface(one.body, inner)
            kept = self._surfaces[one.path] = (one.body, _hash(inner))
        out.append(kept[1])

    def _walk(self, value: Any, out: Bytes) -> None:
        kind = type(value)
        plain = _PLAIN.get(kind)
        if plain is not None:
            out.append(plain(value))
        else:
            _way(kind)(self, value, out)  # type: ignore[arg-type]  # a class is hashable

    def _several(self, values: Any, out: Bytes) -> None:
        for each in values:
            self._walk(each, out)
        out.append(b")")

    def _dataclass(self, value: Any, out: Bytes) -> None:
        """A value by its fields; one that asks the whole site by everything it answers."""
        record = self._fronts.get(id(value))
        if record is not None:
            self._record(record, out)
            return
        kind = type(value)
        asks, form = False, _form(kind)  # type: ignore[arg-type]  # a class is hashable
        out += (form.name, self._step) if form.has_now else (form.name,)
        for each in form.values(value):
            of = type(each)
            plain = _PLAIN.get(of)
            if plain is not None:
                out.append(plain(each))
            elif (way := _way_within(of)) is not None:  # type: ignore[arg-type]  # a class too
                way(self, each, out)
            else:
                asks = True
        if asks:
            for name in _answers(kind):  # type: ignore[arg-type]  # a class is hashable
                self._walk(getattr(value, name), out)
        out.append(b"]")

    def _record(self, record: Record[Any], out: Bytes) -> None:
        self._met.paths.add(record.path)
        if not record.key:
            raise _Unclear(record.path)
        out += [b"r", record.key, record.body.key]

    def _briefing(self, one: Briefing, out: Bytes) -> None:
        self._met.paths.add(one.path)
        kept = self._seen.get(one.path)
        if kept is None or kept[0] is not one:
            kept = self._seen[one.path] = (one, _of_briefing(one))
        out.append(kept[1])

    def _once(self, value: Any, out: Bytes) -> None:
        """What many outputs ask for is walked through once, and held, so that its id stays its."""
        kept = self._kept.get(id(value))
        if kept is None:
            before, self._met.paths = self._met.paths, set()
            inner: Bytes = []
            self._dataclass(value, inner)
            met = frozenset(self._met.paths)
            # Many meet the same few files, and a set is larger than all else that is kept here.
            kept = self._kept[id(value)] = (value, _hash(inner), self._sets.setdefault(met, met))
            self._met.paths = before
        out.append(kept[1])
        self._met.paths |= kept[2]

    def _surface(self, body: Body, out: Bytes) -> None:
        """What a text has to do with other files and with its own sources."""
        self._walk([(one.level, one.id, one.text) for one in body.headings], out)
        links = [(one.kind, one.target, one.by_id, one.fragment) for one in body.links]
        self._walk(links, out)
        self._walk(body.citations, out)
        self._walk([(one.keys, one.text) for one in body.quotations], out)

    def _whole_text(self, text: WholeText, out: Bytes) -> None:
        self._words(text.briefing, out)

    def _unclear(self, value: object, out: Bytes) -> None:
        raise _Unclear(value)


def _of_briefing(one: Briefing) -> bytes:
    if not one.key:
        raise _Unclear(one.path)
    times = (one.visible_from, one.updated)
    told = [moment.astimezone(UTC).isoformat().encode() for moment in times]
    flags = b"%d%d%d" % (one.is_withdrawn, one.is_held, len(one.changes))
    return b"\0".join((one.key, *told, flags))


def surface(record: Record[Any]) -> bytes:
    """Stands for a record but for the words of its text: equal, nothing else has to be judged."""
    body = record.body
    parts = [
        repr([(one.level, one.id, one.text) for one in body.headings]),
        repr([(one.kind, one.target, one.by_id, one.fragment) for one in body.links]),
        repr(body.citations),
        repr([(one.keys, one.text) for one in body.quotations]),
    ]
    return _hash([record.key, *(part.encode() for part in parts)])


def _records(site: Site) -> Iterator[Record[Any]]:
    """Every file but the briefings."""
    for some in (site.trusts, site.regulators, site.topics, site.requirements, site.pages):
        yield from some.values()


def _hash(parts: Bytes) -> bytes:
    """The parts are kept apart: a sign that no text has stands between them."""
    return blake2b(b"\0".join(parts), digest_size=16).digest()


@cache
def _is_asked(kind: Any) -> bool:
    """Whether values of a kind are not shown but asked: the site, or functions."""
    if kind is Site or getattr(kind, "IS_WHOLE", False):
        return True
    called = any("__call__" in vars(each) for each in kind.__mro__)
    return called and not is_dataclass(kind)


@cache
def _way(kind: Any) -> Callable[[Prints, Any, Bytes], None]:
    """How a value of this kind is walked through."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    if issubclass(kind, tuple | list | Iterator):
        return Prints._several
    if issubclass(kind, Mapping):
        return lambda self, value, out: self._several(value.items(), out)
    if issubclass(kind, set | frozenset):
        return lambda _, value, out: out.extend(
            sorted(_hash([repr(one).encode()]) for one in value)
        )
    if is_dataclass(kind):
        return Prints._dataclass
    if issubclass(kind, str):  # such as Markup
        return lambda _, value, out: out.append(b"s" + value.encode())
    return Prints._unclear


@cache
def _way_within(kind: Any) -> Callable[[Prints, Any, Bytes], None] | None:
    """The same of a field's value; None where that is not shown but asked."""
    if _is_asked(kind):
        return None
    # Looking at an iterator would leave nothing to show.
    return Prints._unclear if hasattr(kind, "__next__") else _way(kind)


class _Form(NamedTuple):
    """A kind of dataclass: its name, whether it has the present moment, and its other fields."""

    name: bytes
    has_now: bool
    values: Callable[[Any], Iterable[Any]]


@cache
def _form(kind: Any) -> _Form:
    found = [field.name for field in fields(kind) if not field.name.startswith("_")]
    left_out = ("now", *_SKIPPED.get(kind, ()))
    names = [name for name in found if name not in left_out]
    several = attrgetter(*names) if len(names) > 1 else None
    values = several or (lambda value: [getattr(value, name) for name in names])
    return _Form(kind.__qualname__.encode(), "now" in found, values)


@cache
def _answers(kind: Any) -> tuple[str, ...]:
    """What a template can ask of a value: its properties. What takes arguments can't be judged."""
    found = []
    for name in dir(kind):
        if name.startswith("_"):
            continue
        member = getattr(kind, name)
        if isinstance(member, property | cached_property):
            found.append(name)
        elif isfunction(member) and len(signature(member).parameters) > 0:
            raise _Unclear(kind)
    return tuple(found)


_PLAIN: dict[type, Callable[[Any], bytes]] = {
    str: lambda value: b"s" + value.encode(),
    bytes: lambda value: b"b" + value,
    int: lambda value: b"%d" % value,
    bool: lambda value: b"T" if value else b"F",
    float: lambda value: repr(value).encode(),
    type(None): lambda value: b"-",
    Decimal: lambda value: str(value).encode(),
    date: lambda value: value.isoformat().encode(),
    datetime: lambda value: value.astimezone(UTC).isoformat().encode(),
    Moment: lambda value: value.written.encode(),
    PartialDate: lambda value: value.written.encode(),
    Period: lambda value: value.written.encode(),
    ZoneInfo: lambda value: value.key.encode(),
}
#: What stands in the front matter of the briefing that the value names as well.
_SKIPPED: dict[type, tuple[str, ...]] = {
    Entry: ("event",), Mention: ("action",), BreachMention: ("breach",), Point: ("rating",),
}  # fmt: skip
_SPECIAL: dict[type, Callable[[Prints, Any, Bytes], None]] = {
    Briefing: Prints._briefing,
    Record: Prints._record,
    **dict.fromkeys((History, RatingHistory, Action, Point, Scale, SiteFront), Prints._once),
    Site: Prints._unclear,
    WholeText: Prints._whole_text,
    Body: lambda self, value, out: out.append(value.key),
}
