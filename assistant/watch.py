"""The assistant as the server uses it: what is asked is counted, and kept where the owner wants it kept."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from assistant.logs import fields
from assistant.metrics import Metrics
from assistant.types import Answer, History

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.feedback import Feedback

logger = logging.getLogger(__name__)


class WatchedAssistant:
    """An assistant that answers as the one it is made of does, whoever asks it: the chat or the interface."""

    def __init__(
        self,
        assistant: Assistant,
        metrics: Metrics,
        feedback: Feedback | None,
        *,
        log_answers: bool,
        log_questions: bool,
    ) -> None:
        self._assistant = assistant
        self._metrics = metrics
        self._feedback = feedback
        self._log_answers = log_answers or log_questions
        self._log_questions = log_questions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, question: str, history: History = ()) -> Answer:
        """What `Assistant.ask` gives."""
        began = time.perf_counter()
        try:
            answer = self._assistant.ask(question, history=history)
        except Exception:
            self._metrics.failed()
            raise
        seconds = time.perf_counter() - began
        self._metrics.asked(answer, seconds)
        if self._log_answers:
            text = {"question": answer.question} if self._log_questions else {}
            values = {"kind": answer.kind, "language": answer.language, "citations": len(answer.citations)}
            logger.info("answer", extra=fields(**values, ms=round(1000 * seconds), **text))
        if self._feedback is not None:
            self._feedback.asked(answer)
        return answer
