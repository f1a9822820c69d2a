"""Readers who never stop while the site is built again and again.

Some hold the published folder open and read a page and all that it names from that one opening, as
a server that pins its folder does: they must never see two sites mixed. Others ask a plain web
server, one address after another: each answer is a whole file of the old site or of the new one,
and what a page names is there for as long as that site is the published one.
"""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import quote

from tests.torture.figures import Figure, times
from tests.torture.links import file_of, named_in
from tests.torture.projects import DONE, VERSIONS, Files
from tests.torture.trial import Trial, begun

_SEED = 20260904
_READERS = 4  # of each kind
#: Seconds in which a site surely did not change twice: a build takes longer.
_SHORT = 0.4
#: Two contents whose pages nearly all differ, and that have pages that the other has not.
_TWO = (VERSIONS[0], VERSIONS[1])


def run(scale: float) -> list[Figure]:
    """Rebuilds that alternate between two contents, under readers of both kinds."""
    count = max(times(200, scale), 3)
    with TemporaryDirectory(prefix="torture-") as folder:
        trial = begun(Path(folder, "site"), _SEED, scale)
        readings = Readings(trial.project.output, _sites(trial))
        with _reading(readings):
            for number in range(count):
                version = _TWO[(number + 1) % 2]
                ran = trial.project.build(version)
                if ran.status != DONE:
                    trial.fail(f"rebuild {number} ended with", ran.status, ran.output)
                trial.check_site(f"rebuild {number}", trial.site(version))
    return [
        Figure("rebuilds while readers read", count, tuple(trial.losses)),
        Figure(
            "pages read with all files they link to, through one open folder",
            readings.by_folder,
            tuple(readings.mixed),
        ),
        Figure(
            "pages read with all files they link to, from a web server",
            readings.by_server,
            tuple(readings.wrong),
        ),
    ]


def _sites(trial: Trial) -> tuple[Files, Files]:
    """Both sites; the search index is left out, as its bytes differ from build to build."""
    first, second = (
        {path: data for path, data in trial.site(state).items() if not path.startswith("pagefind/")}
        for state in _TWO
    )
    return first, second


@dataclass(slots=True)
class Readings:
    """What readers have seen of a folder that alternates between two sites."""

    output: Path
    sites: tuple[Files, Files]
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    by_folder: int = 0
    by_server: int = 0
    mixed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def pages(self) -> list[str]:
        """The pages that both sites have."""
        common = self.sites[0].keys() & self.sites[1].keys()
        return sorted(path for path in common if path.endswith(".html"))

    def which(self, path: str, data: bytes) -> frozenset[int]:
        """The sites in which this path has these bytes."""
        return frozenset(n for n, site in enumerate(self.sites) if site.get(path) == data)


@contextmanager
def _reading(readings: Readings) -> Iterator[None]:
    """Readers of both kinds, at work for as long as the block runs."""
    show = partial(_Silent, directory=str(readings.output))
    server = ThreadingHTTPServer(("127.0.0.1", 0), show)
    threads = [threading.Thread(target=server.serve_forever, args=(0.1,))]
    for number in range(_READERS):
        for read in (_by_folder, partial(_by_server, port=server.server_port)):
            work = partial(_until_stopped, read, readings, Random(_SEED + number))
            threads.append(threading.Thread(target=work))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        readings.stop.set()
        for thread in threads[1:]:
            thread.join()
        server.shutdown()
        threads[0].join()
        server.server_close()


class _Silent(SimpleHTTPRequestHandler):
    """A server of files that prints nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def _until_stopped(read: object, readings: Readings, random: Random) -> None:
    assert callable(read)
    while not readings.stop.is_set():
        try:
            read(readings, random)
        except Exception as fault:
            with readings.lock:
                readings.wrong.append(f"the reader itself ended: {fault!r}")
            return
        time.sleep(random.uniform(0, 0.4))  # builds need the machine too


# -- from one opening of the folder ----------------------------------------------------------------


def _by_folder(readings: Readings, random: Random) -> None:
    """One page and what it names; given up where the folder is no longer the published one."""
    try:
        folder = os.open(readings.output, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        readings.mixed.append("for a moment there was no site at all")
        return
    try:
        read = _followed(readings, random, folder)
    finally:
        os.close(folder)
    sites = frozenset({0, 1}).intersection(*(readings.which(*item) for item in read.items()))
    with readings.lock:
        readings.by_folder += 1
        if not sites:
            which = {path: sorted(readings.which(path, data)) for path, data in read.items()}
            readings.mixed.append(f"two sites mixed, or a file of neither: {which}")


def _followed(readings: Readings, random: Random, folder: int) -> dict[str, bytes]:
    """Path → bytes of a page and of all that it names, as far as the folder has them."""
    first = random.choice(readings.pages)
    read: dict[str, bytes] = {}
    pending = [first]
    for path in pending:
        if path in read or path.startswith("pagefind/"):
            continue
        if random.random() < 0.01:
            time.sleep(random.choice((0.01, 0.3, 3.0)))  # some are overtaken by publications
        data = _file(path, folder)
        if data is None:
            if _is_published(readings, folder):
                readings.mixed.append(f"{path}, which {first} names, was missing")
            return read
        read[path] = data
        if path == first:
            pending += map(file_of, named_in(path, data))
    return read


def _file(path: str, folder: int) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY, dir_fd=folder)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _is_published(readings: Readings, folder: int) -> bool:
    """Whether the folder that is open is the one that has the site's name now."""
    return os.fstat(folder).st_ino == readings.output.stat().st_ino


# -- from a web server -----------------------------------------------------------------------------


def _by_server(readings: Readings, random: Random, port: int) -> None:
    """One page, and all that it names at once."""
    page = random.choice(readings.pages)
    begun = time.monotonic()
    status, data = _asked(port, page)
    sites = readings.which(page, data)
    with readings.lock:
        readings.by_server += 1
        if status != 200 or not sites:
            readings.wrong.append(f"{page}: status {status}, {len(data)} bytes of neither site")
            return
    for path in map(file_of, named_in(page, data)):
        if not path.startswith("pagefind/"):
            _follow(readings, port, path, (page, sites, begun))


def _follow(
    readings: Readings, port: int, path: str, came_from: tuple[str, frozenset[int], float]
) -> None:
    """What a page named: whole, and there unless another site was published in between."""
    page, sites, begun = came_from
    status, data = _asked(port, path)
    if status == 200 and readings.which(path, data):
        return
    if status == 404 and _changed_since(readings, port, page, sites, begun):
        return
    with readings.lock:
        readings.wrong.append(f"{path}, which {page} names: status {status}, {len(data)} bytes")


def _changed_since(
    readings: Readings, port: int, page: str, sites: frozenset[int], begun: float
) -> bool:
    """Whether another site may have come since a page was read: it reads otherwise, or time went.

    Where both sites have the page in the same words, `index.html` tells: it always differs.
    """
    if time.monotonic() - begun > _SHORT:
        return True
    now = readings.which("index.html", _asked(port, "index.html")[1])
    return not now & sites if len(sites) == 1 else True


def _asked(port: int, path: str) -> tuple[int, bytes]:
    """Status and body; a body that is shorter than was announced raises IncompleteRead."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", f"/{quote(path)}")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
