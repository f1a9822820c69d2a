"""The site shows a body as a forge does, or `check` says what to write instead.

The site's HTML is compared with that of markdown-it-py, an implementation of CommonMark with GFM's
tables: both are read as a list of elements, addresses and words, by none of the product's code.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from briefings.content.markdown.context import Body
from briefings.content.markdown.render import render
from briefings.problems import Problem

#: Elements of the site's own, which are around what an editor wrote.
FRAME = {"div", "thead", "tbody", "abbr"}
ALONE = {"br", "hr", "img"}


def read(text: str) -> tuple[Body, list[Problem]]:
    return render(
        text,
        path="content/briefings/2026/a.md",
        content_path="briefings/2026/a.md",
        first_line=1,
        sources={"A": "Care Quality Commission", "B": "BBC News"},
        base_path="",
    )


class Shape(HTMLParser):
    """The elements of a page with their addresses, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.signs: list[str] = []
        self._aside = 0
        self._pre = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._aside += tag in ("sup", "section")
        self._pre = self._pre or tag == "pre"
        if not self._aside and tag not in FRAME and not (tag == "code" and self._pre):
            more = named.get("href", "") + " " + named.get("title", "") + named.get("start", "")
            self.signs.append(f"<{'td' if tag == 'th' else tag} {more}".strip())

    def handle_endtag(self, tag: str) -> None:
        aside = self._aside
        self._aside -= tag in ("sup", "section")
        self._pre = self._pre and tag != "pre"
        if not aside and tag not in FRAME | ALONE and not (tag == "code" and self._pre):
            self.signs.append(f"/{'td' if tag == 'th' else tag}")

    def handle_data(self, data: str) -> None:
        if self._aside:
            return
        if self.signs and self.signs[-1].startswith("="):
            self.signs[-1] += data
        else:
            self.signs.append(f"={data}")


def shape(html: str) -> list[str]:
    """Smart punctuation, and spaces that no reader sees, make no difference."""
    signs = [plain(sign) for sign in Shape(html).signs]
    return [sign for sign in signs if sign != "="]


def plain(sign: str) -> str:
    sign = re.sub(r" ?\[@[AB](?:; @[AB])?\]| \{#an-id\}", "", sign)  # these are ours alone
    for smart, typed in (("—", "--"), ("–", "--"), ("…", "..."), ("’", "'"), ("‘", "'")):
        sign = sign.replace(smart, typed)
    sign = re.sub("[“”]", '"', re.sub(r"\.{3,}", "...", re.sub("-{2,}", "--", sign)))
    sign = re.sub("[ \\n\\t]+", " ", sign).strip(" \u00a0")
    return "=" + sign[1:].strip(" \u00a0") if sign.startswith("=") else sign


class Preview(MarkdownIt):
    """Addresses as they are typed."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


PREVIEW = Preview("commonmark", {"maxNesting": 100, "html": False}).enable("table")


def preview(text: str) -> list[str]:
    """What the forge makes of a text."""
    return shape(PREVIEW.render(text))


# -- generated texts -------------------------------------------------------------------------------

WORDS = (
    "the trust", "nurses", "at night", "in 2024", "the CQC's report", "two of the wards",
    "patients’ records", "safe", "not met", "£3m", "5 * 4", "a_file_name", "it said", "(see below)",
    "[sic]", "C#", "#4", "R&D", "&pound;6", "50%", "a | b", "1. point", "2) point", "well-led", "—",
)  # fmt: skip
MARKED = (
    "*{}*", "**{}**", "_{}_", "__{}__", "***{}***", "`{}`", "[{}](https://example.org/a_b)", "{}*",
    '[{}](https://example.org/x "A title")', "**{}:**", "*{}*.", "“*{}*”", "\\*{}\\*", "{} [@A]",
    "[**{}**](https://example.org)", "<https://example.org/{{}}>", "**{}**s", "{}  \nand",
    "{}\\\nso", "*{} **", "_{}__", "``{}`", "[{}](https://example.org/(x))", "{}\nand",
    "{} [@A; @B]", "({}_",
)  # fmt: skip
BULLETS = ("- ", "* ", "+ ", "1. ", "1) ", "3. ", "-   ", "10. ")


class Writer:
    """Somebody who writes Markdown by habit: with and without blank lines, deep and shallow."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def words(self) -> str:
        """On one line."""
        text = " ".join(self.random.sample(WORDS, self.random.randint(1, 4)))
        mark = self.random.choice(MARKED)
        return mark.format(text) if "\n" not in mark and self.random.random() < 0.5 else text

    def line(self) -> str:
        pieces = [self.words() for _ in range(self.random.randint(1, 3))]
        if self.random.random() < 0.2:
            pieces.append(self.random.choice(MARKED).format(self.words()))
        return " ".join(pieces)

    def paragraph(self) -> list[str]:
        return [self.line() for _ in range(self.random.randint(1, 3))]

    def heading(self) -> list[str]:
        sign = self.random.choice(("## ", "## ", "### ", "##"))
        after = self.random.choice(("", "", " ##", " {#an-id}", " #"))
        below = [self.words(), self.random.choice(("---", "---", "===="))]
        return below if self.random.random() < 0.2 else [sign + self.words() + after]

    def table(self) -> list[str]:
        width = self.random.randint(1, 3)
        marks = self.random.choice(("---", ":--", "--:", ":-:"))
        words = [word.replace(" | ", " ") for word in WORDS]
        rows = [self.random.sample(words, width) for _ in range(self.random.randint(1, 4))]
        rows[0][0] = self.words().replace(" | ", " ")
        if self.random.random() < 0.1:
            rows[-1].append("one more")
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|" + "|".join([marks] * width) + "|")
        return lines

    def code(self) -> list[str]:
        fence = self.random.choice(("```", "~~~", "````"))
        inside = ["# a comment", "", "- no list", "    *as it is*", "a > b [@Z]"]
        return [fence + self.random.choice(("", "sh")), *self.random.sample(inside, 3), fence]

    def items(self, depth: int) -> list[str]:
        bullet = self.random.choice(BULLETS)
        width = self.random.choice((len(bullet), len(bullet), 2, 4))
        loose = self.random.random() < 0.3
        lines: list[str] = []
        for _ in range(self.random.randint(1, 3)):
            inside = self.blocks(depth + 1) if self.random.random() < 0.4 else self.paragraph()[:2]
            lines += [
                bullet + inside[0],
                *(" " * width + line if line else "" for line in inside[1:]),
            ]
            lines += [""] if loose else []
        return lines

    def quote(self, depth: int) -> list[str]:
        lazy = self.random.random() < 0.2
        lines = self.blocks(depth + 1)
        return [f"> {lines[0]}", *(line if lazy else f"> {line}".rstrip() for line in lines[1:])]

    def block(self, depth: int) -> list[str]:
        kind = self.random.random()
        if depth < 3 and kind < 0.3:
            return self.items(depth)
        if depth < 3 and kind < 0.4:
            return self.quote(depth)
        leaf = self.random.choice(
            (self.paragraph, self.paragraph, self.heading, self.table, self.code)
        )
        return leaf() if kind < 0.95 else [self.random.choice(("---", "***", "    code", "- - -"))]

    def blocks(self, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.randint(1, 3)):
            lines += self.block(depth)
            lines += [""] if self.random.random() < 0.7 else []
        return lines

    def text(self) -> str:
        lines = [line for _ in range(self.random.randint(1, 3)) for line in self.blocks(0)]
        return "\n".join(lines) + "\n"


@pytest.mark.sample(1)
@pytest.mark.parametrize("part", range(8))
def test_a_body_is_shown_as_on_the_forge_or_it_is_a_fault_with_what_to_write(part: int) -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(part * 400, part * 400 + 400):
        text = Writer(seed).text()
        body, problems = read(text)
        assert all(problem.line and problem.column and problem.hint for problem in problems)
        if not problems:
            assert shape(body.html) == preview(text), text
        outcomes["refused" if problems else "shown"] += 1
    assert outcomes["shown"] > 200  # of texts that are as awkward as they can be
