"""Question files: JSON lines with a question, its language and the quotes that answer it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError
from assistant.types import Document, Span


class QuestionFileError(AssistantError):
    """A question file that cannot be read, or a quote that is not in the essays."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, the quotes of which any one answers it, and those that say a part of the answer.

    A question without gold is one that the essays do not answer.
    """

    id: str
    question: str
    language: str
    kind: str
    split: str  # "development" or "test"
    gold: tuple[tuple[str, str], ...]  # source, quote
    also: tuple[tuple[str, str], ...] = ()
    turns: tuple[str, ...] = ()  # earlier questions of the conversation, the first one first

    @property
    def is_answerable(self) -> bool:
        """Whether the essays answer it."""
        return bool(self.gold)


def read_questions(path: Path) -> list[Question]:
    """The questions of a file, in order.

    Raises:
        QuestionFileError: the file cannot be read or a line of it is not a question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"The question file {path} cannot be read: {error}. Expected JSON lines.") from None
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            gold, also = (
                tuple((str(one["source"]), str(one["quote"])) for one in quotes)
                for quotes in (item["gold"], item.get("also", []))
            )
            turns = item.get("turns", [])
            if not isinstance(turns, list):
                raise TypeError(f"turns is {turns!r}, no list")
            names = ("id", "question", "language", "kind", "split")
            questions.append(
                Question(
                    gold=gold, also=also, turns=tuple(map(str, turns)), **{name: str(item[name]) for name in names}
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileError(
                f"{path}, line {number} is no question: {error!r}. Expected an object with id, question, language, "
                "kind, split and gold, a list of {source, quote}; it may have also, such a list too, and turns."
            ) from None
    if not questions:
        raise QuestionFileError(f"The question file {path} is empty. Expected a question a line, as JSON.")
    return questions


def places_of(
    question: Question, quotes: Iterable[tuple[str, str]], documents: Mapping[str, Document]
) -> list[tuple[str, Span]]:
    """Every place in the essays where one of some quotes of a question stands.

    Raises:
        QuestionFileError: a quote stands nowhere in its essay.
    """
    places: list[tuple[str, Span]] = []
    for source, quote in quotes:
        text = documents[source].text if source in documents else ""
        at = text.find(quote)
        if at < 0:
            raise QuestionFileError(
                f"Question {question.id}: the quote {quote[:60]!r} is not in {source!r}. "
                "The index may be of other essays than the questions: name it with --index."
            )
        while at >= 0:
            places.append((source, Span(at, at + len(quote))))
            at = text.find(quote, at + 1)
    return places
