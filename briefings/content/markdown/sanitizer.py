"""Serialises a finished tree to safe HTML.

There are two layers: all text is escaped here, whatever it looks like, and nh3 then keeps only the
elements and attributes that this package generates.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, tostring

import nh3

_CELLS = frozenset({"table", "tbody", "thead", "tr", "th", "td"})
_LISTS = frozenset({"ul", "ol", "li", "dl", "dt", "dd"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Block elements; a line break follows each in the HTML.
BLOCKS = _CELLS | _LISTS | _HEADINGS | {"blockquote", "div", "hr", "p", "pre", "section"}

_CLEANER = nh3.Cleaner(
    tags={*BLOCKS, "a", "abbr", "br", "code", "em", "img", "span", "strong", "sup"} - {"h1"},
    attributes={
        "*": {"id", "class", "role", "aria-label"},
        "a": {"href", "title"},
        "abbr": {"title"},
        "div": {"tabindex"},
        "img": {"src", "alt", "title", "loading"},
        "ol": {"start", "type"},
        "th": {"scope"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)

#: A tag that has attributes.
_TAG = re.compile(r"<[a-z][a-z0-9]*(?:\s+[a-z-]+(?:=\"[^\"]*\")?)+\s*/?>")
_ID = re.compile(r'\sid="[^"]*"')
_LOCAL = re.compile(r'(\s(?:href|src)=")(?:(/(?!/)[^"]*)|(#[^"]*))')


def serialised(root: Element) -> str:
    """Return a tree as HTML, one line per block."""
    for element in root.iter():
        if element.tag in BLOCKS or element.tag == "br":
            element.tail = "\n" + (element.tail or "")
    return tostring(root, encoding="unicode", method="html")


def sanitised(html: str) -> str:
    """Return HTML with nothing but the elements and attributes that this package generates."""
    return _CLEANER.clean(html).strip()


def absolute(html: str, page_url: str, origin: str) -> str:
    """Return HTML of this package with absolute URLs, as feed readers need them.

    URLs of links and images that begin with `/` get the prefix `origin` (`https://example.org`);
    links within the page (`#…`) get `page_url`, which must be absolute. Ids are removed, because
    readers show several items on one page. Text that merely looks like a tag is unchanged.
    """

    def whole(match: re.Match[str]) -> str:
        return match[1] + (origin + match[2] if match[2] else page_url + match[3])

    return _TAG.sub(lambda tag: _LOCAL.sub(whole, _ID.sub("", tag[0])), html)
