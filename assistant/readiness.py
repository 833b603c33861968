"""Whether the index and the model work: found out by a real search, now and then."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread

from assistant.problems import Problem

if TYPE_CHECKING:
    from assistant.live import LiveAssistant

READY_SECONDS = 10.0  # that an outcome holds good: however often it is asked for, it costs one search in that time

logger = logging.getLogger(__name__)


class Readiness:
    """Whether questions can be answered."""

    def __init__(self, live: LiveAssistant) -> None:
        self.live = live
        self._problem: Problem | None = None
        self._until = float("-inf")
        self._one_at_a_time: CapacityLimiter | None = None

    async def check(self) -> None:
        """Return when questions can be answered.

        Raises:
            Problem: they cannot.
        """
        if not self.live.is_open:  # it costs nothing to know, and holds for no time
            raise not_yet()
        if self._one_at_a_time is None:  # made here, since it belongs to the event loop that runs
            self._one_at_a_time = CapacityLimiter(1)  # beside the threads of the questions, which may all be busy
        if time.monotonic() > self._until:
            await to_thread.run_sync(self._search, limiter=self._one_at_a_time)
        if self._problem is not None:
            raise self._problem

    def _search(self) -> None:
        if time.monotonic() <= self._until:  # the check before this one has found out meanwhile
            return
        try:
            self.live.now().search("essay", top_k=1)
            self._problem = None
        except Exception:
            logger.exception("The server is not ready")
            self._problem = _not_ready()
        self._until = time.monotonic() + READY_SECONDS


def not_yet() -> Problem:
    """What one is told while there is no index yet."""
    line = "The essays are still being read for the first time. GET /api/progress says how far that is."
    return Problem("not_ready", line, {"Retry-After": str(round(READY_SECONDS))})


def _not_ready() -> Problem:
    line = "The index or the model does not work; the server's log says why. Try again later."
    return Problem("not_ready", line, {"Retry-After": str(round(READY_SECONDS))})
