"""Three answers, each with its speaker: the regulator's, the trust's, and what was seen since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.content.dates.values import PartialDate
from briefings.domain.ledger.entries import ANSWERS, KINDS
from briefings.domain.ledger.history import History, histories, longest_without_record
from briefings.domain.site import Site
from tests.domain.test_ledger import (
    BRIEFING,
    BRIEFINGS,
    HIDDEN,
    MOMENTS,
    WITHDRAWN,
    events,
    ids,
    inspected,
    several,
    the_history,
)
from tests.support.factory import LONDON, NOW, a_site


def with_looks(*rows: str, looked: str = "", now: datetime = NOW) -> History:
    """The history of `rooms`, whose file has the keys `looked`."""
    return histories(a_site({"one": events(*rows)}, now=now, requirements={"rooms": looked}))[
        "rooms"
    ]


# What the trust answered

ANSWERED = [
    (["told 2020"], "No answer on record"),
    (["told 2020", "accepted 2021"], "Accepted"),
    (["told 2020", "partly-accepted 2021"], "Partly accepted"),
    (["told 2020", "refused 2021"], "Refused"),
    (["told 2020", "accepted 2021", "plan-supplied 2022"], "Plan supplied"),
    (["told 2020", "plan-supplied 2022", "said-done 2023"], "Says it is done"),
    (["raised 2020", "accepted 2021"], "Accepted"),
    (["told 2020", "accepted 2021", "repeated 2022"], "Accepted, before it was told again"),
    (["told 2020", "accepted 2021", "repeated 2022", "refused 2023"], "Refused"),
    (["raised 2019", "accepted 2020", "told 2022"], "Accepted, before it was told"),
    # On one day an order comes before its answer, and so it may within one year.
    (["accepted 2020-05-01", "told 2020-05-01"], "Accepted"),
    (["told 2019", "repeated 2020-05-01", "refused 2020-05-01"], "Refused"),
    (["told 2019", "repeated 2022", "accepted 2022-05"], "Accepted"),
    (["told 2022", "accepted 2022-05"], "Accepted"),
    (["told unknown", "accepted 2020"], "Accepted"),
]


@pytest.mark.parametrize(("rows", "label"), ANSWERED, ids=str)
def test_an_answer_belongs_to_the_newest_order_before_it(rows: list[str], label: str) -> None:
    assert the_history(*rows).answer.label == label
    assert the_history(*rows[::-1]).answer.label == label


def test_an_order_of_unknown_date_after_another_is_of_its_inspection() -> None:
    later = inspected("2025-09", "told unknown")
    history = the_history("told 2019", "accepted 2020", later=later)
    assert history.answer.label == "Accepted, before it was told again"


def test_of_two_orders_of_unknown_date_either_may_be_the_one_that_was_answered() -> None:
    later = inspected("2025-09", "told unknown", "repeated unknown")
    assert the_history("accepted 2020", later=later).answer.label == "Accepted"


def test_the_answer_has_its_date_its_reason_and_its_sources() -> None:
    answer = the_history("told 2020", "refused 2021-05").answer
    assert answer.date == PartialDate.parse("2021-05")
    assert answer.reason == "It costs too much."
    assert [source.publisher for source in answer.sources] == ["A Paper"]
    assert answer.order is not None
    assert answer.order.date.written == "2020"
    nothing = the_history("told 2020").answer
    assert (nothing.date, nothing.reason, nothing.sources) == (None, None, ())
    assert (nothing.order, nothing.told_since, nothing.is_met) == (None, False, False)


SENTENCES = [
    (["told 2020"], "No answer of the trust is on record."),
    (["told 2020", "accepted 2021-03-04"], "The trust accepted this on 4 March 2021."),
    (["told 2020", "partly-accepted 2021"], "The trust accepted a part of this in 2021."),
    (["told 2020", "refused unknown"], "The trust refused this (date not known)."),
    (["told 2020", "plan-supplied 2021-03"], "The trust supplied a plan in March 2021."),
    (
        ["told 2020", "said-done 2021"],
        "The trust says that it is done; no inspector has said so.",
    ),
    (
        ["told 2020", "said-done 2021", "lifted 2022"],
        "The trust says that it is done; no inspector has said so.",
    ),
    (["told 2020", "said-done 2021", "met 2022"], "The trust said in 2021 that it is done."),
    (
        ["told 2020", "said-done 2021", "repeated 2022"],
        "The trust said in 2021 that it is done, before it was told again.",
    ),
]


@pytest.mark.parametrize(("rows", "sentence"), SENTENCES, ids=str)
def test_the_answer_is_said_with_its_speaker(rows: list[str], sentence: str) -> None:
    assert the_history(*rows).answer.sentence == sentence


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_the_trusts_word_makes_nothing_met_and_adds_nothing_to_the_age(kind: str) -> None:
    without = the_history("told 2019-01-01", "repeated 2020-01-01")
    history = the_history("told 2019-01-01", "repeated 2020-01-01", f"{kind} 2024-01-01")
    assert history.status is without.status
    assert history.age == without.age
    assert history.sentence == without.sentence
    assert history.evidence.words == "nothing since 1 January 2020"


# What anyone has seen since

EVIDENCE = [
    (["told 2025-05"], "nothing since May 2025"),
    (["told 2025-05", "said-done 2025-09"], "nothing since May 2025"),
    (["told 2024", "partly-met 2025-03/2025-05"], "nothing since May 2025"),
    (["told /2021"], "nothing since 2021 or before"),
    (["told unknown"], "nothing since a record whose date is not known"),
    (["accepted 2025"], "nothing on record"),
    (["told 2020", "met 2025-05"], "met in May 2025"),
    (["told 2020", "lifted 2025-05-02"], "lifted on 2 May 2025"),
    (["told 2020", "met 2021", "repeated 2022"], "nothing since 2022"),
    (["met 2021-05", "repeated 2021"], "met in May 2021"),
]


@pytest.mark.parametrize(("rows", "words"), EVIDENCE, ids=str)
def test_evidence_is_the_newest_event_that_is_not_the_trusts_word(
    rows: list[str], words: str
) -> None:
    assert the_history(*rows).evidence.words == words


LOOKED = """
looked:
  - {date: 2026-11-03, where: The board papers, note: Nothing there.}
  - {date: 2026-01-10, where: The website}
"""
ASKED = """
asked:
  - {date: 2026-06-05, answered: 2026-11-20}
"""


def test_a_look_and_a_question_bound_the_silence_from_their_day_on() -> None:
    def at(day: str) -> str:
        now = datetime.fromisoformat(day).replace(tzinfo=LONDON)
        return with_looks("told 2025-05", looked=LOOKED + ASKED, now=now).evidence.words

    assert at("2026-02-09T23:59") == "nothing since May 2025; last looked on 10 January 2026"
    assert at("2026-11-02T23:59") == (
        "nothing since May 2025; last looked on 10 January 2026; asked on 5 June 2026, no answer"
    )
    assert at("2026-11-20T00:00") == (
        "nothing since May 2025; last looked on 3 November 2026; "
        "asked on 5 June 2026, answered on 20 November 2026"
    )


def test_a_look_or_a_question_before_the_newest_event_bounds_no_silence() -> None:
    history = with_looks("told 2025-05", "repeated 2026-12", looked=LOOKED + ASKED)
    assert history.evidence.looked is None
    assert history.evidence.asked is None
    assert history.evidence.words == "nothing since December 2026"
    assert [look.date.written for look in history.looks] == ["2026-01-10", "2026-11-03"]


def test_the_longest_without_a_record_comes_first_and_a_look_moves_nothing() -> None:
    rows = {
        "new": ["told 2001", "repeated 2024"],
        "old": ["told 2019", "said-done 2025"],
        "lost": ["told 2018", "not-known 2020"],
        "done": ["told 2001", "met 2002"],
        "seen": ["raised 2001"],
    }
    assert ids(longest_without_record(several(**rows))) == ["old", "lost", "new"]


# Any events, looks, questions and moments

DAYS = st.dates(NOW.date() - timedelta(900), NOW.date() + timedelta(900)).map(str)
LOOKS = st.lists(DAYS, min_size=1, max_size=3, unique=True).map(
    lambda days: [f"{{date: {day}, where: The papers}}" for day in days]
)
QUESTIONS = st.lists(
    st.tuples(DAYS, DAYS).map(sorted), min_size=1, max_size=3, unique_by=lambda days: days[0]
).map(lambda days: [f"{{date: {asked}, answered: {answer}}}" for asked, answer in days])


def file_with(looks: list[str], questions: list[str]) -> str:
    """What the file of a requirement says of looks and questions."""
    return f"looked: [{', '.join(looks)}]\nasked: [{', '.join(questions)}]\n"


FILES = st.builds(file_with, LOOKS, QUESTIONS)


def answers_text(site: Site) -> Mapping[str, object]:
    """All that the three answers say, by requirement."""
    return {
        id: (
            history.status,
            history.sentence,
            history.answer.label,
            history.answer.sentence,
            history.evidence.words,
            [deadline.words for deadline in history.deadlines],
            history.looks,
            history.questions,
        )
        for id, history in histories(site).items()
    }


@given(BRIEFINGS, FILES, MOMENTS)
def test_any_three_answers_obey_the_contract(
    briefings: dict[str, str], file: str, now: datetime
) -> None:
    history = histories(a_site(briefings, now=now, requirements={"rooms": file}))["rooms"]
    plain = histories(a_site(briefings, now=now))["rooms"]
    answers = [entry for entry in history.entries if entry.is_answer]
    answer, evidence = history.answer, history.evidence
    # Looks and questions change no status, no age and no place in a list.
    assert (history.status, history.sentence) == (plain.status, plain.sentence)
    assert (history.age, history.newest) == (plain.age, plain.newest)
    # The answer is the trust's newest word, and earlier only where an order certainly came later.
    assert answer.entry is (answers[-1] if answers else None)
    assert answer.kind == (answers[-1].kind if answers else "none")
    if answer.entry is not None:
        orders = [entry for entry in history.entries if entry.is_order]
        later = [order for order in orders if order.stands.certainly_after(answer.entry.stands)]
        assert not answer.told_since or later
        assert answer.told_since or not any(
            order.date.certainly_after(answer.entry.stands) for order in orders
        )
    # The evidence is never the trust's word, and what is not yet is not shown.
    assert evidence.newest is None or not evidence.newest.is_answer
    today = now.date()
    shown = [look.date.latest for look in history.looks]
    shown += [
        day.latest
        for question in history.questions
        for day in (question.date, question.answered)
        if day
    ]
    assert all(day is not None and day <= today for day in shown)
    assert [look.date.written for look in history.looks] == sorted(
        look.date.written for look in history.looks
    )
    assert history.status.is_ended == (evidence.end is not None)


@given(BRIEFINGS, st.sampled_from(sorted(ANSWERS)), DAYS)
def test_no_word_of_the_trust_changes_where_it_stands(
    briefings: dict[str, str], kind: str, day: str
) -> None:
    before = histories(a_site(briefings))["rooms"]
    after = histories(a_site({**briefings, "answer": events(f"{kind} {day}")}))["rooms"]
    assert after.status is before.status
    if before.newest is not None:
        assert (after.sentence, after.age) == (before.sentence, before.age)
        assert after.evidence.words == before.evidence.words


@given(BRIEFINGS, FILES, BRIEFING, st.sampled_from([*HIDDEN, WITHDRAWN]))
def test_a_briefing_that_is_not_public_or_of_another_trust_changes_no_answer(
    briefings: dict[str, str], file: str, other: str, held_back: str
) -> None:
    trusts = {"north": "", "south": ""}
    files = {"rooms": file, "doors": "trust: south"}
    alone = answers_text(a_site(briefings, trusts=trusts, requirements=files))
    hidden = {**briefings, "a-hidden": held_back + other}
    assert answers_text(a_site(hidden, trusts=trusts, requirements=files)) == alone
    elsewhere = {**briefings, "south": "trust: south\n" + other.replace("id: rooms", "id: doors")}
    theirs = answers_text(a_site(elsewhere, trusts=trusts, requirements=files))
    assert {id: answer for id, answer in theirs.items() if id != "doors"} == alone


@given(st.data(), BRIEFINGS, LOOKS, QUESTIONS)
def test_the_order_of_files_and_of_looks_changes_no_answer(
    data: st.DataObject, briefings: dict[str, str], looks: list[str], questions: list[str]
) -> None:
    shuffled = dict(data.draw(st.permutations(list(briefings.items()))))
    lists = data.draw(st.permutations(looks)), data.draw(st.permutations(questions))
    alone = answers_text(a_site(briefings, requirements={"rooms": file_with(looks, questions)}))
    assert answers_text(a_site(shuffled, requirements={"rooms": file_with(*lists)})) == alone


@given(BRIEFINGS)
def test_every_deadline_set_is_kept_once_in_the_order_of_its_entries(
    briefings: dict[str, str],
) -> None:
    history = histories(a_site(briefings))["rooms"]
    keys = [entry.key for deadline in history.deadlines for entry in deadline.entries]
    assert sorted(keys) == [entry.key for entry in history.entries if entry.event.deadline]
    for deadline in history.deadlines:
        for before, after in pairwise(deadline.entries):
            if after.event.deadline == before.event.deadline:
                continue  # told again
            assert after.kind == "deadline-set"
            assert after.date.certainly_after(before.date)
            assert not any(
                before.key < entry.key < after.key and entry.is_order for entry in history.entries
            )


def test_the_kinds_of_event_put_an_order_before_its_answer_and_that_before_its_end() -> None:
    order = [KINDS.index(kind) for kind in ("repeated", "accepted", "said-done", "partly-met")]
    assert order == sorted(order)
