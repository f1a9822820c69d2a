"""The search index under `/pagefind/`: what is indexed, how Pagefind makes it, where it is kept.

Only briefings, trusts and requirements are indexed, as records of plain text: Pagefind holds all
it is given in memory, 0.3 GB for 1,000 briefings. The only home of pagefind.

Addresses in the index stand without the path of `base_url`; Pagefind's script puts in front what
it finds in its own address. So one index serves a site wherever it is hosted.
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

#: Seconds that Pagefind may take, and those for each entry, where it needs about 3 ms.
_PATIENCE, _EACH = 120.0, 0.1


@dataclass(frozen=True, slots=True)
class IndexFile:
    """A file of the index. Pagefind packs it; its bytes differ from one making to the next."""

    path: str
    data: bytes

    @property
    def shown(self) -> object:
        """All of it."""
        return (self.path, self.data)

    def render(self) -> bytes:
        """Its bytes."""
        return self.data


def search(site: Site, kept_in: Path | None) -> list[IndexFile]:
    """Every file of the index; `kept_in` is the folder of earlier ones, or None to keep none.

    Made anew only where the indexed text, or Pagefind, is another than that of an index kept.
    Raises DiskFault where Pagefind is missing, fails or takes too long.
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
    """A hash of exactly what is indexed, and of the Pagefind that indexes it."""
    hasher = sha256(f"{pagefind_version()} {_language(site)}".encode())
    for entry in entries(site):
        hasher.update(json.dumps(entry.record(), sort_keys=True).encode())
    return hasher.hexdigest()[:32]


def _language(site: Site) -> str:
    """ISO 639-1, as Pagefind names languages: `en` for en-GB."""
    return site.config.language.partition("-")[0].lower()
