"""What an index keeps of one essay, in two files named after all that they are made of.

The document: its text, blocks, passages and words, as JSON. The vectors: of its passages, its sentences and
their tokens, as safetensors, of which a question reads those of single passages.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save

from assistant.embedder import PassageVectors, Tokens, Vectors
from assistant.lexical import folded_words
from assistant.spelling import joined_pairs
from assistant.types import Block, Document, Passage, Sentence

_KEY_CHARS = 32  # of a file's name: enough that no two are ever the same


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an essay, folded."""

    by_passage: tuple[Mapping[str, int], ...]  # of each passage, with its headings, and how often each occurs
    apart: Mapping[str, int]  # what two neighbouring words would be as one, and how often they stand so


def key_of(*made_of: object) -> str:
    """The name for what is made of some values."""
    raw = json.dumps(made_of, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:_KEY_CHARS]


def text_with_headings(passage: Passage) -> str:
    """A passage as BM25 sees it: with its title and headings (docs/evaluation.md: they help there)."""
    return "\n".join([passage.title, *passage.headings, passage.text])


# --- The document


def words_of(passages: Sequence[Passage]) -> Words:
    """The words of an essay's passages."""
    texts = [text_with_headings(passage) for passage in passages]
    return Words(
        tuple(Counter(folded_words(text)) for text in texts),
        sum((joined_pairs(text) for text in texts), Counter()),
    )


def document_bytes(document: Document, passages: Sequence[Passage], words: Words) -> bytes:
    """An essay as a file: a line that questions need, and two that only making an index needs."""
    told = {"document": asdict(document), "passages": [_compact(passage) for passage in passages]}
    lines = [
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in (told, words.by_passage, words.apart)
    ]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def read_document(raw: bytes, *, first_id: int = 0) -> tuple[Document, tuple[Passage, ...]]:
    """The essay and its passages that a file holds; their ids count on from `first_id`.

    Raises:
        ValueError: it is no such file.
    """
    try:
        told = json.loads(raw[: raw.index(b"\n")].decode("utf-8", "surrogatepass"))
        document = _document(told["document"])
        return document, tuple(
            _passage(number, item, document) for number, item in enumerate(told["passages"], first_id)
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a document of this format: {error}") from None


def read_words(raw: bytes) -> list[dict[str, int]]:
    """The words of each passage of the essay that a file holds; see `Words.by_passage`."""
    found: list[dict[str, int]] = json.loads(raw.split(b"\n")[1].decode("utf-8", "surrogatepass"))
    return found


def read_apart(raw: bytes) -> dict[str, int]:
    """What two neighbouring words of the essay that a file holds would be as one; see `Words.apart`."""
    found: dict[str, int] = json.loads(raw.split(b"\n")[2].decode("utf-8", "surrogatepass"))
    return found


def _compact(passage: Passage) -> dict[str, Any]:
    """A passage without its text, which its document holds, and without its id, which is its place."""
    item = asdict(passage)
    del item["id"], item["text"], item["source"]
    return item


def _passage(number: int, item: dict[str, Any], document: Document) -> Passage:
    sentences = tuple(
        Sentence(**(sentence | {"headings": tuple(sentence["headings"])})) for sentence in item.pop("sentences")
    )
    text = document.text[item["start"] : item["end"]]
    own = {"id": number, "source": document.source, "headings": tuple(item["headings"]), "text": text}
    return Passage(**(item | own | {"sentences": sentences}))


def _document(item: dict[str, Any]) -> Document:
    tuples = {name: tuple(item[name]) for name in ("pages", "notes")}
    return Document(**(item | tuples | {"blocks": tuple(Block(**block) for block in item["blocks"])}))


# --- The vectors


def vectors_key(fingerprint: str, passages: Sequence[Passage]) -> str:
    """The name for the vectors of some passages by a model: whatever file they stand in, these are the same."""
    bounds = [
        [passage.text, [(one.start - passage.start, one.end - passage.start) for one in passage.sentences]]
        for passage in passages
    ]
    return key_of(fingerprint, bounds)


def vectors_bytes(vectors: PassageVectors) -> bytes:
    """The vectors of an essay as a file; those of sentences in half precision: it costs nothing (docs/growth.md)."""
    return save(
        {
            "passages": np.ascontiguousarray(vectors.passages, np.float32),
            "sentences": np.ascontiguousarray(vectors.sentences, np.float16),
            "tokens": np.ascontiguousarray(vectors.tokens, np.int8),
            "first-token": np.ascontiguousarray(vectors.first_token, np.int64),
        }
    )


def split_vectors(vectors: PassageVectors, passages: Sequence[Passage], counts: Sequence[int]) -> list[PassageVectors]:
    """The vectors of several essays' passages, essay by essay; `counts` says how many passages each has."""
    parts: list[PassageVectors] = []
    passage = sentence = 0
    for count in counts:
        held = sum(len(one.sentences) for one in passages[passage : passage + count])
        first, last = vectors.first_token[sentence], vectors.first_token[sentence + held]
        parts.append(
            PassageVectors(
                passages=vectors.passages[passage : passage + count],
                sentences=vectors.sentences[sentence : sentence + held],
                tokens=vectors.tokens[first:last],
                first_token=vectors.first_token[sentence : sentence + held + 1] - first,
            )
        )
        passage, sentence = passage + count, sentence + held
    return parts


class VectorFile:
    """The vectors of an essay, of which only what is asked for is read."""

    def __init__(self, path: Path) -> None:
        """Open a file that `vectors_bytes` made.

        Raises:
            OSError: it is not there.
            ValueError: it is no such file.
        """
        try:
            opened: Any = safe_open  # it has no types
            self._file = opened(path, framework="numpy")
            self._first_token: NDArray[np.int64] = self._file.get_tensor("first-token")
            self._sentences, self._tokens = (self._file.get_slice(name) for name in ("sentences", "tokens"))
        except OSError:
            raise
        except Exception as error:  # safetensors' own
            raise ValueError(f"not a file of vectors: {str(error).splitlines()[0]}") from None

    def passages(self) -> Vectors:
        """Those of all passages; shape (passages, dimension)."""
        return np.asarray(self._file.get_tensor("passages"), np.float32)

    def sentences(self, first: int, last: int) -> Vectors:
        """Those of sentences `first` up to `last`; shape (last - first, dimension)."""
        return np.asarray(self._sentences[first:last], np.float32)

    def tokens(self, first: int, last: int) -> tuple[Tokens, NDArray[np.int64]]:
        """Those of the tokens of sentences `first` up to `last`, and where each sentence's tokens begin.

        Shapes (tokens, dimension) and (last - first + 1,).
        """
        bounds = self._first_token[first : last + 1]
        return np.asarray(self._tokens[int(bounds[0]) : int(bounds[-1])], np.int8), bounds - bounds[0]
