"""How good the answers are, measured on questions with gold quotes; docs/evaluation.md defines each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from assistant.assistant import Assistant
from assistant.evaluation.questions import Question, gold_spans
from assistant.types import Answer, Citation, Passage, Span

_TOP_K = 5
_SHOWN_FAILURES = 12


def evaluate(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Any]:
    """The measures over all questions, by split, by language and by kind, and what went wrong.

    Raises:
        QuestionFileError: a gold quote is not in the essays of the index.
    """
    outcomes = [_outcome(assistant, question) for question in questions]
    groups: dict[str, dict[str, Any]] = {"all": _measures(outcomes)}
    for name, key in (("split", "split"), ("language", "language"), ("kind", "kind")):
        for value in dict.fromkeys(outcome[key] for outcome in outcomes):
            groups[f"{name} {value}"] = _measures(outcome for outcome in outcomes if outcome[key] == value)
    test = [outcome for outcome in outcomes if outcome["split"] == "test"]
    for value in dict.fromkeys(outcome["language"] for outcome in test):
        groups[f"test {value}"] = _measures(outcome for outcome in test if outcome["language"] == value)
    return {"measures": groups, "questions": outcomes}


def report(result: dict[str, Any]) -> str:
    """The measures as a table, and the questions that went wrong."""
    columns: tuple[tuple[str, str, str], ...] = (
        ("questions", "questions", "d"),
        ("recall@5", "recall@5", ".3f"),
        ("gold shown", "gold_shown", ".3f"),
        ("excerpts", "excerpts", ".2f"),
        ("precision", "precision", ".3f"),
        ("refused rightly", "refused_rightly", ".3f"),
        ("refused wrongly", "refused_wrongly", ".3f"),
        ("inexact", "inexact", "d"),
    )
    lines = [f"{'':22}" + "".join(f"{title:>16}" for title, _, _ in columns)]
    for group, measures in result["measures"].items():
        cells = [_cell(measures[key], layout) for _, key, layout in columns]
        lines.append(f"{group:22}" + "".join(f"{cell:>16}" for cell in cells))
    for title, is_wrong in _FAILURES:
        wrong = [outcome for outcome in result["questions"] if is_wrong(outcome)]
        lines.append(f"\n{title}: {len(wrong)}")
        lines.extend(f"  {outcome['id']:14} {outcome['question']}" for outcome in wrong[:_SHOWN_FAILURES])
        if len(wrong) > _SHOWN_FAILURES:
            lines.append(f"  ... and {len(wrong) - _SHOWN_FAILURES} more (--json lists them all)")
    return "\n".join(lines)


_FAILURES: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    ("Answerable, but refused", lambda one: bool(one["answerable"] and one["refused"])),
    (
        "Answered, but without a gold sentence",
        lambda one: bool(one["answerable"] and not one["refused"] and not one["gold_shown"]),
    ),
    ("Unanswerable, but answered", lambda one: not one["answerable"] and not one["refused"]),
)


def _cell(value: float | None, layout: str) -> str:
    return "-" if value is None else format(value, layout)


def _outcome(assistant: Assistant, question: Question) -> dict[str, Any]:
    """What the assistant did with one question."""
    answer = assistant.ask(question.question)
    gold = gold_spans(question, assistant.documents)
    right = [any(_shows(citation, place) for place in gold) for citation in answer.citations]
    return {
        "id": question.id,
        "question": question.question,
        "language": question.language,
        "kind": question.kind,
        "split": question.split,
        "answerable": question.is_answerable,
        "refused": answer.refused,
        "confidence": answer.confidence,
        "retrieved": any(_holds(hit.passage, place) for hit in answer.hits[:_TOP_K] for place in gold),
        "gold_shown": any(right),
        "excerpts": len(answer.citations),
        "right_excerpts": sum(right),
        "inexact": _inexact(assistant, answer),
    }


def _measures(outcomes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The measures over some outcomes; None where there is nothing to measure."""
    outcomes = list(outcomes)
    answerable = [one for one in outcomes if one["answerable"]]
    answered = [one for one in answerable if not one["refused"]]
    shown = sum(one["excerpts"] for one in answered)
    return {
        "questions": len(outcomes),
        "recall@5": _share(one["retrieved"] for one in answerable),
        "gold_shown": _share(one["gold_shown"] for one in answerable),
        "excerpts": shown / len(answered) if answered else None,
        "precision": sum(one["right_excerpts"] for one in answered) / shown if shown else None,
        "refused_rightly": _share(one["refused"] for one in outcomes if not one["answerable"]),
        "refused_wrongly": _share(one["refused"] for one in answerable),
        "inexact": sum(one["inexact"] for one in outcomes),
    }


def _share(values: Iterable[bool]) -> float | None:
    counted = list(values)
    return sum(counted) / len(counted) if counted else None


def _holds(passage: Passage, place: tuple[str, Span]) -> bool:
    """Whether a passage holds a gold quote whole."""
    source, span = place
    return passage.source == source and passage.start <= span.start and span.end <= passage.end


def _shows(citation: Citation, place: tuple[str, Span]) -> bool:
    """Whether a citation holds a gold quote whole, but for a mark at its end."""
    source, span = place
    return citation.source == source and citation.start <= span.start and span.end <= citation.end + 1


def _inexact(assistant: Assistant, answer: Answer) -> int:
    """How many citations do not stand in their essay at the very place that they name."""
    return sum(
        assistant.documents[citation.source].text[citation.start : citation.end] != citation.quote
        for citation in answer.citations
    )
