"""Close connections that do not send a whole request in time.

uvicorn has no timeout for the rest of a request: a suspended browser, or a program that opens
connections and sends nothing, would keep each of them open until the preview ends.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Timeout in seconds. Checked every half of it, so connections close after half of it to all of it.
PATIENCE = 20.0


class TimedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with a timeout for connections without a request under way."""

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
        idle = cycle is None or cycle.response_complete
        if idle and was_idle:
            self.transport.close()
        else:
            self._check = self.loop.call_later(PATIENCE / 2, self._watch, idle)
