"""Bodies in Markdown: the HTML made of them, and the faults with their places."""

# ruff: noqa: E501 - tables of examples read best with one example to a line

from __future__ import annotations

import random
import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from briefings.content.markdown.context import Body
from briefings.content.markdown.render import render
from briefings.outputs.feeds.items import absolute
from briefings.problems import Problem

SOURCES = {"A": "Care Quality Commission", "B": "BBC News", "Trust2025": 'The "trust" <x>'}


def read(
    text: str, *, sources: dict[str, str] | None = SOURCES, base: str = "", reserved: str = ""
) -> tuple[Body, list[Problem]]:
    return render(
        text,
        path="content/briefings/2026/a.md",
        content_path="briefings/2026/a.md",
        first_line=10,
        sources=sources,
        base_path=base,
        reserved_ids=reserved.split(),
    )


def good(text: str, **options: str) -> Body:
    body, problems = read(text, **options)  # type: ignore[arg-type]  # only base and reserved
    assert problems == []
    return body


def faults(text: str) -> list[tuple[int, int, str]]:
    return [(p.line, p.column, p.message) for p in read(text)[1]]


# -- text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "plain *words* and **strong** ones",
            "<p>plain <em>words</em> and <strong>strong</strong>",
        ),
        ("a < b, <5% and x <3 y", "<p>a &lt; b, &lt;5% and x &lt;3 y</p>"),
        ("`<b>` and `[@Z]`", "<code>&lt;b&gt;</code> and <code>[@Z]</code>"),
        ("```\n# <b>\n\n[@Z]\n```", "<pre><code># &lt;b&gt;\n\n[@Z]\n</code></pre>"),
        ("- one\n  - two", "<ul><li>one<ul><li>two</li>"),
        ("1. one\n\n- two", "<ol><li>one</li>\n</ol>\n<ul><li>two</li>"),
        ("1) one\n2) two", "<ol><li>one</li>\n<li>two</li>"),
        ("Words\n- one", "<p>Words</p>\n<ul><li>one</li>"),
        ("Words\n| a | b |\n|---|---|", "<p>Words</p>\n<div"),
        ("_not_ and __nobody__", "<em>not</em> and <strong>nobody</strong>"),
        ("## Results in C#", '<h2 id="results-in-c">Results in C#</h2>'),
        ("## Results in C# {#c}", '<h2 id="c">Results in C#</h2>'),
        ("staff&#173;ing &#x200D;", "staff\u00ading \u200d"),
        ("one\\\ntwo", "<p>one<br>\ntwo</p>"),
        ("| a |\n|---|\n| `x\\|y` |", "<code>x|y</code>"),
        ("[Report | CQC](https://csb.example)", ">Report | CQC</a>"),
        ("```\na\n\n\n```", "<pre><code>a\n\n\n</code></pre>"),
        ("- ~~~\n  a\t\n\n  ~~~", "<pre><code>a\t\n\n</code></pre>"),
        ("    <b>[@Z]</b>", "<pre><code>&lt;b&gt;[@Z]&lt;/b&gt;\n</code></pre>"),
        (r"\<b> \*x\* \[@A]", "<p>&lt;b&gt; *x* [@A]</p>"),
        ("{{ 7*7 }} {% raw %}", "<p>{{ 7*7 }} {% raw %}</p>"),
        ("AT&T &pound;5 &#163;6 &lt;b&gt; &nope;", "<p>AT&amp;T £5 £6 &lt;b&gt; &amp;nope;</p>"),
        ("&amp;lt;", "<p>&amp;lt;</p>"),
        ("one  \ntwo", "<p>one<br>\ntwo</p>"),
        ("Term\n: What it means", "<dl><dt>Term</dt>\n<dd>What it means</dd>\n</dl>"),
        ("3. three\n4. four", '<ol start="3"><li>three</li>\n<li>four</li>\n</ol>'),
        ("> kind\n>\n> -- *a patient*", "<p>– <em>a patient</em></p>\n</blockquote>"),
        ("words {.not-an-attribute}", "<p>words {.not-an-attribute}</p>"),
        ("the [sic] bracket [and] more", "<p>the [sic] bracket [and] more</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(written: str, shown: str) -> None:
    assert shown in good(written).html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('"Kind," she said.', "“Kind,” she said."),
        ("'12 patients had falls', it says", "‘12 patients had falls’, it says"),
        ("'12 patients had *many* falls'", "‘12 patients had many falls’"),
        ("'Cause unknown' in the '90s, in '12", "‘Cause unknown’ in the ’90s, in ’12"),
        ("the trust's plan, two trusts' plans", "the trust’s plan, two trusts’ plans"),
        ("\"'Go,' he said,\" she wrote", "“‘Go,’ he said,” she wrote"),
        ("in the '90s 'tis so", "in the ’90s ’tis so"),
        ("5--6 and then --- so... yes", "5–6 and then — so… yes"),
        ('("well led")', "(“well led”)"),
        ('"*very* good"', "“very good”"),
        ("----- .....", "----- ....."),
        (r"\"straight\" \--", '"straight" --'),
        ('`"code" --`', '"code" --'),
        ("<https://example.org/a--b>", "https://example.org/a--b"),
    ],
)
def test_punctuation_is_typographic_except_in_code(written: str, shown: str) -> None:
    assert good(written).text == shown


def test_table_headers_name_their_column_and_an_empty_corner_is_no_header() -> None:
    html = good("| | Safe |\n| --- | ---: |\n| Surgery | **Good** [@A] |").html
    assert '<td></td>\n<th class="align-right" scope="col">Safe</th>' in html
    assert '<td class="align-right"><strong>Good</strong><sup' in html
    assert "style" not in html


def test_a_table_wider_than_the_screen_can_be_moved_with_the_keyboard() -> None:
    html = good("Before.\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\nAfter.").html
    frame = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'
    before, _, table = html.partition(frame)
    assert before == "<p>Before.</p>\n"
    assert table.startswith("<table>")
    assert "</table>\n</div>" in table


def test_an_abbreviation_is_explained_wherever_it_is() -> None:
    html = good('## The CQC\n\nThe CQC, `CQC`.\n\n*[CQC]: Care "Quality" Commission').html
    assert html.count('<abbr title="Care &quot;Quality&quot; Commission">CQC</abbr>') == 2


def test_a_number_as_abbreviation_leaves_escapes_alone() -> None:
    assert ">*x</p>" in "<p>" + good("\\*x\n\n*[42]: a number").html[2:]


# -- headings --------------------------------------------------------------------------------------


def test_headings_get_anchors_from_their_words() -> None:
    body = good("## Are services safe? [@A]\n\n### The trust's *plan*\n\n## Über £46.8 million")
    assert [(h.level, h.id, h.text) for h in body.headings] == [
        (2, "are-services-safe", "Are services safe?"),
        (3, "the-trusts-plan", "The trust’s plan"),
        (2, "uber-46-8-million", "Über £46.8 million"),
    ]
    assert '<h2 id="are-services-safe">Are services safe?<sup><a id="cite-' in body.html


@pytest.mark.parametrize("around", ["- x\n\n  {}", "> {}", "1. > {}"])
@pytest.mark.parametrize(
    ("written", "name"),
    [("[^1]: y", "a note"), ("*[CQC]: y", "an abbreviation"), ("Term\n{}: y", "a definition")],
)
def test_notes_abbreviations_and_definitions_within_a_list_or_quote_are_refused(
    around: str, written: str, name: str
) -> None:
    below = around.replace("- x", "   ").replace("{}", "").replace("1.", "  ").strip("\n")
    text = around.format(written.format(below.split("\n")[-1]))
    assert (f"{name} within a list or a quote") in [message for _, _, message in faults(text)]


def test_a_note_and_a_meaning_have_blocks_of_their_own() -> None:
    html = good("a[^1]\n\n[^1]: - b\n\n    ## C\n\nTerm\nOther\n\n: d\n\n    - e\n: f").html
    assert '<li id="fn-1"><ul><li>b</li>\n</ul>\n<h2 id="c">C</h2>' in html
    assert "<dt>Term</dt>\n<dt>Other</dt>\n<dd><p>d</p>\n<ul><li>e</li>" in html
    assert "<dd>f</dd>" in html


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("## A\n\n## A\n\n## A", ["a", "a-2", "a-3"]),
        ("## A 2\n\n## A\n\n## A", ["a-2", "a", "a-3"]),
        ("## Sources", ["sources-2"]),
        (
            "## Timeline\n\n## Figure 1\n\n## Fn",
            ["section-timeline", "section-figure-1", "section-fn"],
        ),
        ("## Figures\n\n## ???", ["figures", "section"]),
        ("## A\n\n## B {#a}", ["a-2", "a"]),
        ("## A {: #own .wide }\n\n## B {.wide}\n\n## C {1}", ["own", "b", "c-1"]),
        ("A\n---", ["a"]),
    ],
)
def test_anchors_are_unique_and_never_the_sites_own(written: str, ids: list[str]) -> None:
    assert [heading.id for heading in good(written, reserved="sources changes").headings] == ids


@pytest.mark.parametrize(
    ("written", "line", "message"),
    [
        ("# One", 10, "a heading of level 1"),
        ("text\n#5 bed", 11, ""),
        ("text\n##Words", 11, "no space after `##`"),
        ("One\n===", 10, "a heading of level 1"),
        ("x\n\n##", 12, "a heading without words"),
        ("## [@A]", 10, "a heading without words"),
        ("## A {#x}\n\n## B {#x}", 12, "the anchor `x` is given twice on this page"),
        ("## A {#x}\n\n## A {#x}", 12, "the anchor `x` is given twice on this page"),
        ("## A {#Über}", 10, "`Über` can't be an anchor"),
        ("## A {#source-A}", 10, "`source-A` can't be an anchor"),
        ("## A {#cite-a}", 10, "`cite-a` is an anchor that the site uses itself"),
        ("## A {onclick=x #y}", 10, ""),
        ("## A {: onclick=x }", 10, "a heading takes one {#id} and {.class} words, nothing else"),
    ],
)
def test_an_invalid_heading_is_refused(written: str, line: int, message: str) -> None:
    expected = [(line, 1, message)] if message else []
    assert faults(written) == expected


# -- citations -------------------------------------------------------------------------------------


def test_a_citation_is_the_number_of_its_source() -> None:
    body = good("Found.[@B] Said. [@A; @Trust2025] Again [@B].")
    assert '<sup><a id="cite-B-1" href="#source-B">2</a></sup>' in body.html
    assert (
        'Said.<sup><a id="cite-A-1" href="#source-A">1</a>,'
        ' <a id="cite-Trust2025-1" href="#source-Trust2025">3</a></sup>'
    ) in body.html
    assert 'id="cite-B-2"' in body.html
    assert body.citations == (("B", 2), ("A", 1), ("Trust2025", 1))
    assert body.text == "Found. Said. Again."


@pytest.mark.parametrize(
    "written",
    [
        "| a | b |\n|---|---|\n| x [@A] | y |",
        "- item [@A]",
        "## Words [@A]",
        "text[^1]\n\n[^1]: a note [@A]",
        "> quoted [@A]",
        "**strong [@A]**",
        "Term\n: meaning [@A]",
    ],
)
def test_citations_work_everywhere(written: str) -> None:
    body = good(written)
    assert body.citations == (("A", 1),)
    assert 'id="cite-A-1"' in body.html


@pytest.mark.parametrize(
    ("written", "column", "message"),
    [
        ("[@Z]", 1, "there is no source `Z`"),
        ("so [@A; @Z]", 4, "there is no source `Z`"),
        ("`[@Z]` [@Z]", 8, "there is no source `Z`"),
        ("[@]", 1, "`[@]` is not a citation"),
        ("[@A, @B]", 1, "`[@A, @B]` is not a citation"),
        ("[@A] [@ A]", 6, "`[@ A]` is not a citation"),
        ("[@A ; B]", 1, "`[@A ; B]` is not a citation"),
        ("[@A] [@A", 6, "`[@A` is not a citation"),
        ("[@A; @A]", 1, "`[@A; @A]` names a source twice"),
        ("[see [@A]](trust:x)", 6, "a citation inside a link"),
    ],
)
def test_a_citation_that_is_not_one_is_refused(written: str, column: int, message: str) -> None:
    assert faults(f"first\n\n{written}") == [(12, column, message)]


def test_an_unknown_source_lists_those_there_are() -> None:
    problem = read("[@Trust2052]")[1][0]
    assert problem.hint == "did you mean Trust2025? the sources are A, B, Trust2025"


def test_no_fault_is_reported_inside_fenced_code() -> None:
    assert faults("```\n[@Z]\n\n[@Z]\n```\n\n[@Z]") == [(16, 1, "there is no source `Z`")]
    assert faults("- ~~~\n  [@Z]\n  ~~~\n\n[@Z]") == [(14, 1, "there is no source `Z`")]


def test_a_fault_is_reported_at_its_own_line_even_if_the_words_occur_elsewhere() -> None:
    row = "| a | b |\n|---|---|\n| c | d | e |"
    assert [
        line for line, _, _ in faults(f"{row}\n\n> {row.replace(chr(10), chr(10) + '> ')}")
    ] == [
        12,
        16,
    ]
    assert [
        (line, column) for line, column, _ in faults("- one\n  - • two\n\n[^1]\n\n[^1]: • x")
    ] == [
        (11, 5),
        (15, 7),
    ]


def test_lists_nested_by_two_spaces_go_as_deep_as_others() -> None:
    assert faults("\n".join(" " * 2 * depth + "- a" for depth in range(20))) == []
    deeper = "\n".join(" " * 2 * depth + "- a" for depth in range(21))
    assert faults(deeper) == [(30, 1, "nested more than 20 deep")]


def test_each_place_of_the_same_mistake_is_named_once() -> None:
    assert faults("[@Z]\n\n    [@Z]\n\n- x\n\n    [@Z]") == [
        (10, 1, "there is no source `Z`"),
        (16, 5, "there is no source `Z`"),
    ]


def test_a_file_without_sources_cites_nothing() -> None:
    problems = read("a [@A]", sources=None)[1]
    assert [p.message for p in problems] == [
        "`[@A]` cites a source, but this kind of file has none"
    ]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("> - a `[@Z]` b\n>   c [@Z]", (13, 7)),
        ("| a \\| b | [@A] |\n|---|---|\n| x \\| y | `[@Z]` [@Z] |", (14, 19)),
        ("- | a | a |\n  |---|---|\n  | c | [@A] [@Z] |", (14, 14)),
        ("1.  &amp; \\[@Z] **b [@Z]**", (12, 21)),
        ("\\*[@A]\\* [*w*](trust:a) ![x](../../media/a.png) [@Z]", (12, 49)),
        ("## A\n\n[^1] x\n\n[^1]: one\n\n    two [@Z]", (18, 9)),
        ("Term\n: meaning\n: <b>", (14, 3)),
        ("[w][n]\n\n[n]: <../../trusts/A.md>", (14, 7)),
    ],
)
def test_a_mistake_is_reported_at_its_own_column(written: str, place: tuple[int, int]) -> None:
    assert [fault[:2] for fault in faults(f"first\n\n{written}")] == [place]


# -- notes -----------------------------------------------------------------------------------------


def test_notes_are_lettered_and_lead_there_and_back() -> None:
    body = good("One[^b] two[^a] three[^b].\n\n[^a]: First\n[^b]: Second *note*\n\n    - more")
    html = body.html
    assert '<sup class="note" id="fnref-b"><a href="#fn-b" role="doc-noteref"' in html
    assert html.index('<li id="fn-b">') < html.index('<li id="fn-a">')
    assert 'href="#fnref-b.2" class="back" role="doc-backlink" aria-label="Back to the text' in html
    ids = [value for name, value in tags(html).attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert body.text.startswith("One two three. Second note")


@pytest.mark.parametrize(
    ("written", "place", "message"),
    [
        ("a[^9]", (10, 2), "there is no note `[^9]`"),
        ("a\n\n[^1]: unused", (12, 1), "the note `[^1]` is never referred to"),
        ("a[^1]\n\n[^1]: x\n[^1]: y", (13, 1), "the note `1` is defined twice"),
        ("a[^1]\n\n[^1]:", (12, 1), "the note `[^1]` has no text"),
        ("a[^a b]\n\n[^a b]: x", (12, 1), "`[^a b]` can't name a note"),
        ("[x[^1]](trust:x)\n\n[^1]: x", (10, 3), "a note inside a link"),
    ],
)
def test_notes_without_their_other_half_are_refused(
    written: str, place: tuple[int, int], message: str
) -> None:
    assert faults(written) == [(*place, message)]


def test_a_note_defined_within_a_note_is_read() -> None:
    assert 'id="fn-2"' in good("[^1]\n\n[^1]: > [^2]: inner\n\n    x[^2]").html


# -- links -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "url", "kind", "target", "fragment"),
    [
        ("../2024/b-2.md", "/sub/briefings/b-2/", "briefing", "briefings/2024/b-2.md", ""),
        ("../../trusts/x.md#ledger", "/sub/trusts/x/#ledger", "trust", "trusts/x.md", "ledger"),
        ("../../topics/x.md", "/sub/topics/x/", "topic", "topics/x.md", ""),
        (
            "../../requirements/x.yaml",
            "/sub/requirements/x/",
            "requirement",
            "requirements/x.yaml",
            "",
        ),
        (
            "../../regulators/cqc.yaml",
            "/sub/regulators/cqc/",
            "regulator",
            "regulators/cqc.yaml",
            "",
        ),
        ("../../pages/about.md", "/sub/about/", "page", "pages/about.md", ""),
        ("../../media/a%20b.pdf", "/sub/media/a%20b.pdf", "media", "media/a b.pdf", ""),
        ("a.md#x", "/sub/briefings/a/#x", "briefing", "briefings/2026/a.md", "x"),
        ("#source-A", "#source-A", "self", "briefings/2026/a.md", "source-A"),
    ],
)
def test_a_content_file_is_linked_by_its_path(
    written: str, url: str, kind: str, target: str, fragment: str
) -> None:
    body = good(f"[words]({written})", base="/sub")
    assert f'<a href="{url}">words</a>' in body.html
    (link,) = body.links
    assert (link.kind, link.target, link.by_id, link.fragment) == (kind, target, False, fragment)
    assert (link.line, link.column, link.written) == (10, 9, written)


@pytest.mark.parametrize("kind", ["trust", "topic", "requirement", "briefing", "regulator", "page"])
def test_a_record_is_linked_by_its_id(kind: str) -> None:
    (link,) = good(f"text\n[words]({kind}:an-id#part)").links
    assert (link.kind, link.target, link.by_id, link.fragment) == (kind, "an-id", True, "part")
    assert (link.line, link.column) == (11, 9)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[w](https://example.org/?a=1&b=2)", 'href="https://example.org/?a=1&amp;b=2"'),
        ("[w](https://example.org/?a=1&copy=2)", 'href="https://example.org/?a=1&amp;copy=2"'),
        ("[w](https://example.org/a_(b))", 'href="https://example.org/a_(b)"'),
        ('[w](https://example.org "a title")', 'title="a title"'),
        ("<https://example.org/x_y_z>", '<a href="https://example.org/x_y_z">https://example.org'),
        ("<a@example.org>", '<a href="mailto:a@example.org">a@example.org</a>'),
        ("<mailto:a@example.org>", '<a href="mailto:a@example.org">a@example.org</a>'),
        ("[w](mailto:a@example.org?subject=x)", 'href="mailto:a@example.org?subject=x"'),
        ("[w][a]\n\n[a]: https://example.org", '<a href="https://example.org">w</a>'),
        ("[a][] [a]\n\n[A]: https://example.org", '<a href="https://example.org">a</a>'),
        ("[![x](../../media/a.png)](trust:x)", '<a href="/trusts/x/"><img src="/media/a.png"'),
    ],
)
def test_links_of_every_form(written: str, shown: str) -> None:
    assert shown in good(written).html


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("javascript:alert(1)", "`javascript:alert(1)` is not an address that a link may have"),
        ("JavaScript:x", "`JavaScript:x` is not an address that a link may have"),
        ("&#106;avascript:x", "`javascript:x` is not an address that a link may have"),
        ("data:text/html,x", "`data:text/html,x` is not an address that a link may have"),
        ("ftp://example.org", "`ftp://example.org` is not an address that a link may have"),
        ("//example.org", "`//example.org` is not a content file seen from this one"),
        ("/trusts/x/", "`/trusts/x/` is not a content file seen from this one"),
        ("../../../x.md", "`../../../x.md` leads out of content/"),
        ("%2e%2e/%2e%2e/%2e%2e/x.md", "`%2e%2e/%2e%2e/%2e%2e/x.md` leads out of content/"),
        ("foo.html", "`foo.html` leads to content/briefings/2026/foo.html, which no page is made of"),
        ("../../site.yaml", "`../../site.yaml` leads to content/site.yaml, which no page is made of"),
        ("../../trusts/X.md", "`../../trusts/X.md` leads to content/trusts/X.md, which no page is made of"),
        ("trust:X", "`trust:X` does not name a trust"),
        ("trust:", "`trust:` does not name a trust"),
        ("https:x", "`https:x` is not a web address"),
        ("http://[::1", "`http://[::1` is not a web address"),
        ("https://nhs.uk@example.org", "`https://nhs.uk@example.org` has a user name in it"),
        ("mailto:x", "`mailto:x` is not a mail address"),
        ("a b.md", "the address `a b.md` has a space in it"),
        ("", "a link without an address"),
        ("#", "`#` has no anchor after #"),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused(written: str, message: str) -> None:
    assert [m for _, _, m in faults(f"[words]({written})")] == [message]
    assert "href" not in read(f"[words]({written})")[0].html


def test_a_misspelt_kind_is_guessed() -> None:
    assert read("[x](turst:rha)")[1][0].hint.startswith("did you mean trust:?")


@pytest.mark.parametrize(
    ("written", "column", "message"),
    [
        ("a [](trust:x)", 3, "a link without words"),
        ("a ![](../../media/a.png)", 3, "an image without alternative text"),
        ("![x](https://example.org/a.png)", 6, "`https://example.org/a.png` is not a file in content/media"),
        ("![x](trust:a) [w](trust:a)", 6, "`trust:a` is not a file in content/media"),
        ("[words][missing]", 8, "`[words][missing]` is a link to nowhere"),
        ("[a **[b](trust:b)** c](trust:a)", 10, "`trust:b` is a link inside a link"),
        ("[Editor]: agreed", 1, "nothing uses the address of `[editor]`"),
        ("[@A]: agreed", 1, "nothing uses the address of `[@a]`"),
    ],
)  # fmt: skip
def test_other_faults_of_links(written: str, column: int, message: str) -> None:
    assert (10, column, message) in faults(written)
    assert len(faults(written)) == 1


def test_an_image_is_loaded_lazily_and_has_alternative_text() -> None:
    html = good('![A "ward" & more](../../media/w.png "Ward 7")').html
    assert '<img src="/media/w.png" alt="A &quot;ward&quot; &amp; more" title="Ward 7"' in html
    assert 'loading="lazy"' in html


def test_the_words_of_an_image_are_plain_text() -> None:
    html = good("![A *plan* of `7` \\*\nwards &amp; [rooms](trust:a)](../../media/w.png)").html
    assert 'alt="A plan of 7 *\nwards &amp; rooms"' in html
    assert faults("![A plan [@A]](../../media/w.png)") == [
        (10, 10, "`[@A]` in the words of an image")
    ]


# -- HTML ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "column", "message", "hint"),
    [
        ("a <b>x", 3, "`<b>` is HTML, which a body can't have", "write **words**"),
        ("x</em>", 2, "`</em>` is HTML, which a body can't have", "remove it"),
        ("a<br>b", 2, "`<br>` is HTML, which a body can't have", "end the line with two spaces"),
        ("a<BR/>b", 2, "`<br>` is HTML, which a body can't have", "end the line with two spaces"),
        ('<a href="x">', 1, "`<a>` is HTML, which a body can't have", "write [words](address)"),
        ("<img src=x", 1, "`<img>` is HTML, which a body can't have", "write ![what it shows]"),
        ("<!-- no -->", 1, "an HTML comment", "remove it: comments would be public"),
        ("<!-- no\n\nend", 1, "an HTML comment", "remove it"),
        ("<!DOCTYPE html>", 1, "`<!` is HTML, which a body can't have", "remove it"),
        ("<?php x ?>", 1, "`<?` is HTML, which a body can't have", "remove it"),
        ("<nothing-known>", 1, "`<nothing-known>` is HTML, which a body can't have", "say it in"),
        ("`<b>` <b>", 7, "`<b>` is HTML, which a body can't have", "write **words**"),
        ("<https://a b>", 1, "`<https:` is not a link", "an address in < > has no spaces"),
        ("[<i>](trust:x)", 2, "`<i>` is HTML, which a body can't have", "write *words*"),
        ("![<i>](../../media/x.png)", 3, "`<i>` is HTML, which a body can't have", "write *words*"),
    ],
)
def test_raw_html_is_refused_with_what_to_write(
    written: str, column: int, message: str, hint: str
) -> None:
    (problem,) = read(f"text\n\n{written}")[1]
    assert (problem.line, problem.column, problem.message) == (12, column, message)
    assert problem.hint.startswith(hint)


PAYLOADS = [  # after the OWASP XSS Filter Evasion Cheat Sheet
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.org/a.js></SCRIPT>", "<scr<script>ipt>alert(1)",
    "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)", "<svg/onload=alert(1)>",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "<a onmouseover=alert(1)>x</a>", "<svg><script>a",
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a]( javascript:alert(1))",
    "[a](java\tscript:alert(1))", "[a](java&Tab;script:alert(1))", "[a](java\nscript:alert(1))",
    "[a](&#106;&#97;vascript:alert(1))", "[a](&#x6A;avascript&colon;alert(1))",
    "[a](\x01javascript:alert(1))", "[a](<javascript:alert(1)>)", "<javascript:alert(1)>",
    "[a]\n\n[a]: javascript:alert(1)", "![a](javascript:alert(1))", "![a](x\"onerror=\"alert(1))",
    "[a](https://x.org/\"onclick=\"alert(1))", "[a](https://x.org 'x\" onclick=\"alert(1)')",
    "![\" onerror=\"alert(1)](../../media/a.png)", "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)", "## x {onclick=alert(1)}", "## x {: onclick=alert(1) }", "`<script>`{onclick=x}",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script>alert(1)</script>", "*[x]: \" onclick=\"a\n\nx",
    "\\<script>alert(1)\\</script>", "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<<script>alert(1)//<</script>", "<iframe src=javascript:alert(1)>", "<x onclick=alert(1)>",
    "[^<script>]\n\n[^<script>]: x", "[@<script>alert(1)</script>]", "| <script> |\n|---|\n| <img onerror=x> |",
    "\x02klzzwxh:0000\x03<script>", "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<style>@import'javascript:alert(1)';</style>", "<base href=javascript:alert(1)//>", "<?xml x onx=1?>",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "around", ["{}", "text **{}** text", "- {}", "> {}", "[x][y] {}\n\n[y]: x"]
)
def test_no_payload_becomes_script(payload: str, around: str) -> None:
    body, _ = read(around.format(payload))
    elements = tags(body.html)
    assert elements.names <= ALLOWED
    for name, value in elements.attributes:
        assert not name.startswith("on")
        assert name not in ("href", "src") or value.startswith(("https://", "/", "#"))


# -- limits and hostile input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("[" * 20_000, "a block of more than 16 KiB without a blank line"),
        ("é" * 9_000, "a block of more than 16 KiB without a blank line"),
        ("*a " * 2_001, "a block with 2,001 of the signs [ ] * _ ! < `"),
        (">" * 21 + " a", "nested more than 20 deep"),
        ("- " * 21 + "a", "nested more than 20 deep"),
        ("*[a]: b\n\n" * 201, "more than 200 abbreviations"),
    ],
)
def test_input_with_exponential_cost_is_refused_at_once(written: str, message: str) -> None:
    start = time.process_time()
    _, problems = read(f"before\n\n{written}\n\nafter")
    assert time.process_time() - start < 0.5
    assert [p.message for p in problems] == [message]
    assert problems[0].line == (12 if "abbreviations" not in message else 412)


@pytest.mark.parametrize(
    "written",
    [
        "[" * 2_000, "[a](b" * 1_000, '[a]("x' * 1_000, "*a_b" * 900, "**a " * 900, "`" * 1_999,
        " ".join("`" * n for n in range(1, 60)), "<a " * 2_000, "<x@" * 2_000, "&a" * 8_000,
        "(" * 16_000, "#" * 16_000, "-" * 16_000, "a" + " " * 15_000 + "b", "*_" * 400 + "x" + "_*" * 400,
        "| a " * 2_000 + "|\n" + "|-" * 2_000 + "|", "> - " * 10 + "a", " " * 200_000, "a\n\n" * 5_000,
        "## a\n\n" * 5_000, "- a\n\n" * 5_000, "    a\n\n" * 5_000, "a[^1] " * 600 + "\n\n[^1]: x",
        "## a\n" * 3_000, "[^1]\n\n[^1]: [^1]", "[a]: b " + '" ' * 7_000, "=\n" * 8_000, "a\n: b\n" * 2_700,
    ],
)  # fmt: skip
def test_input_within_the_limits_is_read_in_time(written: str) -> None:
    start = time.process_time()
    read(f"{written}\n\n# A fault, so that places are looked for")
    assert time.process_time() - start < 2


def test_twenty_levels_and_a_long_rule_are_allowed() -> None:
    assert good(">" * 20 + " deep").text == "deep"
    assert good("- " * 40).html == "<hr>"


PIECES = """a|word|*|**|_|`|``|[|]|(|)|<|>|!|#|## |- |1. |> |: |[@A]|[@|[^1]|[^1]: |[a]: |*[a]: |[x](trust:a)
|![x](../../media/a.png)|<b>|<!--|&amp;|&#|\\|"|'|--|...|{#a}|{: .b}|https://x.org|<https://x.org>|a@b.org
|é|🙂|javascript:|=|===|---|,|    """.replace("\n", "").split("|")  # fmt: skip
CONTROLS = ["\x02", "\x03", "\x00", "\r\n", "\t", " ", "\n", "\n\n", "|", "|-|\n"]
MARKUP = st.lists(st.sampled_from(PIECES + CONTROLS), max_size=40).map("".join)
ALLOWED = frozenset(
    {"a", "abbr", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em"}
    | {"h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "section", "span"}
    | {"strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = frozenset(
    {"alt", "aria-label", "class", "href", "id", "loading", "role", "scope", "src", "start"}
    | {"tabindex", "title", "type"}
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(MARKUP, st.text(max_size=300)))
@example("[^1]\n\n[^1]: > [^2]: x")
@example("\x0242\x03 *[42]: x")
def test_any_text_is_a_page_or_a_problem(text: str) -> None:
    body, problems = read(text)
    elements = tags(body.html)
    assert elements.names <= ALLOWED
    assert {name for name, _ in elements.attributes} <= ATTRIBUTES
    assert elements.open == []
    assert not any("can't be read" in p.message for p in problems)
    assert "\x02" not in body.html
    last = 10 + text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert all(10 <= p.line <= last and p.column >= 1 for p in problems)
    if not problems:
        ids = [value for name, value in elements.attributes if name == "id"]
        assert len(ids) == len(set(ids))


@settings(max_examples=50, deadline=None)
@given(MARKUP, MARKUP)
def test_no_state_of_a_body_is_left_for_the_next(first: str, second: str) -> None:
    alone = read(second)
    read(first)
    assert read(second) == alone


def test_definitions_and_notes_of_a_body_end_with_it() -> None:
    read("CQC [x] a[^1] [@A]\n\n*[CQC]: y\n\n[x]: trust:x\n\n[^1]: note")
    body, problems = read("CQC [x] [@A]")
    assert "abbr" not in body.html
    assert body.links == ()
    assert 'id="cite-A-1"' in body.html
    assert problems == []


def test_windows_line_ends_change_nothing() -> None:
    text = "## A\n\n- b [@A]\n- c\n\n[w](nowhere)"
    assert read(text) == read(text.replace("\n", "\r\n"))


# -- absolute addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/trusts/x/">x</a>', '<a href="https://x.org/trusts/x/">x</a>'),
        ('<a href="#fn-1">a</a>', '<a href="https://x.org/b/#fn-1">a</a>'),
        ('<img src="/media/a.png" alt="a > b">', '<img src="https://x.org/media/a.png" alt="a > b">'),
        ('<h2 id="a">a</h2> id="b"', '<h2>a</h2> id="b"'),
        ('<a href="https://y.org/">y</a>', '<a href="https://y.org/">y</a>'),
        ('<p>href="/x" &lt;a href="/y"&gt;</p>', '<p>href="/x" &lt;a href="/y"&gt;</p>'),
        ('<a title=" src=/x" href="/y">z</a>', '<a title=" src=/x" href="https://x.org/y">z</a>'),
    ],
)  # fmt: skip
def test_feeds_get_whole_addresses_and_no_ids(html: str, expected: str) -> None:
    assert absolute(html, "https://x.org/b/", "https://x.org") == expected


def test_a_whole_body_has_no_relative_address_left_in_a_feed() -> None:
    body = good("[a](trust:a) [b](#c) ![d](../../media/e.png) f[^1] [@A]\n\n[^1]: g")
    html = absolute(body.html, "https://x.org/briefings/a/", "https://x.org")
    addresses = [value for name, value in tags(html).attributes if name in ("href", "src")]
    assert len(addresses) == 6
    assert all(value.startswith("https://x.org/") for value in addresses)


# -- the tools of these tests ----------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    parser.close()
    return parser


def test_the_order_of_bodies_does_not_matter() -> None:
    bodies = [f"## H{n}\n\nText {n} [@A] [x](trust:t{n})[^{n}]\n\n[^{n}]: n" for n in range(20)]
    first = [read(body) for body in bodies]
    shuffled = random.Random(1).sample(range(20), 20)
    assert [read(bodies[n]) for n in shuffled] == [first[n] for n in shuffled]
