"""From a question to hits: dense and lexical search, fused, and the best compared word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder, QuestionVectors, load_embedder
from assistant.errors import QuestionError
from assistant.fusion import Scores, fuse, standardise
from assistant.index import Index, open_index
from assistant.index_files import read_manifest
from assistant.language import FUNCTION_WORDS, detect_language, load
from assistant.lexical import STOP_WORDS, WORD, content_words, fold, pieces, terms
from assistant.parts import text_with_headings
from assistant.settings import Settings
from assistant.spelling import Spelling
from assistant.steps import ALL, Steps
from assistant.types import Hit

_CANDIDATES = 1_000  # passages that the dense and the lexical search each hand to the fusion
_WORD = re.compile(r"[^\W_]+")
_RERANKED = 40  # passages that are compared with the question word by word
# Weights chosen on the development questions, by RR@10; docs/evaluation.md has the figures.
_EMPTY_WORD = 0.4  # what a function word counts when words are compared, against 1 for a content word
_LEXICAL_SHARE = 0.4  # of stems and pieces of words in the first ranking
_BY_WORD = 2.0  # of the comparison word by word, against 1 for the first ranking
_PIECES_SHARE = 0.7  # of pieces of words in the lexical score
_SAME_PIECES = 0.6  # of a question's word that a word of a passage must have to be told as one that it shares


@dataclass(frozen=True, slots=True)
class Search:
    """One question, looked up: what the choice of sentences and the refusal go by."""

    question: str  # as it was searched for: with typing errors mended
    language: str
    vectors: QuestionVectors
    weights: Scores  # of each token of the question, adding up to 1
    terms: tuple[str, ...]  # stems of the question's content words and of their parts
    near: float  # cosine of the nearest passage
    matches: dict[int, Scores]  # by passage id, of those compared word by word: see `Retriever.match`
    hits: tuple[Hit, ...]  # best first
    is_lexical: bool  # whether the question is in a language of the essays, so that its words can be looked up in them


class Retriever:
    """An opened index that questions can be put to."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        """A retriever over an opened index; `Retriever.open` is the usual way to one."""
        self.index = index
        self.embedder = embedder
        self.settings = settings
        self._spelling = Spelling(index.words, index.apart)
        self.vocabulary = self._spelling.vocabulary
        self._compounds = self._spelling.compounds
        self._signs = lru_cache(50_000)(self._signs_of)
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
        read_manifest(Path(folder))  # a missing index shows at once, before the model is loaded
        embedder = load_embedder(settings, report)
        return cls(open_index(Path(folder), embedder, settings), embedder, settings)

    def retrieve(self, question: str, top_k: int = 5) -> list[Hit]:
        """The best `top_k` passages for a question, best first.

        Raises:
            QuestionError: the question is empty or longer than `Settings.max_question_chars`.
        """
        return list(self.search(question, top_k).hits)

    def search(self, question: str, top_k: int = 5, *, steps: Steps = ALL) -> Search:
        """A question looked up, with all that was found out on the way.

        `steps` switches steps off, to measure what they are worth.

        Raises:
            QuestionError: the question is empty or longer than `Settings.max_question_chars`, or
                `top_k` is less than 1.
        """
        text = self.check(question)
        if top_k < 1:
            raise QuestionError(f"top_k is {top_k}; expected a whole number from 1 on.")
        language = detect_language(text, is_dutch=self.knows)
        if steps.mending and (mended := self._spelling.mended(text, language)) != text:
            text, language = mended, detect_language(mended, is_dutch=self.knows)
        vectors = self.embedder.embed_question(text)
        weights = token_weights(text, vectors, language)
        words = tuple(terms(text, self._compounds.parts if steps.compounds else lambda word: ()))
        is_lexical = language in self.index.languages
        nearest, similar = self.index.store.search(vectors.vector, _CANDIDATES)
        lexical = self._lexical(words, text, steps) if is_lexical and steps.lexical else None
        pool = _pool(nearest, lexical, len(self.index.passages))
        scores = standardise(_spread(nearest, similar, pool))
        by_words = np.zeros_like(scores)  # what the lexical part adds to the first ranking
        if lexical is not None:
            share = _LEXICAL_SHARE if steps.dense else 1.0
            scores, by_words = fuse((1 - share, scores), (share, lexical[pool])), fuse((share, lexical[pool]))
        order = np.argsort(-scores, kind="stable")[: max(_RERANKED, top_k)]
        first, scores, by_words = pool[order], scores[order], by_words[order]
        matches = {int(number): self.match(int(number), vectors) for number in first}
        whole = np.array([matches[int(number)].max(axis=0) @ weights for number in first], np.float32)
        sentence = np.array([(matches[int(number)] @ weights).max() for number in first], np.float32)
        by_word = fuse((0.5, whole), (0.5, sentence))
        final = fuse((1.0, scores), (_BY_WORD if steps.word_by_word else 0.0, by_word))
        lexical_part = (by_words - by_words.mean()) / max(float(scores.std()), 1e-9)
        best = np.argsort(-final, kind="stable")[:top_k]
        hits = tuple(
            self._hit(int(first[place]), float(final[place]), float(lexical_part[place]), text) for place in best
        )
        return Search(text, language, vectors, weights, words, float(similar[0]), matches, hits, is_lexical)

    def _hit(self, number: int, score: float, lexical: float, question: str) -> Hit:
        """A passage with its score, the lexical part of it, and the words that it shares with a question."""
        passage = self.index.passages[number]
        words = self._shared_words(text_with_headings(passage), question) if lexical else ()
        return Hit(passage, score, score - lexical, lexical, words)

    def _shared_words(self, text: str, question: str) -> tuple[str, ...]:
        """The words of a text that share a stem, or most of their letters, with a word of a question."""
        wanted = [self._signs(word) for word in content_words(question)]
        known = frozenset().union(*(stems | letters for stems, letters in wanted))
        shared: dict[str, str] = {}
        for word in WORD.findall(text):
            stems, letters = self._signs(word)
            if not known.isdisjoint(stems | letters) and any(
                stems & own or len(letters & pieces_of) >= _SAME_PIECES * len(pieces_of) for own, pieces_of in wanted
            ):
                shared.setdefault(fold(word), word)
        return tuple(shared.values())

    def _signs_of(self, word: str) -> tuple[frozenset[str], frozenset[str]]:
        """The stems of a word and of its parts, and the pieces of it."""
        return frozenset(terms(word, self._compounds.parts)), frozenset(pieces(word))

    def match(self, number: int, question: QuestionVectors) -> Scores:
        """How well each sentence of a passage matches each token of a question: the highest cosine.

        Shape (sentences of the passage, tokens of the question). A row's mean is MaxSim (Khattab and
        Zaharia 2020) for that sentence; the mean of the columns' maxima is MaxSim for the passage.
        """
        scaled, bounds = self.index.tokens_of(number)
        tokens = scaled.astype(np.float32)
        tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
        cosines = tokens @ question.tokens.T
        return np.asarray(np.maximum.reduceat(cosines, bounds[:-1]), np.float32)

    def similarities(self, vectors: QuestionVectors) -> Scores:
        """The cosine of every passage to a question; of those beyond the candidates, the last candidate's."""
        return _spread(*self.index.store.search(vectors.vector, _CANDIDATES), np.arange(len(self.index.passages)))

    def _lexical(self, words: tuple[str, ...], text: str, steps: Steps) -> Scores:
        """The lexical score of every passage."""
        share = _PIECES_SHARE if steps.pieces else 0.0
        return fuse(
            (1 - share, self.index.lexical_passages.scores(words)),
            (share, self.index.lexical_pieces.scores(pieces(text))),
        )

    def check(self, question: str) -> str:
        """The question as it is searched for: without the white space around it.

        Raises:
            QuestionError: it is empty or longer than `Settings.max_question_chars`.
        """
        readable = question.encode("utf-8", "replace").decode("utf-8")  # half a character becomes a question mark
        text = unicodedata.normalize("NFC", " ".join(readable.split()))
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
        return fold(word) in self.vocabulary


def _pool(nearest: NDArray[np.int64], lexical: Scores | None, passages: int) -> NDArray[np.int64]:
    """The passages that are ranked, in rising order: the nearest ones and those with the best lexical scores."""
    if passages <= _CANDIDATES:
        return np.arange(passages)
    if lexical is None:
        return np.sort(nearest)
    return np.union1d(nearest, np.argpartition(-lexical, _CANDIDATES)[:_CANDIDATES])


def _spread(nearest: NDArray[np.int64], similar: Scores, pool: NDArray[np.int64]) -> Scores:
    """The cosine of each passage of a pool; of one that is not among the nearest, that of the last of these."""
    spread = np.full(len(pool), similar[-1], np.float32)
    spread[np.searchsorted(pool, nearest)] = similar
    return spread


def token_weights(question: str, vectors: QuestionVectors, language: str) -> Scores:
    """How much each token of a question counts, adding up to 1.

    As the model has learned it; for a model that has not, words that carry no content count less.
    """
    if vectors.weights is not None:
        return np.asarray(vectors.weights / max(float(vectors.weights.sum()), 1e-9), np.float32)
    empty = STOP_WORDS | FUNCTION_WORDS.get(language, frozenset())
    weights = np.zeros(len(vectors.spans), np.float32)
    for match in _WORD.finditer(question):
        weight = _EMPTY_WORD if fold(match.group()) in empty else 1.0
        for token, (start, end) in enumerate(vectors.spans):
            if end > match.start() and start < match.end():
                weights[token] = weight
    if not weights.any():
        weights[:] = 1.0  # nothing but signs: they are all there is
    return np.asarray(weights / weights.sum(), np.float32)
