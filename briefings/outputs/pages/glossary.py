"""Abbreviations, marked up at their first use on a page with their meanings from the glossary page.

A term in the glossary's definition lists that consists of capitals is an abbreviation. Its meaning
is the definition up to the first comma.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from markupsafe import Markup, escape

from briefings.domain.site import Site
from briefings.engine import query

#: The id of the glossary page; a site may have none.
PAGE = "glossary"
_TERM = re.compile(r"<dt>([A-Z]{2,})</dt>\s*<dd>((?:[^<]++|<(?!/?d[dt]>))*+)</dd>")


@query
def abbreviations(site: Site) -> dict[str, str]:
    """Return abbreviation → meaning."""
    page = site.pages.get(PAGE)
    terms = _TERM.findall(page.body.html) if page else []
    return {
        # Markup is used to strip the tags; the result is plain text, escaped where it is shown.
        term: Markup(meaning).striptags().partition(",")[0].rstrip(".")  # noqa: S704
        for term, meaning in terms
    }


def explained(text: str, meanings: Mapping[str, str], known: Collection[str] = ()) -> Markup:
    """Return plain text as HTML, with `<abbr>` at the first use of each abbreviation.

    `known` are abbreviations that the page has already explained.
    """
    seen = set(known)
    parts = []
    for part in re.split(r"\b([A-Z]{2,})\b", text):
        if part in meanings and part not in seen:
            seen.add(part)
            parts.append(Markup('<abbr title="{}">{}</abbr>').format(meanings[part], part))
        else:
            parts.append(escape(part))
    return Markup("").join(parts)
