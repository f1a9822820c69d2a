"""Values that many pages show: a grade with its shape, a line of sources, a card of a briefing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from briefings import anchors, urls
from briefings.content.dates import PartialDate
from briefings.content.schema import OVERALL, Rating, RegulatorFront, SiteFront, Source, TrustFront
from briefings.domain import words
from briefings.domain.ratings import (
    RatingValue,
    again_words,
    end_words,
    ended_by,
    find_value,
    inspected_since,
    key_question_label,
    value_of,
)
from briefings.domain.site import Briefing, Site
from briefings.outputs.pages.page import LinkTo

T = TypeVar("T")


class Labelled(Protocol):
    """An item of a regulator's lists: an id and the words shown for it."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...


#: How many rows a page of a list holds.
ROWS = 100


class GradeLabel(NamedTuple):
    """A rating as it is shown: the word always, a shape and a tone (CSS classes) beside it."""

    word: str
    tone: str
    shape: str
    is_grade: bool
    meaning: str = ""


#: From best to worst: how a scale of four looks; a longer or shorter one shares these out.
_TONES = ("best", "good", "poor", "worst")


def shown(value: RatingValue) -> GradeLabel:
    """How a value is shown: by its place on its scale, or as a word outside any scale."""
    if value.position is None:
        shape = "ended" if value.ends_rating else "none"
        return GradeLabel(value.label, "none", shape, False, value.meaning or "")
    place, of = value.position
    tone = _TONES[(place - 1) * (len(_TONES) - 1) // (of - 1)] if of > 1 else "good"
    return GradeLabel(value.label, tone, tone, True, value.meaning or "")


def grade(regulator: RegulatorFront, value: str) -> GradeLabel:
    """How a value named by its id alone is shown, on the first scale that has it."""
    return shown(find_value(regulator, value) or RatingValue(value, words.from_id(value)))


def label_of(items: Iterable[Labelled], id: str) -> str:
    """The label of the item with this id in one of a regulator's lists, or the id in words."""
    return next((one.label for one in items if one.id == id), words.from_id(id))


class SourceMark(NamedTuple):
    """One source in a line of sources: its short name and where the list of sources has it."""

    label: str
    url: str


class Cites(NamedTuple):
    """The sources of one claim; `only` names the publisher where no other is cited for it."""

    marks: tuple[SourceMark, ...]
    only: str

    @property
    def is_single(self) -> bool:
        """One document of the one publisher."""
        return bool(self.only) and len(self.marks) == 1


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Makes the lines of sources of one page. `page` goes in front of the anchors: nothing on
    the page itself, its path elsewhere."""

    labels: Mapping[str, str]
    publishers: Mapping[str, str]
    page: str = ""

    def __call__(self, keys: Sequence[str]) -> Cites:
        """The line for one claim; an empty one for what cites nothing. `only` is said where the
        page has several publishers."""
        marks = tuple(
            SourceMark(self.labels[key], f"{self.page}#{anchors.source(key)}") for key in keys
        )
        cited = {self.publishers[key] for key in keys}
        single = len(cited) == 1 and len(set(self.publishers.values())) > 1
        return Cites(marks, words.with_article(next(iter(cited))) if single else "")


def short_names(regulators: Iterable[RegulatorFront], *trusts: TrustFront) -> dict[str, str]:
    """Publishers by the names that lists use: regulators and trusts."""
    found = {one.name: one.short_name for one in regulators}
    return found | {one.name: one.short_name or one.name for one in trusts}


def source_line(
    sources: Mapping[str, Source], short: Mapping[str, str], page: str = ""
) -> SourceLine:
    """Short names for the sources of a file: `CQC`, `BBC`. A publisher's later sources are told
    apart by their year, `CQC, 2022`, and where that is not enough, by their number in the list."""
    names = {
        key: short.get(one.publisher, words.publisher_name(one.publisher))
        for key, one in sources.items()
    }
    labels = _apart(names, {key: _with_year(names[key], one) for key, one in sources.items()})
    numbered = {key: f"{label} ({number})" for number, (key, label) in enumerate(labels.items(), 1)}
    return SourceLine(_apart(labels, numbered), names, page)


def _apart(labels: Mapping[str, str], longer: Mapping[str, str]) -> dict[str, str]:
    """Each label where it stands first, and the longer form where it stands again."""
    seen: set[str] = set()
    found = {}
    for key, label in labels.items():
        found[key] = longer[key] if label in seen else label
        seen.add(label)
    return found


def _with_year(name: str, source: Source) -> str:
    date = source.published
    same = date.earliest and date.latest and date.earliest.year == date.latest.year
    return f"{name}, {date.earliest.year}" if same and date.earliest else name


class CardGrade(NamedTuple):
    """One grade on a card: what it is of, and what came later: `later_of`."""

    grade: GradeLabel
    rated: str
    later: LinkTo | None


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of a briefing. `grades`: suspensions first, then the main rating."""

    title: str
    url: str
    summary: str
    trust: LinkTo
    regulator: str
    kind: str
    inspected: tuple[PartialDate, ...]
    report_published: PartialDate
    published: datetime
    grades: tuple[CardGrade, ...]

    @property
    def report(self) -> str:
        """`Report of February 2018`."""
        return words.report_of(self.report_published)


def main_rating(briefing: Briefing) -> Rating | None:
    """The rating that stands for a briefing in lists: the trust's overall one, else its leadership
    or another of the trust, else the first overall one, else the first."""
    ratings = [one for one in briefing.front.ratings if not one.carried_over]
    return min(ratings, key=_weight, default=None)


def _weight(rating: Rating) -> tuple[bool, bool]:
    """`min` keeps the first of equals, so the order of the file decides the rest."""
    return (rating.scope != "trust", rating.key_question != OVERALL)


def rated(regulator: RegulatorFront, rating: Rating) -> str:
    """What a rating is of: `Well-led, whole trust`, `Overall, High secure hospitals, Rampton`."""
    what = [key_question_label(regulator, rating.key_question), rating.name or "whole trust"]
    return ", ".join([*what, rating.site] if rating.site else what)


def trust_name(site: Site, id: str) -> str:
    """A trust as lists call it: its short name where it has one."""
    front = site.trusts[id].front
    return front.short_name or front.name


def trust_link(site: Site, id: str) -> LinkTo:
    """A trust's short name, leading to its page."""
    return LinkTo(trust_name(site, id), urls.url_of("trust", id))


def full_name(regulator: RegulatorFront) -> str:
    """`Care Quality Commission (CQC)`: the name at its first use on a page."""
    short = regulator.short_name
    return regulator.name if short in regulator.name else f"{regulator.name} ({short})"


def card(site: Site, briefing: Briefing) -> Card:
    """The card of one briefing."""
    front = briefing.front
    regulator = site.regulators[front.regulator].front
    return Card(
        title=front.title,
        url=briefing.url,
        summary=front.summary,
        trust=trust_link(site, front.trust),
        regulator=regulator.short_name,
        kind=label_of(regulator.inspection_types, front.inspection.type),
        inspected=tuple(visit.date for visit in front.inspection.inspected),
        report_published=front.inspection.report_published,
        published=briefing.visible_from,
        grades=tuple(_card_grades(site, regulator, briefing)),
    )


def _card_grades(site: Site, regulator: RegulatorFront, briefing: Briefing) -> Iterator[CardGrade]:
    """Suspensions, which are said before any grade; then the rating that stands for the briefing,
    if that is none of them."""
    first = main_rating(briefing)
    given = [one for one in briefing.front.ratings if not one.carried_over]
    ended = [one for one in given if value_of(regulator, one, briefing).ends_rating]
    for one in ended if first is None or first in ended else (*ended, first):
        value = value_of(regulator, one, briefing)
        yield CardGrade(shown(value), rated(regulator, one), later_of(site, briefing, one))


def later_of(site: Site, briefing: Briefing, rating: Rating) -> LinkTo | None:
    """What came after a grade, and where: `replaced since the report of 22 October 2025`, else
    `inspected again since, in June 2022`, else nothing."""
    regulator = site.regulators[briefing.front.regulator].front
    value = value_of(regulator, rating, briefing)
    n = next(n for n, one in enumerate(briefing.front.ratings) if one is rating)
    end = ended_by(site, briefing, n) if value.is_grade or value.ends_rating else None
    if end is not None:
        return LinkTo(end_words(end), end.url)
    later = inspected_since(site, briefing, rating)
    return LinkTo(again_words(later, briefing.dated), later.briefing.url) if later else None


def report_url(config: SiteFront, title: str) -> str:
    """Where a reader reports a mistake on a page: the address for that, else the publisher's own,
    else nothing. A mail names the page as its subject."""
    publisher = config.publisher
    email = f"mailto:{publisher.email}" if publisher.email else None
    address = publisher.report_errors or email
    if address is None:
        return ""
    if address.startswith("mailto:"):
        return f"{address}?subject={quote(f'Mistake on: {title}')}"
    return address


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one page of a list stands among the others. `links` are all of them, in order."""

    number: int
    base: str
    total: int

    @property
    def is_needed(self) -> bool:
        """False for a list on one page."""
        return self.total > 1

    @property
    def suffix(self) -> str:
        """What tells the title of a later page apart: `, page 2 of 5`."""
        return f", {self.words.lower()}" if self.number > 1 else ""

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        """This page's rows of a list."""
        return rows[(self.number - 1) * ROWS : self.number * ROWS]

    @property
    def newer(self) -> str:
        """The page before, or nothing."""
        return urls.page_of(self.base, self.number - 1) if self.number > 1 else ""

    @property
    def older(self) -> str:
        """The page after, or nothing."""
        return urls.page_of(self.base, self.number + 1) if self.number < self.total else ""

    @property
    def words(self) -> str:
        """`Page 2 of 5`."""
        return f"Page {self.number} of {self.total}"


def pagers(longest: int, base: str) -> Iterator[Pager]:
    """The pages of several lists side by side, the longest of which has this many rows."""
    total = max(1, -(-longest // ROWS))
    return (Pager(number, base, total) for number in range(1, total + 1))


def paged(rows: Sequence[T], base: str) -> Iterator[tuple[Pager, Sequence[T]]]:
    """A list in pages of 100 rows; one page at least."""
    for pager in pagers(len(rows), base):
        yield pager, pager.of(rows)
