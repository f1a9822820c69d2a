"""Every page has one title, headings in order and no dead anchors; faults of templates."""

from __future__ import annotations

import json
import re
from gzip import compress
from itertools import pairwise
from pathlib import Path

import pytest

from briefings.outputs.files import Files
from briefings.outputs.pages.images import hashed_name, published, read_assets
from briefings.outputs.pages.page import CSP, Meta, Page, View
from briefings.outputs.pages.renderer import Renderer
from briefings.outputs.pages.site_context import SiteContext, in_script
from briefings.problems import ContentError
from tests.support.factory import a_site
from tests.support.reading import ROOT, SECTORS, Reading, built, html_of, pages_of, read, site_of

CONTENTS = ("content", "tests/site/content", *SECTORS)


@pytest.mark.parametrize("content", CONTENTS)
def test_every_page_is_well_formed(content: str) -> None:
    for url, page in read(content).items():
        assert not page.faults, url
        assert len(page.ids) == len(set(page.ids)), url
        assert {href[1:] for href in page.hrefs if href.startswith("#")} <= set(page.ids), url


@pytest.mark.parametrize("content", CONTENTS)
def test_headings_begin_with_one_title_and_skip_no_level(content: str) -> None:
    for page in pages_of(site_of(content)):
        if page.template == "pages/redirect.html":
            continue
        levels = read(content)[page.url].headings
        assert levels.count(1) == 1, page.url
        assert levels[0] == 1, page.url
        assert all(b <= a + 1 for a, b in pairwise(levels)), page.url


@pytest.mark.parametrize("content", CONTENTS)
def test_no_two_pages_share_an_address_or_a_title(content: str) -> None:
    every = pages_of(site_of(content))
    shown = [page for page in every if not page.template.endswith("redirect.html")]
    assert len({page.path for page in every}) == len(every)
    titles = [page.view.meta.title for page in shown]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("content", CONTENTS)
def test_links_into_the_site_lead_to_pages_and_anchors_that_are_there(content: str) -> None:
    prefix = site_of(content).urls.prefix
    ids = {url: set(page.ids) for url, page in read(content).items()}
    for url, page in read(content).items():
        for href in page.hrefs:
            path, _, anchor = href.partition("#")
            if path.startswith(f"{prefix}/") and path.endswith("/"):
                assert path.removeprefix(prefix) in ids, f"{url}: {href}"
                assert not anchor or anchor in ids[path.removeprefix(prefix)], f"{url}: {href}"


@pytest.mark.parametrize("content", CONTENTS)
def test_every_page_says_where_its_feeds_are(content: str) -> None:
    site = site_of(content)
    for page in pages_of(site):
        if page.template.endswith("redirect.html"):
            continue
        html = built(content)[page.url]
        for path in ("/feed.xml", "/feed.json", *(feed.url for feed in page.view.meta.feeds)):
            assert f'href="{site.urls.link(path)}"' in html or page.view.meta.absolute, page.url


@pytest.mark.parametrize("content", CONTENTS)
def test_json_ld_parses_and_its_dates_are_never_made_up(content: str) -> None:
    for url, html in built(content).items():
        for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S):
            assert json.loads(block)["@context"] == "https://schema.org", url
    text = built("content")["/briefings/nottinghamshire-healthcare-well-led-2025/"]
    assert '"AggregateRating"' not in text
    assert '"2025-09-01"' not in text


def test_a_path_in_the_base_url_is_in_front_of_every_link() -> None:
    site = site_of("tests/site/content")
    assert site.urls.prefix
    for url, page in read("tests/site/content").items():
        inside = [href for href in page.hrefs if href.startswith("/")]
        assert all(href.startswith(f"{site.urls.prefix}/") for href in inside), url


def test_the_page_and_the_headers_have_one_policy_without_inline_code() -> None:
    assert "unsafe" not in CSP
    for url, html in built("content").items():
        assert 'http-equiv="Content-Security-Policy"' in html, url
        assert not re.search(r"<script(?![^>]*(?:src=|ld\+json))", html), url
        assert "<style" not in html, url


def test_text_of_an_editor_is_never_a_template_or_markup() -> None:
    site = a_site({"one": "title: '{{ 7*7 }} <b>x</b> & </script>'"})
    html = html_of(site)["/briefings/one/"]
    assert "<h1>{{ 7*7 }} &lt;b&gt;x&lt;/b&gt; &amp; &lt;/script&gt;</h1>" in html
    assert "49" not in Reading(html).at("main")


def test_json_cannot_end_the_script_it_is_in() -> None:
    block = in_script({"name": "</script><!-- & \u2028"})
    assert "<" not in block
    assert json.loads(block) == {"name": "</script><!-- & \u2028"}


VIEW = View(Meta(url="/x/", title="A page", description="What it says.", kind="page"))
PAGE = Page("/x/", "x.html", lambda: VIEW)


def _faulty(folder: Path, text: str) -> ContentError:
    (folder / "x.html").write_text(text)
    renderer = Renderer([folder], SiteContext(a_site({}), {}))
    with pytest.raises(ContentError) as fault:
        renderer.render(PAGE)
    return fault.value


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a\n{{ view.colour }}\n", 2, "has no attribute 'colour'"),
        ("a\nb\n{{ colour }}\n", 3, "'colour' is undefined"),
        ("{% if %}\n", 1, "can't be read"),
        ("a\n{% endfor %}\n", 2, "can't be read"),
        ("a\n{{ site.asset('x.css') }}\n", 2, "static/ has no file `x.css`"),
        ("a\n{{ 1 + 'x' }}\n", 2, "unsupported operand"),
        ("{% include 'none.html' %}\n", 1, "there is no template `none.html`"),
        ("{% extends 'x.html' %}\n{% block a %}{% endblock %}\n", 1, "recursion"),
    ],
)
def test_a_fault_of_a_template_is_reported_with_its_file_and_line(
    tmp_path: Path, text: str, line: int, expected: str
) -> None:
    problem = _faulty(tmp_path, text).problems[0]
    assert (problem.path, problem.line) == (str(tmp_path / "x.html"), line)
    assert expected in problem.message


def test_a_mistake_of_the_program_is_not_blamed_on_a_template(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("{{ view.meta|link }}")
    renderer = Renderer([tmp_path], SiteContext(a_site({}), {}))
    with pytest.raises(AttributeError):
        renderer.render(PAGE)


def test_every_unreadable_template_is_found_before_anything_is_rendered(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "a.html").write_text("{% if %}")
    (tmp_path / "b.html").write_text("\n{{ }}")
    (tmp_path / "c.html").write_bytes("one\nan été".encode("latin-1"))
    with pytest.raises(ContentError) as fault:
        Files(a_site({}), [tmp_path], [tmp_path / "static"], tmp_path).renderer  # noqa: B018
    assert [(Path(problem.path).name, problem.line) for problem in fault.value.problems] == [
        ("a.html", 1),
        ("b.html", 2),
        ("c.html", 2),
    ]
    assert "not UTF-8" in fault.value.problems[2].message


def test_templates_have_short_lines_pass_no_html_and_compare_no_text() -> None:
    """A number may be compared with a number; words are chosen by the program."""
    files = sorted((ROOT / "templates").rglob("*.html"))
    assert {file.parent.relative_to(ROOT / "templates").parts[0] for file in files} == {
        "layouts", "mail", "pages", "partials", "macros",
    }  # fmt: skip
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
            code = "".join(re.findall(r"\{[{%](.*?)[%}]\}", line))
            assert len(line) < 160, (file, number)
            assert not re.search(r"\|\s*safe|[=!]=(?! \d)|autoescape", code), (file, number)


def test_static_files_are_named_after_their_content(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a{}")
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "x.js").write_text("1")
    (tmp_path / "README.md").write_text("not published")
    assets = read_assets([tmp_path])
    assert set(assets.urls) == {"style.css", "js/x.js"}
    assert re.fullmatch(r"/static/style\.[0-9a-f]{8}\.css", assets.urls["style.css"])
    assert hashed_name("style.css", b"a{}") != hashed_name("style.css", b"b{}")


def test_a_link_in_the_static_folder_publishes_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.txt").write_text("not for anyone")
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "style.css").write_text("a{}")
    (folder / "key.txt").symlink_to(tmp_path / "secret" / "key.txt")
    (folder / "all").symlink_to(tmp_path / "secret")
    assert set(read_assets([folder]).urls) == {"style.css"}


def test_a_page_shown_under_any_address_links_absolutely() -> None:
    page = read("tests/site/content")["/404.html"]
    assert page.hrefs
    assert all(href.startswith(("https:", "#", "mailto:")) for href in page.hrefs)


def test_a_build_twice_gives_the_same_bytes() -> None:
    site = site_of("content")
    assert html_of(site) == built("content")


def test_the_longest_briefing_is_light_at_first_view() -> None:
    page = built("content")["/briefings/nottinghamshire-healthcare-well-led-2025/"].encode()
    fetched = [published(ROOT / "static" / name) for name in ("style.css", "mark.svg", "find.js")]
    files = [page, *fetched]
    assert sum(map(len, files)) < 100_000
    assert sum(len(compress(file, 9)) for file in files) < 25_000
    assert page.count(b"src=") == page.count(b"/static/find.") == 1


def test_a_stylesheet_goes_out_as_it_was_written(tmp_path: Path) -> None:
    sheet = tmp_path / "style.css"
    sheet.write_bytes(b"a::after { content: ' /* x */ ; y '; }  /* why */\n")
    assert published(sheet) == sheet.read_bytes()


def test_words_that_look_like_markup_are_shown_as_typed() -> None:
    typed = ' id="main" class="x" <p>  <li '
    site = a_site({"one": f"not_known: [{json.dumps(typed.strip())}]"})
    page = Reading(html_of(site)["/briefings/one/"])
    assert 'id="main" class="x" <p>' in page.text


def test_the_trusts_are_paged_and_every_letter_leads_to_its_page() -> None:
    names = {f"t{n:03}": f"name: {'ABM'[n // 60]} Trust {n:03}" for n in range(130)}
    names["t999"] = "name: 9 Elms Trust"
    site = a_site({"one": "trust: t000"}, trusts=names, requirements={"rooms": "trust: t000"})
    html = html_of(site)
    first, second = (Reading(html[url]) for url in ("/trusts/", "/trusts/page/2/"))
    assert "/trusts/page/3/" not in html
    shown = [re.findall(r"(?<=<h3>)<a href=\"/trusts/(t\d+)/\"", html[url]) for url in PAGED]
    assert [len(rows) for rows in shown] == [100, 31]
    assert shown[0][0] == "t999"  # what begins with no letter stands first
    assert shown[0][1:] + shown[1] == sorted(names.keys() - {"t999"})
    for page, links in (
        (first, ["#other", "#a", "#b", "/trusts/page/2/#m", "#by-kind"]),
        (second, ["/trusts/#other", "/trusts/#a", "/trusts/#b", "#m", "/trusts/#by-kind"]),
    ):
        assert set(links) <= set(page.hrefs)
        assert {href[1:] for href in page.hrefs if href.startswith("#")} <= set(page.ids)
    assert "/trusts/page/2/" in first.hrefs
    assert "Page 2 of 2" in second.text
    assert "By kind" in second.text
    assert "by-kind" not in second.ids


PAGED = ("/trusts/", "/trusts/page/2/")
