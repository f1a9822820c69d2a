"""Preview server: serves the site as its host would, and updates it after every save.

Pages are rendered on request; no output is written. Only this room imports starlette, uvicorn and
watchfiles.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from briefings.build.request import Options
from briefings.edit.transaction import ContentEditor
from briefings.serve.app import TimedProtocol, app_of, is_loopback
from briefings.serve.desk import DeskPages
from briefings.serve.session import PreviewSession, Reporter
from briefings.serve.watcher import saves

__all__ = ["PreviewSession", "Reporter", "is_loopback", "listening", "serve"]


def listening(host: str, port: int) -> socket.socket:
    """A TCP socket that listens at this address; port 0 takes any free port. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server((str(address[0]), port), family=family)


def serve(
    options: Options,
    teller: Reporter,
    host: str,
    port: socket.socket,
    ready: Callable[[str], None],
    desk: Callable[[str], None] | None = None,
) -> None:
    """Serve the preview until it is stopped from the keyboard.

    `port`: a listening socket. `host`: the host it was opened for. `teller` reports to the
    terminal. `ready` is called with the path prefix of the site once requests can be sent. `desk`:
    called with each path that opens the desk; there is none if it is None.
    """
    started = time.time()
    with _cached(options) as cached:
        session = PreviewSession(cached, teller)
        session.open()
        pages = None
        if desk is not None:
            editor = ContentEditor(cached.content, cached.now, cached.jobs, cached.reading)
            pages = DeskPages(editor, lambda: session.prefix, desk)
        asyncio.run(_run(session, host, port, started, ready, pages))


@contextmanager
def _cached(options: Options) -> Iterator[Options]:
    """Yield the options with a cache that can be written: states of the site are kept there."""
    if options.cache is not None:
        with suppress(OSError):
            options.cache.mkdir(parents=True, exist_ok=True)
        if os.access(options.cache, os.W_OK):
            yield options
            return
    with TemporaryDirectory(prefix="briefings-") as folder:
        yield replace(options, cache=Path(folder))


async def _run(
    session: PreviewSession,
    host: str,
    port: socket.socket,
    started: float,
    ready: Callable[[str], None],
    desk: DeskPages | None,
) -> None:
    server: uvicorn.Server | None = None
    app = app_of(session, host, lambda: server is not None and server.should_exit, desk)
    server = uvicorn.Server(_config(app))
    stop = asyncio.Event()
    following = asyncio.create_task(_follow(session, started, stop))
    ready(session.prefix)
    if desk is not None:
        desk.renew()
    try:
        await server.serve(sockets=[port])
    finally:
        stop.set()
        await following


def _config(app: Starlette) -> uvicorn.Config:
    """uvicorn's settings: no log but warnings, and only the features that are needed here."""
    return uvicorn.Config(
        app, http=TimedProtocol, ws="none", loop="asyncio", lifespan="off", log_level="warning",
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip


async def _follow(session: PreviewSession, since: float, stop: asyncio.Event) -> None:
    """Process each save as it comes."""
    async for paths in saves(lambda: session.folders, since, stop, session.warn):
        await _in_daemon_thread(partial(session.saved, paths))


async def _in_daemon_thread(work: Callable[[], None]) -> None:
    """Run `work` in a daemon thread, so that the process can end meanwhile; wait for its end."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            work()
        finally:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(done.set)

    Thread(target=run, daemon=True).start()
    await done.wait()
