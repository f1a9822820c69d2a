"""A digest as mail: HTML that holds its own style and is never cut, and plain text."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from css_inline import CSSInliner

from briefings import urls
from briefings.content.dates.values import PartialDate
from briefings.domain.site import Site
from briefings.domain.weeks import SITE, Week, of_days, of_scope
from briefings.outputs.pages.digest import Digest, Line, NewBriefing, digest_of
from briefings.outputs.pages.five_answers import in_text
from briefings.outputs.pages.page import Meta, Page, View
from briefings.outputs.pages.renderer import Renderer
from briefings.problems import ContentError, Problem
from briefings.urls import LinkTo

#: Length of the HTML in bytes at most: Gmail hides what is beyond 102 kB.
MAX_HTML = 102_000
_HTML, _TEXT = "mail/digest.html", "mail/digest.txt"
#: Keeps `@media`, which makes a mail dark, and fetches nothing.
_INLINER = CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)


class Text(NamedTuple):
    """A paragraph: the question that it answers, or empty; and its plain text."""

    question: str
    text: str


class Entry(NamedTuple):
    """A briefing, a corrected briefing or a deadline. `about`: the trust of a new briefing."""

    about: str
    title: str
    url: str
    texts: tuple[Text, ...]
    news: tuple[LinkTo, ...] = ()


class Part(NamedTuple):
    """A list with its heading. `more`: the number of entries that are left out."""

    heading: str
    entries: tuple[Entry, ...]
    more: int = 0

    def shortened(self, shorter: Callable[[Entry], Entry]) -> Part:
        """Return the list with fewer words on each new briefing."""
        entries = (shorter(entry) if entry.about else entry for entry in self.entries)
        return self._replace(entries=tuple(entries))

    def first(self, size: int) -> Part:
        """Return the list with at most this many entries."""
        return self._replace(entries=self.entries[:size], more=max(0, len(self.entries) - size))


@dataclass(frozen=True, slots=True)
class Mail:
    """A digest as it is sent. `is_short`: it says less than the pages of its weeks."""

    subject: str
    html: bytes
    text: bytes
    is_short: bool


#: Levels of detail of a new briefing, from everything to the title alone.
_SHORTER: tuple[Callable[[Entry], Entry], ...] = (
    lambda entry: entry,
    lambda entry: entry._replace(news=()),
    lambda entry: entry._replace(news=(), texts=entry.texts[:1]),
    lambda entry: entry._replace(news=(), texts=()),
)


def mail(
    renderer: Renderer, site: Site, scope: tuple[str, str], name: str, days: PartialDate
) -> Mail | None:
    """Return what became public on these days, as mail; None if nothing did.

    `scope`: see `weeks.of_scope`. `name`: that of the site, trust or topic. `days`: a known period.
    Raises ContentError for a template's fault.
    """
    first, last = days.earliest, days.latest
    assert first is not None, days
    assert last is not None, days
    happenings = of_days(site, *scope, first, last)
    if not happenings:
        return None
    digest = digest_of(site, days, happenings)
    about = "" if scope == SITE else name
    page = page_of(site, first, last)
    writer = _Writer(renderer, f"{name}: {digest.days}", about, digest, page)
    return writer.fitting(_parts(digest))


def page_of(site: Site, first: date, last: date) -> LinkTo:
    """Return the page that has everything: that of the week, else the list of weeks."""
    week = Week.of(first)
    if week == Week.of(last) and week.id in of_scope(site, *SITE):
        return LinkTo(f"the page of {week.days.show()}", urls.digest_url(week.id))
    return LinkTo("the pages of the weeks", urls.DIGEST)


def _parts(digest: Digest) -> tuple[Part, ...]:
    """Return the lists of a digest, with everything that its page says."""
    briefings = Part("New briefings", tuple(map(_briefing, digest.briefings)))
    lists = (Part(heading, tuple(map(_line, lines))) for heading, _, lines in digest.lists)
    return (briefings, *lists) if briefings.entries else tuple(lists)


def _briefing(briefing: NewBriefing) -> Entry:
    texts = [Text("", answer.lead) for answer in briefing.answers if answer.lead]
    texts += [Text(answer.question, in_text(answer)) for answer in briefing.answers]
    return Entry(briefing.trust, briefing.title, briefing.url, tuple(texts), briefing.news)


def _line(line: Line) -> Entry:
    return Entry("", line.label, line.url, tuple(Text("", text) for text in line.texts))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Renders one digest, with all of its words or fewer. `about`: the trust or topic, or empty."""

    renderer: Renderer
    subject: str
    about: str
    digest: Digest
    page: LinkTo

    def fitting(self, parts: tuple[Part, ...]) -> Mail:
        """Return the mail with as much as `MAX_HTML` allows.

        First with fewer words on each new briefing, then with fewer entries in each list. Raises
        ContentError if the templates alone are too long.
        """
        for shorter in _SHORTER:
            shortened = tuple(part.shortened(shorter) for part in parts)
            view = self._view(shortened, is_short=shortened != parts)
            if len(self._html(view)) <= MAX_HTML:
                return self._mail(view)
        longest = max(len(part.entries) for part in shortened)
        sizes = range(longest)  # `bisect` finds the first number of entries that is too long
        number = (
            bisect(sizes, MAX_HTML, key=lambda size: len(self._html(self._cut(shortened, size))))
            - 1
        )
        if number < 0:
            message = f"a mail without any content is longer than {MAX_HTML // 1000} kB"
            hint = "make the template shorter"
            raise ContentError([Problem(self.renderer.path(_HTML), 1, 1, message, hint)])
        return self._mail(self._cut(shortened, number))

    def _cut(self, parts: tuple[Part, ...], size: int) -> View:
        """Return the view of at most this many entries in each list."""
        return self._view(tuple(part.first(size) for part in parts), is_short=True)

    def _view(self, parts: tuple[Part, ...], *, is_short: bool) -> View:
        meta = Meta(
            url=urls.DIGEST, title=self.subject, description=self.digest.counts, kind="mail",
            absolute=True,
        )  # fmt: skip
        days = self.digest.days
        return View(
            meta, about=self.about, days=days, parts=parts, is_short=is_short, page=self.page
        )

    def _mail(self, view: View) -> Mail:
        is_short: bool = view.is_short
        return Mail(self.subject, self._html(view), self._rendered(_TEXT, view), is_short)

    def _html(self, view: View) -> bytes:
        return _INLINER.inline(self._rendered(_HTML, view).decode()).encode()

    def _rendered(self, template: str, view: View) -> bytes:
        return self.renderer.render(Page(view.meta.url, template, lambda: view))
