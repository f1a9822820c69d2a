"""Rules on a file together with the configuration or with other files of the site.

No two pages or files of the site have the same address; aliases count as addresses. Addresses are
compared as a host looks up their files: `%61` equals `a`, and case and Unicode normal form (NFC or
NFD) make no difference, as on macOS and Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from unicodedata import normalize
from urllib.parse import unquote

from briefings import urls
from briefings.content.dates.parsing import show_day, show_moment
from briefings.content.dates.values import PartialDate
from briefings.content.files import MEDIA
from briefings.content.records import Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TrustFront
from briefings.content.schema.json_schema import Loc
from briefings.content.schema.validation import Fault
from briefings.content.similarity import same
from briefings.domain.site import Site, about_url, predecessors_of
from briefings.domain.summaries import (
    briefings_of_action,
    files_of_title,
    is_gap,
    requirements_of_title,
    summaries,
)
from briefings.domain.visibility import trust_held_until, visible_from, withdrawn_unseen
from briefings.engine import query

FaultsByFile = tuple[tuple[str, Fault], ...]

#: Hint for the withdrawal of a briefing that was never public.
TAKE_BACK_UNSEEN = (
    "to take it back unseen, remove the file; to keep it for later, write `status: draft` and"
    " remove `withdrawn`"
)


def briefing_faults(site: Site, record: Record[BriefingFront]) -> Iterator[Fault]:
    """Yield the faults of a briefing that depend on the configuration or on trusts held back."""
    front = record.front
    if not is_gap(record, "published", "embargo_until", "status"):
        yield from _report_before_publication(site, front)
        yield from _still_to_come(site, front)
        yield from _never_public(site, record.id, front)
    yield from _second_reader(site, front)
    if front.status != "draft":
        start = visible_from(front, site.zone)
        trusts: list[tuple[Loc, str]] = [(("trust",), front.trust)]
        trusts += ((("also_about", index), id) for index, id in enumerate(front.also_about))
        for index, rating in enumerate(front.ratings):
            if rating.inherited_from is not None:
                trusts.append((("ratings", index, "inherited_from"), rating.inherited_from))
        for loc, id in trusts:
            yield from _held_back(site, id, start, loc, "briefing")


def predecessors_held_back(site: Site, front: TrustFront) -> Iterator[Fault]:
    """Yield a fault for each predecessor whose page becomes public after that of its successor."""
    start = trust_held_until(front, site.zone)
    for index, before in enumerate(front.predecessors):
        yield from _held_back(site, before.id or "", start, ("predecessors", index, "id"), "trust")


def predecessors_in_a_circle(site: Site, id: str, front: TrustFront) -> Iterator[Fault]:
    """Yield a fault for each predecessor that is a successor too, directly or by way of others."""
    for index, before in enumerate(front.predecessors):
        other = before.id or ""
        if other in site.trusts and id in predecessors_of(site, other):
            message = f"`{id}` is a predecessor of `{other}` too"
            hint = "remove one of the two from `predecessors`"
            yield Fault(("predecessors", index, "id"), message, hint)


def former_names_to_come(site: Site, front: TrustFront) -> Iterator[Fault]:
    """Yield a fault for each former name that is certainly still in use."""
    for index, former in enumerate(front.former_names):
        if site.clock.ahead(former.until):
            message = f"{former.until.bare()} is still to come, so this is no former name yet"
            hint = "mend the date, or leave the name as `name` until then"
            yield Fault(("former_names", index, "until"), message, hint)


def _held_back(site: Site, id: str, start: datetime | None, loc: Loc, noun: str) -> Iterator[Fault]:
    """Yield a fault if the trust `id` becomes public after a file that names it.

    `start`: the moment at which that file becomes public; None if it always was.
    """
    trust = site.content.trusts.get(id)
    held_until = None if trust is None else trust_held_until(trust.front, site.zone)
    if held_until is not None and (start is None or start < held_until):
        until = show_moment(held_until.astimezone(site.zone))
        message = f"the trust `{id}` is held back until {until}, and this {noun} is not"
        yield Fault(loc, message, "give both the same `embargo_until`")


def _dates_of_the_past(front: BriefingFront) -> Iterator[tuple[Loc, PartialDate | None]]:
    """Yield path and date of what a briefing tells as done."""
    for index, event in enumerate(front.requirements):
        yield ("requirements", index, "date"), event.date
    for index, action in enumerate(front.enforcement):
        yield ("enforcement", index, "served"), action.served
        yield ("enforcement", index, "ended"), action.ended
    for index, visit in enumerate(front.inspection.inspected):
        yield ("inspection", "inspected", index, "date"), visit.date
    for key, source in front.sources.items():
        yield ("sources", key, "published"), source.published
        yield ("sources", key, "accessed"), source.accessed
    if front.reply is not None:
        yield ("reply", "asked"), front.reply.asked


def _still_to_come(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault for each event, action, visit, source and question dated in the future.

    That is, certainly after today, and after the day on which the briefing becomes visible: pages
    would state it as past. Drafts are not checked.
    """
    if front.status == "draft":
        return
    start = visible_from(front, site.zone).date()
    for loc, date in _dates_of_the_past(front):
        if date is not None and date.certainly_after_day(start) and site.clock.ahead(date):
            hint = "mend the date"
            if loc[0] != "sources":
                hint += "; what is planned belongs in `timeline`, or in the text"
            yield Fault(loc, f"{date.bare()} is still to come", hint)


def _report_before_publication(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault if the report was certainly published after its briefing becomes visible.

    Compared by day. An inexact date that may be earlier is no fault.
    """
    report = front.inspection.report_published
    if front.status != "draft" and report.certainly_after_day(
        visible_from(front, site.zone).date()
    ):
        message = f"the report ({report.show()}) comes after this briefing becomes visible"
        hint = "mend the date, or `published` or `embargo_until`"
        yield Fault(("inspection", "report_published"), message, hint)


def _never_public(site: Site, id: str, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault for the withdrawal of a briefing before it was public, as its dates say.

    The notice of a withdrawal would tell readers that it was published.
    """
    if not withdrawn_unseen(front, site.zone):
        return
    if site.register.guid("briefing", id) is None:
        message = "this briefing was never public, so there is nothing to withdraw"
        yield Fault(("withdrawn",), message, TAKE_BACK_UNSEEN, at_key=True)
    else:
        start = show_day(visible_from(front, site.zone).date())
        message = f"this is before the briefing was published ({start})"
        yield Fault(("withdrawn", "date"), message, "mend one of the two dates")


def _second_reader(site: Site, front: BriefingFront) -> Iterator[Fault]:
    """Yield a fault unless `written_by` and `checked_by` are two different people.

    Only with `policy.second_reader`, and not for drafts.
    """
    if not site.config.policy.second_reader or front.status == "draft":
        return
    for name in ("written_by", "checked_by"):
        if getattr(front, name) is None:
            yield Fault((name,), f"`{name}` is missing; the site's policy asks for it", "add it")
            return
    if same(front.written_by or "") == same(front.checked_by or ""):
        hint = "let another person read it and name them here"
        yield Fault(("checked_by",), "the second reader is the writer", hint)


@query
def titles_differ(site: Site) -> FaultsByFile:
    """Return a fault for each briefing or page title that is used twice, ignoring case.

    Likewise for the titles of requirements of one trust.
    """
    faults: list[tuple[str, Fault]] = []
    for files in (*files_of_title(site).values(), *requirements_of_title(site).values()):
        records = (
            site.briefing.get(id) if kind == "briefing" else site.content.record(kind, id)
            for kind, id in files
        )  # fmt: skip
        faults += _titles_differ(
            sorted((file.path, file.front.title) for file in records if file is not None)
        )
    return tuple(faults)


def _titles_differ(titles: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Fault]]:
    first: dict[str, str] = {}
    for path, title in titles:
        if title == "-":  # placeholder for a title that could not be read
            continue
        other = first.setdefault(same(title), path)
        if other != path:
            hint = "say what sets this one apart, such as the year or the service"
            yield path, Fault(("title",), f"this title is the title of {other} already", hint)


@query
def actions_differ(site: Site, id: str) -> FaultsByFile:
    """Return a fault where the id of an enforcement action is used for a different action.

    Actions with the same id are one action: they have the same trust, regulator and kind.
    """
    briefings = (site.briefing.get(briefing) for briefing in briefings_of_action(site, id))
    shown = [
        briefing for briefing in briefings if briefing is not None and not briefing.is_withdrawn
    ]
    first: tuple[str, tuple[str, str, str]] | None = None
    faults: list[tuple[str, Fault]] = []
    for reporting in sorted(shown, key=lambda item: (item.visible_from, item.id)):
        for index, action in enumerate(reporting.front.enforcement):
            if action.id != id:
                continue
            is_of = (reporting.front.trust, reporting.front.regulator, action.kind)
            path, before = first = first or (reporting.path, is_of)
            if before != is_of:
                message = f"`{id}` is another action in {path}"
                hint = "the same id joins one action of one trust, regulator and kind"
                faults.append((reporting.path, Fault(("enforcement", index, "id"), message, hint)))
    return tuple(faults)


#: Addresses that every site uses, whatever its content.
_OWN = (
    urls.HOME, urls.NOT_FOUND, urls.BRIEFINGS, urls.TRUSTS, urls.REQUIREMENTS, urls.REGULATORS,
    urls.REGULATIONS, urls.TOPICS, urls.COMPARE, urls.ENFORCEMENT, urls.RATINGS, urls.CORRECTIONS,
    urls.SEARCH, urls.SUBSCRIBE, urls.DIGEST, urls.DATA, urls.MAIN_FEED, urls.JSON_FEED, urls.OPML,
    urls.CALENDAR, urls.SITEMAP, urls.MANIFEST, *urls.ICONS, "/robots.txt", "/_headers",
    "/_headers/", "/_redirects", "/_redirects/", "/.nojekyll", "/index.html",
)  # fmt: skip
#: Folders for generated and copied files: no alias may be in them.
_OWN_FOLDERS = (
    urls.STATIC, urls.MEDIA, urls.DATA, urls.PAGEFIND, urls.REGULATIONS, urls.ANSWERS, urls.DIGEST,
    urls.SEARCH,
)  # fmt: skip
#: Generated addresses below those of pages: feeds with their archives and JSON, numbered pages of
#: lists, the archive of a year, the ledger of one regulator, digests.
_MADE = re.compile(
    r"/(?:feed\.xml|feed\.json|trust\.json|requirement\.json|feed)(?:/|$)|/page/"
    r"|^/(?:trusts|topics)/[^/]+/digest(?:/|$)"
    rf"|^{urls.BRIEFINGS}[0-9]+(?:/|$)|^{urls.regulator_ledger_url('[^/]+').rstrip('/')}(?:/|$)"
)


@query
def address_faults(site: Site) -> tuple[tuple[str, Fault], ...]:
    """Return a fault for each alias whose address is used already, reserved or impossible.

    Also for media files that differ in case or normal form alone. Drafts are left out, and files
    with a given-up id, which `publication_register` reports: an alias at their address is right.
    """
    taken = _Taken()
    taken.give(_file(about_url(site)), "a page of the site itself")
    given_up = site.register.given_up
    shown = [
        (thing, file)
        for thing, file in summaries(site)
        if not file.is_draft and thing not in given_up
    ]
    for thing, file in shown:
        taken.give(_file(urls.url_of(*thing)), file.path)
    faults = list(_media_differ(site.media))
    for _, file in shown:
        for index, alias in enumerate(file.aliases):
            message = _fault_of(alias, taken)
            if message:
                hint = "an alias is an old path that nothing else has; remove or mend it"
                faults.append((file.path, Fault(("aliases", index), message, hint)))
            if _file(alias) not in taken.owner:
                taken.give(_file(alias), file.path)
    return tuple(faults)


def _media_differ(media: Iterable[str]) -> Iterator[tuple[str, Fault]]:
    """Yield media files and folders that differ from another one in case or normal form alone.

    Many hosts serve both at one address.
    """
    first: dict[str, str] = {}
    for name in sorted(media):
        for part in (*(folder[1:] for folder in _folders(f"/{name}")), name):
            other = first.setdefault(_same(part), part)
            if other != part:
                accents = normalize("NFC", part) == normalize("NFC", other)
                how = "its accents written in another way" if accents else "case aside"
                message = f"media/{other} has this address already, {how}"
                hint = f"rename one of the two {'files' if part == name else 'folders'}"
                yield f"{MEDIA}/{name}", Fault((), message, hint)
                break


def _file(address: str) -> str:
    """Return the file of an address, as files are compared: `/About/` → `/about/index.html`."""
    folded = _same(unquote(address))
    return f"{folded}index.html" if folded.endswith("/") else folded


def _same(path: str) -> str:
    if path.isascii():
        return path.lower()
    return normalize("NFC", normalize("NFC", path).casefold())


class _Taken:
    """The files that have an owner, and the first file entered below each folder.

    `owner`: file → the path of the record that it belongs to, or a description.
    """

    def __init__(self) -> None:
        self.owner: dict[str, str] = {}
        self.below: dict[str, str] = {}
        for own in _OWN:
            self.give(_file(own), "a page of the site itself")

    def give(self, file: str, owner: str) -> None:
        """Enter a file. A later owner replaces an earlier one."""
        self.owner[file] = owner
        for folder in _folders(file):
            self.below.setdefault(folder, file)


def _folders(address: str) -> list[str]:
    """Return the folders of an address without the root: `/a/b/c` → `/a`, `/a/b`."""
    return [address[:end] for end, letter in enumerate(address) if end and letter == "/"]


def _fault_of(alias: str, taken: _Taken) -> str | None:
    folded, file = _same(unquote(alias)), _file(alias)
    if owner := taken.owner.get(file):
        return f"{alias} is the address of {owner} already"
    if folded.startswith(_OWN_FOLDERS):
        return f"{alias} lies in a folder of the site itself"
    if _MADE.search(folded):
        return f"{alias} is an address that the site makes itself"
    # A file and a folder can't have one name: neither /old.html/x/ beside the file /old.html, nor
    # /old beside a folder /old/.
    for folder in _folders(file):
        if folder in taken.owner:
            return f"{alias} lies inside {folder}, an address of {taken.owner[folder]}"
    if (hidden := taken.below.get(file)) is not None:
        address, owner = hidden.removesuffix("index.html"), taken.owner[hidden]
        return f"{alias} would hide {address}, an address of {owner}"
    return None
