"""A digest as mail: all that its page lists, in HTML that no mail program cuts and in text."""

from __future__ import annotations

import re
from html import unescape
from itertools import chain

import pytest

from briefings.content.dates.values import PartialDate
from briefings.domain.site import Site
from briefings.domain.weeks import SITE, Week, weeks
from briefings.outputs.mail import MAX_HTML, Mail, mail
from briefings.outputs.pages.digest import digest
from briefings.outputs.pages.renderer import Renderer
from tests.support.factory import a_site
from tests.support.reading import Reading, renderer_of, site_of

WEEK = PartialDate.parse("2026-01-12/2026-01-18")
CONTENT = ["content", "tests/site/content"]


def mail_of(site: Site, days: PartialDate = WEEK, renderer: Renderer | None = None) -> Mail:
    made = mail(renderer or renderer_of(site), site, SITE, site.config.title, days)
    assert made is not None
    return made


def without_style_block(html: str) -> str:
    """The HTML as a mail program shows it that drops `<style>`."""
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module", params=CONTENT)
def weekly(request: pytest.FixtureRequest) -> list[tuple[Site, str, Mail]]:
    """Each week of a site, with its mail."""
    site = site_of(request.param)
    ids, renderer = weeks(site, *SITE), renderer_of(site)
    return [(site, week, mail_of(site, Week.parse(week).days, renderer)) for week in ids]


def test_everything_that_the_page_of_a_week_lists_is_in_the_html_and_in_the_text(
    weekly: list[tuple[Site, str, Mail]],
) -> None:
    assert weekly
    for site, week, made in weekly:
        shown = digest(site, *SITE, week)
        lines = [line for _, _, lines in shown.lists for line in lines]
        expected = [shown.days, shown.counts, *(heading for heading, _, _ in shown.lists)]
        expected += chain.from_iterable((line.label, *line.texts) for line in lines)
        paths = [line.url for line in lines]
        for briefing in shown.briefings:
            expected += [briefing.title, briefing.trust, *(line.label for line in briefing.news)]
            expected += chain.from_iterable(
                (answer.question, answer.text) for answer in briefing.answers
            )
            expected += [answer.lead for answer in briefing.answers]
            expected += [grade.grade.word for answer in briefing.answers for grade in answer.grades]
            paths += [briefing.url, *(line.url for line in briefing.news)]
        html, text = made.html.decode(), made.text.decode()
        for readable in (one_line(Reading(html).text), one_line(text)):
            missing = {one_line(words) for words in expected if one_line(words) not in readable}
            # A heading is in capitals in the text.
            assert {words for words in missing if words.upper() not in readable} == set()
        for address in map(site.urls.absolute, paths):
            assert f'href="{address}"' in html
            assert address in text.split()


def test_the_subject_is_the_title_of_the_html_and_the_first_line_of_the_text() -> None:
    site = a_site({"one": ""})
    made = mail_of(site)
    assert made.subject == "Briefings: 12 to 18 January 2026"
    assert f"<title>{made.subject}</title>" in made.html.decode()
    assert made.text.decode().splitlines()[0] == made.subject
    assert made.html.decode().index("1 new briefing: On one") < made.html.decode().index("<h1")


def test_the_html_is_one_column_with_its_style_in_each_element(
    weekly: list[tuple[Site, str, Mail]],
) -> None:
    for site, _, made in weekly:
        html = without_style_block(made.html.decode())
        html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)  # what only Outlook reads
        assert not re.search(r" class=|<(?:style|link|script|img|table|form|iframe)\b", html)
        for tag in ("body", "div", "h1", "h2", "p", "small", "a"):
            assert f"<{tag} style=" in re.sub(r' (?:href|lang)="[^"]*"', "", html)
            assert f"<{tag}>" not in html
        assert [int(width) for width in re.findall(r"width:(\d+)px", html)] == [568]
        assert f'<html lang="{site.config.language}">' in html
        assert f'<div lang="{site.config.language}"' in html, "mail programs drop <html>"
        hrefs = Reading(html).hrefs
        assert all(href.startswith(str(site.config.base_url)) for href in hrefs)
        assert "prefers-color-scheme: dark" in made.html.decode()
        assert "src=" not in made.html.decode()
        assert "url(" not in made.html.decode()


def test_the_text_has_lines_of_72_characters_and_no_markup(
    weekly: list[tuple[Site, str, Mail]],
) -> None:
    for _, _, made in weekly:
        text = made.text.decode()
        long = [line for line in text.splitlines() if len(line) > 72]
        assert all(re.fullmatch(r" *https?://\S+", line) for line in long), long
        assert unescape(text) == text
        assert not re.search(r"</?[a-z]", text)
        assert all(line == line.rstrip() for line in text.splitlines())
        assert "\n\n\n\n" not in text
        assert text.endswith("/\n")


def test_signs_of_html_are_escaped_in_the_html_and_plain_in_the_text() -> None:
    title = "title: Nurses & <b>wards</b> {{ 7 }} &amp;"
    made = mail_of(a_site({"one": f"{title}\nsummary: 1 < 2 & 'so'."}))
    html, text = made.html.decode(), made.text.decode()
    assert "Nurses &amp; &lt;b&gt;wards&lt;/b&gt; {{ 7 }} &amp;amp;" in html
    assert "<b>wards" not in html
    assert "* Nurses & <b>wards</b> {{ 7 }} &amp;\n" in text
    assert "1 < 2 & 'so'." in text


CORRECTED = "changes: [{date: 2026-01-16, kind: correction, text: Nine and not eight.}]"


@pytest.mark.parametrize(
    ("number", "questions", "summaries"), [(40, 40, 40), (130, 0, 130), (500, 0, 0)]
)
def test_a_week_too_long_for_a_mail_says_less_of_each_briefing_and_how_many_are_left_out(
    number: int, questions: int, summaries: int
) -> None:
    summary = f"summary: {'Bad in many ways. ' * 10} So bad."
    made = mail_of(a_site({f"b{n}": f"{summary}\n{CORRECTED}" for n in range(number)}))
    html, text = made.html.decode(), made.text.decode()
    assert len(made.html) <= MAX_HTML == 102_000
    left_out = int((re.search(r"And (\d+) more", text) or ["", "0"])[1])
    assert (left_out > 0) == (number == 500)
    assert left_out == 0 or len(made.html) > 0.99 * MAX_HTML, "as many as there is room for"
    for readable in (Reading(html).text, one_line(text)):
        assert f"{number} new briefings, {number} corrections and updates" in readable
        assert ("this one is shortened" in readable) == made.is_short == (questions < number)
        assert readable.count("How bad is it?") == questions
        assert readable.count("So bad.") == summaries
        assert readable.count("Nine and not eight.") == number - left_out
        more = f"And {left_out} more: the page of 12 to 18 January 2026"
        assert readable.count(more) == (2 if left_out else 0)
    for readable in (html, text):
        assert "https://example.org/digest/2026-w03/" in readable


def test_other_days_than_a_week_are_told_too_and_lead_to_the_list_of_weeks() -> None:
    site = a_site({"one": "published: 2026-01-15", "two": "published: 2026-01-20"})
    both = mail_of(site, PartialDate.parse("2026-01-15/2026-01-20")).text.decode()
    assert "On one" in both
    assert "On two" in both
    assert "https://example.org/digest/\n" in both
    day = mail_of(site, PartialDate.parse("2026-01-15"))
    assert day.subject == "Briefings: 15 January 2026"
    assert "On two" not in day.text.decode()
    assert "https://example.org/digest/2026-w03/\n" in day.text.decode()


def test_days_on_which_nothing_became_public_make_no_mail() -> None:
    site = a_site({"one": "published: 2026-01-15"})
    assert mail(renderer_of(site), site, SITE, "x", PartialDate.parse("2026-01-16")) is None
