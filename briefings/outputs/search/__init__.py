"""The search index under `/pagefind/`: its entries, the calls of Pagefind, and a cache of indexes.

Only briefings, trusts and requirements are indexed, as records of plain text: Pagefind holds all
its input in memory, 0.3 GB for 1,000 briefings. No other package imports pagefind.

URLs in the index lack the path of `base_url`: Pagefind's script prepends it, from its own URL. So
one index serves a site wherever it is hosted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from briefings import urls
from briefings.domain.site import Site
from briefings.outputs.search.entries import entries
from briefings.outputs.search.index import make_index, pagefind_version
from briefings.outputs.search.index_cache import keep, kept

__all__ = ["IndexFile", "entries", "fingerprint", "search"]

#: Time limit for Pagefind in seconds: a fixed part, and one for each entry, which needs about 3 ms.
_PATIENCE, _EACH = 120.0, 0.1


@dataclass(frozen=True, slots=True)
class IndexFile:
    """A file of the index, compressed by Pagefind; its bytes differ from run to run."""

    path: str
    data: bytes

    @property
    def shown(self) -> object:
        """Path and bytes, for change detection."""
        return (self.path, self.data)

    def render(self) -> bytes:
        """Return its bytes."""
        return self.data


def search(site: Site, kept_in: Path | None) -> list[IndexFile]:
    """Return every file of the index. `kept_in`: folder of cached indexes; None to use no cache.

    The index is made again only if no cached one has the same text, language and version of
    Pagefind. Raises DiskFault if Pagefind is missing, fails or takes too long.
    """
    folder = kept_in / fingerprint(site) if kept_in is not None else None
    files = kept(folder) if folder is not None else None
    if files is None:
        count = len(site.briefings) + len(site.trusts) + len(site.requirements)
        files = make_index(entries(site), _language(site), _PATIENCE + _EACH * count)
        if folder is not None:
            keep(files, folder)
    return [IndexFile(urls.file_for(urls.PAGEFIND + path), files[path]) for path in sorted(files)]


def fingerprint(site: Site) -> str:
    """Return a hash of all that is indexed, the language and the version of Pagefind."""
    hasher = sha256(f"{pagefind_version()} {_language(site)}".encode())
    for entry in entries(site):
        hasher.update(json.dumps(entry.record(), sort_keys=True).encode())
    return hasher.hexdigest()[:32]


def _language(site: Site) -> str:
    """Return the ISO 639-1 code, as Pagefind names languages: `en` for en-GB."""
    return site.config.language.partition("-")[0].lower()
