"""Hostile texts: shown as typed, or refused; never executed.

The short form of `tests/torture/hostile.py`. In a browser: tests/browser/test_hostile.py.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from briefings.content.loader import load
from briefings.content.markdown.render import render
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import PageFront, RegulatorFront, TrustFront
from briefings.content.schema.rules import faults_in
from briefings.content.schema.site import SiteFront
from briefings.content.schema.validation import read, value_fault
from briefings.problems import Problem
from tests.torture import hostile
from tests.torture.hostile_payloads import PAYLOADS, REFUSED
from tests.torture.hostile_read import Shape, of_file, shapes
from tests.torture.inputs_folders import base, write_content
from tests.torture.inputs_kinds import of_html

# -- whole sites -----------------------------------------------------------------------------------


def test_there_are_many_payloads_and_each_is_in_every_text_field() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150
    assert hostile.uncovered() == ["site: licence"]  # the short form of `licence.name`


@pytest.mark.sample(1)
@pytest.mark.parametrize("turn", [0, 61, 122])
def test_a_site_of_hostile_words_says_them_and_does_nothing(turn: int) -> None:
    texts, lost = hostile.judged(turn)
    assert lost == []
    assert texts > 2_000


PLANTED = {
    "about/index.html": [
        ("</main>", "<img src='x' onerror='alert(1)'></main>"),
        ("</main>", "<a href='javascript:alert(1)'>x</a></main>"),
        ("</main>", "<a href='//evil.example'>x</a></main>"),
        ("</main>", "<script>alert(1)</script></main>"),
        ("</main>", "<script src='https://evil.example/x.js'></script></main>"),
        ("</main>", "<marquee>x</marquee></main>"),
        ("</main>", "<p style='color:red'>x</p></main>"),
        ("</main>", "<!-- x --></main>"),
        ("</head>", '<script type="application/ld+json">{"a": "</script>"}</script></head>'),
    ],
    "feed.xml": [
        ("<item>", "<item><!-- x -->"),
        ("<item>", "<item><title>&nbsp;</title>"),
        ("<![CDATA[", "<![CDATA[<iframe src='x'></iframe>"),
        ("<link>https:", "<link>javascript:"),
    ],
    "feed.json": [('"content_html": "', '"content_html": "<script>alert(1)</script>')],
    "data/briefings.csv": [("\n", "\n=1+1,"), ("Word", "@Word")],
    "data/briefings.json": [('"rows": [', '"rows": [}')],
    "deadlines.ics": [("SUMMARY:", "SUMMARY:x\r\nATTACH:x\r\n"), ("URL:", "X:")],
    "sitemap.xml": [("<url>", "<url><?x y?>")],
    "_headers": [("nosniff", "nosniff\n  Set-Cookie: x=1")],
    "_redirects": [("301", "302")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [(path, old, new) for path, changes in PLANTED.items() for old, new in changes],
)
def test_markup_in_place_of_text_would_be_noticed(path: str, old: str, new: str) -> None:
    plain = hostile.harmless()[path]
    text = plain.decode()
    assert old in text
    assert list(of_file(path, plain, plain, known())) == []
    assert list(of_file(path, text.replace(old, new, 1).encode(), plain, known())) != []


@cache
def known() -> frozenset[Shape]:
    return shapes(hostile.harmless())


def test_forbidden_characters_are_refused_in_every_file() -> None:
    figure = hostile.refused(REFUSED[::4])
    assert figure.losses == ()
    assert figure.count > 100


# -- bodies ----------------------------------------------------------------------------------------

AROUND = (
    "{}",
    "## {}",
    "- {}\n- x",
    "> {}\n\nx",
    "| {} |\n|---|\n| {} |",
    "`{}`",
    "    {}",
    "*{}* **{}**",
    "[words]({})",
    "[words](<{}>)",
    '[words](trust:northmoor "{}")',
    "[{}](trust:northmoor)",
    '![{}](../media/a.png "{}")',
    "![words]({})",
    "[x]\n\n[x]: {}",
    "[^{}]\n\n[^{}]: {}",
    "*[{}]: {}\n\n{}",
    "x\n: {}",
    "<{}>",
    "## x {{#{}}}",
    "\\{}",
    "[@{}]",
)


def body_of(text: str) -> tuple[str, list[Problem]]:
    body, problems = render(
        text, path="a.md", content_path="pages/a.md", first_line=1, sources={"A": "A Paper"},
        base_path="",
    )  # fmt: skip
    return body.html, problems


@pytest.mark.parametrize("around", AROUND)
def test_a_payload_anywhere_in_a_body_is_refused_or_is_words(around: str) -> None:
    for payload in PAYLOADS:
        html, problems = body_of(
            around.replace("{{", "{").replace("}}", "}").replace("{}", payload)
        )
        assert of_html(html) == "", payload
        assert not any("can't be read" in problem.message for problem in problems), payload


# -- values with a grammar of their own ------------------------------------------------------------

ADDRESSES = [
    *(payload for payload in PAYLOADS if not payload.startswith("https://")),
    "https://a.example/<script>",
    'https://a.example/"onclick=x',
    "https://a.example/ x",
    "https://user:pass@a.example/",
    "https:a.example",
    "https:///x",
    "https://[::1",
    "hTTps://a\\b",
    "https://a.example/\nSet-Cookie: x",
    "https://a.example:99999/",
    "javascript://a.example/%0aalert(1)",
]


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        (TrustFront, ("website",)),
        (SiteFront, ("base_url",)),
        (SiteFront, ("publisher", "url")),
        (SiteFront, ("publisher", "email")),
        (SiteFront, ("publisher", "report_errors")),
        (RegulatorFront, ("website",)),
        (RegulatorFront, ("provider_page",)),
        (BriefingFront, ("inspection", "report_url")),
        (BriefingFront, ("reply", "url")),
        (BriefingFront, ("trust",)),
        (SiteFront, ("language",)),
        (SiteFront, ("time_zone",)),
        (SiteFront, ("feed", "tag")),
        (BriefingFront, ("next_check",)),
        (BriefingFront, ("status",)),
    ],
    ids=lambda given: ".".join(given) if isinstance(given, tuple) else given.__name__,
)
def test_a_field_with_a_grammar_takes_no_payload(schema: type, field: tuple[str, ...]) -> None:
    taken = [text for text in ADDRESSES if value_fault(schema, field, text) is None]
    # Harmless texts: an address or a language code may be spelt like a payload.
    assert set(taken) <= {"constructor", "undefined"}


ALIASES = [
    "/a b/",
    "/a\n/b/ 301",
    "/a\t/x",
    "/* 200",
    "/a/*",
    "/:splat",
    "//evil.example/",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/../x/",
    "/%2e%2e/x/",
    "/a/%2E./x/",
    "/a%0a/b/",
    "/a%0d%0aSet-Cookie:%20x",
    "/%00/",
    "/%e2%80%ae/",
    "/a%5cb/",
    "/a#b",
    "/a?b=c",
    "/<script>/",
    '/"onclick=x/',
    "/%2f%2fevil.example/",
    "a/b",
    "",
    " ",
]


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_brings_no_line_host_or_folder_of_its_own(alias: str) -> None:
    tree = {"title": "T", "aliases": [alias]}
    value, faults, _ = read(PageFront, tree, set(), faults_in)
    if not faults:
        assert value is not None
        (taken,) = value.aliases
        assert taken.isprintable()
        assert not set(taken) & set(' *?#<>"\\:')  # `:` begins a placeholder in `_redirects`
        assert not taken.startswith("//")


# -- names of files --------------------------------------------------------------------------------

NAMES = {
    "pages/About.md": "`About` is not an id",
    "pages/\u0430bout.md": "is not an id",  # a Cyrillic a
    "pages/about\u200b.md": "this name can't be part of an address",
    "pages/about\u202e.md": "this name can't be part of an address",
    "pages/\uff41bout.md": "is not an id",  # full width
    "pages/\u017ftaffing.md": "is not an id",  # a long s, which folds to s
    "pages/about .md": "is not an id",
    "pages/about..md": "is not an id",
    "pages/about.MD": "does not belong",
    "pages/=1+1.md": "is not an id",
    "pages/<img src=x onerror=alert(1)>.md": "is not an id",
    "pages/a\nb.md": "this name can't be part of an address",
    "pages/\x1b[31mred.md": "this name can't be part of an address",
    "trusts/constructor.yaml": "does not belong",
    "pages/-about.md": "is not an id",
    "pages/2026.md": "has only digits",
    "pages/con.md": "is the name of a device on Windows",
    "topics/lpt1.md": "is the name of a device on Windows",
    "pages/index.md": "is a part of the site already",
    "pages/pagefind.md": "is a part of the site already",
    "briefings/2026/northmoor-2025.md": "the id `northmoor-2025` is taken by",
    "_headers": "does not belong",
    "static/x.js": "does not belong",
}


@pytest.mark.parametrize("path", NAMES)
def test_a_name_that_looks_like_another_is_refused_on_one_line(path: str, tmp_path: Path) -> None:
    files = {other: text.encode() for other, text in base().items()}
    write_content(files | {path: files["pages/about.md"]}, tmp_path / "content")
    problems = load(tmp_path / "content").problems
    assert any(NAMES[path] in problem.message for problem in problems)
    assert all(problem.path.isprintable() and problem.message.isprintable() for problem in problems)
