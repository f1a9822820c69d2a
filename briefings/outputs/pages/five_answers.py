"""The five answers of a briefing, derived from its front matter and from the ledger.

What happened, how bad is it, had they been told before, what is being done, who says so. What is
not known is said so. A briefing's own page shows them first; other pages may show them too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from briefings import urls
from briefings.content.dates.values import PartialDate
from briefings.content.schema.briefing import BriefingFront, Rating, ServiceCounts
from briefings.content.schema.entities import RegulatorFront
from briefings.domain import words
from briefings.domain.enforcement import joined_in
from briefings.domain.ledger.entries import AnswerKind, Entry, Status
from briefings.domain.ledger.history import History, InBriefing, history, requirements_of_trust
from briefings.domain.ratings.covering import value_of
from briefings.domain.ratings.histories import given_to, later_of, value_before
from briefings.domain.ratings.scales import (
    change_label,
    key_question_label,
    named_before,
    values_before,
)
from briefings.domain.site import Briefing, Site
from briefings.domain.visibility import joined
from briefings.engine import query
from briefings.outputs.pages.components import (
    CardGrade,
    GradeLabel,
    Tally,
    action_in_short,
    action_side,
    counts_of,
    headline_ratings,
    in_words,
    label_of,
    main_ratings,
    rated,
    service_counts,
    short_names,
    shown,
    some_of,
    source_line,
    subject_of,
)

#: Numbers of visits, enforcement actions and publishers that are listed; more are counted.
_VISITS, _ACTIONS, _PUBLISHERS = 2, 2, 3

_ANSWERED: Mapping[AnswerKind, str] = {
    AnswerKind.ACCEPTED: "accepted",
    AnswerKind.PARTLY_ACCEPTED: "partly accepted",
    AnswerKind.REFUSED: "refused",
    AnswerKind.PLAN_SUPPLIED: "plan supplied",
    AnswerKind.SAID_DONE: "said by the trust to be done",
    AnswerKind.NONE: "no answer on record",
}
#: What services and locations are called where their ratings are counted.
_MANY: Mapping[str, str] = {"service": "services", "location": "sites"}
#: Words if the trust's newest answer came before the newest order, or before a reopening.
_TOLD_AGAIN, _TOLD_SINCE = "no answer since told again", "no answer since told"
_REOPENED = "no answer since reopened"
_UNKNOWN = PartialDate.parse("unknown")
#: Values of `reply.status` with a statement of the trust.
_ANSWERS = frozenset({"replied", "public-statement"})
_REPLIED = {
    "replied": "The trust replied to us.",
    "public-statement": "The trust made a public statement.",
    "no-reply": "We asked the trust; it has not replied.",
    "declined": "We asked the trust; it declined to comment.",
    "not-asked": "We did not ask the trust for a reply.",
}


class Answer(NamedTuple):
    """One of the five answers, shown in the order of its fields.

    `question`: `How bad is it?`. `url`: the section that has the whole answer. `lead`: the
    editor's summary, or empty. `grades`: each with what was rated and how it compares. `tally`: the
    number of ratings of each grade, without a headline rating. `text`: one to three sentences.
    """

    question: str
    url: str
    text: str
    lead: str = ""
    grades: tuple[CardGrade, ...] = ()
    tally: Tally | None = None

    def link(self, page: str) -> str:
        """Return the URL of the section, from a page that is not the briefing's own.

        `page`: the URL of the briefing; empty on its own page.
        """
        return f"{page}{self.url}" if self.url.startswith("#") else self.url


class Order(NamedTuple):
    """A requirement that a briefing names: its history, and what the briefing records of it."""

    history: History
    recorded: InBriefing


@dataclass(frozen=True, slots=True)
class _Source:
    """Input of the answers. `ordered`: requirements with an order; `raised`: the others."""

    site: Site
    briefing: Briefing
    regulator: RegulatorFront
    ordered: Sequence[Order]
    raised: Sequence[Order]

    @property
    def front(self) -> BriefingFront:
        return self.briefing.front

    def say(self, text: str) -> str:
        """Replace "trust" and the like in a fixed text by the site's own words (`words.say`)."""
        return words.say(self.site.config, text)


@query
def five_answers(site: Site, id: str) -> tuple[Answer, ...]:
    """Return the five answers of a briefing; their links are anchors of its page."""
    briefing = site.briefing[id]
    orders = list(_orders(site, briefing))
    source = _Source(
        site=site,
        briefing=briefing,
        regulator=site.regulators[briefing.front.regulator].front,
        ordered=[order for order in orders if order.recorded.is_told],
        raised=[order for order in orders if not order.recorded.is_told],
    )
    return (
        _what_happened(source),
        _how_bad(source),
        _told_before(source),
        _being_done(source),
        _who_says_so(source),
    )


def _orders(site: Site, briefing: Briefing) -> Iterator[Order]:
    """Yield the requirements that a briefing names, in file order."""
    for id in dict.fromkeys(event.id for event in briefing.front.requirements):
        its_history = history(site, id)
        if its_history is not None:
            yield Order(its_history, its_history.in_briefing(briefing.id))


def _what_happened(source: _Source) -> Answer:
    """Answer with the summary and the dates of the inspection and of its report."""
    inspection = source.front.inspection
    visits = list(dict.fromkeys(visit.date for visit in inspection.inspected))
    period = joined(visits)
    if not any(date.known for date in visits):
        inspected = "Inspection date not known"
    elif len(visits) <= _VISITS:
        shown_dates = (date.show() if date.known else "on a date not known" for date in visits)
        inspected = f"Inspected {words.listed(shown_dates)}"
    else:
        when = f", {period.show()}" if period.known else ""
        inspected = f"Inspected on several dates{when}"
    dates = f"{inspected}; report {inspection.report_published.show()}."
    return Answer("What happened", "#briefing", dates, lead=source.front.summary)


def _how_bad(source: _Source) -> Answer:
    """Answer with the ratings, else with what was found; and with enforcement."""
    site, briefing, regulator, front = (
        source.site, source.briefing, source.regulator, source.front
    )  # fmt: skip
    grades = tuple(
        CardGrade(
            shown(value_of(regulator, rating, briefing)),
            _rated(source, rating),
            later_of(site, briefing, rating),
        )
        for rating in headline_ratings(regulator, briefing)
    )
    tally = tally_of(site, regulator, briefing)
    counts = front.service_counts
    sentences = (
        [_service_counts_text(counts, service_counts(regulator, briefing, counts))]
        if counts
        else []
    )
    if not grades and not tally and not counts:
        sentences += [
            "No new rating." if front.ratings else "No rating given.",
            *_findings_text(front),
        ]
    sentences += _enforced(source)
    return Answer(
        "How bad is it?", _section_of(front), " ".join(sentences), grades=grades, tally=tally
    )


def _rated(source: _Source, rating: Rating) -> str:
    """Return what a grade is of, how it compares, and, if it is inherited, to whom it was given."""
    of = f"{rated(source.site, source.regulator, rating)}{_change(source, rating)}"
    return "; ".join(filter(None, (of, given_to(source.site, rating))))


def tally_of(site: Site, regulator: RegulatorFront, briefing: Briefing) -> Tally | None:
    """Return how many main ratings of a briefing have each value; None if all are listed."""
    ratings, listed = main_ratings(regulator, briefing), headline_ratings(regulator, briefing)
    if all(rating in listed for rating in ratings):
        return None
    names = {subject_of(site, rating) for rating in ratings}
    scopes = sorted({rating.scope for rating in ratings}, reverse=True)
    name = names.pop() if len(names) == 1 else words.listed(_MANY[scope] for scope in scopes)
    questions = {key_question_label(regulator, rating.key_question) for rating in ratings}
    by = "by key question" if len(questions) > 1 else words.label_lower(questions.pop())
    values = [value_of(regulator, rating, briefing) for rating in ratings]
    counts = counts_of(value for value in values if not value.ends_rating)
    later = (later_of(site, briefing, rating) for rating in ratings)
    return Tally(counts, f"{name}, {by}", some_of(later)) if counts else None


def _service_counts_text(counts: ServiceCounts, grades: Iterable[tuple[GradeLabel, int]]) -> str:
    """Return `18 services: 1 outstanding, 10 good, 7 requires improvement.`"""
    numbers = in_words((grade, count) for grade, count in grades if count)
    services = words.plural(counts.total, "service")
    return f"{services}: {numbers}." if numbers else f"{services}."


def _section_of(front: BriefingFront) -> str:
    """Return the first section that says how bad it is; that of ratings counts services too."""
    blocks = ("ratings", "breaches", "enforcement", "concerns")
    present = [block for block in blocks if getattr(front, block)]
    return f"#{'ratings' if front.service_counts else [*present, 'briefing'][0]}"


def _change(source: _Source, rating: Rating) -> str:
    """Return how a rating compares with the one before: `; up from Inadequate`.

    Empty for a suspension, which is no grade.
    """
    value = value_of(source.regulator, rating, source.briefing)
    if not value.is_grade:
        return ""
    before = next(iter(values_before(source.regulator, rating, value)), None)
    if before is None and rating.change is None:
        before = value_before(source.site, source.briefing, rating)
    method = rating.previous.method if rating.previous else None
    under = f" ({label_of(source.regulator.methods, method)})" if method else ""
    label = before and (before.label if rating.change else named_before(before, value))
    was = f"{label}{under}" if label else ""
    change = words.lower(change_label(rating.change, value)) if rating.change else ""
    if rating.change in {"up", "down"}:
        preposition = "from" if change == rating.change else "than"
        return f"; {change} {preposition} {was}" if was else f"; {change}"
    if rating.change == "same" and before and before.label == value.label:
        was = ""
        if rating.previous and rating.previous.date.known:
            change = f"unchanged since {rating.previous.date.bare()}"
        change += under
    elif was:
        was = f"previously {was}"
    elif not change:
        was = "previous rating not given"
    return f"; {', '.join(filter(None, (change, was)))}"


def _findings_text(front: BriefingFront) -> Iterator[str]:
    """Yield what was found, in numbers."""
    blocks = {"concern": front.concerns, "strength": front.strengths}
    counts = [words.plural(len(items), name) for name, items in blocks.items() if items]
    if counts:
        yield f"{words.listed(counts)} recorded."
    if any(breach.count != 0 for breach in front.breaches):
        yield "Breaches of regulations found."


def _enforced(source: _Source) -> Iterator[str]:
    """Yield the enforcement actions: first those of the inspection itself, then the others."""
    sides: dict[str, list[tuple[str, str]]] = {"": []}
    across_briefings = joined_in(source.site, source.briefing)
    for action, joined_action in zip(source.front.enforcement, across_briefings, strict=True):
        kind, rest = action_in_short(action, source.regulator)
        if joined_action.is_ended and joined_action.status:
            rest += f", {words.lower(words.ENFORCEMENT_STATUSES[joined_action.status])}"
        elif joined_action.ended and "ended" not in rest:
            rest += ", ended"
        side = action_side(action, source.front.inspection)
        sides.setdefault(side, []).append((kind, rest))
    for side, actions in sides.items():
        shorts = Counter(actions)
        listed = "; ".join(
            f"{words.label_lower(kind) if side or n else kind}{rest}"
            f"{f', {words.times(count)}' if count > 1 else ''}"
            for n, ((kind, rest), count) in enumerate(shorts.items())
        )
        if len(shorts) > _ACTIONS:
            listed = words.plural(len(actions), "enforcement action")
        if actions:
            yield f"{side}: {listed}." if side else f"{listed}."


def _told_before(source: _Source) -> Answer:
    """Answer with the orders that repeat earlier ones, else with earlier orders to the trust."""
    ordered, raised = source.ordered, len(source.raised)
    again = [order for order in ordered if _is_older(source, order)]
    sentences = [_repeated(source, again)] if ordered else []
    if not again:
        sentences += [_earlier_orders(source)]
    if raised:
        findings = words.plural(raised, "finding")
        sentences += [
            f"Also {findings} without an order." if ordered else f"{findings}, no order reported."
        ]
    if not any(sentences):
        was_told = any(True for _ in _orders_to_trust(source))
        sentences = [
            f"No order to the trust is {'known to be earlier' if was_told else 'on record'}."
        ]
    ledger = f"{urls.url_of('trust', source.front.trust)}#ledger"
    url = "#requirements" if ordered or raised else ledger
    return Answer("Had they been told before?", url, source.say(" ".join(filter(None, sentences))))


def _is_older(source: _Source, order: Order) -> bool:
    """Whether the briefing repeats an order, or reports one certainly older than its own visit."""
    first, since = order.history.first_told, _begins(source, order)
    is_older = first is not None and first.stands.certainly_before(since)
    return order.recorded.is_told_again or is_older


def _begins(source: _Source, order: Order) -> PartialDate:
    """Return when inspectors were there; if that is not known, the date of the briefing's first
    event.
    """
    own = (entry for entry in order.history.entries if entry.briefing.id == source.briefing.id)
    visit = source.briefing.inspected
    return visit if visit.known else next(own).stands


def _may_be_older(source: _Source, order: Order) -> bool:
    """Whether another briefing reports an order that may be older than the visit of this one."""
    others = (entry for entry in order.history.entries if entry.briefing.id != source.briefing.id)
    since = _begins(source, order)
    return any(entry.is_order and not entry.stands.certainly_after(since) for entry in others)


def _orders_to_trust(source: _Source) -> Iterator[Entry]:
    """Yield all orders to the trust, repeated ones too."""
    for its_history in requirements_of_trust(source.site, source.front.trust):
        yield from (entry for entry in its_history.entries if entry.is_order)


def _earlier_orders(source: _Source) -> str:
    """Return how many orders are on record that are certainly older than this visit.

    Where its date is not known: orders of other briefings that are older than the report.
    """
    visit, report = source.briefing.inspected, source.front.inspection.report_published
    dates = [
        entry.date
        for entry in _orders_to_trust(source)
        if entry.stands.certainly_before(visit if visit.known else report)
        and (visit.known or entry.briefing.id != source.briefing.id)
    ]
    if not dates:
        return ""
    count = words.plural(len(dates), f"{'other ' if source.ordered else ''}earlier order")
    given = "given" if len(dates) == 1 else "the first"
    first = f", {given} {words.when(_first(dates))}" if all(date.known for date in dates) else ""
    return f"{count} to the trust on record{first}."


def _repeated(source: _Source, again: Sequence[Order]) -> str:
    """Return `Yes, on 1 of 8 requirements, first in 2022.`; `again`: those told before."""
    ordered = source.ordered
    count, them = words.plural(len(ordered), "requirement"), "it" if len(ordered) == 1 else "them"
    if not again:
        may_be = any(_may_be_older(source, order) for order in ordered)
        none = (
            f"no order for {them} is known to be earlier"
            if may_be
            else f"no earlier order for {them} on record"
        )
        return f"{count}; {none}."
    firsts = (
        order.recorded.first_told if order.recorded.is_told_again else order.history.first_told
        for order in again
    )
    dates = [first.date if first else _UNKNOWN for first in firsts]
    first = f", first {words.when(_first(dates))}" if all(date.known for date in dates) else ""
    which = f"{len(again)} of {count}"
    if len(again) == len(ordered):
        which = {1: "the requirement", 2: "both requirements"}.get(len(ordered), f"all {count}")
    return f"Yes, on {which}{first}."


def _first(dates: Iterable[PartialDate]) -> PartialDate:
    """Return the date of the first of several events, as exactly as it is known.

    That with the earliest possible day: of `2018` and `March 2018`, `2018`.
    """
    return min(dates, key=lambda date: date.sort_key()[::-1])


def _being_done(source: _Source) -> Answer:
    """Answer with the trust's answers, what the regulator recorded since, and the next check."""
    front, reply, check = source.front, source.front.reply, source.front.next_check
    findings = source.raised if any(order.history.answer.entry for order in source.raised) else ()
    sentences = [
        *_answered(source.ordered, "requirement"),
        *_answered(findings, "finding"),
        *_ended_counts(source.ordered, "Recorded"),
        *_ended_counts(source.raised, "Findings recorded"),
    ]
    if reply and reply.status in _ANSWERS and not sentences:
        has = "Our summary of what the trust says is in the briefing."
        sentences = [has if reply.gist else "The briefing has no summary of what the trust says."]
    sentences = sentences or ["No plan or reply on record."]
    plan = "We planned" if check and source.site.clock.passed(check) else "We plan"
    next_check = [f"{plan} to look again {words.when(check)}."] if check else []
    section = "requirements" if front.requirements else "briefing"
    if reply and (reply.status in _ANSWERS or not front.requirements):
        section = "reply"
    text = source.say(" ".join([*sentences, *next_check]))
    return Answer("What is being done?", f"#{section}", text)


def _answer_to(order: Order) -> str:
    """Return what the trust answered to an order, in words, since it was last told."""
    answer = order.history.answer
    if answer.told_since:
        return _TOLD_AGAIN if answer.order else _TOLD_SINCE
    return _REOPENED if answer.reopened_since else _ANSWERED[answer.kind]


def _answered(orders: Sequence[Order], noun: str) -> Iterator[str]:
    """Yield `8 requirements: 6 accepted, 2 no answer on record.`; nothing if there are none."""
    answers = [_answer_to(order) for order in orders]
    order = (*_ANSWERED.values(), _TOLD_AGAIN, _TOLD_SINCE, _REOPENED)
    counts = {answer: answers.count(answer) for answer in order if answer in answers}
    if not counts:
        return
    listed = ", ".join(f"{count} {answer}" for answer, count in counts.items())
    if len(counts) == 1:
        every = "" if len(answers) == 1 or answers[0].startswith("no ") else "all "
        listed = f"{every}{answers[0]}"
    yield f"{words.plural(len(answers), noun)}: {listed}."


def _ended_counts(orders: Sequence[Order], lead: str) -> Iterator[str]:
    """Yield how many are met, partly met or lifted by the regulator's word."""
    statuses = [order.history.status for order in orders]
    named = {Status.MET: "met", Status.PARTLY_MET: "partly met", Status.LIFTED: "lifted"}
    counts = [
        f"as {word}: {statuses.count(status)}"
        for status, word in named.items()
        if status in statuses
    ]
    if counts:
        yield f"{lead} {'; '.join(counts)}."


def _who_says_so(source: _Source) -> Answer:
    """Answer with the publishers of the sources, and whether the trust replied."""
    front = source.front
    short = short_names(source.site, front.trust)
    publishers = list(dict.fromkeys(source_line(front.sources, short).publishers.values()))
    names = [words.with_article(name) for name in publishers]
    if len(names) > _PUBLISHERS + 1:
        others = f"{words.spelt(len(names) - _PUBLISHERS)} others"
        names = [*names[:_PUBLISHERS], others]
    only = "Only " if len(names) == 1 else ""
    named = f"{only}{words.listed(names)}"
    named = words.capital(named) if named.startswith("the ") else named
    reply = _REPLIED[front.reply.status] if front.reply else "No reply on record."
    return Answer("Who says so?", "#sources", f"{words.ended(named)} {source.say(reply)}")


def in_text(answer: Answer) -> str:
    """Return one of the five answers in plain text, without its lead."""
    grades = (f"{grade}." for grade in grades_in_text(answer.grades, answer.tally))
    return " ".join(filter(None, (*grades, answer.text)))


def grades_in_text(grades: Iterable[CardGrade], tally: Tally | None) -> Iterator[str]:
    """Yield grades as cards and answers show them, in plain text.

    `Good (Overall, whole trust; inspected again since, in June 2022)`, and a tally as `Services:
    1 good, 2 inadequate; some replaced since the report of 22 October 2025`.
    """
    for grade in grades:
        later = f"; {grade.later.label}" if grade.later else ""
        yield f"{grade.grade.word} ({grade.rated}{later})"
    if tally:
        later = f"; {tally.later.label}" if tally.later else ""
        yield f"{words.capital(tally.of)}: {in_words(tally.counts)}{later}"
