"""The preview: the site as its host would serve it, which follows every save.

Nothing is written: pages are rendered when a browser asks for them. The only home of starlette,
uvicorn and watchfiles.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from briefings.build.pipeline import Options
from briefings.serve.app import app_of
from briefings.serve.connections import TimedProtocol
from briefings.serve.origin_check import is_loopback
from briefings.serve.session import PreviewSession, Reporter
from briefings.serve.watcher import saves

#: Seconds in which the browser has the machine to itself before the whole is judged.
_REST = 3.0
#: Seconds after which a thread that computes lets another one on (Python's own: 0.005).
_TURN = 0.0005

__all__ = [
    "PreviewSession",
    "Reporter",
    "is_loopback",
    "listening",
    "serve",
]


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes any that is free. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server((str(address[0]), port), family=family)


def serve(
    options: Options, teller: Reporter, host: str, port: socket.socket, ready: Callable[[str], None]
) -> None:
    """Serve until stopped from the keyboard.

    `ready` is given the path under which the site stands, once it can be asked for.
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
    """Quiet, and of what uvicorn can do no more than is needed here."""
    return uvicorn.Config(
        app, http=TimedProtocol, ws="none", loop="asyncio", lifespan="off", log_level="warning",
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip


async def _follow(desk: PreviewSession, since: float, stop: asyncio.Event) -> None:
    """Save by save; what is owed on the whole is done behind the newest save."""
    behind: asyncio.Task[None] | None = None
    folders = (desk.options.content, desk.options.templates, desk.options.static)
    async for paths in saves(folders, since, stop, desk.warn):
        await _aside(partial(desk.saved, paths))
        if desk.owes and (behind is None or behind.done()):
            behind = asyncio.create_task(_finish(desk))
    if behind is not None:
        behind.cancel()


async def _finish(desk: PreviewSession) -> None:
    """Once nothing was saved for a while: the next save must not wait for what is done here."""
    while desk.owes:
        rest = desk.since_saved()
        if rest < _REST:
            await asyncio.sleep(_REST - rest)
        else:
            await _aside(desk.finish)


async def _aside(work: Callable[[], None]) -> None:
    """Work in a thread of its own, which doesn't keep the process from ending."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            work()
        finally:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(done.set)

    Thread(target=run, daemon=True).start()
    await done.wait()
