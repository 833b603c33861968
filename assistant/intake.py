"""The body of a request: how large it may be, how long it may take, and reading it before its turn."""

from __future__ import annotations

import asyncio
import time

from starlette.types import Message, Receive

from assistant.problems import Problem

MAX_BODY_BYTES = 1_048_576  # of a request; a question has at most some thousands of characters
BODY_SECONDS = 20  # within which the whole body must be there: 1 MiB at 420 kbit/s


def limited(receive: Receive, *, seconds: float | None = None) -> Receive:
    """`receive`, which refuses a body that grows too large, whatever its headers said, or comes too slowly."""
    total = 0
    is_whole = False
    deadline = time.monotonic() + (BODY_SECONDS if seconds is None else seconds)

    async def receive_limited() -> Message:
        nonlocal total, is_whole
        if is_whole:
            return await receive()  # waits until the client goes
        try:
            message = await asyncio.wait_for(receive(), deadline - time.monotonic())
        except TimeoutError:
            raise Problem("too_slow", "The request was not complete in time. Send it again.") from None
        is_whole = not message.get("more_body", False)
        total += len(message.get("body", b""))
        if total > MAX_BODY_BYTES:
            raise too_large()
        return message

    return receive_limited


async def whole_body(receive: Receive) -> bytes:
    """All of the body of a request, or as much as came before the client went."""
    body = bytearray()
    is_more = True
    while is_more:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that has been read already."""
    is_given = False

    async def receive_again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def too_large() -> Problem:
    """What a body gets that is larger than the limit."""
    return Problem("body_too_large", f"The request is larger than {MAX_BODY_BYTES:,} bytes. Send a shorter one.")
