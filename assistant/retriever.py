"""From a question to hits: dense and lexical search, fused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder, Vectors
from assistant.errors import QuestionError
from assistant.fusion import fuse
from assistant.indexer import Index, open_index
from assistant.language import detect_language, load
from assistant.lexical import fold, stem, stems
from assistant.settings import Settings
from assistant.types import Hit

ESSAY_LANGUAGE = "nl"
_CANDIDATES = 1_000  # passages that the dense search hands to the fusion


@dataclass(frozen=True, slots=True)
class Search:
    """One question, looked up: what the choice of sentences and the refusal go by."""

    question: str
    language: str
    vector: Vectors  # (dimension,)
    stems: tuple[str, ...]  # of the question's content words
    similarities: NDArray[np.float32]  # cosine to every passage, shape (passages,)
    hits: tuple[Hit, ...]  # best first

    @property
    def is_lexical(self) -> bool:
        """Whether the question is in the essays' own language, so that its words can be looked up in them."""
        return self.language == ESSAY_LANGUAGE


class Retriever:
    """An opened index that questions can be put to."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        self.index = index
        self.embedder = embedder
        self.settings = settings
        self._vocabulary = index.lexical_passages.vocabulary
        load()

    @classmethod
    def open(
        cls,
        folder: str | Path = "index",
        settings: Settings | None = None,
        *,
        report: Callable[[str], None] = lambda line: None,
    ) -> Retriever:
        """The retriever over the index in a folder.

        Raises:
            EssayIndexError: the index is missing, damaged, or made by another model or setting.
            ModelError: the model cannot be loaded.
            SettingsError: a setting in the environment cannot be used.
        """
        settings = settings or Settings.from_environment()
        embedder = Embedder(settings, report)
        return cls(open_index(Path(folder), embedder, settings), embedder, settings)

    def retrieve(self, question: str, top_k: int = 5) -> list[Hit]:
        """The best `top_k` passages for a question, best first.

        Raises:
            QuestionError: the question is empty or longer than `Settings.max_question_chars`.
        """
        return list(self.search(question, top_k).hits)

    def search(self, question: str, top_k: int = 5) -> Search:
        """A question looked up, with all that was found out on the way.

        Raises:
            QuestionError: the question is empty or longer than `Settings.max_question_chars`, or
                `top_k` is less than 1.
        """
        text = self.check(question)
        if top_k < 1:
            raise QuestionError(f"top_k is {top_k}; expected a whole number from 1 on.")
        language = detect_language(text, is_dutch=self.knows)
        vector = self.embedder.embed_question(text)
        found, similar = self.index.store.search(vector, _CANDIDATES)
        similarities = np.full(len(self.index.passages), similar[-1], np.float32)
        similarities[found] = similar
        words = tuple(stems(text))
        lexical = self.index.lexical_passages.scores(words if language == ESSAY_LANGUAGE else ())
        scores = fuse(similarities, lexical) if lexical.any() else fuse(similarities, lexical, dense_weight=1.0)
        best = np.argsort(-scores, kind="stable")[:top_k]
        hits = tuple(Hit(self.index.passages[position], float(scores[position])) for position in best)
        return Search(text, language, vector, words, similarities, hits)

    def check(self, question: str) -> str:
        """The question as it is searched for: without the white space around it.

        Raises:
            QuestionError: it is empty or longer than `Settings.max_question_chars`.
        """
        text = " ".join(question.split())
        if not text:
            raise QuestionError("The question is empty. Type a question about the essays.")
        if len(text) > self.settings.max_question_chars:
            raise QuestionError(
                f"The question has {len(text):,} characters; at most {self.settings.max_question_chars:,} can be "
                "searched for. Shorten it to what you want to know."
            )
        return text

    def knows(self, word: str) -> bool:
        """Whether the essays use a word, in any inflection."""
        return stem(fold(word)) in self._vocabulary
