"""The events of the chat: what its page may send to Gradio, and what it is told when it must wait.

Gradio takes more than its page sends: files by their name, whole messages, a login, the id of an event.
Here an event is words, numbers and nothing else; it is written anew before Gradio reads it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Message, Receive, Send

from assistant.intake import replay, whole_body
from assistant.limits import busy
from assistant.problems import Problem, error_line

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")  # the page makes up some 11 letters and digits
_Session = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Number = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class Event(BaseModel):
    """What POST /gradio_api/queue/join may hold."""

    model_config = ConfigDict(extra="forbid")

    session_hash: _Session
    fn_index: _Number
    data: Annotated[list[str | bool | int | float | None], Field(max_length=16)]
    trigger_id: _Number | None = None
    event_data: None = None


def is_session(name: str) -> bool:
    """Whether the page could have made up this name for its session."""
    return _SESSION.fullmatch(name) is not None


async def check_event(receive: Receive) -> Receive:
    """A `receive` that gives the event, written anew.

    Raises:
        Problem: it is none that the page could have sent.
    """
    try:
        event = Event.model_validate_json(await whole_body(receive))
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"][:2])) or "the body"
        raise Problem("invalid_request", f"{place}: {first['msg']}. Expected an event of the chat page.") from None
    return replay(event.model_dump_json().encode(), receive)


def with_patience(send: Send) -> Send:
    """`send`, which asks for patience where Gradio says that its queue is full."""
    is_full = False

    async def send_patiently(message: Message) -> None:
        nonlocal is_full
        if message["type"] == "http.response.start" and message["status"] == 503:
            is_full = True
            problem = busy()
            response = error_line(problem.status_code, problem.detail, problem.code, problem.headers)
            await send({"type": "http.response.start", "status": 503, "headers": response.raw_headers})
            await send({"type": "http.response.body", "body": response.body})
        elif not is_full:
            await send(message)

    return send_patiently
