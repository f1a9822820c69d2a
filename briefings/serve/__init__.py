"""Preview server: serves the site as its host would, and updates it after every save.

Pages are rendered on request; no output is written. Only this room imports starlette, uvicorn and
watchfiles.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from briefings.build.pipeline import Options
from briefings.serve.app import TimedProtocol, app_of
from briefings.serve.origin_check import is_loopback
from briefings.serve.session import PreviewSession, Reporter
from briefings.serve.watcher import saves

#: Seconds without a save before the whole site is checked; until then the browser has the cores.
_REST = 3.0
#: Thread switch interval in seconds (Python's default: 0.005), so that requests wait less for a
#: thread that computes.
_TURN = 0.0005

__all__ = ["PreviewSession", "Reporter", "is_loopback", "listening", "serve"]


def listening(host: str, port: int) -> socket.socket:
    """A TCP socket that listens at this address; port 0 takes any free port. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server((str(address[0]), port), family=family)


def serve(
    options: Options, teller: Reporter, host: str, port: socket.socket, ready: Callable[[str], None]
) -> None:
    """Serve the preview until it is stopped from the keyboard.

    `port`: a listening socket. `host`: the host it was opened for. `teller` reports to the
    terminal. `ready` is called with the path prefix of the site once requests can be sent.
    """
    sys.setswitchinterval(_TURN)
    started = time.time()
    desk = PreviewSession(options, teller)
    desk.open()
    asyncio.run(_run(desk, host, port, started, ready))


async def _run(
    desk: PreviewSession,
    host: str,
    port: socket.socket,
    started: float,
    ready: Callable[[str], None],
) -> None:
    server: uvicorn.Server | None = None
    app = app_of(desk, host, lambda: server is not None and server.should_exit)
    server = uvicorn.Server(_config(app))
    stop = asyncio.Event()
    following = asyncio.create_task(_follow(desk, started, stop))
    ready(desk.prefix)
    try:
        await server.serve(sockets=[port])
    finally:
        stop.set()
        desk.close()
        await following


def _config(app: Starlette) -> uvicorn.Config:
    """uvicorn's settings: no log but warnings, and only the features that are needed here."""
    return uvicorn.Config(
        app, http=TimedProtocol, ws="none", loop="asyncio", lifespan="off", log_level="warning",
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip


async def _follow(desk: PreviewSession, since: float, stop: asyncio.Event) -> None:
    """Process each save as it comes; check the rest of the site in the background."""
    check: asyncio.Task[None] | None = None
    async for paths in saves(partial(_watched, desk), since, stop, desk.warn):
        await _in_daemon_thread(partial(desk.saved, paths))
        if desk.owes and (check is None or check.done()):
            check = asyncio.create_task(_finish(desk))
    if check is not None:
        check.cancel()


def _watched(desk: PreviewSession) -> list[Path]:
    """The folders to watch: those of the command, and those of the theme that there are."""
    folders = desk.folders
    theme = (*folders.templates[:-1], *folders.static[:-1])
    return [*folders.own, *(folder for folder in theme if folder.is_dir())]


async def _finish(desk: PreviewSession) -> None:
    """Call `desk.finish` after `_REST` seconds without a save, until nothing is left to check.

    A save stops it, so that no save waits for the check of the whole site.
    """
    while desk.owes:
        rest = desk.since_saved()
        if rest < _REST:
            await asyncio.sleep(_REST - rest)
        else:
            await _in_daemon_thread(desk.finish)


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
