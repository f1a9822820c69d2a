"""Compare a trust's current grades with the regulator's records; the result as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby

from briefings.content.dates.values import PartialDate
from briefings.content.schema.types import OVERALL
from briefings.domain.ratings.histories import Standing, Thing
from briefings.domain.ratings.scales import key_question_label
from briefings.domain.ratings.tables import ratings_of_trust
from briefings.domain.site import Site
from briefings.reconcile.records import Listed, Record, Subject

#: The lists of ratings: key in JSON → heading.
LISTS = {
    "missing": "The regulator has, and this site has not",
    "extra": "This site has, and the regulator has not",
    "differs": "Both have, and they differ",
    "unrated": "The regulator gives no grade",
    "inherited": "Given to another organisation, and inherited",
    "superseded": "For an area of inspection that was superseded",
    "not_compared": "This site has, at a location whose record was not given",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One rating as each side has it, in words; `regulator` and `site_has` are empty without it.

    `of`: what was rated, such as `Surgery, Mere Hospital`.
    """

    of: str
    question: str
    regulator: str
    site_has: str
    url: str
    notes: tuple[str, ...] = ()


@dataclass
class Comparison:
    """The result. `lists`: key of `LISTS` → its ratings. `alike`: the number of equal ratings."""

    subject: Subject
    records: list[Record]
    alike: int = 0
    lists: dict[str, list[Found]] = field(default_factory=lambda: {key: [] for key in LISTS})

    @property
    def differs(self) -> bool:
        """Whether anything is missing, extra or different."""
        return any(self.lists[key] for key in ("missing", "extra", "differs"))

    @property
    def text(self) -> str:
        """The report: the records, each list that is not empty, and a line of counts."""
        front, regulator = self.subject.front, self.subject.regulator
        lines = [f"{front.name}: ratings held against records of the {regulator.name}", ""]
        lines += map(_record_line, self.records)
        for key, ratings in self.lists.items():
            if ratings:
                lines += ["", f"{LISTS[key]} ({len(ratings)})", *_lines(ratings)]
        counts = (f"{len(ratings)} {key.replace('_', ' ')}" for key, ratings in self.lists.items())
        return "\n".join([*lines, "", f"{self.alike} alike, {', '.join(counts)}"])

    @property
    def json(self) -> str:
        """An object with the records, the number of ratings that are alike, and each list."""
        fields = ("path", "kind", "code", "name", "deregistered", "related")
        records = [{name: getattr(record, name) for name in fields} for record in self.records]
        lists = {key: list(map(asdict, ratings)) for key, ratings in self.lists.items()}
        values = {"trust": self.subject.trust, "records": records, "alike": self.alike, **lists}
        return json.dumps(values, ensure_ascii=False, indent=1)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A subject's rating in the regulator's list and on the site; None if it is missing in one.

    `standing`: a grade or a suspension, not a word that leaves the grade in force.
    """

    thing: Thing
    name: str
    site: str
    listed: Listed | None
    standing: Standing | None

    @property
    def place(self) -> str:
        """The location, normalized; empty for the trust as a whole."""
        return self.thing.name if self.thing.scope == "location" else self.thing.site

    @property
    def differs(self) -> bool:
        """Whether the values differ, or the dates certainly do: May 2019 may be 21 May 2019.

        A rating that was carried over has no date of its own.
        """
        listed, standing = self.listed, self.standing
        if listed is None or standing is None or listed.value.id != standing.value.id:
            return True
        date = standing.date
        if date is None or standing.point.dated_by_visit or listed.carried_over:
            return False
        return listed.date.certainly_before(date) or listed.date.certainly_after(date)


def compared(site: Site, subject: Subject, records: list[Record]) -> Comparison:
    """Compare the public ratings of the site with the records."""
    result = Comparison(subject, records)
    for pair in _pairs(site, subject, records):
        notes = tuple(_notes(pair, records))
        for key in _keys(pair, {record.place for record in records}):
            result.lists[key].append(_found(subject, pair, notes))
        result.alike += not pair.differs
    for record in records:
        for listed in record.earlier:
            if listed.inherited_from:
                pair = _Pair(listed.thing, listed.name, listed.site, listed, None)
                result.lists["inherited"].append(_found(subject, pair, ("an earlier rating",)))
    return result


def _pairs(site: Site, subject: Subject, records: list[Record]) -> list[_Pair]:
    """Return all ratings: of the trust as a whole, of its services, then location by location."""
    theirs = {listed.thing: listed for record in records for listed in record.ratings}
    on_site = {
        history.thing: history
        for history in ratings_of_trust(site, subject.trust)
        if history.thing.regulator == subject.regulator_id
    }
    pairs = []
    for thing in {*theirs, *on_site}:
        listed, history = theirs.get(thing), on_site.get(thing)
        standing = history.current if history else None
        if standing and not (standing.value.is_grade or standing.is_suspended):
            standing = None
        named = listed or history
        assert named is not None
        pairs.append(_Pair(thing, named.name, named.site, listed, standing))
    questions = [OVERALL, *(question.id for question in subject.regulator.key_questions)]

    def order(pair: _Pair) -> tuple[object, ...]:
        question = questions.index(pair.thing.key_question)
        return pair.place, pair.thing.scope != "trust", pair.thing.name, pair.thing.scope, question

    return sorted(pairs, key=order)


def _keys(pair: _Pair, read: Collection[str]) -> Iterator[str]:
    """Yield the keys of the lists that a rating belongs in. `read`: the places of the records."""
    listed, standing = pair.listed, pair.standing
    if listed is None:
        if standing:
            yield "extra" if pair.place in read else "not_compared"
        return
    if standing and pair.differs:
        yield "differs"
    elif not listed.value.is_grade:
        yield "unrated"
    elif not standing and not listed.superseded_by:
        yield "missing"
    if listed.inherited_from:
        yield "inherited"
    if listed.superseded_by:
        yield "superseded"


def _notes(pair: _Pair, records: list[Record]) -> Iterator[str]:
    """Yield possible reasons for a difference."""
    if pair.listed and not pair.listed.is_known:
        yield "the regulator's file has no such service: add it, or this name to its `aliases`"
    if pair.standing is None or not pair.differs:
        return
    same_value = (pair.thing, pair.standing.value.id)
    earlier = [listed for record in records for listed in record.earlier]
    dates = [listed.date for listed in earlier if (listed.thing, listed.value.id) == same_value]
    if dates:
        newest = max(dates, key=PartialDate.sort_key)
        yield f"the regulator has it as an earlier rating, of {newest.bare()}"
    for record in records:
        if not pair.listed and record.deregistered and record.place == pair.place:
            yield f"{record.code} is deregistered"


def _found(subject: Subject, pair: _Pair, notes: tuple[str, ...]) -> Found:
    standing = pair.standing
    name = pair.name or f"{subject.front.short_name or subject.front.name} as a whole"
    return Found(
        of=f"{name}, {pair.site}" if pair.site else name,
        question=key_question_label(subject.regulator, pair.thing.key_question),
        regulator=_words(pair.listed) if pair.listed else "",
        site_has=f"{standing.value.label} ({standing.dated})" if standing else "",
        url=standing.point.url if standing else "",
        notes=notes,
    )


def _words(listed: Listed) -> str:
    """Return the value with its date and how it came about."""
    marks = (
        listed.date.bare() if listed.date.known else "",
        listed.inherited_from and f"inherited from {listed.inherited_from}",
        "not assessed then, carried over" if listed.carried_over else "",
        listed.superseded_by and f"area superseded by {listed.superseded_by}",
    )
    details = "; ".join(filter(None, marks))
    return f"{listed.value.label} ({details})" if details else listed.value.label


def _lines(ratings: list[Found]) -> Iterator[str]:
    """Yield the lines of a list; key questions with the same words share one."""
    for rating, group in groupby(ratings, lambda rating: replace(rating, question="")):
        here = rating.site_has and f"here {rating.site_has}, {rating.url}"
        questions = ", ".join(item.question for item in group)
        yield f"  {rating.of} ({questions}): {'; '.join(filter(None, (rating.regulator, here)))}"
        yield from (f"    {note}" for note in rating.notes)


def _record_line(record: Record) -> str:
    """Return a line on a record: `location RT2C1, Butler Green House; deregistered 2019-07-30`."""
    deregistered = (
        record.deregistered and f"deregistered {record.deregistered}, so no rating is in force"
    )
    name = f"{record.kind} {record.code}, {record.name}"
    return "; ".join(filter(None, (name, deregistered, *record.related)))
