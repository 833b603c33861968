"""How much may be asked, and that those who wait get their turn in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from assistant.clients import Client
from assistant.limits import Limits, Turnstile
from assistant.problems import Problem
from assistant.settings import Settings

ONE, OTHER, OWNER = Client("192.0.2.1"), Client("192.0.2.2"), Client("127.0.0.1", is_owner=True)


def limits(**settings: int) -> Limits:
    return Limits(replace(Settings(), **settings))  # type: ignore[arg-type]


def in_a_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run something on a thread of its own: a browser of other tests keeps a loop running on this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def refusal(limits: Limits, client: Client, kind: str = "questions") -> str:
    """The code of what one more request of a client gets, "" where it passes."""
    found: Problem | None = None
    try:
        await limits.count(client, kind)
    except Problem as problem:
        found = problem
    if found is None:
        return ""
    seconds = int((found.headers or {})["Retry-After"])
    assert 1 <= seconds <= 60
    assert f"{seconds} tellen" in found.detail
    assert found.detail.startswith("Even geduld")
    return found.code


def test_a_client_has_its_own_limit() -> None:
    """The fourth question of one client within a minute is too many; another client may ask."""

    async def run() -> None:
        few = limits(questions_per_minute=3)
        assert [await refusal(few, ONE) for _ in range(4)] == ["", "", "", "too_many_requests"]
        assert await refusal(few, OTHER) == ""
        assert await refusal(few, ONE, "requests") == ""

    in_a_loop(run())


def test_all_clients_have_one_together() -> None:
    """When all together have asked too much, everyone is asked to wait; those turned away do not count."""

    async def run() -> None:
        few = limits(questions_per_minute=2, questions_per_minute_in_all=3)
        assert [await refusal(few, ONE) for _ in range(4)] == ["", "", *["too_many_requests"] * 2]
        assert [await refusal(few, OTHER) for _ in range(2)] == ["", "busy"]
        assert await refusal(few, Client("192.0.2.3")) == "busy"

    in_a_loop(run())


def test_nought_is_no_limit_and_the_owner_has_none() -> None:
    """0 switches a limit off; who sits at the machine itself is never turned away."""

    async def run() -> None:
        none = limits(questions_per_minute=0, questions_per_minute_in_all=0)
        one = limits(questions_per_minute=1)
        for _ in range(50):
            assert await refusal(none, ONE) == ""
            assert await refusal(one, OWNER) == ""

    in_a_loop(run())


def test_a_client_may_have_so_many_requests_open() -> None:
    """One more open request than allowed is turned away; when one ends there is room again."""

    async def run() -> None:
        few = limits(requests_at_once=2, requests_at_once_in_all=3)
        async with AsyncExitStack() as held:
            for _ in range(2):
                await held.enter_async_context(few.open(ONE))
            with pytest.raises(Problem, match="veel vragen"):
                await few.open(ONE).__aenter__()
            await held.enter_async_context(few.open(OTHER))
            with pytest.raises(Problem, match="druk"):
                await few.open(OWNER).__aenter__()
            assert few.open_requests == 3
        assert few.open_requests == 0
        async with few.open(ONE):
            assert few.open_requests == 1

    in_a_loop(run())


def test_those_who_wait_get_their_turn_in_order() -> None:
    """One at a time, two waiting: the fourth is turned away, the others go through as they came."""

    async def run() -> None:
        turnstile, order = Turnstile(1, 2), []

        async def go(name: str) -> None:
            async with turnstile.turn():
                order.append(name)
                await asyncio.sleep(0.01)

        going = [asyncio.create_task(go(name)) for name in "abc"]
        await asyncio.sleep(0)
        assert turnstile.waiting == 2
        with pytest.raises(Problem) as refused:
            await go("d")
        assert (refused.value.status_code, refused.value.code) == (503, "busy")
        await asyncio.gather(*going)
        assert order == ["a", "b", "c"]
        await go("e")

    in_a_loop(run())


def test_one_who_leaves_the_queue_frees_a_place() -> None:
    """A client that goes while it waits neither keeps its place nor takes a turn."""

    async def run() -> None:
        turnstile = Turnstile(1, 1)
        async with turnstile.turn():
            waiting = asyncio.create_task(turnstile.turn().__aenter__())
            await asyncio.sleep(0)
            assert turnstile.waiting == 1
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert turnstile.waiting == 0
        async with turnstile.turn():
            pass

    in_a_loop(run())
