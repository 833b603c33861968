"""The values that flow through the program, from a file in the corpus to a citation on the screen.

Every position is a pair of character offsets `start`, `end` (Python code points, end exclusive) into
`Document.text`: of a plain text file the text exactly as it was read, of another format the text that its
reader made of it, which the index keeps. `document.text[start:end]` is therefore the one way to get at
words; nothing is ever found again by searching for its text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

AnswerKind = Literal["answer", "aside", "absent", "unclear", "opinion", "act", "talk"]
BlockKind = Literal["title", "post", "heading", "paragraph", "item", "removed"]


class Span(NamedTuple):
    """A stretch of characters of one document: `document.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What corpus.toml or a file itself says about it; empty or None where that says nothing."""

    title: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    url: str = ""  # where it was published, beginning with http:// or https://
    posts: tuple[str, ...] = ()  # titles of the posts of an archive page, each a line of the file
    headings: tuple[str, ...] = ()  # lines that are headings although they look like a sentence
    keep: tuple[str, ...] = ()  # lines that must never be removed as page furniture
    remove: tuple[str, ...] = ()  # lines that are page furniture although they look like text


@dataclass(frozen=True, slots=True)
class Block:
    """One line or paragraph of a document and the part it plays there."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0  # of a heading: 1 for a section, 2 for a section within it
    reason: str = ""  # of a removed block: why it is page furniture


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus: its text, and its blocks in reading order."""

    source: str  # path below the corpus folder, with forward slashes
    text: str
    title: str
    author: str = ""
    publisher: str = ""
    year: int | None = None
    blocks: tuple[Block, ...] = ()
    url: str = ""
    language: str = "nl"  # ISO 639-1 code of the language that most of it is written in
    pages: tuple[int, ...] = ()  # where in the text each page begins, from page 1; empty for a format without pages
    notes: tuple[str, ...] = ()  # what its owner should know, such as "read as Windows-1252", one line each

    def page_at(self, place: int) -> int | None:
        """The number of the page, from 1, that an offset lies on; None for a format without pages."""
        return bisect_right(self.pages, place) or None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document, or a list item, and where it stands."""

    start: int
    end: int
    title: str  # of the post, or of the document where it is not an archive page
    headings: tuple[str, ...]  # the heading path, outermost first, without the title
    block: int  # index of its block in `Document.blocks`
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of neighbouring sentences of one post: the unit that is embedded and retrieved."""

    id: int  # position in the index, from 0
    source: str
    title: str
    start: int
    end: int
    headings: tuple[str, ...]  # every heading that its sentences stand under, in reading order
    text: str  # == document.text[start:end]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A scored passage; a higher score is a better hit, always.

    `score == dense + lexical`: what its meaning and what its words add. Both count from the average of the
    passages that were compared, so that 0 is as good as most, and both may be negative.
    """

    passage: Passage
    score: float
    dense: float = 0.0  # of the vectors of the passage and its tokens
    lexical: float = 0.0  # of stems and pieces of words; 0 for a question in another language than the essays'
    words: tuple[str, ...] = ()  # of the passage and its headings that the question has too, as they stand there


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered excerpt of an answer: `document.text[start:end] == quote`."""

    number: int  # from 1, as printed in the answer
    source: str
    title: str
    heading: str  # the innermost heading above it, or ""
    start: int
    end: int
    quote: str
    page: int | None = None  # on which it begins, from 1; None for a format without pages
    language: str = "nl"  # ISO 639-1 code of the document's language


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to one question.

    `text` is `frame` followed by each quote with its number in brackets. In a refusal or a friendly
    line it is all frame, and `sentences`, `citations` are empty.

    `kind` is "answer"; "aside" where the essays hardly speak of it; a refusal because the essays do not
    speak of it ("absent"), because nobody can tell what is asked ("unclear"), or because an opinion or an
    act is asked for, which no essay can give; or "talk": a greeting, thanks, what the assistant is.
    """

    question: str
    language: str  # ISO 639-1 code of the language the frame is written in
    text: str
    frame: str  # the only words that are not the essays'
    sentences: tuple[Sentence, ...]  # those that the citations are made of, in the order shown
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]  # what was retrieved, best first, also when the answer is a refusal
    refused: bool
    confidence: float = 0.0  # between 0 and 1: how sure the assistant is that the essays speak of it
    kind: AnswerKind = "answer"
    understood: str = ""  # the question as it was searched for, where that is not as it was asked
    missing: tuple[str, ...] = ()  # words of the question that the essays nowhere mention
    unanswered: tuple[str, ...] = ()  # of several questions in one message, those that the essays do not answer


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation and the text of its answer."""

    question: str
    answer: str = ""


History = Sequence[Turn]
