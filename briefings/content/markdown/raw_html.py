"""Raw HTML in a body: the pattern that detects it, and what to write instead."""

from __future__ import annotations

import re

from briefings.content.markdown.body import Fault

# The elements of the HTML standard, with the obsolete ones that browsers still obey.
_ELEMENTS = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big"
    " blink blockquote body br button canvas caption center cite code col colgroup command data"
    " datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font"
    " footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img"
    " input ins isindex kbd keygen label layer legend li link listing main map mark marquee math"
    " menu menuitem meta meter nav nobr noembed noframes noscript object ol optgroup option output"
    " p param picture plaintext portal pre progress q rb rp rt rtc ruby s samp script search"
    " section select slot small source spacer span strike strong style sub summary sup svg table"
    " tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xml xmp"
)

#: A tag, comment, doctype, CDATA section or processing instruction. An element of the standard
#: matches even if its tag is never closed; any other name matches only if a `>` follows, so that
#: `a < b`, `<5%` and `x <3 y` are text. The lookahead is bounded, so the search is linear.
RAW_HTML = re.compile(
    rf"<(?:(/?(?:{_ELEMENTS.replace(' ', '|')})(?=[\s/>]|$)"
    r"|/?[A-Za-z][^\s<>/]*+(?=[^<>]{0,400}>))|(!--|!\[CDATA\[|!(?=[A-Za-z])|\?))",
    re.IGNORECASE,
)

_INSTEAD = {
    **dict.fromkeys(("b", "strong"), "write **words**"),
    **dict.fromkeys(("i", "em", "cite"), "write *words*"),
    "br": "end the line with two spaces, or leave a blank line for a new paragraph",
    "a": "write [words](address)",
    "img": "write ![what it shows](../../media/file.png)",
    "p": "leave a blank line between paragraphs",
    "hr": "write --- on a line of its own",
    **dict.fromkeys(("ul", "ol", "li"), "begin each item of a list with - or 1."),
    **dict.fromkeys(("table", "tr", "td", "th", "thead", "tbody"), "write | cell | cell | lines"),
    **dict.fromkeys(("blockquote", "q"), "begin the quoted lines with >"),
    **dict.fromkeys(("code", "pre", "kbd", "samp", "tt"), "write `words`"),
    **dict.fromkeys(("h1", "h2"), "write ## words"),
    **{f"h{level}": f"write {'#' * level} words" for level in (3, 4, 5, 6)},
    **dict.fromkeys(("dl", "dt", "dd"), "write the term, and `: what it means` on the next line"),
    **dict.fromkeys(("abbr", "acronym"), "write *[CQC]: Care Quality Commission on its own line"),
    **dict.fromkeys(("sup", "sub"), "write the number as it is, or use [^1] for a note"),
    **dict.fromkeys(("script", "style", "iframe", "object", "embed", "svg"), "remove it"),
}


def name_of(match: re.Match[str]) -> str:
    """Return the name that all places of the same fault share: `b`, `/b`, `!--`."""
    return (match[1] or match[2]).lower()


def fault_of(name: str) -> Fault:
    """Return the fault of a piece of HTML: the message, and what to write instead."""
    if name == "!--":
        hint = "remove it: comments would be public, in the page and in the history of this file"
        return ("an HTML comment", hint)
    if name.startswith(("!", "?")):
        return (f"`<{name}` is HTML, which a body can't have", "remove it")
    if ":" in name or "@" in name:
        hint = "an address in < > has no spaces; for the sign itself write \\<"
        return (f"`<{name}` is not a link", hint)
    word = name.strip("/")
    closing = name.startswith("/")
    instead = _INSTEAD.get(word, "say it in Markdown, or write \\< for the sign itself")
    removed = closing and word in _INSTEAD and instead != "remove it"
    hint = f"remove it: {instead}" if removed else instead
    return (f"`<{name}>` is HTML, which a body can't have", hint)
