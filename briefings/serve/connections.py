"""Connections that send no whole request are closed.

uvicorn waits for the rest of a request for ever: a browser that is suspended, or a program that
opens connections and says nothing, would keep each one open until the preview ends.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which a request has to arrive.
PATIENCE = 20.0


class TimedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, without connections that wait for the end of a request."""

    _check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to watch a new connection."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        if self._check is not None:
            self._check.cancel()
        super().connection_lost(exc)

    def _watch(self, was_idle: bool = False) -> None:
        """Close the connection at the second look in a row that finds no request under way."""
        cycle: Any = self.cycle  # None before the first request
        idle = cycle is None or cycle.response_complete
        if idle and was_idle:
            self.transport.close()
        else:
            self._check = self.loop.call_later(PATIENCE / 2, self._watch, idle)
