"""The about page says who answers for the site, and what nobody has said about that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from briefings.checks import faults
from briefings.checks.advice import advice_on_site
from briefings.content.loader import load
from briefings.content.schema.site import SiteFront
from briefings.domain.site import visible
from tests.support.factory import CONFIG, NOW, a_content, a_front, a_site
from tests.support.on_disk import in_front, write_site
from tests.support.reading import Reading, html_of, read


def test_the_about_page_says_who_publishes_pays_and_edits_and_where_to_complain() -> None:
    page = read("tests/site/content")["/about/"]
    assert page.at("responsible") == (
        "Who is responsible for this site Publisher Aldermere Watch Society"
        " Who pays for this site Members of the society, & no advertising."
        " Editor Quill Penhaligon Write to desk@society.example"
        " Postal address 1 Mere Street, Aldermere AM1 1AA"
        " Report a mistake https://society.example/mistakes Complain complaints@society.example"
        " Independent appeal Aldermere Press Ombudsman"
    )
    assert "https://society.example/" in page.hrefs
    assert "https://ombudsman.example/complain" in page.hrefs
    mail = "mailto:complaints@society.example?subject=Complaint%3A%20Aldermere%20Inspection%20Watch"
    assert mail in page.hrefs
    assert "We are independent." in page.at("main"), "the text of about.md stays"


def test_what_nobody_has_said_about_the_publisher_is_said_to_be_missing() -> None:
    text = read("content")["/about/"].at("responsible")
    for missing in ("Who pays for this site", "Editor", "Postal address", "Complain"):
        assert f"{missing} Not stated" in text
    assert "Independent appeal None is named" in text
    assert "Report a mistake corrections@inspectionbriefings.example" in text


def test_a_site_without_a_file_for_it_has_an_about_page_that_every_page_links_to() -> None:
    pages = {url: Reading(html) for url, html in html_of(a_site({"one": ""})).items()}
    about = pages["/about/"]
    assert about.at("main").startswith("About Briefings Who is responsible for this site Publisher")
    for url, page in pages.items():
        assert {"/about/", "https://example.org/about/"} & set(page.hrefs), url


def test_an_about_page_that_was_renamed_keeps_the_facts_under_its_new_address(
    tmp_path: Path,
) -> None:
    page = in_front("title: Who we are\naliases: [/about/]", "Words.\n")
    content = load(write_site(tmp_path, {}, files={"pages/us.md": page}))
    assert not content.problems
    site = visible(content, NOW)
    assert faults(site) == []
    pages = html_of(site)
    assert "Publisher Publisher" in Reading(pages["/us/"]).at("responsible")
    assert "This page has moved" in pages["/about/"]


def test_advice_names_what_the_about_page_cannot_say() -> None:
    content = a_content({})
    assert advice_on_site(visible(content, NOW)) == ()
    silent = CONFIG.replace("  editor: The Editor\n", "").partition("  complaints")[0]
    config = a_front(SiteFront, silent)
    [fault] = advice_on_site(visible(replace(content, config=config), NOW))
    assert fault.message == (
        "the about page can't say who decides what is published (`editor`)"
        " and where to complain (`complaints`)"
    )
