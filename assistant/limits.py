"""How much may be asked: by one client, by all together, at once; and the queue of those who wait."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from assistant.clients import Client
from assistant.problems import Problem
from assistant.settings import Settings

BUSY_SECONDS = range(5, 16)  # one of these each time, so that those who found the queue full do not come back together
IN_ALL = "all"  # the name under which everybody counts together

WAIT_CLIENT = (
    "Even geduld: dat waren veel vragen kort na elkaar. Probeer het over {seconds} tellen opnieuw. "
    "(Too many requests; try again in {seconds} seconds.)"
)
WAIT_ALL = (
    "Even geduld: het is druk. Probeer het over {seconds} tellen opnieuw. (Busy; try again in {seconds} seconds.)"
)


class Limits:
    """Turns requests away that are too many; of itself it starts nothing and blocks nothing."""

    def __init__(self, settings: Settings) -> None:
        self._rates = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._per_minute = {
            "questions": (settings.questions_per_minute, settings.questions_per_minute_in_all),
            "requests": (settings.requests_per_minute, settings.requests_per_minute_in_all),
        }
        self._at_once = settings.requests_at_once or math.inf
        self._at_once_in_all = settings.requests_at_once_in_all or math.inf
        self._open: Counter[str] = Counter()

    @property
    def open_requests(self) -> int:
        """How many requests are open now."""
        return self._open.total()

    async def count(self, client: Client, kind: str) -> None:
        """Count a request of a kind, "questions" or "requests"; what is turned away counts for nobody else.

        The owner at this machine is not limited.

        Raises:
            Problem: the client, or all clients together, sent too many within a minute.
        """
        if client.is_owner:
            return
        own, in_all = self._per_minute[kind]
        everybody = RateLimitItemPerMinute(in_all) if in_all else None
        if everybody and not await self._rates.test(everybody, kind, IN_ALL):  # first: it makes no new entry
            raise busy()
        if own:
            one = RateLimitItemPerMinute(own)
            if not await self._rates.hit(one, kind, "client", client.name):
                raise _too_many(await self._seconds(one, kind, "client", client.name))
        if everybody:
            await self._rates.hit(everybody, kind, IN_ALL)

    async def _seconds(self, item: RateLimitItemPerMinute, *names: str) -> int:
        """After how many seconds one more is allowed; at least 1."""
        stats = await self._rates.get_window_stats(item, *names)
        return min(60, max(1, math.ceil(stats.reset_time - time.time())))

    @asynccontextmanager
    async def open(self, client: Client) -> AsyncIterator[None]:
        """A request of a client, for as long as it is open.

        Raises:
            Problem: the client, or all clients together, have too many requests open.
        """
        if self.open_requests >= self._at_once_in_all:
            raise busy()
        if self._open[client.name] >= self._at_once and not client.is_owner:
            raise _too_many(BUSY_SECONDS[0])
        self._open[client.name] += 1
        try:
            yield
        finally:
            self._open[client.name] -= 1
            if not self._open[client.name]:
                del self._open[client.name]


class Turnstile:
    """Lets some through at a time, some more wait in the order they came, and turns the rest away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._max_waiting = waiting
        self.waiting = 0

    @classmethod
    def of(cls, settings: Settings) -> Turnstile:
        """The one that the settings describe."""
        return cls(settings.questions_at_once, settings.questions_waiting)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn, when it has come.

        Raises:
            Problem: too many are waiting.
        """
        if self._places.locked() and self.waiting >= self._max_waiting:
            raise busy()
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._places.release()


def busy() -> Problem:
    """What one is told who must wait because of all the others."""
    seconds = random.choice(BUSY_SECONDS)
    return Problem("busy", WAIT_ALL.format(seconds=seconds), {"Retry-After": str(seconds)})


def _too_many(seconds: int) -> Problem:
    return Problem("too_many_requests", WAIT_CLIENT.format(seconds=seconds), {"Retry-After": str(seconds)})
