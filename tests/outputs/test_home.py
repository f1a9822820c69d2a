"""The home page: the newest report, and lists that say up to which day they go."""

from __future__ import annotations

import re

import pytest

from briefings.domain.site import Site
from tests.support.factory import a_site
from tests.support.reading import Reading, html_of, read


def report(day: str, *ratings: str, more: str = "") -> str:
    rows = "".join(f"  - {{{row}, sources: [A]}}\n" for row in ratings)
    dates = f"inspection: {{type: focused, inspected: 2016, report_published: {day}}}\n"
    return dates + (f"ratings:\n{rows}" if rows else "") + more


def told(day: str, id: str = "rooms", event: str = "told") -> str:
    return f"requirements:\n  - {{id: {id}, event: {event}, date: {day}, sources: [A]}}\n"


def home(site: Site) -> str:
    return Reading(html_of(site)["/"]).at("main")


def test_the_newest_report_by_its_date_leads_and_the_others_follow_by_theirs() -> None:
    days = {"old": "2017-05-01", "newest": "2026-02-04", "middle": "2021-03-02"}
    site = a_site({id: f"title: Report {id}\n{report(day)}" for id, day in days.items()})
    text = home(site)
    assert "Newest report · Report of 4 February 2026 · North Trust · CQC Report newest" in text
    newest = text[text.index("Newest reports Reports up to 4 February 2026") :]
    assert newest.index("Report middle") < newest.index("Report old")
    assert "Report newest" not in newest


def test_the_lead_has_the_five_answers_with_links_to_the_briefing() -> None:
    page = html_of(a_site({"one": f"summary: Doors were locked.\n{report('2020-06-01')}"}))["/"]
    lead = page[page.index('<article class="lead">') : page.index("</article>")]
    assert "Doors were locked." in lead
    links = re.findall(r'<dt><a href="(.*?)">(.*?)</a>', lead)
    assert [question for _, question in links] == [
        "What happened", "How bad is it?", "Had they been told before?", "What is being done?",
        "Who says so?",
    ]  # fmt: skip
    assert links[0][0] == "/briefings/one/#briefing"


def test_changed_ratings_are_grouped_by_report_and_by_change() -> None:
    scales = ("safe", "caring", "overall")
    before = [f"scope: service, name: Wards, key_question: {name}, value: good" for name in scales]
    after = [
        "scope: service, name: Wards, key_question: safe, value: inadequate",
        "scope: service, name: Wards, key_question: caring, value: inadequate",
        "scope: service, name: Wards, value: outstanding",
    ]
    site = a_site({"one": report("2018", *before), "two": report("2020-06-01", *after)})
    assert (
        "Ratings that changed Reports up to 1 June 2020 North Trust 1 June 2020 "
        "Wards: Safe, Caring Inadequate Previously Good "
        "Wards: Overall Outstanding Previously Good Compare"
    ) in home(site)


def test_the_lists_of_requirements_go_up_to_the_last_record_or_look_and_not_to_today() -> None:
    rooms = "title: Stop using shared rooms\n"
    last = (
        "Longest outstanding Records up to {}. By the time from the first to the last record. "
        "Stop using shared rooms"
    )
    silent = (
        "Longest without a record Records up to {}. Neither met nor lifted on record, "
        "and nothing recorded since but what the trust says. "
        "Stop using shared rooms"
    )
    briefings = {"one": told("2018-03-05"), "two": told("2020-04-01")}
    text = home(a_site(briefings, requirements={"rooms": rooms}))
    assert last.format("1 April 2020") in text
    assert silent.format("1 April 2020") in text
    rooms += "looked:\n  - {date: 2023-11-03, where: The minutes}\n"
    text = home(a_site(briefings, requirements={"rooms": rooms}))
    assert last.format("3 November 2023") in text


def test_a_site_without_briefings_and_one_with_a_single_briefing_have_a_home_page() -> None:
    text = home(a_site({}))
    assert "0 briefings on" in text
    assert "Newest" not in text
    text = home(a_site({"one": report("2020-06-01")}))
    assert "Newest report · Report of 1 June 2020" in text
    assert "Newest reports" not in text


@pytest.mark.parametrize("content", ["content", "tests/site/content", "tests/sites/schools"])
def test_each_list_of_the_home_page_says_up_to_which_day_it_goes(content: str) -> None:
    text = read(content)["/"].at("main")
    for heading in ("Longest outstanding", "Longest without a record", "Newest reports"):
        assert text.count(f"{heading} Re") == text.count(heading)
        assert text.count(f"{heading} Records up to") + text.count(f"{heading} Reports up to") == 1
