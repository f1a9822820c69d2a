"""What the library is not asked about a text changes nothing of what it makes of it."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefings.content.markdown import Body, render
from briefings.content.markdown import lazy_parsing as signs
from briefings.content.markdown import parser as reader
from briefings.problems import Problem

RENDER = sys.modules["briefings.content.markdown.render"]
PIECES = (
    "word", "two words", " ", "\n", "\n\n", "  \n", "    ", "   ", "*", "**", "_", "__", "`", "``",
    "\\", "\\`", "[", "]", "(", ")", "![", "[^1]", "[^1]: note", "[@A]", "[@A; @B]", "<b>", "<",
    "<https://example.org>", "<a@example.org>", "&amp;", "&#163;", "&", "- ", "1. ", "> ", "# ",
    "###### x #", "===", "---", "* * *", "_ _ _", "term\n: meaning", ": ", "|",
    "| a | b |\n| --- | :-: |\n| `x|y` | c\\|d |", "*[CQC]: Care", "CQC", "[a]",
    "[a]: https://example.com", "[word][a]", "[word](https://example.org)", "(x(y)z)", "{#id}",
    '"', "[w](<x y> 'title')", "\n\nTitle\n===",
)  # fmt: skip
LINES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
TEXTS = st.lists(LINES, min_size=5, max_size=25).map("\n".join)


@pytest.fixture(scope="module")
def asked_about_all() -> reader.Reader:
    """A parser of which every pattern sees each text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signs, "_STAND_IN_TEXT", {})
        return reader.Reader()


def _rendered(text: str) -> tuple[Body, list[Problem]]:
    return render(
        text,
        path="content/pages/x.md",
        content_path="pages/x.md",
        first_line=5,
        sources={"A": "One", "B": "Two"},
        base_path="",
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_every_text_is_read_as_the_library_reads_it(
    asked_about_all: reader.Reader, text: str
) -> None:
    quickly = _rendered(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RENDER, "_reader", lambda: asked_about_all)
        assert _rendered(text) == quickly
