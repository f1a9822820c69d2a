"""Abbreviations, explained where a page first uses them, from the glossary page.

A term of the glossary's definition lists that is all capitals is an abbreviation; what it stands
for is its definition as far as the first comma.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from markupsafe import Markup, escape

from briefings.domain.site import Site

#: The id of the glossary among the plain pages; a site may be without one.
PAGE = "glossary"
_TERM = re.compile(r"<dt>([A-Z]{2,})</dt>\s*<dd>((?:[^<]++|<(?!/?d[dt]>))*+)</dd>")


def abbreviations(site: Site) -> dict[str, str]:
    """Abbreviation → what it stands for."""
    page = site.pages.get(PAGE)
    found = _TERM.findall(page.body.html) if page else []
    return {
        # Markup here takes HTML apart; what comes out is plain text, escaped where it is shown.
        term: Markup(meaning).striptags().partition(",")[0].rstrip(".")  # noqa: S704
        for term, meaning in found
    }


def explained(text: str, meanings: Mapping[str, str], known: Collection[str] = ()) -> Markup:
    """Plain text with each abbreviation marked up where it stands first; `known` are those that
    the page has explained before."""
    seen = set(known)
    parts = []
    for part in re.split(r"\b([A-Z]{2,})\b", text):
        if part in meanings and part not in seen:
            seen.add(part)
            parts.append(Markup('<abbr title="{}">{}</abbr>').format(meanings[part], part))
        else:
            parts.append(escape(part))
    return Markup("").join(parts)
