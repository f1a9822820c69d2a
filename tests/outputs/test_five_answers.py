"""A briefing answers five questions first, and says plainly what is not known."""

from __future__ import annotations

from textwrap import dedent

import pytest

from briefings.outputs.pages.five_answers import Answer, five_answers
from tests.support.factory import a_site
from tests.support.reading import SECTORS, site_of

HAPPENED, BAD, TOLD, DONE, WHO = range(5)
VISIT = "inspection: {{type: focused, inspected: {0}, report_published: {1}}}\n"
RATED = "ratings: [{{scope: trust, value: {0}, sources: [A]{1}}}]\n"
ORDER = "{{id: {0}, event: {1}, date: {2}, sources: [A]}}"
SOURCE = "{0}: {{publisher: {1}, type: data, url: unknown, published: unknown}}"


def orders(*events: str) -> str:
    """Return `requirements` of events such as `rooms told 2025`."""
    return f"requirements: [{', '.join(ORDER.format(*event.split()) for event in events)}]\n"


def sources(*publishers: str) -> str:
    """Return `sources` of these publishers, with the keys A, B and so on."""
    named = (SOURCE.format(chr(65 + n), publisher) for n, publisher in enumerate(publishers))
    return f"sources: {{{', '.join(named)}}}\n"


REQUIREMENTS = {"rooms": "", "doors": "title: Mend the doors"}


def as_read(answer: Answer) -> str:
    """Return an answer as it reads: grades, tally, text."""
    grades = [f"[{grade.grade.word}] {grade.rated}." for grade in answer.grades]
    tally = [f"{count} [{grade.word}]" for grade, count in (answer.tally or ((),))[0]]
    return " ".join([*grades, *tally, answer.text])


def answers(text: str, **others: str) -> tuple[Answer, ...]:
    """Return the answers of a made-up briefing `one`."""
    site = a_site({"one": dedent(text), **others}, requirements=REQUIREMENTS)
    return five_answers(site, "one")


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("", HAPPENED, "Inspected September 2025; report 14 January 2026."),
        (VISIT.format("2022", "unknown"), HAPPENED, "Inspected in 2022; report date not known."),
        (
            VISIT.format("unknown", "/2021"),
            HAPPENED,
            "Inspection date not known; report in 2021 or before.",
        ),
        (
            VISIT.format("2025-06-10/2025-06-12", "2025-08"),
            HAPPENED,
            "Inspected 10 to 12 June 2025; report August 2025.",
        ),
        (
            VISIT.format("[{date: 2025-05-01}, {date: 2025-06}]", "2025-08"),
            HAPPENED,
            "Inspected 1 May 2025 and June 2025; report August 2025.",
        ),
        (
            VISIT.format("[{date: 2025-05}, {date: 2025-06}, {date: 2025-07}]", "2025-08"),
            HAPPENED,
            "Inspected on several dates, May to July 2025; report August 2025.",
        ),
        (
            VISIT.format("[{date: 2025-05}, {date: unknown}, {date: 2025-07}]", "2025-08"),
            HAPPENED,
            "Inspected on several dates; report August 2025.",
        ),
        ("", BAD, "No rating given."),
        (RATED.format("good", ""), BAD, "[Good] Overall, whole trust; previous rating not given. "),
        (RATED.format("good", ", carried_over: true"), BAD, "No new rating."),
        (
            RATED.format("good", ", change: up, previous: {value: inadequate, date: 2022}"),
            BAD,
            "[Good] Overall, whole trust; up from Inadequate. ",
        ),
        (
            RATED.format("good", ", change: same, previous: {value: good, date: 2022}"),
            BAD,
            "[Good] Overall, whole trust; unchanged since 2022. ",
        ),
        (RATED.format("good", ", change: down"), BAD, "[Good] Overall, whole trust; down. "),
        (
            RATED.format("good", ", previous: {value: inadequate, date: 2022}"),
            BAD,
            "[Good] Overall, whole trust; previously Inadequate. ",
        ),
        (
            RATED.format("good", ", change: first"),
            BAD,
            "[Good] Overall, whole trust; first rating. ",
        ),
        (RATED.format("suspended", ""), BAD, "[Rating suspended] Overall, whole trust. "),
        (
            """
            ratings:
              - {scope: service, name: Maternity, value: suspended, sources: [A]}
              - {scope: trust, value: good, change: unknown, sources: [A]}
            """,
            BAD,
            "[Rating suspended] Overall, Maternity. "
            "[Good] Overall, whole trust; change not known. ",
        ),
        (
            """
            service_counts: {total: 3, good: 2, inadequate: 1, sources: [A]}
            breaches: [{text: T., sources: [A]}]
            """,
            BAD,
            "3 services: 2 good, 1 inadequate.",
        ),
        (
            """
            concerns: [{text: T., sources: [A]}, {text: T., sources: [A]}]
            strengths: [{text: T., sources: [A]}]
            breaches: [{text: T., sources: [A]}]
            enforcement: [{kind: warning-notice, text: T., count: 2, served: 2025-11, sources: [A]}]
            """,
            BAD,
            "No rating given. 2 concerns and 1 strength recorded. Breaches of regulations found. "
            "Warning notice (2 notices), November 2025.",
        ),
        (
            """
            enforcement:
              - {kind: warning-notice, text: T., served: 2025-11, sources: [A]}
              - {kind: warning-notice, text: T., served: 2025-12, sources: [A]}
              - {kind: warning-notice, text: T., served: 2026, sources: [A]}
            """,
            BAD,
            "No rating given. 3 enforcement actions.",
        ),
        ("", TOLD, "No order to the trust is on record."),
        (
            orders("rooms told 2025"),
            TOLD,
            "1 requirement; no earlier order for it on record.",
        ),
        (
            orders("rooms told 2025", "doors told 2025"),
            TOLD,
            "2 requirements; no earlier order for them on record.",
        ),
        (orders("rooms raised 2025"), TOLD, "1 finding, no order reported."),
        (
            orders("rooms told 2025", "doors raised 2025"),
            TOLD,
            "1 requirement; no earlier order for it on record. "
            "Also 1 finding without an order.",
        ),
        (
            orders("rooms told 2022-11", "rooms repeated 2025"),
            TOLD,
            "Yes, on the requirement, first in November 2022.",
        ),
        (
            orders("rooms told unknown", "rooms repeated 2025", "doors told 2025"),
            TOLD,
            "Yes, on 1 of 2 requirements.",
        ),
        (
            orders("rooms told 2021", "rooms met 2025-09", "doors told 2025-09"),
            TOLD,
            "Yes, on 1 of 2 requirements, first in 2021.",
        ),
        (
            orders(
                "rooms told 2021", "rooms repeated 2025", "doors told 2019", "doors repeated 2025"
            ),
            TOLD,
            "Yes, on both requirements, first in 2019.",
        ),
        ("", DONE, "No plan or reply on record."),
        (
            "next_check: 2027-03\nreply: {status: replied, gist: T.}",
            DONE,
            "Our summary of what the trust says is in the briefing. "
            "We plan to look again in March 2027.",
        ),
        (
            "reply: {status: replied}",
            DONE,
            "The briefing has no summary of what the trust says.",
        ),
        (
            orders("rooms told 2025", "doors told 2025", "rooms accepted 2026"),
            DONE,
            "2 requirements: 1 accepted, 1 no answer on record.",
        ),
        (
            orders("rooms told 2025", "rooms plan-supplied 2026", "rooms met 2026-06"),
            DONE,
            "1 requirement: plan supplied. Recorded as met: 1. "
            ,
        ),
        (
            orders("rooms told 2023", "rooms accepted 2024", "rooms repeated 2025"),
            DONE,
            "1 requirement: no answer since told again.",
        ),
        (
            orders("rooms told 2023", "rooms said-done 2024"),
            DONE,
            "1 requirement: said by the trust to be done.",
        ),
        (
            orders("rooms raised 2025", "rooms plan-supplied 2026"),
            DONE,
            "1 finding: plan supplied.",
        ),
        ("", WHO, "Only A Paper. No reply on record."),
        (
            "reply: {status: not-asked, reason: T.}\n"
            + sources("Care Quality Commission", "Aa", "BB"),
            WHO,
            "The CQC, Aa and the BB. We did not ask the trust for a reply.",
        ),
        (
            "reply: {status: declined, asked: 2026-01}\n" + sources("Aa", "Bb", "Cc", "Dd", "Ee"),
            WHO,
            "Aa, Bb, Cc and two others. We asked the trust; it declined to comment.",
        ),
        (
            "reply: {status: no-reply, asked: 2026-01}\n" + sources("Aa", "Bb", "Cc", "Dd"),
            WHO,
            "Aa, Bb, Cc and Dd. We asked the trust; it has not replied.",
        ),
        ("reply: {status: public-statement, gist: T., sources: [A]}", WHO,
         "Only A Paper. The trust made a public statement."),
    ],
)  # fmt: skip
def test_each_answer_says_what_is_known_and_what_is_not(text: str, number: int, words: str) -> None:
    assert as_read(answers(text)[number]).strip() == words.strip()


def test_a_requirement_told_by_an_earlier_briefing_is_repeated_and_a_replaced_grade_says_so() -> (
    None
):
    earlier = VISIT.format("2021", "2021-06") + orders("rooms told 2021") + RATED.format("good", "")
    later = orders("rooms told 2025-09") + RATED.format("inadequate", "")
    site = a_site({"one": earlier, "two": later})
    assert as_read(five_answers(site, "two")[TOLD]) == "Yes, on the requirement, first in 2021."
    answer = five_answers(a_site({"one": "", "two": earlier}), "one")[TOLD].text
    assert answer == "1 earlier order to the trust on record, given in 2021."
    new = a_site({"one": orders("doors told 2025-09"), "two": earlier}, requirements=REQUIREMENTS)
    assert as_read(five_answers(new, "one")[TOLD]) == (
        "1 requirement; no earlier order for it on record. "
        "1 other earlier order to the trust on record, given in 2021."
    )
    answer = five_answers(a_site({"one": "", "two": earlier, "three": later}), "two")[TOLD].text
    assert answer == "1 requirement; no earlier order for it on record."
    grade = five_answers(site, "one")[BAD].grades[0]
    assert grade.later is not None
    assert grade.later.label == "replaced since the report of 14 January 2026"


def test_earlier_orders_are_all_counted_and_later_ones_are_not_denied() -> None:
    told_twice = VISIT.format("2022", "2022-06") + orders("rooms told 2021", "rooms repeated 2022")
    site = a_site({"one": "", "two": told_twice, "three": VISIT.format("2020", "2020-06")})
    answers = [five_answers(site, id)[TOLD].text for id in ("one", "three")]
    assert answers == [
        "2 earlier orders to the trust on record, the first in 2021.",
        "No order to the trust is known to be earlier.",
    ]


def test_each_answer_leads_to_its_section() -> None:
    def urls(text: str) -> list[str]:
        return [answer.url for answer in answers(text)]

    assert urls("") == ["#briefing", "#briefing", "/trusts/north/#ledger", "#briefing", "#sources"]
    full = RATED.format("good", "") + orders("rooms told 2025")
    assert urls(full) == ["#briefing", "#ratings", "#requirements", "#requirements", "#sources"]
    assert urls(f"{full}reply: {{status: replied, gist: T.}}")[DONE] == "#reply"
    breach = "breaches: [{text: T., sources: [A]}]"
    assert [urls(breach)[BAD], answers(breach)[BAD].link("/x/")] == ["#breaches", "/x/#breaches"]


@pytest.mark.parametrize("content", SECTORS)
def test_the_answers_use_the_words_of_another_sector(content: str) -> None:
    site = site_of(content)
    for briefing in site.briefings:
        text = " ".join(as_read(answer) for answer in five_answers(site, briefing.id))
        assert "trust" not in text.lower()
