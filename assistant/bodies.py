"""What the bodies of the HTTP interface hold: those of requests are checked by it, those of answers described.

Answers are the program's own dataclasses as JSON (`rendering.as_json`); the models below of the same names
describe them, and tests/test_api.py holds the two together.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.problems import CODES
from assistant.rendering import whole
from assistant.types import AnswerKind

MAX_TURNS = 50  # of the history that a request may bring
MAX_HITS = 50  # that a search can ask for
# Something beside white space, in Python's sense of it, in JavaScript's and in that of JSON Schema's readers.
SOMETHING = r"[^\s\u0000-\u0020\u007f-\u00a0\ufeff]"

Start = Annotated[int, Field(ge=0, description="Offset of the first character, from 0, in code points.")]
End = Annotated[int, Field(ge=0, description="Offset after the last character, in code points.")]
File = Annotated[str, Field(description="Path of the essay's file below the corpus folder, with forward slashes.")]
Line = Annotated[int, Field(ge=1, description="A line of the file, from 1, as an editor numbers them.")]
Url = Annotated[str, Field(description='Where it was published, or "".')]
Pages = Annotated[int, Field(ge=0, description="How many it has; 0 for a format without pages.")]
Notes = Annotated[list[str], Field(description="What its owner should know, such as how its file was read.")]
PostTitle = Annotated[str, Field(description="Title of the post, or of the essay where the file is no archive page.")]


# --- What comes in


def _whole(value: Any) -> Any:
    return whole(value) if isinstance(value, str) else value


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value  # JSON knows no difference


class Request(BaseModel):
    """The base of what a request may hold: these keys and no others, each of its own kind."""

    model_config = ConfigDict(extra="forbid", strict=True)


Text = Annotated[str, BeforeValidator(_whole)]
Question = Annotated[
    Text,
    Field(
        description="The question, in Dutch, English, German or French.",
        json_schema_extra={"minLength": 1, "pattern": SOMETHING},
    ),
]


class Turn(Request):
    """An earlier question of the conversation and the `text` of its answer."""

    question: Text
    answer: Annotated[Text, Field(description="Without it, 'more of that' cannot tell what was shown.")] = ""


class Ask(Request):
    """A question and the turns before it."""

    question: Question
    history: Annotated[list[Turn], Field(max_length=MAX_TURNS, description="Earlier turns, oldest first.")] = []


class Search(Request):
    """A question to find passages for."""

    question: Question
    top_k: Annotated[int, Field(ge=1, le=MAX_HITS, description="At most so many."), BeforeValidator(_integer)] = 5


def is_blank(question: str) -> bool:
    """Whether a question holds nothing that can be searched for.

    >>> is_blank(" \\ufeff"), is_blank("lef?")
    (True, False)
    """
    return re.search(SOMETHING, question) is None


# --- What goes out


class Error(BaseModel):
    """Every error: what a program can go by, and a sentence for a person."""

    code: Annotated[Literal[tuple(CODES)], Field(description="Stays the same from version to version.")]  # type: ignore[valid-type]
    error: Annotated[
        str, Field(pattern=r"^[^\r\n]+$", description="One line: what came, what was expected, what to do.")
    ]


class Sentence(BaseModel):
    """One sentence of an essay, or a list item, and where it stands."""

    start: Start
    end: End
    title: PostTitle
    headings: Annotated[list[str], Field(description="The headings above it, outermost first.")]
    block: Annotated[int, Field(ge=0, description="Number of its paragraph in the essay, from 0.")]
    is_item: Annotated[bool, Field(description="Whether it is an item of a list.")]


class Citation(BaseModel):
    """A numbered excerpt: the characters from `start` to `end` of the file are `quote`, exactly."""

    number: Annotated[int, Field(ge=1, description="As printed in the answer, from 1.")]
    source: File
    title: PostTitle
    heading: Annotated[str, Field(description='The innermost heading above it, or "".')]
    start: Start
    end: End
    quote: Annotated[str, Field(min_length=1, description="The essay's own words, line ends included.")]
    page: Annotated[int | None, Field(ge=1, description="The page that it begins on; null without pages.")]
    language: Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1 code of the essay's language.")]


class Passage(BaseModel):
    """A run of neighbouring sentences of one essay: what a search finds."""

    id: Annotated[int, Field(ge=0, description="Its place in the index; another index gives another.")]
    source: File
    title: PostTitle
    start: Start
    end: End
    headings: Annotated[list[str], Field(description="Every heading that its sentences stand under.")]
    text: Annotated[str, Field(description="The characters from `start` to `end` of the file.")]
    sentences: list[Sentence]


class Hit(BaseModel):
    """A scored passage."""

    passage: Passage
    score: Annotated[float, Field(description="Higher is better. Compares the hits of one question only.")]
    dense: Annotated[float, Field(description="What its meaning adds to the score; 0 is as good as most.")]
    lexical: Annotated[float, Field(description="What its words add to the score; 0 is as good as most.")]
    words: Annotated[list[str], Field(description="Its words that the question has too, as they stand in it.")]


class Answer(BaseModel):
    """What the assistant says to one question."""

    question: Annotated[str, Field(description="As it was taken, white space put in order.")]
    language: Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1 code of the frame's language.")]
    text: Annotated[str, Field(description="The frame, then each quote with its number in brackets.")]
    frame: Annotated[str, Field(description="The only words that are not the essays'.")]
    sentences: Annotated[list[Sentence], Field(description="What the citations are made of, in the order shown.")]
    citations: list[Citation]
    hits: Annotated[list[Hit], Field(description="What was retrieved, best first, also under a refusal.")]
    refused: bool
    confidence: Annotated[float, Field(ge=0, le=1, description="How sure it is that the essays speak of it.")]
    kind: Annotated[
        AnswerKind,
        Field(
            description=(
                "`answer`; `aside`: the essays only touch on it; refusals: `absent` from the essays, `unclear` what is "
                "asked, for an `opinion` or an `act`; `talk`: a greeting, thanks, help."
            )
        ),
    ]
    understood: Annotated[str, Field(description='The question as it was searched for, where it differs; else "".')]
    missing: Annotated[list[str], Field(description="Words of the question that the essays say nothing about.")]
    unanswered: Annotated[
        list[str], Field(description="Of several questions in one message, those that the essays do not answer.")
    ]


class Post(BaseModel):
    """One post of an archive page, its title included."""

    title: str
    start: Start
    end: End


class Source(BaseModel):
    """An essay; what its corpus does not say is empty or null."""

    source: File
    title: str
    author: str
    publisher: str
    year: int | None
    language: Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1 code.")]
    length: Annotated[int, Field(ge=0, description="In characters: code points.")]
    posts: Annotated[list[Post], Field(description="In reading order; empty where the file is one essay.")]
    url: Url
    pages: Pages
    notes: Notes


class Segment(BaseModel):
    """A run of characters of a block that lies in the same marked places as a whole."""

    text: Annotated[str, Field(description="As it is shown: each run of white space is one space.")]
    marked: bool
    id: Annotated[str, Field(description='"mark-1" where the first of the `places` begins, and so on; else "".')]
    spans: Annotated[list[int], Field(description="Numbers, from 1, of the `places` that it lies in.")]
    page: Annotated[int | None, Field(ge=1, description="Of a page that begins with it or just above it; else null.")]


class ViewBlock(BaseModel):
    """A paragraph, title, heading or list."""

    kind: Literal["title", "post", "heading", "paragraph", "list"]
    level: Annotated[int, Field(ge=0, description="Of a heading: 1 for a section, 2 for one within it; else 0.")]
    segments: Annotated[list[Segment], Field(description="Its text; empty for a list.")]
    items: Annotated[list[list[Segment]], Field(description="The text of each item of a list.")]
    counted: Annotated[bool, Field(description="Whether the items bring numbers of their own.")]
    lines: Annotated[
        list[Line],
        Field(description="The line that it begins on; of a list, one for each item; of no plain text none."),
    ]


class Place(BaseModel):
    """Where a marked place stands."""

    start: Start
    end: End
    first_line: Annotated[Line | None, Field(description="Null for what is no plain text file.")]
    last_line: Line | None
    post: Annotated[str, Field(description='Title of the post that it stands in, on an archive page; else "".')]
    headings: Annotated[list[str], Field(description="The headings above it, outermost first.")]
    check: Annotated[str, Field(description="A digest of its words: another one means that the essay was edited.")]
    page: Annotated[int | None, Field(ge=1, description="The page that it begins on; null without pages.")]


class EssayView(BaseModel):
    """An essay to read, its page furniture left out, with the places asked for marked."""

    source: File
    title: str
    author: str
    publisher: str
    year: int | None
    post: Annotated[str, Field(description='The post of the first place, or "".')]
    heading: Annotated[str, Field(description='The innermost heading of the first place, or "".')]
    places: Annotated[list[Place], Field(description="The marked places: `start` to `end`, then those of `also`.")]
    blocks: list[ViewBlock]
    url: Url
    language: Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1 code.")]
    pages: Pages
    notes: Notes


Indexed = Annotated[str | None, Field(description="When their index was made, as ISO 8601 in UTC; null if unknown.")]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"]
    essays: Annotated[int, Field(ge=0, description="How many there are now.")]
    indexed: Indexed


class Ready(BaseModel):
    """Questions can be answered."""

    status: Literal["ready"]
    essays: Annotated[int, Field(ge=1)]
    indexed: Indexed


class Progress(BaseModel):
    """How far an index that is being made has come."""

    ready: Annotated[bool, Field(description="Whether questions are answered; meanwhile too, from the index before.")]
    essays: Annotated[int, Field(ge=0, description="How many there are now.")]
    stage: Annotated[
        Literal["none", "listing", "reading", "embedding", "writing"],
        Field(description="`none`: no index is being made."),
    ]
    done: Annotated[int, Field(ge=0, description="How many of `total`, in `unit`.")]
    total: Annotated[int, Field(ge=0, description="0 while nobody can tell.")]
    unit: Literal["files", "passages"]
    seconds_left: Annotated[float | None, Field(ge=0, description="An estimate; null while nobody can tell.")]
    failed: Annotated[bool, Field(description="Whether the last try failed; the server's log says why.")]
