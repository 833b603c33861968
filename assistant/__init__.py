"""Answers questions about a folder of Dutch essays in the essays' own sentences, each cited to the character.

from assistant import Assistant, Retriever, Turn

answer = Assistant.open("index").ask("wat is betekenismarketing?")
hits = Retriever.open("index").retrieve("wat is betekenismarketing?", top_k=5)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.types import Answer, Citation, Document, Hit, Passage, Turn
from assistant.version import __version__ as __version__

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.retriever import Retriever

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "Document",
    "Hit",
    "Passage",
    "Retriever",
    "Turn",
]


def __getattr__(name: str) -> Any:
    """Assistant and Retriever when they are first asked for, since what they import takes seconds."""
    if name == "Assistant":
        from assistant.assistant import Assistant

        return Assistant
    if name == "Retriever":
        from assistant.retriever import Retriever

        return Retriever
    raise AttributeError(f"module 'assistant' has no attribute {name!r}")
