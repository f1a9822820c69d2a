"""No two pages or files of the site have the same address; aliases count as addresses.

Addresses are compared as a host looks up their files: `%61` equals `a`, and case and Unicode
normal form (NFC or NFD) make no difference, as on macOS and Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import normalize
from urllib.parse import unquote

from briefings import urls
from briefings.content.files import MEDIA
from briefings.content.schema.validation import Fault
from briefings.domain.site import Site, about_url
from briefings.domain.summaries import summaries
from briefings.engine import query

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
                yield f"{MEDIA}/{name}", _of_one_address(part, other, part == name)
                break


def _of_one_address(name: str, other: str, is_file: bool) -> Fault:
    accents = normalize("NFC", name) == normalize("NFC", other)
    how = "its accents written in another way" if accents else "case aside"
    noun = "files" if is_file else "folders"
    return Fault(
        (), f"media/{other} has this address already, {how}", f"rename one of the two {noun}"
    )


def _folded(address: str) -> str:
    """Return an address in the form in which addresses are compared."""
    return _same(unquote(address))


def _file(address: str) -> str:
    """Return the file of an address, as files are compared: `/About/` → `/about/index.html`."""
    folded = _folded(address)
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
    folded, file = _folded(alias), _file(alias)
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
