"""The search index under `/pagefind/`: its entries, the calls of Pagefind, and a cache of indexes.

Only briefings, trusts and requirements are indexed, as records of plain text: Pagefind holds all
its input in memory, 0.3 GB for 1,000 briefings. No other package imports pagefind.

URLs in the index lack the path of `base_url`: Pagefind's script prepends it, from its own URL. So
one index serves a site wherever it is hosted.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from io import BufferedReader
from pathlib import Path
from threading import Event, Timer
from typing import IO, Any

from pagefind.service import get_executable

from briefings import urls
from briefings.domain.ledger.history import requirements_of_trust
from briefings.domain.site import Site
from briefings.engine import query
from briefings.outputs.search.entries import SearchEntry, entries, entry
from briefings.publish import DiskFault
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
    is made when the returned function is called. The returned function raises DiskFault if Pagefind
    is missing, fails or takes too long.
    """
    place = folder / index_digest(site) if folder is not None else None
    files = cached_index(place) if place is not None else None
    if files is not None:
        cached = files
        return lambda: _published(cached)
    pending = run_in_background(partial(_make, site), worth=background)

    def finish() -> Index:
        index = pending()
        if place is not None:
            cache_index(index, place)
        return _published(index)

    return finish


def _make(site: Site) -> dict[str, bytes]:
    count = len(site.briefings) + len(site.trusts) + len(site.requirements)
    return make_index(entries(site), _language(site), _PATIENCE + _EACH * count)


def _published(files: Mapping[str, bytes]) -> Index:
    return {INDEX_FOLDER + path: files[path] for path in sorted(files)}


def index_digest(site: Site) -> str:
    """Return a hash of all that is indexed, the language and the version of Pagefind.

    Raises DiskFault if Pagefind is not installed.
    """
    with _faults():
        installed = version("pagefind")
    return _hash_of([installed, _language(site), entries_digest(site)])


@query
def entries_digest(site: Site) -> str:
    """Return a hash of all entries."""
    return _hash_of([digest_of_trust(site, id) for id in sorted(site.trusts)])


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
    return _hash_of([json.dumps(record, sort_keys=True) for record in records])


def _hash_of(texts: list[str]) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:32]


def _language(site: Site) -> str:
    """Return the ISO 639-1 code, as Pagefind names languages: `en` for en-GB."""
    return site.config.language.partition("-")[0].lower()


# Make the search index: start Pagefind as a service, send it every entry, get its files.

#: Number of cached indexes: a preview with drafts and a build may alternate.
_KEPT = 3
_DIGEST = "digest"


def cached_index(folder: Path) -> dict[str, bytes] | None:
    """Return the index cached in a folder; None if there is none, or its digest differs.

    Its time becomes that of this use: of too many indexes, those not used for longest are deleted.
    """
    try:
        files = tree(folder)
        os.utime(folder)
    except OSError:
        return None
    return files if files.pop(_DIGEST, b"") == _digest(files) else None


def cache_index(files: Mapping[str, bytes], folder: Path) -> None:
    """Cache an index, whole or not at all; delete those beyond the limit, the least used first.

    Disk errors are ignored: the index is then made again.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as new:
            for path, data in {**files, _DIGEST: _digest(files)}.items():
                file = Path(new, "index", path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            shutil.rmtree(folder, ignore_errors=True)
            Path(new, "index").rename(folder)
        others = [index for index in folder.parent.iterdir() if index != folder]
        others.sort(key=lambda index: index.stat().st_mtime, reverse=True)
        for old in others[_KEPT - 1 :]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return


def tree(folder: Path) -> dict[str, bytes]:
    """Return relative POSIX path → bytes, of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digest(files: Mapping[str, bytes]) -> bytes:
    hasher = sha256()
    for path in sorted(files):
        hasher.update(f"{path}\0{len(files[path])}\0".encode() + files[path])
    return hasher.hexdigest().encode()


def make_index(entries: Iterable[SearchEntry], language: str, seconds: float) -> dict[str, bytes]:
    """Return path below `/pagefind/` → bytes, of the files that the site's own script loads.

    Sends requests to the service itself: Pagefind's Python client sleeps a tenth of a second after
    each record (17 minutes for 10,000), and never returns if the service exits early. Raises
    DiskFault, also when `seconds` are over.
    """
    with _service(seconds) as service:
        config = {"force_language": language}
        index = service.ask({"type": "NewIndex", "config": config}).get("index_id", 0)
        own = {"type": "AddRecord", "index_id": index, "language": language, "sort": None}
        for entry in entries:
            service.ask(own | entry.record())
        # Not `WriteFiles`: it answers before its files are written, and an empty one was once read.
        answer = service.ask({"type": "GetFiles", "index_id": index})
        with _faults():
            files = {file["path"]: base64.b64decode(file["content"]) for file in answer["files"]}
            return _without_unused(files)


def _without_unused(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out Pagefind's own pages, its worker, and the WASM of languages not in this index."""
    languages = json.loads(files["pagefind-entry.json"])["languages"].values()
    names = {f"wasm.{language['wasm'] or 'unknown'}.pagefind" for language in languages}
    names |= {"pagefind.js", "pagefind-entry.json"}
    endings = (".pf_meta", ".pf_index", ".pf_filter", ".pf_fragment")
    return {path: data for path, data in files.items() if path in names or path.endswith(endings)}


@dataclass(frozen=True, slots=True)
class _Service:
    """A running Pagefind: one answer for each request, as JSON in base64, ended by a comma.

    `late` is set when its time is over.
    """

    questions: IO[bytes]
    answers: BufferedReader
    late: Event

    def ask(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a request; raises DiskFault if there is none, or it is an error."""
        question = json.dumps({"message_id": 1, "payload": payload}).encode()
        with _faults():
            with suppress(BrokenPipeError):  # then reading the answer fails, with a better message
                self.questions.write(base64.b64encode(question) + b",")
                self.questions.flush()
            answer: dict[str, Any] = json.loads(base64.b64decode(self._answer()))["payload"]
            if answer["type"] == "Error":
                raise ValueError(answer["message"])
        return answer

    def _answer(self) -> bytes:
        data = bytearray()
        while not data.endswith(b","):
            part = self.answers.read1()
            if not part:
                raise OSError("it took too long" if self.late.is_set() else "it ended early")
            data += part
        return bytes(data[:-1])


@contextmanager
def _service(seconds: float) -> Iterator[_Service]:
    """Run Pagefind during the block; it is killed at its end, or after `seconds`."""
    with _faults():
        program = get_executable()
        if program is None:
            raise FileNotFoundError("its program is not installed")
        pipe, command = subprocess.PIPE, [str(program), "--service"]
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    late = Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = Timer(seconds, stop)
    assert process.stdin is not None
    assert isinstance(process.stdout, BufferedReader)
    with process:
        timer.start()
        try:
            yield _Service(process.stdin, process.stdout, late)
        finally:
            timer.cancel()
            process.kill()
            with suppress(BrokenPipeError):
                process.stdin.close()


@contextmanager
def _faults() -> Iterator[None]:
    """Turn any error of Pagefind in the block into a DiskFault."""
    try:
        yield
    except (ImportError, OSError, ValueError, LookupError) as fault:
        raise DiskFault(
            f"Pagefind could not make the search index ({fault}); the published site is as it "
            "was. Use --no-search to build without it"
        ) from fault
