"""Texts to vectors: the only module that imports sentence-transformers.

One forward pass over a passage gives its vector, a vector of each sentence in its context as the mean of
its token vectors (late chunking, Günther et al. 2024, arXiv 2409.04701), and the token vectors
themselves, by which a question is compared word by word (late interaction, Khattab and Zaharia 2020,
arXiv 2004.12832).
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.bundled_model import bundled_fingerprint, bundled_model_folder, question_weights
from assistant.errors import ModelError
from assistant.settings import BUNDLED_MODEL, Settings
from assistant.types import Passage, Sentence

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Tokens = NDArray[np.int8]  # directions only: the numbers of a token vector scaled to -127..127
_HUB_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
_MODELS = (
    "Expected 'bundled', the name of a sentence-transformers model on the hub, or a folder that holds one. "
    "Set ASSISTANT_MODEL to one of these."
)
_BATCH = 8  # whole passages; docs/evaluation.md: on two cores faster than 32 in float32
_BATCH_CHARS = 9_000  # of shorter texts, so many that they are as much work as eight passages


@dataclass(frozen=True, slots=True)
class QuestionVectors:
    """A question as the model sees it; all vectors have unit length."""

    vector: Vectors  # (dimension,)
    tokens: Vectors  # (tokens, dimension), without the prompt
    spans: tuple[tuple[int, int], ...]  # where in the question each token stands
    weights: Vectors | None = None  # (tokens,): what each counts, where the model has learned that; 0 to 1


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """What one forward pass over each passage gives."""

    passages: Vectors  # (passages, dimension)
    sentences: Vectors  # (sentences, dimension), those of all passages one after another
    tokens: Tokens  # (tokens, dimension), those of all sentences one after another
    first_token: NDArray[np.int64]  # (sentences + 1,): where each sentence's tokens begin


class Identity(NamedTuple):
    """What tells a model, with its prompts, from all others."""

    name: str  # as the settings name it
    fingerprint: str  # of its weights and prompts


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
        self.identity = known_identity(settings) or _identity(settings, _weights_hash(self._model))
        self.name, self.fingerprint = self.identity

    @property
    def transformer(self) -> SentenceTransformer:
        """The sentence-transformers model itself, for training."""
        return self._model

    def embed_question(self, question: str) -> QuestionVectors:
        """The vectors of a question and of its tokens."""
        [(whole, tokens, spans)] = self._forward([self._query_prompt + question])
        shift = len(self._query_prompt)
        inside = [(start >= shift and end > start) for start, end in spans]
        if not any(inside):  # nothing but signs that the model does not see
            inside = [True] * len(spans)
        return QuestionVectors(
            vector=_unit(whole),
            tokens=_unit(tokens[inside]),
            spans=tuple((start - shift, end - shift) for (start, end), kept in zip(spans, inside, strict=True) if kept),
            weights=self._weights(tokens[inside]),
        )

    def _weights(self, states: Vectors) -> Vectors | None:
        """What each token of a question counts, by its state; None for a model that has not learned it."""
        if self.name != BUNDLED_MODEL:
            return None
        vector, bias = question_weights()
        return np.asarray(1 / (1 + np.exp(-(states @ vector + bias))), np.float32)

    def embed_texts(self, texts: Sequence[str]) -> PassageVectors:
        """The vectors of texts that stand on their own, embedded as passages of one sentence each."""
        return self.embed_passages(
            [
                Passage(number, "", "", 0, len(text), (), text, (Sentence(0, len(text), "", (), 0),))
                for number, text in enumerate(texts)
            ]
        )

    def embed_passages(
        self, passages: Sequence[Passage], progress: Callable[[int], None] = lambda done: None
    ) -> PassageVectors:
        """The vectors of passages, of their sentences and of their tokens.

        `progress` is told how many passages have been done since the last time.
        """
        whole = np.zeros((len(passages), self.dimension), np.float32)
        sentences: list[Vectors] = [np.empty(0, np.float32)] * len(passages)
        tokens: list[list[Tokens]] = [[] for _ in passages]
        by_length = sorted(range(len(passages)), key=lambda index: -len(passages[index].text))
        for batch in _batches(by_length, [len(passage.text) for passage in passages]):
            with _half_precision():
                outputs = self._forward([self._passage_prompt + passages[index].text for index in batch])
            for index, (vector, token_vectors, spans) in zip(batch, outputs, strict=True):
                parts = self._by_sentence(passages[index], token_vectors, spans)
                whole[index] = vector
                # A sentence that the model cut off, since the passage is too long for it, gets the passage's vector.
                sentences[index] = np.stack([part.mean(axis=0) if len(part) else vector for part in parts])
                tokens[index] = [_scaled(part if len(part) else vector[None, :]) for part in parts]
            progress(len(batch))
        by_sentence = [part for parts in tokens for part in parts]
        return PassageVectors(
            passages=_unit(whole),
            sentences=_unit(np.concatenate(sentences)),
            tokens=np.concatenate(by_sentence),
            first_token=np.cumsum([0, *map(len, by_sentence)]),
        )

    def encode_plain(self, texts: Sequence[str]) -> Vectors:
        """sentence-transformers' own encode and nothing else: what the benchmark holds indexing against."""
        with self._lock:
            return np.asarray(self._model.encode(list(texts), batch_size=_BATCH, show_progress_bar=False), np.float32)

    def _by_sentence(self, passage: Passage, tokens: Vectors, spans: Sequence[tuple[int, int]]) -> list[Vectors]:
        """The token vectors of each sentence of a passage."""
        shift = len(self._passage_prompt) - passage.start
        starts, ends = np.array(spans).T
        return [
            tokens[(ends > sentence.start + shift) & (starts < sentence.end + shift) & (ends > starts)]
            for sentence in passage.sentences
        ]

    def _forward(self, texts: list[str]) -> list[tuple[Vectors, Vectors, list[tuple[int, int]]]]:
        """For each text its vector, its token vectors and each token's place in it, from one forward pass."""
        outputs: Any  # a dict for each text
        with self._lock:
            outputs = self._model.encode(
                texts, batch_size=len(texts), output_value=None, show_progress_bar=False, convert_to_numpy=False
            )
            spans = self._model.tokenizer(
                texts, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
            )["offset_mapping"]
        return [
            (
                output["sentence_embedding"].float().cpu().numpy(),
                output["token_embeddings"][: len(places)].float().cpu().numpy(),
                places,
            )
            for output, places in zip(outputs, spans, strict=True)
        ]


def _half_precision() -> AbstractContextManager[Any]:
    """bfloat16 for what a model does within, on a processor that multiplies it: more than twice as fast.

    docs/growth.md: the vectors' cosine to those in full precision is 0.9999 at least, and the answers are the same.
    """
    import torch

    is_there = (
        getattr(torch.cpu, "_is_avx512_bf16_supported", bool)() or getattr(torch.cpu, "_is_amx_tile_supported", bool)()
    )
    return torch.autocast("cpu", dtype=torch.bfloat16) if is_there else nullcontext()


def _batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Texts of falling length in groups of about the same work each."""
    batches: list[list[int]] = []
    for index in order:
        if batches and (len(batches[-1]) < _BATCH or (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= _BATCH_CHARS):
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _scaled(vectors: Vectors) -> Tokens:
    """Vectors as small whole numbers that keep their directions."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.rint(vectors * (127 / np.where(largest > 0, largest, 1))).astype(np.int8)


_loaded: dict[Settings, Embedder] = {}
_loading = Lock()


def load_embedder(settings: Settings, report: Callable[[str], None] = lambda line: None) -> Embedder:
    """The model that the settings name, loaded once a process however often it is asked for.

    Raises:
        ModelError: it cannot be found, unpacked or loaded.
    """
    with _loading:
        if settings not in _loaded:
            _loaded.clear()  # one model at a time: they are large
            _loaded[settings] = Embedder(settings, report)
        return _loaded[settings]


def _unit(vectors: Vectors) -> Vectors:
    """The vectors at length 1; a zero vector stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def _load(settings: Settings, report: Callable[[str], None]) -> SentenceTransformer:
    """The model, on the processor, without a word on the screen and without a call to any host."""
    name = settings.model
    if name == BUNDLED_MODEL:
        name = str(bundled_model_folder(settings, report))
    if not Path(name).is_dir() and not _HUB_NAME.fullmatch(name):
        raise ModelError(
            f"The model {settings.model!r} cannot be loaded: there is no such folder, "
            f"and it is no name on the hub. {_MODELS}"
        )
    if Path(name).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder has all it needs: nothing to ask a hub
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")  # batches are of ever other sizes: 1,024 are kept
    import transformers
    from sentence_transformers import SentenceTransformer

    logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)  # our own line says what is wrong
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # the libraries below raise whatever they like
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        advice = _MODELS
        if settings.model == BUNDLED_MODEL:
            advice = f"Delete the folder {name}: it is unpacked again at the next start."
        raise ModelError(
            f"The model {settings.model!r} cannot be loaded: {first_line.rstrip('.')}. {advice}"
        ) from error


def known_identity(settings: Settings) -> Identity | None:
    """The identity of the model that the settings name, where it is known without loading it: the bundled one's."""
    if settings.model != BUNDLED_MODEL:
        return None
    return _identity(settings, bundled_fingerprint())


def _identity(settings: Settings, weights: str) -> Identity:
    """The identity of a model with such weights."""
    prompts = f"{settings.query_prompt}|{settings.passage_prompt}"
    return Identity(settings.model, hashlib.sha256(f"{weights}|{prompts}".encode()).hexdigest()[:16])


def _weights_hash(model: Any) -> str:
    """A hash over some weights of each tensor: it tells models apart whatever their folder is called."""
    digest = hashlib.sha256()
    for parameter in model.parameters():
        digest.update(parameter.detach().flatten()[:16].float().cpu().numpy().tobytes())
    return digest.hexdigest()
