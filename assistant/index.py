"""An opened index: everything that a question needs, read when it is needed."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from assistant.bm25 import Bm25
from assistant.embedder import Embedder, Identity, Tokens, Vectors
from assistant.errors import IndexDamagedError, IndexMismatchError
from assistant.index_files import (
    Held,
    Written,
    build_command,
    check_files,
    current_build,
    damaged,
    manifest_of,
)
from assistant.lexical import STEMMER
from assistant.parts import VectorFile, read_document
from assistant.settings import Settings
from assistant.stores import VectorStore
from assistant.stores.faiss import FaissStore
from assistant.types import Document, Passage

FORMAT = 3  # of the index; counts up when what is written changes
STORE = "passages.faiss"
FIRST_SENTENCE = "first-sentence.npy"
LEXICAL_PASSAGES = "lexical-passages"
LEXICAL_PIECES = "lexical-pieces"
WORDS = "words.json"
_CHECKED_WHOLE = 256_000_000  # bytes of an index up to which all of it is checked when it is opened: a second's work
_KEPT_DOCUMENTS = 1_000  # that are kept in memory, some 0.1 MB each
_KEPT_VECTOR_FILES = 500  # that are kept open
_TRIES = 3  # to open what another program may be replacing just now


@dataclass(frozen=True, slots=True)
class Index:
    """An opened index. Passages are numbered in the order of the essays' paths, their sentences one after another."""

    documents: Mapping[str, Document]  # by source
    passages: Sequence[Passage]
    first_sentence: Sequence[int]  # (passages + 1,): where each passage's sentences begin
    essays: Essays
    store: VectorStore
    lexical_passages: Bm25  # over stems
    lexical_pieces: Bm25  # passages over pieces of words
    words: dict[str, int]  # folded, and how often each occurs
    apart: dict[str, int]  # of these, those that also stand as two words, and how often
    manifest: dict[str, Any]

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of the languages that the essays are written in."""
        return frozenset(self.manifest["languages"])

    def tokens_of(self, number: int) -> tuple[Tokens, NDArray[np.int64]]:
        """The vectors of a passage's tokens, and where those of each of its sentences begin.

        Shapes (tokens, dimension) and (sentences + 1,).
        """
        vectors, first, last = self.essays.vectors_around(number)
        return vectors.tokens(first, last)

    def sentence_vectors_of(self, number: int) -> Vectors:
        """The vectors of a passage's sentences, shape (sentences, dimension)."""
        vectors, first, last = self.essays.vectors_around(number)
        return vectors.sentences(first, last)


class Essays:
    """The files of the essays of a build, of which those that were used last are kept at hand."""

    def __init__(self, folder: Path, manifest: dict[str, Any], first_sentence: Sequence[int], held: Held) -> None:
        self._folder = folder
        self._held = held  # until this is forgotten, the build is not swept away
        self._essays = [(source, one) for source, one in manifest["essays"].items() if "document" in one]
        self.sources = {source: number for number, (source, _) in enumerate(self._essays)}
        self.first_passage = [0]
        for _, one in self._essays:
            self.first_passage.append(self.first_passage[-1] + one["passages"])
        self._first_sentence = first_sentence
        self.read = lru_cache(_KEPT_DOCUMENTS)(self._read)
        self._open = lru_cache(_KEPT_VECTOR_FILES)(self._open_vectors)

    def __len__(self) -> int:
        return len(self._essays)

    def essay_of(self, number: int) -> int:
        """The number of the essay that a passage stands in."""
        return bisect_right(self.first_passage, number) - 1

    def vectors_around(self, number: int) -> tuple[VectorFile, int, int]:
        """The vectors of the essay that a passage stands in, and which of its sentences are the passage's."""
        essay = self.essay_of(number)
        before = self._first_sentence[self.first_passage[essay]]
        return self._open(essay), self._first_sentence[number] - before, self._first_sentence[number + 1] - before

    def _read(self, essay: int) -> tuple[Document, tuple[Passage, ...]]:
        """An essay and its passages.

        Raises:
            IndexDamagedError: its file is gone or is none.
        """
        name = f"documents/{self._essays[essay][1]['document']}.json"
        try:
            return read_document((self._folder / name).read_bytes(), first_id=self.first_passage[essay])
        except (OSError, ValueError) as error:
            raise damaged(self._folder, f"{name}: {error}") from None

    def _open_vectors(self, essay: int) -> VectorFile:
        name = f"vectors/{self._essays[essay][1]['vectors']}.safetensors"
        try:
            return VectorFile(self._folder / name)
        except (OSError, ValueError) as error:
            raise damaged(self._folder, f"{name}: {error}") from None


class Documents(Mapping[str, Document]):
    """The documents of an index by their sources, read when they are asked for."""

    def __init__(self, essays: Essays) -> None:
        self._essays = essays

    def __getitem__(self, source: str) -> Document:
        return self._essays.read(self._essays.sources[source])[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._essays.sources)

    def __len__(self) -> int:
        return len(self._essays)

    def __contains__(self, source: object) -> bool:
        return source in self._essays.sources


class Passages(Sequence[Passage]):
    """The passages of an index by their numbers, read when they are asked for."""

    def __init__(self, essays: Essays) -> None:
        self._essays = essays

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> list[Passage]: ...
    def __getitem__(self, number: int | slice) -> Passage | list[Passage]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        place = number + len(self) if number < 0 else number
        if not 0 <= place < len(self):
            raise IndexError(number)
        essay = self._essays.essay_of(place)
        return self._essays.read(essay)[1][place - self._essays.first_passage[essay]]

    def __iter__(self) -> Iterator[Passage]:
        for essay in range(len(self._essays)):
            yield from self._essays.read(essay)[1]

    def __len__(self) -> int:
        return self._essays.first_passage[-1]


def open_index(folder: Path, embedder: Embedder, settings: Settings) -> Index:
    """The index in a folder, checked against its manifest and against the model and settings in use.

    A small index is checked as a whole; of a large one every file is held against its size (`verify` checks
    the rest).

    Raises:
        IndexMissingError: there is no index in the folder.
        IndexDamagedError: a file of it is missing or is not what was written.
        IndexMismatchError: it was made by another format, model, stemmer or setting.
    """
    for attempt in range(_TRIES):
        build = current_build(folder)
        try:
            return _open(build, embedder, settings)
        except IndexDamagedError:
            if attempt == _TRIES - 1 or current_build(folder) == build:  # else it was replaced while it was opened
                raise
    raise AssertionError


def _open(build: Path, embedder: Embedder, settings: Settings) -> Index:
    folder = build.parent
    try:
        held = Held(build)
    except OSError as error:
        raise damaged(folder, f"manifest.json: {error}") from None
    manifest = manifest_of(build)
    check_match(manifest, made_with(embedder.identity, settings), folder)
    files = files_of(build, manifest)
    is_small = sum(written.size for written in files.values()) <= _CHECKED_WHOLE
    if problems := check_files(folder, files, lambda name: is_small):
        raise damaged(folder, problems[0] + (f", and {len(problems) - 1} more files" if len(problems) > 1 else ""))
    words = json.loads((build / WORDS).read_bytes())
    first_sentence = np.load(build / FIRST_SENTENCE).tolist()
    essays = Essays(folder, manifest, first_sentence, held)
    return Index(
        documents=Documents(essays),
        passages=Passages(essays),
        first_sentence=first_sentence,
        essays=essays,
        store=FaissStore.open(build / STORE),
        lexical_passages=Bm25.open(build, LEXICAL_PASSAGES, in_memory=is_small),
        lexical_pieces=Bm25.open(build, LEXICAL_PIECES, in_memory=is_small),
        words=words["words"],
        apart=words["apart"],
        manifest=manifest,
    )


def verify(folder: Path) -> list[str]:
    """A line for each file of an index that is missing or damaged, each checked as a whole.

    Raises:
        EssayIndexError: there is no index, or its manifest is damaged.
    """
    build = current_build(folder)
    return check_files(folder, files_of(build, manifest_of(build)), lambda name: True)


def files_of(build: Path, manifest: dict[str, Any]) -> dict[str, Written]:
    """What every file of a build must be, by its path below the folder of the index."""
    own = {f"{build.name}/{name}": Written(*written) for name, written in manifest["files"].items()}
    return own | {name: Written(*written) for name, written in manifest["parts"].items()}


def made_with(model: Identity, settings: Settings) -> dict[str, Any]:
    """What an index must have been made with to be used with this program and these settings."""
    return {
        "format": FORMAT,
        "model": {"name": model.name, "fingerprint": model.fingerprint},
        "stemmer": STEMMER,
        "settings": {
            "min_passage_chars": settings.min_passage_chars,
            "max_passage_chars": settings.max_passage_chars,
            "query_prompt": settings.query_prompt,
            "passage_prompt": settings.passage_prompt,
        },
    }


def check_match(manifest: dict[str, Any], expected: dict[str, Any], folder: Path) -> None:
    """Nothing, where an index was made with what is in use now.

    Raises:
        IndexMismatchError: it was not.
    """
    made, used = manifest.get("model") or {}, expected["model"]
    if manifest.get("format") != expected["format"]:
        what = f"has format {manifest.get('format')}, but this version reads format {expected['format']}"
    elif made.get("fingerprint") != used["fingerprint"]:
        what = f"was made by the model {made.get('name')!r}, but the model in use is {used['name']!r}"
        if made.get("name") == used["name"]:
            what += " with other weights or prompts"
    elif manifest.get("stemmer") != expected["stemmer"]:
        what = f"was made with the stemmer {manifest.get('stemmer')}, but {expected['stemmer']} is in use"
    elif manifest.get("settings") != expected["settings"]:
        what = f"was made with the settings {manifest.get('settings')}, but {expected['settings']} are in use"
    else:
        return
    raise IndexMismatchError(f"The index in {folder} {what}. Build it again: {build_command(folder)}")
