"""Question files: JSON lines with a question, its language and the quotes that answer it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError
from assistant.types import Document, Span


class QuestionFileError(AssistantError):
    """A question file that cannot be read, or a quote that is not in the essays."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the quotes of which any one answers it; none where the essays do not."""

    id: str
    question: str
    language: str
    kind: str
    split: str  # "development" or "test"
    gold: tuple[tuple[str, str], ...]  # source, quote

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
            gold = tuple((str(one["source"]), str(one["quote"])) for one in item["gold"])
            names = ("id", "question", "language", "kind", "split")
            questions.append(Question(gold=gold, **{name: str(item[name]) for name in names}))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileError(
                f"{path}, line {number} is no question: {error!r}. Expected an object with id, question, language, "
                "kind, split and gold, a list of {source, quote}."
            ) from None
    if not questions:
        raise QuestionFileError(f"The question file {path} is empty. Expected a question a line, as JSON.")
    return questions


def gold_spans(question: Question, documents: Mapping[str, Document]) -> list[tuple[str, Span]]:
    """Every place in the essays where a gold quote of a question stands.

    Raises:
        QuestionFileError: a quote stands nowhere in its essay.
    """
    places: list[tuple[str, Span]] = []
    for source, quote in question.gold:
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
