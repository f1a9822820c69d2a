"""Values that many pages show: grades, source citations, enforcement in short, links to trusts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from briefings import anchors, urls
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import Enforcement, Inspection, Rating, ServiceCounts
from briefings.content.schema.entities import RegulatorFront
from briefings.content.schema.site import SiteFront
from briefings.content.schema.types import Revision, Source
from briefings.domain import words
from briefings.domain.ratings.covering import value_of, when_rated
from briefings.domain.ratings.scales import (
    RatingValue,
    find_value,
    key_question_label,
    scales_in_force,
    tally,
)
from briefings.domain.site import Briefing, Site, trust_name, trust_names
from briefings.engine import query
from briefings.urls import LinkTo

T = TypeVar("T")

#: Sort key of a value outside any scale.
_LAST = (1000, 0)
#: Number of main ratings of a briefing that are listed; more are counted.
_LISTED = 3


class Labelled(Protocol):
    """An item of a regulator's lists: an id and its label."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...


class GradeLabel(NamedTuple):
    """A rating as shown: the word, always, with a shape and a tone (CSS classes).

    `is_grade`: true for a value on a scale. `meaning`: the regulator's definition, or empty.
    """

    word: str
    tone: str
    shape: str
    is_grade: bool
    meaning: str = ""

    @property
    def after_count(self) -> str:
        """What stands between a number of them and a word that begins with a digit: `rated `."""
        return "rated " if self.word[:1].isdigit() else ""


#: Grade and the number of ratings that have it, best first.
Counts = tuple[tuple[GradeLabel, int], ...]
#: Tones of a scale of four grades, best first; scales of other lengths are spread over them. The
#: last is that of a value outside the scale.
TONES = ("best", "good", "poor", "worst", "none")


def shown(value: RatingValue) -> GradeLabel:
    """Return the label of a rating value, with the tone of its position on its scale.

    A value outside any scale has the tone `none`; its shape is `ended` if it ends a rating, else
    `none`.
    """
    if value.position is None:
        shape = "ended" if value.ends_rating else "none"
        return GradeLabel(value.label, "none", shape, False, words.ended(value.meaning or ""))
    position, count = value.position
    tone = TONES[(position - 1) * 3 // (count - 1)] if count > 1 else "good"
    return GradeLabel(value.label, tone, tone, True, words.ended(value.meaning or ""))


def label_of(items: Iterable[Labelled], id: str) -> str:
    """Return the label of the item with this id in a regulator's list, or the id in words."""
    return next((item.label for item in items if item.id == id), words.from_id(id))


class Cites(NamedTuple):
    """The citations of one claim.

    `marks`: links to the cited entries of the list of sources, by short names. `only`: the
    publisher, with article, if all cited sources have the same one; see `SourceLine`.
    """

    marks: tuple[LinkTo, ...]
    only: str

    @property
    def is_single(self) -> bool:
        """True if the claim cites a single document and its publisher is named in `only`."""
        return bool(self.only) and len(self.marks) == 1


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Callable that returns the citations of a claim on one page.

    `labels`: source key → short name. `publishers`: source key → publisher. `page`: prefix of the
    links, empty on the page that has the list of sources, else the path of that page.
    """

    labels: Mapping[str, str]
    publishers: Mapping[str, str]
    page: str = ""

    def __call__(self, keys: Sequence[str]) -> Cites:
        """Return the citations for these source keys; empty for no keys.

        `only` is set if all cited sources have one publisher and the page cites several publishers.
        """
        marks = tuple(
            LinkTo(self.labels[key], f"{self.page}#{anchors.source(key)}") for key in keys
        )
        cited = {self.publishers[key] for key in keys}
        single = len(cited) == 1 and len(set(self.publishers.values())) > 1
        return Cites(marks, words.with_article(next(iter(cited))) if single else "")


@query
def _names_of_regulators(site: Site) -> Mapping[str, str]:
    fronts = (record.front for record in site.regulators.values())
    return {front.name: front.short_name for front in fronts}


def short_names(site: Site, trust: str) -> Mapping[str, str]:
    """Return full name → short name of those who may be publishers: all regulators, and a trust."""
    front = site.trusts[trust].front
    return {**_names_of_regulators(site), front.name: front.short_name or front.name}


def source_line(
    sources: Mapping[str, Source], short: Mapping[str, str], page: str = ""
) -> SourceLine:
    """Return the `SourceLine` for the sources of a file, with short names such as `CQC` or `BBC`.

    A label that is used already gets the year, `CQC, 2022`, and if that is not unique either, the
    number of the source in the list.
    """
    names = {
        key: short.get(source.publisher, words.publisher_name(source.publisher))
        for key, source in sources.items()
    }
    labels = _unique_labels(
        names, {key: _with_year(names[key], source) for key, source in sources.items()}
    )
    numbered = {key: f"{label} ({number})" for number, (key, label) in enumerate(labels.items(), 1)}
    return SourceLine(_unique_labels(labels, numbered), names, page)


def _unique_labels(labels: Mapping[str, str], longer: Mapping[str, str]) -> dict[str, str]:
    """Return each label at its first use, and the longer form from `longer` at every later use."""
    seen: set[str] = set()
    uses = {}
    for key, label in labels.items():
        uses[key] = longer[key] if label in seen else label
        seen.add(label)
    return uses


def _with_year(name: str, source: Source) -> str:
    date = source.published
    is_one_year = date.earliest and date.latest and date.earliest.year == date.latest.year
    return f"{name}, {date.earliest.year}" if is_one_year and date.earliest else name


class Tally(NamedTuple):
    """The number of ratings of each grade, where there is no headline rating.

    `of`: what was rated, in words. `later`: what came after some of them, or None.
    """

    counts: Counts
    of: str
    later: LinkTo | None


class CardGrade(NamedTuple):
    """One grade on a card. `rated`: what was rated. `later`: what came after (see `later_of`)."""

    grade: GradeLabel
    rated: str
    later: LinkTo | None


def main_ratings(regulator: RegulatorFront, briefing: Briefing) -> list[Rating]:
    """Return the rating that represents a briefing in lists; several if none of them does alone.

    Of the ratings of the trust, or without any those of services and locations: those on the first
    key question of the regulator's `headline` that was rated, one for each service or location. All
    of them if none was, for lists to count. Carried-over ratings are left out.
    """
    own_ratings = [rating for rating in briefing.front.ratings if not rating.carried_over]
    level = [rating for rating in own_ratings if rating.scope == "trust"] or own_ratings
    rated_questions = {rating.key_question for rating in level}
    main = next((id for id in regulator.headline if id in rated_questions), None)
    return [rating for rating in level if main in {None, rating.key_question}]


def headline_ratings(regulator: RegulatorFront, briefing: Briefing) -> list[Rating]:
    """Return the suspensions, which come before any grade, then the main ratings that are not one.

    Without the main ratings if they are many or of several key questions, for lists to count.
    """
    main = main_ratings(regulator, briefing)
    if len(main) > _LISTED or len({rating.key_question for rating in main}) > 1:
        main = []
    ratings = [rating for rating in briefing.front.ratings if not rating.carried_over]
    ended = [rating for rating in ratings if value_of(regulator, rating, briefing).ends_rating]
    return [*ended, *(rating for rating in main if rating not in ended)]


def some_of(later: Iterable[LinkTo | None]) -> LinkTo | None:
    """Return the first link to what came after a grade, as one that is true of some grades."""
    first = next(filter(None, later), None)
    return LinkTo(f"some {first.label}", first.url) if first else None


def counts_of(values: Iterable[RatingValue]) -> Counts:
    """Return the number of occurrences of each value, best grade first."""
    return tuple((shown(value), count) for value, count in tally(values))


def in_words(counts: Iterable[tuple[GradeLabel, int]]) -> str:
    """Return counts of grades for running text: `1 outstanding, 10 good`, `1 C1, 2 C3`.

    Of a grade that begins with a digit: `2 rated 4 years`.
    """
    return ", ".join(
        f"{count} {grade.after_count}{words.label_lower(grade.word)}" for grade, count in counts
    )


def service_counts(
    regulator: RegulatorFront, briefing: Briefing, counts: ServiceCounts
) -> list[tuple[GradeLabel, int]]:
    """Return (grade, number of services), best grade first; values outside the scale last."""
    scales = scales_in_force(regulator, when_rated(briefing))

    def value(id: str) -> RatingValue:
        values = (find_value(regulator, id, scale.id) for scale in scales)
        return next(filter(None, values), RatingValue(id, words.from_id(id)))

    pairs = [(value(id), count) for id, count in counts.counts.items()]
    pairs.sort(key=lambda pair: pair[0].position or _LAST)
    return [(shown(value), count) for value, count in pairs]


def rated(site: Site, regulator: RegulatorFront, rating: Rating) -> str:
    """Name what was rated: `Well-led, whole trust`, `Overall, Secure care, Rampton`."""
    return f"{key_question_label(regulator, rating.key_question)}, {subject_of(site, rating)}"


def subject_of(site: Site, rating: Rating) -> str:
    """Name whose rating it is: `whole trust`, `Secure care, Rampton`."""
    name = rating.name or words.say(site.config, "whole trust")
    return f"{name}, {rating.site}" if rating.site else name


def trust_link(site: Site, id: str) -> LinkTo:
    """Return a link to the page of a trust, labelled with its name in lists."""
    return LinkTo(trust_name(site, id), urls.url_of("trust", id))


def trust_links(site: Site) -> list[LinkTo]:
    """Return `trust_link` of all trusts, in the order of `Site.trusts`."""
    return [LinkTo(name, urls.url_of("trust", id)) for id, name in trust_names(site).items()]


def full_name(regulator: RegulatorFront) -> str:
    """Return `Care Quality Commission (CQC)`, the form for the first mention on a page."""
    short = regulator.short_name
    return regulator.name if short in regulator.name else f"{regulator.name} ({short})"


def article(regulator: RegulatorFront) -> str:
    """Return the article of a regulator's full name in a sentence: `the `, or an empty string.

    Without one: a single word (`Ofsted`), a name that begins with whose it is (`His Majesty's …`),
    and one that ends with its nation (`Audit Wales`, but `the Inspectorate of Wales`).
    """
    name, nation = regulator.name, regulator.nation
    first, _, rest = name.partition(" ")
    is_national = name.endswith(f" {nation}") and not name.endswith(
        (f"of {nation}", f"for {nation}")
    )
    return "the " if rest and first not in words.NO_ARTICLE and not is_national else ""


def _action_date(action: Enforcement) -> PartialDate | None:
    """Return when an action was served, else when it ended; None if neither is known."""
    dates = (action.served, action.ended)
    return next((date for date in dates if date is not None and date.known), None)


def action_in_short(action: Enforcement, regulator: RegulatorFront) -> tuple[str, str]:
    """Return kind, and number with date: `Warning notice` and ` (2 notices), 3 May 2022`.

    `Prosecution` and `, ended 19 April 2024` if it is not known when it was served.
    """
    kind, date = label_of(regulator.enforcement_kinds, action.kind), _action_date(action)
    notices = words.notices(action.count, at_least=action.at_least)
    number = f" ({notices})" if notices else ""
    ended = "" if action.served.known else "ended "
    return kind, f"{number}, {ended}{date.bare()}" if date else number


def action_side(action: Enforcement, inspection: Inspection) -> str:
    """Return `Before the inspection` or `After the report`; empty if neither is certain."""
    date = _action_date(action)
    if date is None:
        return ""
    if all(date.certainly_before(visit.date) for visit in inspection.inspected):
        return "Before the inspection"
    return "After the report" if date.certainly_after(inspection.report_published) else ""


def change_rows(changes: Iterable[Revision]) -> list[tuple[str, str, Revision]]:
    """Return (anchor, kind in words, change) for the log of changes of a page, as in the file."""
    return [
        (anchors.claim("change", n, ()), words.REVISIONS[change.kind], change)
        for n, change in enumerate(changes)
    ]


def report_url(config: SiteFront, title: str) -> str:
    """Return the address for reporting a mistake on a page, or an empty string."""
    publisher = config.publisher
    return contact_url(publisher.report_errors or publisher.email, f"Mistake on: {title}")


def contact_url(address: str | None, subject: str) -> str:
    """Return a link to a web or mail address, a mail with the subject; empty without an address."""
    if not address or "://" in address:
        return address or ""
    return f"mailto:{address.removeprefix('mailto:')}?subject={quote(subject)}"
