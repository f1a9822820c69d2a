"""Inline rules of a body: CommonMark's, citations, references to notes, and what is refused.

They are rules of markdown-it-py, which calls each with the offset `state.pos`, and with `silent` to
look ahead: a rule then adds no token, and reports nothing.
"""

from __future__ import annotations

import re
from unicodedata import category

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, entity, image, link
from markdown_it.token import Token

from briefings.content.markdown.context import Context, Fault, Leaf, Place
from briefings.content.markdown.misread import FOREIGN, foreign
from briefings.content.similarity import did_you_mean

#: Text without any of these characters, and without two spaces at the end of a line, is plain.
_MARKED = re.compile(r"[`\\\[<&*_]|  \n")

_KEY = re.compile("[A-Za-z][A-Za-z0-9]*")
_KEYS = re.compile(r"@[A-Za-z][A-Za-z0-9]*(?:\s*;\s*@[A-Za-z][A-Za-z0-9]*)*")
_BARE_KEY = re.compile(r"(?<![\w@./])@([A-Za-z][A-Za-z0-9]*)")
_APART = re.compile(r"[ \t\n]+\((?:https?://|mailto:)[^\s()]+\)")
_WEB = re.compile(r"(?:https?://|mailto:|\.\.?/)\S+$")
_OPEN_ADDRESS = re.compile(r"\((?:https?://|mailto:|\.\.?/)")
_MISSING = re.compile(r"\[(?![@^])([^\[\]]*)\]")
_BEFORE_ADDRESS = re.compile(r"\(\s*+<?")
_SPACED = re.compile(r"\(\s*+([^\s()<>\"'][^()<>\"']*+)\)")
_LINK_INSIDE = re.compile(r"\]\(\s*+<?([^\s()<>]*+)")
_BRACKET = re.compile(r"[\[\]]")
# What is refused in brackets has a maximum number of brackets, and its address of characters.
_MOST_BRACKETS = 40
_LONGEST_ADDRESS = 2_000
# Bidirectional formatting characters: they change the reading direction of a line.
_TURN_LINES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# No spelling suggestions after this number of faults: one takes a millisecond per thousand sources.
_MOST_GUESSES = 20


def install(md: MarkdownIt) -> None:
    """Replace and add inline rules."""
    rules = md.inline.ruler
    rules.before("link", "mark", _mark)
    rules.before("mark", "foreign", _foreign)
    rules.at("link", _link)
    rules.at("image", _image)
    rules.at("autolink", _autolink)
    rules.at("html_inline", _refuse_html)
    rules.at("entity", _entity)


def inline_tokens(md: MarkdownIt, leaf: Leaf, context: Context) -> list[Token] | None:
    """Return the tokens of the text of a leaf; None if it is plain."""
    if not _MARKED.search(leaf.text) and not FOREIGN.search(leaf.text):
        return None
    # `begin`: the offset in the leaf of the text that is parsed, which may be that of an image.
    context.env.update(context=context, leaf=leaf, begin=0)
    return md.inline.parse(leaf.text, md, context.env, [])


def _context(state: StateInline) -> Context:
    context: Context = state.env["context"]
    return context


def _place(state: StateInline, at: int) -> Place:
    """Return the place of an offset."""
    return _context(state).place(state.env["leaf"], state.env["begin"] + at)


def _fault(state: StateInline, at: int, message: str, hint: str) -> None:
    _context(state).fault(_place(state, at), message, hint)


# -- citations and notes ---------------------------------------------------------------------------


def _mark(state: StateInline, silent: bool) -> bool:
    """Citations, `[@A]` and `[@A; @B]`, and references to notes, `[^1]`.

    They are no tokens to the look-ahead for the end of a link's words, as they are none to a forge.
    """
    source, at = state.src, state.pos
    if silent or not source.startswith(("[@", "[^"), at):
        return False
    end = _BRACKET.search(source, at + 1, state.posMax)
    is_closed = end is not None and end[0] == "]"
    stop = end.start() if end else state.posMax
    if is_closed and source.startswith("(", stop + 1):
        return False  # a link
    inside, place = source[at + 1 : stop], _place(state, at)
    if inside[0] == "@":
        token, fault = state.push("cite", "cite", 0), _citation_fault(state, inside, is_closed)
        token.meta["keys"] = "" if fault else " ".join(_keys(inside))
    elif is_closed:
        token, fault = state.push("note", "note", 0), _note_fault(state, inside[1:])
        token.meta["label"] = inside[1:]
    else:
        return False
    token.meta["place"], token.content = place, source[at : stop + is_closed]
    if fault:
        _context(state).fault(place, *fault)
    elif state.env["begin"]:
        hint = "put it behind the image"
        _context(state).fault(place, f"`{token.content}` in the words of an image", hint)
    state.pos = stop + is_closed
    return True


def _foreign(state: StateInline, silent: bool) -> bool:
    """Report a mark of another program, and `@A` without its brackets; both stay text."""
    if silent or state.linkLevel or not FOREIGN.match(state.src, state.pos):
        return False
    key = _BARE_KEY.match(state.src, state.pos)
    before = state.src[max(state.pos - 80, 0) : state.pos].rstrip(" ")
    if key and key[1] in (_context(state).sources or ()) and not before.endswith("["):
        hint = f"write [{key[0]}]; for the sign itself write \\@"
        _fault(state, state.pos, f"`{key[0]}` cites nothing", hint)
    elif fault := foreign(state.src, state.pos):
        _fault(state, state.pos, *fault)
    return False


def _citation_fault(state: StateInline, inside: str, is_closed: bool) -> Fault | None:
    shown = f"`[{inside[:60]}{']' if is_closed else ''}`"
    sources, problems = _context(state).sources, _context(state).problems
    if sources is None:
        return (f"{shown} cites a source, but this kind of file has none", "remove it")
    if not is_closed or not _KEYS.fullmatch(inside):
        return (f"{shown} is not a citation", "write [@A], or [@A; @B] for two sources")
    keys = _keys(inside)
    if unknown := [key for key in keys if key not in sources]:
        names = " and ".join(f"`{key}`" for key in unknown)
        hint = _hint(unknown[0], list(sources), guess=len(problems) < _MOST_GUESSES)
        return (f"there is no source {names}", hint)
    if len(set(keys)) < len(keys):
        return (f"{shown} names a source twice", "name each source once")
    return None


def _note_fault(state: StateInline, label: str) -> Fault | None:
    if label in _context(state).notes:
        return None
    hint = f"write its text on a line of its own: [^{label or '1'}]: …"
    return (f"there is no note `[^{label}]`", hint)


def _keys(inside: str) -> list[str]:
    return [key.strip().lstrip("@") for key in inside.split(";")]


def _hint(key: str, keys: list[str], *, guess: bool) -> str:
    if not keys:
        return "list it under `sources` in the front matter"
    guessed = did_you_mean(key, keys) if guess else None
    listed = ", ".join(keys[:20]) + (" …" if len(keys) > 20 else "")
    return (f"did you mean {guessed}? " if guessed else "") + f"the sources are {listed}"


# -- links and images ------------------------------------------------------------------------------


def _link(state: StateInline, silent: bool) -> bool:
    """The library's rule; record places, and report what was meant as a link and is none.

    Skipped if no bracket is closed later, as the rule looks through the rest of the text.
    """
    at, count = state.pos, len(state.tokens)
    if state.src[at] != "[" or state.src.find("]", at) < 0:
        return False
    is_link = link(state, silent)
    if is_link and not silent:
        opening = next(token for token in state.tokens[count:] if token.type == "link_open")
        _locate(state, opening, at, state.md.helpers.parseLinkLabel(state, at, True))
    elif not silent:
        _refuse(state, at)
    return is_link


def _image(state: StateInline, silent: bool) -> bool:
    """The library's rule, as for links. Its words are parsed as a text of their own."""
    at = state.pos
    if not state.src.startswith("![", at) or state.src.find("]", at) < 0:
        return False
    state.env["begin"] += at + 2
    is_image = image(state, silent)
    state.env["begin"] -= at + 2
    if is_image and not silent:
        _locate(state, state.tokens[-1], at, state.md.helpers.parseLinkLabel(state, at + 1))
    return is_image


def _autolink(state: StateInline, silent: bool) -> bool:
    """`<https://example.org>`, `<mailto:a@b.org>` and `<a@b.org>`."""
    at = state.pos
    if not autolink(state, silent):
        return False
    if not silent:
        opening, text, _ = state.tokens[-3:]
        opening.meta["place"] = opening.meta["address"] = _place(state, at + 1)
        text.type, text.content = "text_special", text.content.removeprefix("mailto:")
    return True


def _locate(state: StateInline, token: Token, at: int, close: int) -> None:
    """Record the places of a link or image at `at`, whose words end at `close`, and its address."""
    token.meta["place"] = _place(state, at)
    if (label := token.meta.get("label")) is not None:
        reference = _context(state).references[label]
        _context(state).used.add(reference.name)
        token.meta["address"] = reference.address
    elif before := _BEFORE_ADDRESS.match(state.src, close + 1):
        token.meta["address"] = _place(state, before.end())


def _refuse(state: StateInline, at: int) -> None:
    """Report brackets that were meant as a link or a citation and are neither."""
    source = state.src
    close = state.md.helpers.parseLinkLabel(state, at) if _may_be_closed(source, at) else -1
    if close < 0:
        return
    words, then = source[at + 1 : close], close + 1
    if source.startswith("(", then):
        spaced = _SPACED.match(source, then, then + _LONGEST_ADDRESS)
        fault = _context(state).resolve(spaced[1]) if spaced else None
        if inner := _LINK_INSIDE.search(source, at + 1, close):
            message = f"`{inner[1][:80]}` is a link inside a link"
            _fault(state, inner.start(1), message, "end the first one before it")
        elif spaced and isinstance(fault, tuple):
            _fault(state, spaced.start(1), *fault)
        elif not spaced and _OPEN_ADDRESS.match(source, then):
            hint = "write [words](address); a ( or ) in the address is written %28 or %29"
            _fault(state, then, "the address of this link is not closed by )", hint)
    elif _APART.match(source, then):
        hint = "write [words](address)"
        _fault(state, then, "a space between the words of a link and its address", hint)
    elif missing := _MISSING.match(source, then):
        name = missing[1][:40]
        hint = f"write [words](address), or define [{name or words[:40]}]: address"
        message = f"`[{words[:40]}][{name}]` is a link to nowhere"
        _fault(state, then, message, f"{hint}; for the bracket itself write \\[")
    elif at and source[at - 1] == ")" and _WEB.match(words):
        hint = "write [words](address)"
        _fault(state, at, "the words of a link and its address are in each other's brackets", hint)
    else:
        _refuse_bare_keys(state, words, at)


def _may_be_closed(source: str, at: int) -> bool:
    """Return False for the `[` at `at` if too many brackets come before the one that closes it."""
    depth = 0
    for count, bracket in enumerate(_BRACKET.finditer(source, at)):
        depth += 1 if bracket[0] == "[" else -1
        if depth == 0 or count > _MOST_BRACKETS:
            break
    return depth == 0


def _refuse_bare_keys(state: StateInline, words: str, at: int) -> None:
    """Report `[B]` if B is the key of a source: a citation that lacks its `@`."""
    keys = [key.strip(" @") for key in re.split("[;,]", words)]
    known = _context(state).sources or ()
    if any(key in known for key in keys) and all(map(_KEY.fullmatch, keys)):
        cited = "; ".join(f"@{key}" for key in keys)
        hint = f"write [{cited}]; for the bracket itself write \\["
        _fault(state, at, f"`[{words[:60]}]` cites nothing", hint)


# -- HTML ------------------------------------------------------------------------------------------

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
_RAW_HTML = re.compile(
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


def _refuse_html(state: StateInline, silent: bool) -> bool:
    """Report raw HTML; it stays text."""
    match = _RAW_HTML.match(state.src, state.pos)
    if match and not silent:
        _fault(state, state.pos, *_html_fault((match[1] or match[2]).lower()))
    return False


def _html_fault(name: str) -> Fault:
    """Return the fault of a piece of HTML that begins with `name`, such as `b`, `/b` or `!--`."""
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


def _entity(state: StateInline, silent: bool) -> bool:
    """The library's rule; report a number of no character that a text can have.

    These are control, surrogate, unassigned, private-use and bidirectional formatting characters.
    """
    at = state.pos
    if not entity(state, silent):
        return False
    if not silent and state.src[at + 1] == "#":
        sign, written = state.tokens[-1].content, state.tokens[-1].markup
        if sign == "\ufffd" or sign in _TURN_LINES or category(sign) in ("Cc", "Cs", "Cn", "Co"):
            state.tokens[-1].content = "\ufffd"
            message = f"`{written}` is no sign that a text can have"
            _fault(state, at, message, "write the sign itself, or remove it")
    return True
