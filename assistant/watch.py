"""Asking as the server does it: what is asked is counted, and kept where the owner wants it kept."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from assistant.logs import fields
from assistant.metrics import Metrics
from assistant.types import Answer, History

if TYPE_CHECKING:
    from assistant.feedback import Feedback
    from assistant.live import LiveAssistant

logger = logging.getLogger(__name__)


class WatchedAssistant:
    """Answers as the assistant of the moment does, whoever asks: the chat or the interface."""

    def __init__(
        self,
        live: LiveAssistant,
        metrics: Metrics,
        feedback: Feedback | None,
        *,
        log_answers: bool,
        log_questions: bool,
    ) -> None:
        self._live = live
        self._metrics = metrics
        self._feedback = feedback
        self._log_answers = log_answers or log_questions
        self._log_questions = log_questions

    def ask(self, question: str, history: History = ()) -> Answer:
        """What `Assistant.ask` gives.

        Raises:
            QuestionError: as there.
            IndexMissingError: there is no index yet.
        """
        assistant = self._live.now()
        began = time.perf_counter()
        try:
            answer = assistant.ask(question, history=history)
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
