"""Sentences about everything under the sun: what a question is held against before it is answered.

Their vectors change only with the model, so they are made once and kept in the cache folder.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.embedder import Embedder, QuestionVectors, Tokens, Vectors
from assistant.fusion import Scores
from assistant.settings import Settings

_FORMAT = 1  # of the kept file; counts up when what is written changes


@dataclass(frozen=True, slots=True)
class Background:
    """The background sentences as vectors."""

    sentences: Vectors  # (sentences, dimension)
    tokens: Tokens  # (tokens, dimension), those of all sentences one after another
    first_token: NDArray[np.int64]  # (sentences + 1,)

    def match(self, question: QuestionVectors, nearest: NDArray[np.int64]) -> Scores:
        """The highest cosine of each token of a question to any token of some sentences; shape (tokens,)."""
        tokens = np.concatenate(
            [self.tokens[self.first_token[number] : self.first_token[number + 1]] for number in nearest]
        ).astype(np.float32)
        tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
        return np.asarray((tokens @ question.tokens.T).max(axis=0), np.float32)


def background_sentences() -> list[str]:
    """The sentences of data/background/*.txt, in the order of the files' names."""
    found = sorted(files("assistant").joinpath("data/background").iterdir(), key=lambda file: file.name)
    lines = [line.strip() for file in found for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def background_file(fingerprint: str, settings: Settings) -> Path:
    """Where the background for a model is kept, whether it is there or not."""
    digest = hashlib.sha256("\n".join([fingerprint, *background_sentences()]).encode()).hexdigest()[:16]
    return settings.cache / f"background-{_FORMAT}-{digest}.npz"


def read_background(path: Path) -> Background | None:
    """The background that a file keeps; None where it is not there, half-written or damaged."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Background(kept["sentences"], kept["tokens"], kept["first_token"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, RuntimeError):
        return None  # zipfile raises RuntimeError where it looks encrypted


def load_background(
    embedder: Embedder, settings: Settings, report: Callable[[str], None] = lambda line: None
) -> Background:
    """The background for a model, out of the cache folder; made and put there where it is not there yet."""
    sentences = background_sentences()
    path = background_file(embedder.fingerprint, settings)
    if (kept := read_background(path)) is not None:
        return kept
    report(f"Reading {len(sentences):,} background sentences with the language model (once)")
    vectors = embedder.embed_texts(sentences)
    stream = BytesIO()
    np.savez(stream, sentences=vectors.passages, tokens=vectors.tokens, first_token=vectors.first_token)
    try:
        settings.cache.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(stream.getvalue())
        os.replace(beside, path)
    except OSError:
        report(f"They could not be kept in {settings.cache}, so this happens again at the next start")
    return Background(vectors.passages, vectors.tokens, vectors.first_token)
