"""No two things of the site have one address, aliases included and case aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from briefings import urls
from briefings.load import MEDIA, Content, Record
from briefings.model import Fault

#: Addresses that the site itself takes, whatever the content.
_OWN = (
    urls.HOME, urls.NOT_FOUND, urls.BRIEFINGS, urls.TRUSTS, urls.REQUIREMENTS, urls.REGULATORS,
    urls.REGULATIONS, urls.TOPICS, urls.COMPARE, urls.ENFORCEMENT, urls.RATINGS, urls.CORRECTIONS,
    urls.SEARCH, urls.SUBSCRIBE, urls.DATA, urls.MAIN_FEED, urls.JSON_FEED, urls.OPML,
    urls.CALENDAR, urls.SITEMAP, "/robots.txt", "/_headers/", "/_redirects/", "/.nojekyll",
    "/index.html",
)  # fmt: skip
#: Folders in which only the site puts files.
_OWN_FOLDERS = (urls.STATIC, urls.MEDIA, urls.DATA, urls.PAGEFIND, urls.REGULATIONS)


def address_faults(content: Content) -> Iterator[tuple[str, Fault]]:
    """Aliases count as addresses when collisions are looked for."""
    taken = {own.casefold(): "a page of the site itself" for own in _OWN}
    # An id that was given up has a fault of its own; the alias in its place is right.
    given_up = content.register.given_up
    shown = [
        record
        for record in content.records()
        if not _is_draft(record) and (record.kind, record.id) not in given_up
    ]
    for record in shown:
        if record.kind in {"briefing", "trust", "requirement", "regulator", "topic", "page"}:
            taken[urls.url_of(record.kind, record.id).casefold()] = record.path
    yield from _media_differ(content)
    for record in shown:
        for index, alias in enumerate(record.front.aliases):
            message = _fault_of(alias, taken)
            if message:
                hint = "an alias is an old path that nothing else has; remove or mend it"
                yield record.path, Fault(("aliases", index), message, hint)
            taken.setdefault(alias.casefold(), record.path)


def _media_differ(content: Content) -> Iterator[tuple[str, Fault]]:
    """Files that differ in case alone have one address on many hosts."""
    first: dict[str, str] = {}
    for name in sorted(content.media):
        other = first.setdefault(name.casefold(), name)
        if other != name:
            message = f"media/{other} has this address already, case aside"
            yield f"{MEDIA}/{name}", Fault((), message, "rename one of the two files")


def _is_draft(record: Record[Any]) -> bool:
    return getattr(record.front, "status", None) == "draft"


def _fault_of(alias: str, taken: dict[str, str]) -> str | None:
    folded = alias.casefold()
    bare = folded.removesuffix("index.html")
    owner = taken.get(folded) or taken.get(bare)
    if owner:
        return f"{alias} is the address of {owner} already"
    last = folded.rsplit("/", 1)[-1]
    if any(folded.startswith(folder) for folder in _OWN_FOLDERS):
        return f"{alias} lies in a folder of the site itself"
    numbered = "/page/" in folded or _is_year(folded)
    if numbered or last in {"feed.xml", "feed.json", "trust.json"}:
        return f"{alias} is an address that the site makes itself"
    return _inside_a_file(alias, taken)


def _is_year(path: str) -> bool:
    return path.startswith(urls.BRIEFINGS) and path.removeprefix(urls.BRIEFINGS)[:-1].isdigit()


def _inside_a_file(alias: str, taken: dict[str, str]) -> str | None:
    """`/old.html/x/` can't exist beside the file `/old.html`, nor a folder beside `/old`."""
    folded = alias.casefold()
    for other, owner in taken.items():
        if not other.endswith("/") and folded.startswith(f"{other}/"):
            return f"{alias} lies inside {other}, an address of {owner}"
        if not folded.endswith("/") and other.startswith(f"{folded}/"):
            return f"{alias} would hide {other}, an address of {owner}"
    return None
