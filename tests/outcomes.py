"""Outcomes made by hand, for the tests of what is made of them."""

from __future__ import annotations

from typing import Any

from assistant.evaluation.evaluate import Outcome


def outcome(number: object, **told: Any) -> Outcome:
    """The outcome of an answerable Dutch test question that was answered with nothing, but for what is told."""
    usual: dict[str, Any] = {
        "language": "nl",
        "kind": "fact",
        "split": "test",
        "is_answerable": True,
        "is_refused": False,
        "confidence": 0.9,
        "understood": "",
        "relevance": {},
        "ranking": {},
        "would_show_gold": False,
        "excerpts": 0,
        "right_excerpts": 0,
        "inexact": 0,
    }
    return Outcome(id=str(number), question=f"vraag {number}", **(usual | told))
