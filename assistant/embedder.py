"""Texts to vectors: the only module that imports sentence-transformers.

One forward pass over a passage gives its vector and, as means of its token vectors over each sentence's
span, a vector of each sentence in its context (late chunking, Günther et al. 2024, arXiv 2409.04701).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.bundled_model import WEIGHTS_SHA256, bundled_model_folder
from assistant.errors import ModelError
from assistant.settings import BUNDLED_MODEL, Settings
from assistant.types import Passage

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
_BATCH = 8  # retrieval-facts: on two cores faster than 32 in float32


class Embedder:
    """A loaded embedding model with its prompts; every vector is float32 of unit length."""

    def __init__(self, settings: Settings, report: Callable[[str], None] = lambda line: None) -> None:
        """Load the model that the settings name.

        Raises:
            ModelError: it cannot be found, unpacked or loaded.
        """
        self._query_prompt = settings.query_prompt
        self._passage_prompt = settings.passage_prompt
        self._model = _load(settings, report)
        self._lock = Lock()  # a fast tokenizer may not be used by two threads at once
        self.dimension: int = int(self._model.get_embedding_dimension() or 0)
        self.name = settings.model
        self.fingerprint = _fingerprint(settings, self._model)

    def embed_question(self, question: str) -> Vectors:
        """The vector of a question, shape (dimension,)."""
        return self._encode([self._query_prompt + question])[0]

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that stand on their own, embedded as passages are; shape (texts, dimension)."""
        return self._encode([self._passage_prompt + text for text in texts])

    def embed_passages(
        self, passages: Sequence[Passage], progress: Callable[[int], None] = lambda done: None
    ) -> tuple[Vectors, Vectors]:
        """The vectors of passages and of their sentences in context, made in the same forward pass.

        Shapes (passages, dimension) and (sentences of all passages in order, dimension). `progress` is
        told how many passages have been done since the last time.
        """
        counts = [len(passage.sentences) for passage in passages]
        firsts = np.cumsum([0, *counts])
        whole = np.zeros((len(passages), self.dimension), np.float32)
        parts = np.zeros((int(firsts[-1]), self.dimension), np.float32)
        by_length = sorted(range(len(passages)), key=lambda index: -len(passages[index].text))
        for at in range(0, len(by_length), _BATCH):
            batch = by_length[at : at + _BATCH]
            texts = [self._passage_prompt + passages[index].text for index in batch]
            with self._lock:
                outputs = self._model.encode(
                    texts, batch_size=_BATCH, output_value=None, show_progress_bar=False, convert_to_numpy=False
                )
                offsets = self._model.tokenizer(
                    texts, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
                )["offset_mapping"]
            for index, output, spans in zip(batch, outputs, offsets, strict=True):
                whole[index] = output["sentence_embedding"].float().cpu().numpy()
                tokens = output["token_embeddings"].float().cpu().numpy()
                parts[firsts[index] : firsts[index + 1]] = self._pool(passages[index], tokens, spans, whole[index])
            progress(len(batch))
        return _unit(whole), _unit(parts)

    def _pool(
        self, passage: Passage, tokens: Vectors, offsets: Sequence[tuple[int, int]], fallback: Vectors
    ) -> Vectors:
        """The mean of the token vectors over each sentence; the passage's own where the model cut it off."""
        shift = len(self._passage_prompt) - passage.start
        starts = np.array([start for start, _ in offsets])[: len(tokens)]
        ends = np.array([end for _, end in offsets])[: len(tokens)]
        pooled = np.empty((len(passage.sentences), tokens.shape[1]), np.float32)
        for row, sentence in enumerate(passage.sentences):
            inside = (ends > sentence.start + shift) & (starts < sentence.end + shift) & (ends > starts)
            pooled[row] = tokens[: len(inside)][inside].mean(axis=0) if inside.any() else fallback
        return pooled

    def _encode(self, texts: list[str]) -> Vectors:
        with self._lock:
            vectors = self._model.encode(texts, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True)
        return _unit(np.asarray(vectors, np.float32))


def _unit(vectors: Vectors) -> Vectors:
    """The vectors at length 1; a zero vector stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def _load(settings: Settings, report: Callable[[str], None]) -> SentenceTransformer:
    """The model, on the processor, without a word on the screen and without a call to any host."""
    name = settings.model
    if name == BUNDLED_MODEL:
        name = str(bundled_model_folder(settings, report))
    if Path(name).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder has all it needs: nothing to ask a hub
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # the libraries below raise whatever they like
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"The model {settings.model!r} cannot be loaded: {first_line} Expected 'bundled', the name of a "
            "sentence-transformers model on the hub, or a folder that holds one. Set ASSISTANT_MODEL to one of these."
        ) from error


def _fingerprint(settings: Settings, model: Any) -> str:
    """What tells two models apart whatever their folder is called: a hash over some weights of each tensor."""
    if settings.model == BUNDLED_MODEL:
        weights = WEIGHTS_SHA256
    else:
        digest = hashlib.sha256()
        for parameter in model.parameters():
            digest.update(parameter.detach().flatten()[:16].float().cpu().numpy().tobytes())
        weights = digest.hexdigest()
    prompts = f"{settings.query_prompt}|{settings.passage_prompt}"
    return hashlib.sha256(f"{weights}|{prompts}".encode()).hexdigest()[:16]
