"""How good the answers are, measured on questions with gold quotes; docs/evaluation.md defines each measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.assistant import Assistant
from assistant.citations import cite
from assistant.evaluation.questions import Question, places_of
from assistant.types import Citation, Passage, Span, Turn

DEPTH = 10  # passages that a ranking is measured on
_SHARE = 0.5  # of a quote that a passage or an excerpt must hold
Place = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the assistant did with one question, and what it would show if it refused nothing."""

    id: str
    question: str
    language: str
    kind: str
    split: str
    is_answerable: bool
    is_refused: bool
    confidence: float  # 0 where a rule refuses: an opinion, an act, no sense
    understood: str
    relevance: dict[str, int]  # of passages, by their id: 2 with a gold quote, 1 with a part of the answer
    ranking: dict[str, float]  # the score of the first ten passages, by their id
    would_show_gold: bool
    excerpts: int
    right_excerpts: int  # those with a gold quote or a part of the answer
    inexact: int

    @property
    def shows_gold(self) -> bool:
        """Whether the answer shows a gold quote whole."""
        return self.would_show_gold and not self.is_refused


def evaluate(assistant: Assistant, questions: Sequence[Question]) -> list[Outcome]:
    """What the assistant does with each question.

    Raises:
        QuestionFileError: a quote is not in the essays of the index.
    """
    return [_outcome(assistant, question) for question in questions]


def _outcome(assistant: Assistant, question: Question) -> Outcome:
    gold = places_of(question, question.gold, assistant.documents)
    helpful = gold + places_of(question, question.also, assistant.documents)
    history: list[Turn] = []
    for turn in question.turns:
        history.append(Turn(turn, assistant.ask(turn, history).text))
    answer = assistant.ask(question.question, history)
    is_ruled = answer.kind in ("opinion", "act", "unclear", "talk")
    considered = assistant.consider(question.question, history)
    shown = answer.citations or cite(assistant.excerpts(considered, history))
    hits = assistant.retriever.search(considered.search.question, DEPTH, steps=assistant.steps).hits
    passages = assistant.retriever.index.passages
    relevance = {str(passage.id): 1 for passage in passages if any(_holds(passage, place) for place in helpful)}
    relevance |= {str(passage.id): 2 for passage in passages if any(_holds(passage, place) for place in gold)}
    return Outcome(
        id=question.id,
        question=question.question,
        language=question.language,
        kind=question.kind,
        split=question.split,
        is_answerable=question.is_answerable,
        is_refused=not answer.citations,
        confidence=0.0 if is_ruled else considered.confidence,
        understood=answer.understood,
        relevance=relevance,
        ranking={str(hit.passage.id): hit.score for hit in hits},
        would_show_gold=not is_ruled
        and any(is_shown(place, shown, assistant.documents[place[0]].text) for place in gold),
        excerpts=len(shown),
        right_excerpts=sum(any(_overlaps(citation, place) for place in helpful) for citation in shown),
        inexact=_inexact(assistant, answer.citations),
    )


def is_shown(place: Place, citations: Sequence[Citation], text: str) -> bool:
    """Whether citations of the same essay together hold every letter and digit of a quote, bullets aside.

    `text` is the essay's.
    """
    source, span = place
    own = [citation for citation in citations if citation.source == source]
    return bool(own) and all(
        any(citation.start <= at < citation.end for citation in own)
        for at in range(span.start, span.end)
        if text[at].isalnum()
    )


def _holds(passage: Passage, place: Place) -> bool:
    """Whether a passage holds at least half of a quote."""
    source, span = place
    common = min(passage.end, span.end) - max(passage.start, span.start)
    return passage.source == source and common >= _SHARE * (span.end - span.start)


def _overlaps(citation: Citation, place: Place) -> bool:
    """Whether a citation holds half of a quote, or lies by half within it."""
    source, span = place
    common = min(citation.end, span.end) - max(citation.start, span.start)
    shorter = min(span.end - span.start, citation.end - citation.start)
    return citation.source == source and common >= _SHARE * shorter


def _inexact(assistant: Assistant, citations: Sequence[Citation]) -> int:
    """How many citations do not stand in their essay at the very place that they name."""
    return sum(
        assistant.documents[citation.source].text[citation.start : citation.end] != citation.quote
        for citation in citations
    )


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """An outcome for JSON."""
    return {name: getattr(outcome, name) for name in Outcome.__slots__} | {"shows_gold": outcome.shows_gold}
