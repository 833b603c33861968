"""A connection of uvicorn that does not wait for ever for a request to begin, and room for many of them."""

from __future__ import annotations

import asyncio
import contextlib

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10  # within which a new connection must have sent the head of its first request
OPEN_FILES = 8_192  # a tab holds two connections; many systems begin with 1,024 of all kinds


class Connection(H11Protocol):
    """uvicorn's own, which by itself gives a client all the time it likes to say what it wants."""

    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection."""
        super().connection_made(transport)
        self._time_head()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; an unfinished head of a request gets its seconds once."""
        super().data_received(data)
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        if self.head_timer:
            self.head_timer.cancel()
        super().connection_lost(exc)

    def _time_head(self) -> None:
        is_waiting = self.cycle is None or self.cycle.response_complete
        if is_waiting and self.head_timer is None and self.timeout_keep_alive_task is None:
            self.head_timer = self.loop.call_later(HEADER_SECONDS, self.transport.close)
        elif not is_waiting and self.head_timer:
            self.head_timer.cancel()
            self.head_timer = None


def open_files() -> None:
    """Let this process hold many connections open, as far as the system lets it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
