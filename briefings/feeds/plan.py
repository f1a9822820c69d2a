"""Which feeds there are, and which items each of them carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import quote

from briefings import urls, words
from briefings.feeds.items import (
    Item,
    changes,
    merger,
    newest,
    of_briefings,
    paragraph,
    read_on,
    tag,
    withdrawal,
)
from briefings.feeds.rss import Feed
from briefings.ledger import Entry, History, histories
from briefings.ratings import Point, rating_changes, rating_histories
from briefings.registers import Action, actions
from briefings.site import Briefing, Site


def feed_list(site: Site) -> list[Feed]:
    """Every RSS feed: the main one, then those of lists, trusts, topics, regulators, and the
    ledger's. A feed is there, and valid, before its first item."""
    return [
        _main(site),
        *_registers(site),
        *_trusts(site),
        *_topics(site),
        *_regulators(site),
        *_requirements(site),
    ]


def _feed(
    site: Site, page: str, title: str, description: str, items: Callable[[], Iterable[Item]]
) -> Feed:
    url = urls.feed_of(page)
    return Feed(
        url=url,
        self_url=site.urls.absolute(url),
        page_url=site.urls.absolute(page),
        title=title,
        description=description,
        language=site.config.language,
        generator=site.config.title,
        collect=lambda: newest(items(), site),
    )


def _main(site: Site) -> Feed:
    items = partial(of_briefings, site, site.briefing.values())
    about = site.config.tagline or f"Every briefing of {site.config.title}"
    return _feed(site, urls.HOME, site.config.title, about, items)


def _registers(site: Site) -> Iterator[Feed]:
    name = site.config.title
    told = histories(site)
    yield _feed(
        site, urls.REQUIREMENTS, f"{name}: the ledger",
        "What regulators told trusts to do, and what became of it",
        partial(_ledger, site, told.values()),
    )  # fmt: skip
    yield _feed(
        site, urls.RATINGS, f"{name}: ratings", "Ratings given and changed",
        partial(_ratings, site),
    )  # fmt: skip
    yield _feed(
        site, urls.ENFORCEMENT, f"{name}: enforcement", "Uses of the regulators’ powers",
        partial(_actions, site),
    )  # fmt: skip
    yield _feed(
        site, urls.CORRECTIONS, f"{name}: corrections",
        "Corrections, clarifications, updates and withdrawals", partial(_corrections, site),
    )  # fmt: skip


def _trusts(site: Site) -> Iterator[Feed]:
    withdrawn = _withdrawn_by(site, lambda one: (one.front.trust, *one.front.also_about))
    for id, record in site.trusts.items():
        front = record.front
        items = partial(_of_trust, site, id, (*site.by_trust[id], *withdrawn.get(id, ())))
        about = f"Briefings on inspections of {front.name}"
        yield _feed(site, urls.url_of("trust", id), front.name, about, items)


def _of_trust(site: Site, id: str, briefings: tuple[Briefing, ...]) -> Iterator[Item]:
    yield from of_briefings(site, briefings)
    yield from merger(site, id)


def _topics(site: Site) -> Iterator[Feed]:
    withdrawn = _withdrawn_by(site, lambda one: one.front.topics)
    for id, record in site.topics.items():
        items = partial(of_briefings, site, (*site.by_topic[id], *withdrawn.get(id, ())))
        title = f"{record.front.name}: {site.config.title}"
        yield _feed(site, urls.url_of("topic", id), title, record.front.summary, items)


def _regulators(site: Site) -> Iterator[Feed]:
    withdrawn = _withdrawn_by(site, lambda one: (one.front.regulator,))
    for id, record in site.regulators.items():
        items = partial(of_briefings, site, (*site.by_regulator[id], *withdrawn.get(id, ())))
        about = f"Briefings on inspections by {record.front.name}"
        title = f"{record.front.name}: {site.config.title}"
        yield _feed(site, urls.url_of("regulator", id), title, about, items)


def _withdrawn_by(
    site: Site, keys: Callable[[Briefing], Iterable[str]]
) -> dict[str, list[Briefing]]:
    found: dict[str, list[Briefing]] = {}
    for one in site.withdrawn:
        for key in keys(one):
            found.setdefault(key, []).append(one)
    return found


def _requirements(site: Site) -> Iterator[Feed]:
    for id, history in histories(site).items():
        trust = _trust(site, history.front.trust)
        title = f"{history.front.title} ({trust})"
        page = urls.url_of("requirement", id)
        yield _feed(site, page, title, history.front.text, partial(_ledger, site, [history]))


def _trust(site: Site, id: str) -> str:
    front = site.trusts[id].front
    return front.short_name or front.name


def _ledger(site: Site, several: Iterable[History]) -> Iterator[Item]:
    """Every event of the ledger. Its guid names what it is, so that a list may be put in order."""
    for history in several:
        for entry in history.entries:
            yield _event(site, history, entry)


def _event(site: Site, history: History, entry: Entry) -> Item:
    date = entry.date.written.replace("/", "--")
    trust = _trust(site, history.front.trust)
    said = f"{entry.label} {entry.date.in_sentence()}: {history.front.text}"
    page = site.urls.absolute(history.url)
    note = paragraph(entry.event.note) if entry.event.note else ""
    return Item(
        guid=tag(site, f"requirement/{history.id}#{entry.briefing.id}-{entry.kind}-{date}"),
        title=f"{entry.label}: {history.front.title} ({trust})",
        url=page,
        summary=said,
        written=paragraph(said) + note + read_on(page, "Its whole history, with sources"),
        moment=entry.briefing.visible_from,
    )


def _ratings(site: Site) -> Iterator[Item]:
    for point in rating_changes(rating_histories(site)):
        yield _rating(site, point)


def _actions(site: Site) -> Iterator[Item]:
    for one in actions(site):
        yield _action(site, one)


def _rating(site: Site, point: Point) -> Item:
    front = point.briefing.front
    rating = point.rating
    trust = _trust(site, front.trust)
    what = trust if rating.name is None else f"{trust}, {rating.name}"
    regulator = site.regulators[front.regulator].front
    questions = {one.id: one.label for one in regulator.key_questions}
    question = questions.get(rating.key_question, words.capital(rating.key_question))
    change = f" ({words.CHANGES[point.change].lower()})" if point.change else ""
    before = f" Before: {point.before.label}." if point.before else ""
    title = f"{what}: {question} – {point.value.label}{change}"
    said = f"{title}. {front.inspection.report_published.show()}.{before}"
    page = site.urls.absolute(point.url)
    place = "/".join(filter(None, (rating.scope, rating.name, rating.site, rating.key_question)))
    return Item(
        guid=tag(site, f"briefing/{point.briefing.id}#rating/{quote(place)}"),
        title=title,
        url=page,
        summary=said,
        written=paragraph(said) + read_on(page, front.title),
        moment=point.briefing.visible_from,
    )


def _action(site: Site, one: Action) -> Item:
    regulator = site.regulators[one.regulator].front
    kind = next(
        (each.label for each in regulator.enforcement_kinds if each.id == one.kind), one.kind
    )
    served = f"Served: {one.served.show()}."
    status = f" {words.ENFORCEMENT_STATUSES[one.status]}." if one.status else ""
    said = f"{one.text}. {served}{status}"
    page = site.urls.absolute(one.url)
    return Item(
        guid=tag(site, f"enforcement/{one.key}"),
        title=f"{kind}: {_trust(site, one.trust)}",
        url=page,
        summary=said,
        written=paragraph(said) + read_on(page, one.latest.briefing.front.title),
        moment=min(mention.briefing.visible_from for mention in one.mentions),
    )


def _corrections(site: Site) -> Iterator[Item]:
    for one in site.briefings:
        yield from changes(site, one)
    for one in site.withdrawn:
        yield from changes(site, one)
        yield from withdrawal(site, one)
