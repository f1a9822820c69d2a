"""Records in the form of the CQC's API, read into the ratings that they list.

The form is that of `/providers/ID` and `/locations/ID` (https://api-portal.service.cqc.org.uk/).
The record of a provider is on the trust as a whole, and so is that of a location whose own code is
the trust's; other records are on locations of the trust. Only what concerns ratings is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from briefings.content.dates.parsing import DateError
from briefings.content.dates.values import PartialDate
from briefings.content.schema.entities import RegulatorFront, TrustFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.types import OVERALL
from briefings.content.similarity import same
from briefings.domain.ratings.histories import Thing
from briefings.domain.ratings.scales import RatingValue, find_value, service_names
from briefings.problems import ContentError, Lines, Problem, printable

T = TypeVar("T")

_NO_DATE = PartialDate.parse("unknown")
_NO_VALUE = RatingValue("", "no rating given")
#: Id of an area of inspection → its name, and the names of those that superseded it.
Areas = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Subject:
    """The trust whose records are read, and their regulator. `path`: the file of the trust."""

    trust: str
    front: TrustFront
    path: str
    regulator_id: str
    regulator: RegulatorFront


@dataclass(frozen=True, slots=True)
class Listed:
    """One rating in a record.

    `date`: of its report or assessment. `inherited_from`: code of the organisation that it was
    given to, if another one. `carried_over`: not assessed then. `superseded_by`: names of the areas
    that superseded its area of inspection. `is_known`: the regulator's file has the service.
    """

    thing: Thing
    name: str
    site: str
    value: RatingValue = _NO_VALUE
    date: PartialDate = _NO_DATE
    inherited_from: str = ""
    carried_over: bool = False
    superseded_by: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A report or assessment: the days of its publication, its first visit and its beginning.

    A visit is known of reports only, and the beginning of assessments only.
    """

    published: PartialDate
    first_visit: PartialDate = _NO_DATE
    begun: PartialDate = _NO_DATE


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `place`: the location, normalized by `same`; empty for the trust as a whole.

    `ratings`: those in force, none if it is deregistered. `earlier`: those that no longer are.
    `listed`: all, also where several are of one thing. `last_inspection`: a day of no report named.
    """

    path: str
    kind: str
    code: str
    name: str
    deregistered: str
    related: tuple[str, ...]
    place: str
    ratings: list[Listed]
    earlier: list[Listed]
    listed: list[Listed]
    reports: list[Report]
    last_inspection: PartialDate


def read_records(files: Iterable[tuple[str, bytes]], subject: Subject) -> list[Record]:
    """Read records, each given as path and bytes. Raises ContentError with every fault."""
    problems: list[Problem] = []
    read: list[JsonFile] = []
    for path, raw in files:
        try:
            read.append(JsonFile(path, raw))
        except ContentError as fault:
            problems += fault.problems
    areas = {id: area for file in read for id, area in _areas(file)}
    records: dict[str, Record] = {}
    for file in read:
        record = None
        try:
            record = _Reader(file, subject, areas).record()
        except RecursionError:
            file.fault((), "this is nested too deep", "compare it with another record")
        if record is not None and record.code in records:
            message = (
                f"the record of {record.code} is given twice, first as {records[record.code].path}"
            )
            file.fault((), message, "leave one of them out")
        elif record is not None:
            records[record.code] = record
        problems += file.problems
    if problems:
        raise ContentError(problems)
    return list(records.values())


def codes_of_record(path: str, raw: bytes) -> list[str]:
    """Return the codes of a record: its own, that of the NHS, and that of its provider.

    Raises ContentError if it is not JSON.
    """
    file = JsonFile(path, raw)
    codes = (file.text(key) for key in ("locationId", "odsCode", "providerId"))
    return [code for code in codes if code]


def _areas(file: JsonFile) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the areas of inspection that a record names, as in `Areas`."""
    listed = [(file.text(*loc, "inspectionAreaId"), loc) for loc in file.items("inspectionAreas")]
    names = {id: file.text(*loc, "inspectionAreaName") or id for id, loc in listed}
    for id, loc in listed:
        others = [file.text(*other) for other in file.items(*loc, "supersededBy")]
        by = ", ".join(names.get(other, other) for other in others)
        is_superseded = same(file.text(*loc, "status")) == "superseded"
        yield id, (names[id], by or ("another area" if is_superseded else ""))


class _Reader:
    """Reads one record."""

    def __init__(self, file: JsonFile, subject: Subject, areas: Areas) -> None:
        self._file, self._subject, self._areas = file, subject, areas
        front, regulator = subject.front, subject.regulator
        self._codes = {same(code) for code in front.codes.values()}
        self._sites = {same(site.code): site.name for site in front.sites if site.code}
        self._services = service_names(regulator)
        self._questions = {
            same(word): entry.id
            for entry in regulator.key_questions
            for word in (entry.id, entry.label)
        }
        grades = [grade for scale in regulator.scales for grade in scale.values]
        values = (*grades, *regulator.outside_scale)
        self._values = {same(entry.label): find_value(regulator, entry.id) for entry in values}

    def record(self) -> Record | None:
        """Return the record; None, with a fault, if it is no record or not of the trust."""
        file, text = self._file, self._file.text
        kind = "location" if text("locationId") else "provider"
        code = text(f"{kind}Id")
        if not code:
            hint = "save the answer of /locations/ID or /providers/ID, one record in a file"
            file.fault((), "this is not the record of a location or provider", hint)
            return None
        is_whole = not {same(code), same(text("odsCode"))}.isdisjoint(self._codes)
        if not is_whole and same(text("providerId")) not in self._codes:
            self._refuse_other("providerId" if text("providerId") else "locationId")
            return None
        site = "" if is_whole else self._sites.get(same(code), text("name") or code)
        place, reports = self._place(site), file.items("historicRatings")
        in_force = [*self._ratings(("currentRatings",), place), *self._assessed(place, "current")]
        in_force.sort(key=lambda rating: rating.date.sort_key())
        current = list({rating.thing: rating for rating in in_force}.values())  # the newest of each
        earlier = [rating for loc in reports for rating in self._ratings(loc, place)]
        earlier += self._assessed(place, "historic")
        is_gone = same(text("registrationStatus")) == "deregistered"
        return Record(
            path=file.path,
            kind=kind,
            code=code,
            name=text("name"),
            deregistered=(text("deregistrationDate") or "unknown") if is_gone else "",
            related=tuple(self._related()),
            place=same(site),
            ratings=[] if is_gone else current,
            earlier=current + earlier if is_gone else earlier,
            listed=in_force + earlier,
            reports=list(self._reports()),
            last_inspection=self._date("lastInspection", "date"),
        )

    def _refuse_other(self, field: str) -> None:
        front = self._subject.front
        listed = ", ".join(front.codes.values())
        message = (
            f"this is a record of {self._file.text(field)}, and {front.name} has the code {listed}"
        )
        hint = f"leave it out, or add the code to `codes` in {self._subject.path}"
        self._file.fault((field,), message, hint)

    def _reports(self) -> Iterator[Report]:
        for loc in self._file.items("reports"):
            yield Report(self._date(*loc, "reportDate"), self._date(*loc, "firstVisitDate"))
        yield Report(self._date("lastReport", "publicationDate"))
        for loc in self._file.items("assessment"):
            published = self._date(*loc, "assessmentPlanPublishedDateTime")
            for item in self._file.items(*loc, "ratings", "asgRatings"):
                yield Report(published, begun=self._date(*item, "assessmentDate"))

    def _place(self, site: str) -> Listed:
        """Return an empty rating of a location, or of the trust as a whole."""
        subject, scope = self._subject, "location" if site else "trust"
        thing = Thing(subject.trust, subject.regulator_id, scope, same(site), "", OVERALL)
        return Listed(thing, site, "")

    def _related(self) -> Iterator[str]:
        """Yield `HSCA Predecessor RT2C1 Butler Green House` for each related organisation."""
        for loc in self._file.items("relationships"):
            fields = ("Id", "Name")
            both = [f"related{of}{field}" for of in ("Location", "Provider") for field in fields]
            yield " ".join(filter(None, (self._file.text(*loc, key) for key in ("type", *both))))

    def _ratings(self, loc: Loc, base: Listed) -> Iterator[Listed]:
        """Yield the rating of a node and those inside it. `base`: the values of the nodes above."""
        text = self._file.text
        origin, date = text(*loc, "organisationId"), self._date(*loc, "reportDate")
        is_own = origin in {"", text("locationId"), text("providerId")}
        base = replace(
            base,
            date=date if date.known else base.date,
            inherited_from=base.inherited_from if is_own else origin,
            carried_over=same(text(*loc, "status")) == "not assessed",
        )
        if "rating" in self._file.take(dict, *loc):
            value = self._value_of_word((*loc, "rating"), self._values, "value", "outside_scale")
            yield replace(base, value=value or _NO_VALUE)
        if self._file.take(dict, *loc, "overall"):
            yield from self._ratings((*loc, "overall"), base)
        for item in self._file.items(*loc, "keyQuestionRatings"):
            self._name(item)
            known = self._value_of_word(
                (*item, "name"), self._questions, "key question", "key_questions"
            )
            thing = base.thing._replace(key_question=known or OVERALL)
            yield from self._ratings(item, replace(base, thing=thing))
        for item in self._file.items(*loc, "serviceRatings"):
            yield from self._ratings(item, self._service(item, base))

    def _assessed(self, place: Listed, when: str) -> Iterator[Listed]:
        """Yield the ratings of assessments, in use since 2023, each of a group of services.

        They are ratings of the place itself if it has one group only and no overall rating beside,
        as general practices and care homes have; else of a service. `when`: `current`, or others.
        """
        text = self._file.text
        groups = [
            (item, self._date(*loc, "assessmentPlanPublishedDateTime"))
            for loc in self._file.items("assessment")
            for item in self._file.items(*loc, "ratings", "asgRatings")
        ]
        names = {same(text(*item, "name")) for item, _ in groups}
        beside = self._file.take(dict, "currentRatings", "overall")
        is_place = len(names) == 1 and names.isdisjoint(self._services) and not beside
        for item, date in groups:
            if (same(text(*item, "status")) == "current") == (when == "current"):
                own = place if is_place else self._service(item, place)
                yield from self._ratings(item, replace(own, date=date))

    def _service(self, loc: Loc, place: Listed) -> Listed:
        """Return an empty rating of a service at a place."""
        id = self._name(loc)
        area, by = self._areas.get(id, (id, ""))
        own = self._services.get(same(area)) or self._services.get(same(id))
        name, site = own or area, place.name
        thing = place.thing._replace(scope="service", name=same(name), site=same(site))
        is_known = own is not None or not self._services
        return replace(
            place, thing=thing, name=name, site=site, superseded_by=by, is_known=is_known
        )

    def _name(self, loc: Loc) -> str:
        """Return the `name` at a path. If there is none, that is a fault."""
        name = self._file.text(*loc, "name")
        if not name:
            self._file.fault(loc, "this has no `name`", "compare it with another record")
        return name

    def _value_of_word(self, loc: Loc, known: Mapping[str, T], what: str, field: str) -> T | None:
        """Return the value of a word in the regulator's file. An unknown word is a fault."""
        word = self._file.text(*loc)
        value = known.get(same(word))
        if word and value is None:
            hint = f"add it to `{field}` in regulators/{self._subject.regulator_id}.yaml"
            self._file.fault(loc, f"the regulator's file has no {what} `{word}`", hint)
        return value

    def _date(self, *loc: str | int) -> PartialDate:
        """Return the day with which a text begins; unknown if there is none."""
        written = self._file.text(*loc)
        try:
            return PartialDate.parse(written[:10]) if written else _NO_DATE
        except DateError:
            self._file.fault(loc, f"`{written}` is not a day", "it should begin as 2026-01-15")
            return _NO_DATE


# -- a JSON file whose values are taken one by one; each fault has its line and column -----------

_KINDS: dict[Any, str] = {str: "a text", list: "a list", dict: "an object"}
_BETWEEN = re.compile(r"[\s:,]*+")
_DECODER = json.JSONDecoder()


class JsonFile:
    """A file that is JSON. `problems`: the faults found so far."""

    def __init__(self, path: str, raw: bytes) -> None:
        """Raises ContentError if it is not JSON."""
        self.path = path
        self.problems: list[Problem] = []
        message, place = "this is not UTF-8 text", (1, 1)
        try:
            self._text = raw.decode("utf-8-sig")
            self._data = json.loads(self._text, parse_int=float)
            return
        except json.JSONDecodeError as fault:
            message, place = f"this is not JSON ({fault.msg})", (fault.lineno, fault.colno)
        except RecursionError:
            message = "this is nested too deep"
        except UnicodeDecodeError:
            pass
        hint = "save the record again, just as the regulator's API gives it"
        raise ContentError([Problem(path, *place, message, hint)])

    def take(self, kind: Any, *loc: str | int) -> Any:
        """Return the value at a path; empty if there is none. One of another kind is a fault."""
        value = self._data
        for step in loc:
            inside = isinstance(value, list if isinstance(step, int) else dict)
            value = value[step] if inside and (isinstance(step, int) or step in value) else None
        if value is not None and not isinstance(value, kind):
            self.fault(loc, f"this should be {_KINDS[kind]}", "compare it with another record")
            value = None
        return kind() if value is None else value

    def text(self, *loc: str | int) -> str:
        """Return the text at a path, in one line; empty if there is none."""
        return printable(" ".join(self.take(str, *loc).split()))

    def items(self, *loc: str | int) -> list[Loc]:
        """Return the paths of the items of the list at a path."""
        return [(*loc, n) for n in range(len(self.take(list, *loc)))]

    def fault(self, loc: Loc, message: str, hint: str) -> None:
        """Note a fault at the value at a path, which is there."""
        offset = _after_space(self._text, 0)
        for step in loc:
            offset = _offset(self._text, offset, step)
        place = Lines(self._text).place(offset)
        self.problems.append(Problem(self.path, *place, message, hint))


def _offset(text: str, offset: int, wanted: str | int) -> int:
    """Return the offset of the value of a key or place in the object or list at `offset`."""
    offset = _after_space(text, offset + 1)
    key: object = 0
    while True:
        if isinstance(wanted, str):
            key, offset = _DECODER.raw_decode(text, offset)
            offset = _after_space(text, offset)
        if key == wanted:
            return offset
        offset = _after_space(text, _DECODER.raw_decode(text, offset)[1])
        key = key + 1 if isinstance(key, int) else key


def _after_space(text: str, offset: int) -> int:
    match = _BETWEEN.match(text, offset)
    return match.end() if match else offset
