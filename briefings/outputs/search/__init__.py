"""The search index under `/pagefind/`: its entries, the calls of Pagefind, and a cache of indexes.

Only briefings, trusts and requirements are indexed, as records of plain text: Pagefind holds all
its input in memory, 0.3 GB for 1,000 briefings. No other package imports pagefind.

URLs in the index lack the path of `base_url`: Pagefind's script prepends it, from its own URL. So
one index serves a site wherever it is hosted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path

from briefings import urls
from briefings.domain.ledger.history import requirements_of_trust
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.search.entries import entries, entry
from briefings.outputs.search.index import keep, kept, make_index, pagefind_version
from briefings.store.workers import run_in_background

__all__ = ["INDEX_FOLDER", "Index", "begin_index", "entries", "index_digest"]

#: Time limit for Pagefind in seconds: a fixed part, and one for each entry, which needs about 3 ms.
_PATIENCE, _EACH = 120.0, 0.1

#: The folder of the index in the output folder.
INDEX_FOLDER = urls.PAGEFIND.lstrip("/")
#: Path in the output folder → bytes. They differ from run to run, as Pagefind compresses them.
Index = Mapping[str, bytes]


def begin_index(site: Site, folder: Path | None, *, background: bool = True) -> Callable[[], Index]:
    """Begin to make the index in another process; call the returned function for its files.

    `folder`: has the cached indexes; None to use no cache. The index is made only if none of them
    has the same digest. Without `background`, as in a process with threads, which must not fork, it
    is made when the returned function is called. That one raises DiskFault if Pagefind is missing,
    fails or takes too long.
    """
    place = folder / index_digest(site) if folder is not None else None
    files = kept(place) if place is not None else None
    if files is not None:
        cached = files
        return lambda: _published(cached)
    pending = run_in_background(partial(_make, site), worth=background)

    def finish() -> Index:
        index = pending()
        if place is not None:
            keep(index, place)
        return _published(index)

    return finish


def _make(site: Site) -> dict[str, bytes]:
    count = len(site.briefings) + len(site.trusts) + len(site.requirements)
    return make_index(entries(site), _language(site), _PATIENCE + _EACH * count)


def _published(files: Mapping[str, bytes]) -> Index:
    return {INDEX_FOLDER + path: files[path] for path in sorted(files)}


def index_digest(site: Site) -> str:
    """Return a hash of all that is indexed, the language and the version of Pagefind."""
    return _digest([pagefind_version(), _language(site), entries_digest(site)])


@query
def entries_digest(site: Site) -> str:
    """Return a hash of all entries."""
    return _digest([digest_of_trust(site, id) for id in sorted(site.trusts)])


@query
def digest_of_trust(site: Site, id: str) -> str:
    """Return a hash of the entries of a trust, its briefings and its requirements.

    A query for each trust, so that an edit reads few entries again.
    """
    briefings = sorted(briefing.id for briefing in site.by_trust[id] if briefing.front.trust == id)
    requirements = (history.id for history in requirements_of_trust(site, id))
    keys = [
        ("trust", id),
        *(("briefing", briefing) for briefing in briefings),
        *(("requirement", briefing) for briefing in sorted(requirements)),
    ]
    records = [entry(site, kind, briefing).record() for kind, briefing in keys]
    return _digest([json.dumps(record, sort_keys=True) for record in records])


def _digest(texts: list[str]) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:32]


def _language(site: Site) -> str:
    """Return the ISO 639-1 code, as Pagefind names languages: `en` for en-GB."""
    return site.config.language.partition("-")[0].lower()
