"""The value `site` in every template: names, menus, addresses, licences. It lists no content."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from jinja2 import TemplateRuntimeError
from markupsafe import Markup, escape

from briefings import urls
from briefings.content.dates.parsing import show_day
from briefings.content.dates.values import Moment, PartialDate
from briefings.content.schema.entities import Licence
from briefings.content.schema.site import NHS_TRUSTS, SiteFront, SiteLicence
from briefings.domain import words
from briefings.domain.site import Site, about_url
from briefings.engine import query
from briefings.outputs.pages import json_ld
from briefings.outputs.pages.page import JSON_FEED, FeedLink, Meta
from briefings.urls import LinkTo

# Abbreviations, marked up at their first use on a page with their meanings from the glossary page.
#
# A term in the glossary's definition lists that consists of capitals is an abbreviation. Its
# meaning is the definition up to the first comma.

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


#: Entries of the menu in the masthead, in order, if `site.yaml` has none.
MENU = (
    LinkTo("Briefings", urls.BRIEFINGS),
    LinkTo("Trusts", urls.TRUSTS),
    LinkTo("Ledger", urls.REQUIREMENTS),
    LinkTo("Compare", urls.COMPARE),
    LinkTo("Search", urls.SEARCH),
    LinkTo("Subscribe", urls.SUBSCRIBE),
)


class MenuEntry(NamedTuple):
    """One entry of the menu. `current` is the value of `aria-current`, or empty."""

    label: str
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class SiteContext:
    """The global variable `site` of every template.

    `assets`: file name in `static/` → its published path, with a hash in the name.
    `absolute_links`: make every link a full URL (used for the 404 page).
    """

    site: Site
    assets: Mapping[str, str]
    absolute_links: bool = False
    #: Lists linked from the footer, before `footer`.
    registers: ClassVar = (
        LinkTo("Topics", urls.TOPICS),
        LinkTo("Enforcement register", urls.ENFORCEMENT),
        LinkTo("Corrections", urls.CORRECTIONS),
        LinkTo("Week by week", urls.DIGEST),
        LinkTo("Data", urls.DATA),
    )

    @property
    def config(self) -> SiteFront:
        return self.site.config

    @property
    def footer(self) -> tuple[LinkTo, ...]:
        """Links to the about page, which every site has, and the pages named by `navigation`."""
        return footer(self.site)

    @property
    def licences(self) -> tuple[Licence, ...]:
        """The licences of the regulators, sorted by attribution."""
        return licences(self.site)

    @property
    def title(self) -> str:
        return self.config.title

    @property
    def tagline(self) -> str:
        """The description of the site in one line, or an empty string."""
        return self.config.tagline or ""

    @property
    def language(self) -> str:
        """The BCP 47 language tag, for the `lang` attribute."""
        return self.config.language

    @property
    def licence(self) -> SiteLicence | None:
        """The licence of the site's own text and data."""
        return self.config.licence

    @property
    def independence(self) -> str:
        """The sentence in the footer that says from whom the site is independent."""
        is_nhs = self.config.organisations == NHS_TRUSTS
        default = words.NHS_INDEPENDENCE if is_nhs else words.INDEPENDENCE
        return self.config.independence or self.say(default)

    def say(self, text: str) -> str:
        """Replace "trust" and the like in a fixed text by the site's own words; see `words.say`."""
        return words.say(self.site.config, text)

    @property
    def main_feeds(self) -> tuple[FeedLink, ...]:
        """The two feeds (RSS and JSON Feed) announced on every page."""
        return (
            FeedLink(self.config.title, urls.MAIN_FEED),
            FeedLink(f"{self.config.title} (JSON)", urls.JSON_FEED, JSON_FEED),
        )

    def menu(self, meta: Meta) -> Iterator[MenuEntry]:
        """Yield the entries of the masthead menu.

        `current` is `page` for the page itself, `true` for the section that it belongs to.
        """
        own = [LinkTo(entry.label, entry.to) for entry in self.config.menu]
        for label, url in own or MENU:
            current = "page" if url == meta.url else "true" if url == meta.section else ""
            yield MenuEntry(label if own else self.say(label), url, current)

    def link(self, path: str) -> str:
        """Return the link for a root-relative path; return other addresses (https, #) unchanged."""
        if not path.startswith("/"):
            return path
        urls = self.site.urls
        return urls.absolute(path) if self.absolute_links else urls.link(path)

    def follow(self, feed: str) -> str:
        """Return the link to the place that says how to follow a feed.

        Browsers show a feed itself as code, or download it.
        """
        return self.link(f"{urls.SUBSCRIBE}#{urls.feed_anchor(feed)}")

    def absolute(self, path: str) -> str:
        """Return the full URL of a path, for canonical links and Open Graph."""
        return self.site.urls.absolute(path)

    def asset(self, name: str) -> str:
        """Return the link to a file of `static/`.

        Raises TemplateRuntimeError if there is no such file, because the fault is the template's.
        """
        self.site.engine.read("static", name)
        if name not in self.assets:
            raise TemplateRuntimeError(f"static/ has no file `{name}`")
        return self.link(self.assets[name])

    def date(self, value: object) -> Markup:
        """Return a date in words; for a moment, its day in the site's time zone.

        In a `<time>`, unless HTML has no value for a date that is not exact. Raises
        TemplateRuntimeError for anything but a date, because the fault is the template's.
        """
        if isinstance(value, PartialDate):
            html, words = value.html, value.show()
        elif isinstance(value, datetime | Moment):
            moment = value if isinstance(value, datetime) else value.at(self.config.time_zone)
            html, words = moment.date().isoformat(), show_day(moment.date())
        else:
            raise TemplateRuntimeError(f"`{value}` is not a date")
        time = f'<time datetime="{html}">{escape(words)}</time>' if html else escape(words)
        return Markup(time)  # noqa: S704  # the words are escaped, and `html` has digits and hyphens

    def explained(self, text: str, known: str = "") -> Markup:
        """Mark up abbreviations in the first text of a page with their meanings from the glossary.

        `known` is an abbreviation that is already explained above this text.
        """
        return explained(text, abbreviations(self.site), (known,))

    def data_block(self, meta: Meta) -> Markup:
        """Return the page's JSON-LD with its breadcrumbs, safe inside a `<script>` element.

        Empty for a page that crawlers should not index.
        """
        if meta.noindex:
            return Markup("")
        graph: list[Mapping[str, Any]] = [] if meta.json_ld is None else [meta.json_ld]
        if not meta.home:
            levels = (LinkTo("Home", urls.HOME), *meta.breadcrumbs, LinkTo(meta.title, meta.url))
            graph.append(json_ld.breadcrumbs(self.site, levels))
        return in_script({"@context": "https://schema.org", "@graph": graph})

    def with_absolute_links(self) -> SiteContext:
        """Return a copy that makes every link a full URL, for pages served at any address (404)."""
        return replace(self, absolute_links=True)


def in_script(value: Mapping[str, Any]) -> Markup:
    """Return JSON that cannot end the enclosing `<script>`: `<`, `>` and `&` become `\\u` escapes.

    U+2028 and U+2029, which end a line in older JavaScript, are escaped too.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # every sign that means something to HTML was just escaped


@query
def footer(site: Site) -> tuple[LinkTo, ...]:
    """See `SiteContext.footer`."""
    pages = [
        LinkTo(site.pages[id].front.title, urls.url_of("page", id))
        for id in site.config.navigation
        if id in site.pages
    ]
    if all(page.url != about_url(site) for page in pages):
        pages.insert(0, LinkTo("About", about_url(site)))
    return tuple(pages)


@query
def licences(site: Site) -> tuple[Licence, ...]:
    """See `SiteContext.licences`."""
    all_licences = [regulator.front.licence for regulator in site.regulators.values()]
    by_attribution = {licence.attribution: licence for licence in all_licences}
    return tuple(by_attribution[attribution] for attribution in sorted(by_attribution))
