"""Preview server: serves the site as its host would, and updates it after every save.

Pages are rendered on request; no output is written. Only this room imports starlette, uvicorn and
watchfiles.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from briefings.build.request import Options
from briefings.edit import ContentEditor
from briefings.serve.desk import HOME, DeskPages
from briefings.serve.responses import EVENTS, plain
from briefings.serve.session import PreviewSession, Reporter, answer
from briefings.serve.watcher import saves

# The web application: which requests it answers, the event stream that reloads pages, timeouts.
#
# A page of any other site that is open in the same browser can send requests to this machine. It
# must not read unpublished content, neither through a host name of its own that resolves to this
# machine (DNS rebinding) nor by a cross-origin request. Follows the Fetch Standard and Fetch
# Metadata.

_LOOK_UP = 0.5  # seconds between two checks for shutdown
_SIGN_OF_LIFE = 15.0  # seconds after which an idle stream repeats its last event
#: Seconds in which a connection must send a whole request. Checked every half of it, so connections
#: close after half of it to all of it.
PATIENCE = 20.0
#: Values of `--host` that listen on every address of the machine.
_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104  # compared with, not listened on
_STREAM = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}


class Bell:
    """Wakes all event streams; may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the streams: the state of the preview has changed."""

        def wake() -> None:
            rung, self._rung = self._rung, asyncio.Event()
            rung.set()

        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(wake)

    async def wait(self, seconds: float) -> None:
        """Wait for the next `ring`, at most for `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)


def app_of(
    session: PreviewSession,
    host: str,
    stopping: Callable[[], bool],
    desk: DeskPages | None = None,
) -> Starlette:
    """The web application of a preview session, and of the desk if there is one.

    Must be called inside the event loop in which the application runs. `host`: the host that the
    preview was started for. `stopping`: returns True once the event streams must end.
    """
    bell = Bell()
    session.ring = bell.ring
    run = secrets.token_hex(4)  # so that pages of an earlier run reload

    async def respond(request: Request) -> Response:
        refused = refusal(request.headers, host)
        if refused is not None:
            return plain(*refused)
        path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
        if path == session.prefix + EVENTS:
            follow = _events(session, run, bell, stopping) if request.method == "GET" else ()
            return StreamingResponse(follow, headers=_STREAM)
        return await run_in_threadpool(answer, session, path, run)

    async def at_the_desk(request: Request) -> Response:
        refused = refusal(request.headers, host)
        if refused is not None or desk is None:
            return plain(*(refused or (404, "There is no desk here.")))
        return await desk.respond(request)

    site = Route("/{path:path}", respond, methods=["GET"])
    forms = Route(f"{HOME}{{path:path}}", at_the_desk, methods=["GET", "POST"])
    return Starlette(routes=[site] if desk is None else [forms, site])


async def _events(
    session: PreviewSession, run: str, bell: Bell, stopping: Callable[[], bool]
) -> AsyncIterator[str]:
    """Server-sent events (HTML Standard, 9.2): the current state, and again after each change.

    The data is a JSON object: `page` identifies the state, `problems` lists its faults.
    """
    yield "retry: 500\n\n"
    sent, quiet = "", 0.0
    while not stopping():
        state = session.standing
        problems = [str(problem) for problem in state.problems]
        news = json.dumps({"page": f"{run} {state.page}", "problems": problems})
        if news != sent or quiet >= _SIGN_OF_LIFE:
            yield f"data: {news}\n\n"
            sent, quiet = news, 0.0
        await bell.wait(_LOOK_UP)
        quiet += _LOOK_UP


class TimedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with a timeout for connections without a request under way.

    uvicorn has none for the rest of a request: a suspended browser, or a program that opens
    connections and sends nothing, would keep each of them open until the preview ends.
    """

    _check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the timeout of a new connection."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timeout."""
        if self._check is not None:
            self._check.cancel()
        super().connection_lost(exc)

    def _watch(self, was_idle: bool = False) -> None:
        """Close the connection at the second check in a row that finds no request under way."""
        cycle: Any = self.cycle  # None before the first request
        is_idle = cycle is None or cycle.response_complete
        if is_idle and was_idle:
            self.transport.close()
        else:
            self._check = self.loop.call_later(PATIENCE / 2, self._watch, is_idle)


def refusal(headers: Mapping[str, str], given: str) -> tuple[int, str] | None:
    """The status and text with which a request is refused, or None.

    `headers`: names in lower case. `given`: the host that the preview was started for. A navigation
    from another site (a link) is allowed: that site can't read the response.
    """
    host = headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    # At every address of the machine, any IP address is answered, but no other name: a DNS name can
    # be made to resolve to this machine, an IP address can't.
    is_given = name == given.lower() or (given in _EVERYWHERE and _address(name) is not None)
    if not name or not (is_loopback(name) or is_given):
        return 421, "This preview doesn't answer to that host name."
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return 403, "This preview doesn't answer pages of other sites."
    elsewhere = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    if elsewhere and headers.get("sec-fetch-mode") != "navigate":
        return 403, "This preview doesn't answer pages of other sites."
    return None


def is_loopback(host: str) -> bool:
    """True for `localhost` and for loopback addresses, which only this machine can reach."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


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
    config = uvicorn.Config(  # no log but warnings, and only the features that are needed here
        app, http=TimedProtocol, ws="none", loop="asyncio", lifespan="off", log_level="warning",
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
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
