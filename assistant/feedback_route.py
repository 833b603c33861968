"""POST /api/feedback: a reader's thumb for an answer, where the owner keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.feedback import Cited, Feedback
from assistant.live import LiveAssistant
from assistant.metrics import Metrics
from assistant.openapi import errors
from assistant.problems import Problem
from assistant.rendering import whole
from assistant.types import AnswerKind, Document

MAX_REASON_CHARS = 1_000
MAX_CITATIONS = 50  # an answer has far fewer
OFF = "Deze server bewaart geen oordelen over antwoorden. (This server keeps no feedback.)"

Text = Annotated[str, AfterValidator(whole), AfterValidator(str.strip)]


class PlaceBody(BaseModel):
    """A place that the answer cited."""

    model_config = ConfigDict(extra="forbid")

    source: str
    start: int
    end: int


class FeedbackBody(BaseModel):
    """What POST /api/feedback expects."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[Text, Field(min_length=1)]
    answer_kind: AnswerKind
    thumb: Literal["up", "down"]
    reason: Annotated[Text, Field(max_length=MAX_REASON_CHARS)] = ""
    citations: Annotated[list[PlaceBody], Field(max_length=MAX_CITATIONS)] = []


class KeptBody(BaseModel):
    """What POST /api/feedback answers."""

    kept_days: int


def add_route(
    app: FastAPI,
    feedback: Feedback | None,
    live: LiveAssistant,
    metrics: Metrics,
    *,
    max_question_chars: int,
) -> None:
    """Put POST /api/feedback into `app`; without a file it says that none is kept."""
    if feedback is None:

        @app.post("/api/feedback", include_in_schema=False)
        async def refuse() -> None:
            raise Problem("feedback_off", OFF)

        return

    @app.post(
        "/api/feedback",
        operation_id="giveFeedback",
        status_code=201,
        response_model=KeptBody,
        responses=errors(
            "invalid_json place_not_in_essay origin_not_allowed source_not_found too_slow body_too_large "
            "unsupported_media_type invalid_request question_too_long unavailable"
        ),
    )
    def keep(body: FeedbackBody) -> Response:
        """Keep what a reader thought of an answer: a thumb, perhaps a reason, and the places it cited."""
        if len(body.question) > max_question_chars:
            raise Problem(
                "question_too_long",
                f"The question has {len(body.question):,} characters; at most {max_question_chars:,} fit.",
            )
        documents = live.documents
        citations = [_cited(place, documents) for place in body.citations]
        feedback.thumb(body.question, body.answer_kind, body.thumb, body.reason, citations)
        metrics.thumb(body.thumb)
        return JSONResponse({"kept_days": feedback.days}, status_code=201)


def _cited(place: PlaceBody, documents: Mapping[str, Document]) -> Cited:
    document = documents.get(place.source)
    if document is None:
        line = f"There is no essay {place.source[:200]!r}. Expected the source of a citation."
        raise Problem("source_not_found", line)
    length = len(document.text)
    if not 0 <= place.start < place.end <= length:
        raise Problem(
            "place_not_in_essay",
            f"start is {place.start} and end is {place.end}, but 0 <= start < end <= {length} was expected.",
        )
    quote = document.text[place.start : place.end]
    return Cited(place.source, document.title, place.start, place.end, quote)
