"""What every template may ask of the site itself: names, menus, addresses. It lists no content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from jinja2 import TemplateRuntimeError
from markupsafe import Markup

from briefings import urls
from briefings.content.dates import Moment, show_day
from briefings.content.schema import SiteFront, SiteLicence
from briefings.content.schema.regulator import Licence
from briefings.domain.site import Site
from briefings.outputs.pages.glossary import abbreviations, explained
from briefings.outputs.pages.page import JSON_FEED, FeedLink, LinkTo, Meta
from briefings.urls import Urls

#: The menu in the masthead, in order.
MENU = (
    LinkTo("Briefings", urls.BRIEFINGS),
    LinkTo("Trusts", urls.TRUSTS),
    LinkTo("Ledger", urls.REQUIREMENTS),
    LinkTo("Compare", urls.COMPARE),
    LinkTo("Search", urls.SEARCH),
    LinkTo("Subscribe", urls.SUBSCRIBE),
)
#: Lists that the footer leads to, before the pages of `navigation`.
REGISTERS = (
    LinkTo("Topics", urls.TOPICS),
    LinkTo("Enforcement register", urls.ENFORCEMENT),
    LinkTo("Corrections", urls.CORRECTIONS),
    LinkTo("Data", urls.DATA),
)


class MenuEntry(NamedTuple):
    """One entry of the menu; `current` is the value of `aria-current`, or nothing."""

    label: str
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class SiteContext:
    """`site` in every template."""

    config: SiteFront
    urls: Urls
    footer: tuple[LinkTo, ...]
    licences: tuple[Licence, ...]
    assets: Mapping[str, str]
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    absolute_links: bool = False

    @property
    def title(self) -> str:
        return self.config.title

    @property
    def tagline(self) -> str:
        """One line on what the site is, or nothing."""
        return self.config.tagline or ""

    @property
    def language(self) -> str:
        """BCP 47, for `lang`."""
        return self.config.language

    @property
    def locale(self) -> str:
        """The language as Open Graph writes it: `en_GB`."""
        return self.config.language.replace("-", "_")

    @property
    def licence(self) -> SiteLicence | None:
        """The licence of the site's own words and data."""
        return self.config.licence

    @property
    def registers(self) -> tuple[LinkTo, ...]:
        return REGISTERS

    @property
    def main_feeds(self) -> tuple[FeedLink, ...]:
        """The two feeds that every page names."""
        return (
            FeedLink(self.config.title, urls.MAIN_FEED),
            FeedLink(f"{self.config.title} (JSON)", urls.JSON_FEED, JSON_FEED),
        )

    def menu(self, meta: Meta) -> Iterator[MenuEntry]:
        """The masthead's menu, with the entry that the page is, or belongs to, marked."""
        for label, url in MENU:
            here = "page" if url == meta.url else "true" if url == meta.section else ""
            yield MenuEntry(label, url, here)

    def link(self, path: str) -> str:
        """A link to a path of the site; any other address (https, mailto, #) as it is."""
        if not path.startswith("/"):
            return path
        return self.urls.absolute(path) if self.absolute_links else self.urls.link(path)

    def absolute(self, path: str) -> str:
        """The whole address of a path, for canonical links and Open Graph."""
        return self.urls.absolute(path)

    def asset(self, name: str) -> str:
        """A link to a file of `static/`; a name that is not there is the template's fault."""
        if name not in self.assets:
            raise TemplateRuntimeError(f"static/ has no file `{name}`")
        return self.link(self.assets[name])

    def show(self, moment: Moment) -> str:
        """The day of a moment in the site's zone: 15 January 2026."""
        return moment.show(self.config.time_zone)

    def iso(self, moment: Moment) -> str:
        """The same day as `<time datetime>` has it."""
        return moment.at(self.config.time_zone).date().isoformat()

    def day(self, instant: datetime) -> str:
        """The day of an instant, which is in the site's zone already."""
        return show_day(instant.date())

    def explained(self, text: str, known: str = "") -> Markup:
        """A page's first text, with abbreviations explained from the glossary; `known` is one
        that stands explained above it."""
        return explained(text, self.abbreviations, (known,))

    def data_block(self, meta: Meta) -> Markup:
        """The page's JSON-LD, breadcrumbs included, safe inside a `<script>` element."""
        graph: list[Mapping[str, Any]] = [] if meta.json_ld is None else [meta.json_ld]
        if meta.breadcrumbs:
            graph.append(self._breadcrumb_list(meta))
        if not graph:
            return Markup("")
        return in_script({"@context": "https://schema.org", "@graph": graph})

    def _breadcrumb_list(self, meta: Meta) -> Mapping[str, Any]:
        """schema.org/BreadcrumbList. Like the breadcrumbs, it leaves out the page itself."""
        return {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": label,
                    "item": self.absolute(url),
                }
                for position, (label, url) in enumerate(meta.breadcrumbs, 1)
            ],
        }

    def with_absolute_links(self) -> SiteContext:
        """The frame of a page that is served under any address (404)."""
        return replace(self, absolute_links=True)


def in_script(value: Mapping[str, Any]) -> Markup:
    """JSON that can't end the `<script>` it stands in: `<`, `>` and `&` are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # every sign that means something to HTML was just escaped


def site_context(site: Site, assets: Mapping[str, str]) -> SiteContext:
    """The frame of a site: its configuration, its plain pages, its regulators' licences."""
    footer = tuple(
        LinkTo(site.pages[id].front.title, urls.url_of("page", id))
        for id in site.config.navigation
        if id in site.pages
    )
    licences = {
        one.front.licence.attribution: one.front.licence for one in site.regulators.values()
    }
    ordered = tuple(licences[attribution] for attribution in sorted(licences))
    return SiteContext(site.config, site.urls, footer, ordered, assets, abbreviations(site))
