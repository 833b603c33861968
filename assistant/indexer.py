"""Builds, saves and opens an index: everything that a question needs, in one folder.

    index/
      current                 one line: the name of the build that counts
      build-<hash>/
        manifest.json         format, model, stemmer, settings, hash of each essay and of each file here
        documents.json        the essays' texts and blocks
        passages.json         the passages and their sentences, as offsets
        passages.faiss        a vector of each passage
        sentences.npy         a vector of each sentence in its context
        tokens.npy            a vector of each token, as small whole numbers
        first-token.npy       where each sentence's tokens begin
        lexical-passages.npz  BM25 of passages, with their headings, over stems of words and of parts of compounds
        lexical-pieces.npz    the same over pieces of words
        words.json            every word, folded, and how often it occurs

A build is written beside the others under another name; it counts from the moment that `current` is
replaced, in one step. A crash before that leaves the old build whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from assistant.chunker import chunk
from assistant.compounds import Compounds
from assistant.documents import Corpus
from assistant.embedder import Embedder, Tokens, Vectors
from assistant.errors import (
    CorpusError,
    EssayIndexError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
)
from assistant.lexical import STEMMER, Bm25, folded_words, pieces, terms
from assistant.settings import Settings
from assistant.stores import VectorStore
from assistant.stores.faiss import FaissStore
from assistant.types import Block, Document, Passage, Sentence

FORMAT = 2  # of the index; counts up when what is written changes
CURRENT = "current"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Index:
    """An opened index; arrays are in the order of `passages`, and of their sentences one after another."""

    documents: dict[str, Document]  # by source
    passages: tuple[Passage, ...]
    store: VectorStore
    sentence_vectors: Vectors  # (sentences, dimension)
    tokens: Tokens  # (tokens, dimension)
    first_token: NDArray[np.int64]  # (sentences + 1,): where each sentence's tokens begin
    first_sentence: NDArray[np.int64]  # (passages + 1,): where each passage's sentences begin
    lexical_passages: Bm25  # over stems
    lexical_pieces: Bm25  # passages over pieces of words
    words: dict[str, int]  # folded, and how often each occurs
    manifest: dict[str, Any]


def build(
    corpus: Corpus,
    embedder: Embedder,
    settings: Settings,
    progress: Callable[[int, int], None] = lambda *done: None,
) -> dict[str, bytes]:
    """The files of an index of a corpus, by name, manifest included.

    `progress` is told how many of how many passages are embedded.

    Raises:
        CorpusError: no file of the corpus holds a sentence.
    """
    passages: list[Passage] = []
    for document in corpus.documents:
        passages.extend(chunk(document, settings, first_id=len(passages)))
    if not passages:
        raise CorpusError(
            f"The {len(corpus.documents)} files in {corpus.folder} hold no sentence that could be quoted. "
            "See what was left out and why: python -m assistant index --explain"
        )
    progress(0, len(passages))
    done = 0

    def count(number: int) -> None:
        nonlocal done
        done += number
        progress(done, len(passages))

    vectors = embedder.embed_passages(passages, count)
    store = FaissStore(embedder.dimension)
    store.add(vectors.passages)
    words = _words(passages)
    parts = Compounds(words).parts
    written = {
        "documents.json": _json([asdict(document) for document in corpus.documents]),
        "passages.json": _json([_compact(passage) for passage in passages]),
        "passages.faiss": store.to_bytes(),
        "sentences.npy": _npy(vectors.sentences),
        "tokens.npy": _npy(vectors.tokens),
        "first-token.npy": _npy(vectors.first_token),
        "lexical-passages.npz": _bm25(Bm25.of(terms(text_with_headings(passage), parts) for passage in passages)),
        "lexical-pieces.npz": _bm25(Bm25.of(pieces(text_with_headings(passage)) for passage in passages)),
        "words.json": _json(words),
    }
    manifest = _expected(embedder, settings) | {
        "corpus": dict(corpus.hashes),
        "examples": list(corpus.examples),
        "counts": {
            "documents": len(corpus.documents),
            "passages": len(passages),
            "sentences": len(vectors.sentences),
        },
        "files": {name: hashlib.sha256(raw).hexdigest() for name, raw in written.items()},
    }
    return written | {MANIFEST: _json(manifest)}


def save(written: dict[str, bytes], folder: Path) -> Path:
    """Write the files of an index into a new build of a folder and make it the one that counts.

    Raises:
        IndexWriteError: there is no room or no permission; the build that counted before still does.
    """
    name = _build_name(written[MANIFEST])
    beside: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".writing-{uuid4().hex}"
        beside.mkdir()  # readable for whom the folder is: tempfile's would be the owner's alone
        for file_name, raw in written.items():
            _write(beside / file_name, raw)
        target = folder / name
        if _is_whole(target, written):
            shutil.rmtree(beside)
        else:
            shutil.rmtree(target, ignore_errors=True)
            os.replace(beside, target)
        _write(folder / f"{CURRENT}.new", name.encode())
        os.replace(folder / f"{CURRENT}.new", folder / CURRENT)
    except OSError as error:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
        size = sum(map(len, written.values()))
        raise IndexWriteError(
            f"The index could not be written into {folder}: {error.strerror or error}. It needs {size / 1e6:.1f} MB "
            "there. Make room or give permission, then run the command again; an index that was there still works."
        ) from None
    for old in folder.glob("build-*"):
        if old.name != name and (old / MANIFEST).is_file():  # a folder of somebody else's stays
            shutil.rmtree(old, ignore_errors=True)
    return folder / name


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the build that counts in a folder.

    Raises:
        IndexMissingError: there is no index in the folder.
        IndexDamagedError: there is one, but its manifest cannot be read.
    """
    return _read_manifest(_current(folder))


def open_index(folder: Path, embedder: Embedder, settings: Settings) -> Index:
    """The index in a folder, checked against its manifest and against the model and settings in use.

    Raises:
        IndexMissingError: there is no index in the folder.
        IndexDamagedError: a file of it is missing or is not what was written.
        IndexMismatchError: it was made by another format, model, stemmer or setting.
    """
    current = _current(folder)
    manifest = _read_manifest(current)
    _check_match(manifest, _expected(embedder, settings), folder)
    raw = {name: _read_checked(current / name, digest) for name, digest in manifest["files"].items()}
    documents = {item["source"]: _document(item) for item in json.loads(raw["documents.json"])}
    passages = tuple(_passage(number, item, documents) for number, item in enumerate(json.loads(raw["passages.json"])))
    counts = [len(passage.sentences) for passage in passages]
    return Index(
        documents=documents,
        passages=passages,
        store=FaissStore.from_bytes(raw["passages.faiss"]),
        sentence_vectors=np.load(BytesIO(raw["sentences.npy"])),
        tokens=np.load(BytesIO(raw["tokens.npy"])),
        first_token=np.load(BytesIO(raw["first-token.npy"])),
        first_sentence=np.cumsum([0, *counts]),
        lexical_passages=Bm25.load(BytesIO(raw["lexical-passages.npz"])),
        lexical_pieces=Bm25.load(BytesIO(raw["lexical-pieces.npz"])),
        words=json.loads(raw["words.json"]),
        manifest=manifest,
    )


def is_current(folder: Path, corpus: Corpus, embedder: Embedder, settings: Settings) -> bool:
    """Whether a folder holds an index of just these essays, made with what is in use now."""
    try:
        manifest = read_manifest(folder)
        _check_match(manifest, _expected(embedder, settings), folder)
    except EssayIndexError:
        return False
    return bool(manifest.get("corpus") == dict(corpus.hashes))


def text_with_headings(passage: Passage) -> str:
    """A passage as BM25 sees it: with its title and headings (docs/evaluation.md: they help there)."""
    return "\n".join([passage.title, *passage.headings, passage.text])


def _words(passages: Sequence[Passage]) -> dict[str, int]:
    """How often each word occurs, by the alphabet."""
    counts = Counter(word for passage in passages for word in folded_words(text_with_headings(passage)))
    return dict(sorted(counts.items()))


def _expected(embedder: Embedder, settings: Settings) -> dict[str, Any]:
    """What an index must have been made with to be used with this program and these settings."""
    return {
        "format": FORMAT,
        "model": {
            "name": embedder.name,
            "fingerprint": embedder.fingerprint,
            "dimension": embedder.dimension,
        },
        "stemmer": STEMMER,
        "settings": {
            "min_passage_chars": settings.min_passage_chars,
            "max_passage_chars": settings.max_passage_chars,
            "query_prompt": settings.query_prompt,
            "passage_prompt": settings.passage_prompt,
        },
    }


def _check_match(manifest: dict[str, Any], expected: dict[str, Any], folder: Path) -> None:
    """Nothing, where the index was made with what is in use now."""
    made, used = manifest.get("model") or {}, expected["model"]
    if manifest.get("format") != FORMAT:
        what = f"has format {manifest.get('format')}, but this version reads format {FORMAT}"
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
    raise IndexMismatchError(f"The index in {folder} {what}. {_rebuild(folder)}")


def _command(folder: Path) -> str:
    """The command that builds the index of a folder."""
    return "python -m assistant index" + (f" --into {folder}" if folder != Settings().index else "")


def _rebuild(folder: Path) -> str:
    return f"Build it again: {_command(folder)}"


def _current(folder: Path) -> Path:
    """The folder of the build that counts."""
    pointer = folder / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        others = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        strange = sorted(set(others) - {"README.md", ".gitignore"})
        found = f" (it holds {strange[0]!r}, which is no index of this program)" if strange else ""
        raise IndexMissingError(f"There is no index in {folder}{found}. Build it: {_command(folder)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(
            f"The index in {folder} is damaged: {CURRENT} cannot be read: {error}. {_rebuild(folder)}"
        ) from None
    if not name.startswith("build-") or not (folder / name).is_dir():
        raise IndexDamagedError(
            f"The index in {folder} is damaged: its build {name[:40]!r} is missing. {_rebuild(folder)}"
        )
    return folder / name


def _read_manifest(build_folder: Path) -> dict[str, Any]:
    try:
        raw = (build_folder / MANIFEST).read_bytes()
        manifest = json.loads(raw)
        if build_folder.name == _build_name(raw) and isinstance(manifest, dict):
            return manifest
        problem = "it is not what was written"
    except (OSError, ValueError) as error:
        problem = str(error)
    raise IndexDamagedError(
        f"The index in {build_folder.parent} is damaged: {MANIFEST}: {problem}. {_rebuild(build_folder.parent)}"
    )


def _build_name(manifest: bytes) -> str:
    """The name of a build: its manifest holds the hashes of its files, and so the name vouches for them all."""
    return "build-" + hashlib.sha256(manifest).hexdigest()[:16]


def _read_checked(path: Path, digest: str) -> bytes:
    """The bytes of a file, where they are what the manifest says."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = f"{path.name} cannot be read ({error.strerror})"
    else:
        if hashlib.sha256(raw).hexdigest() == digest:
            return raw
        problem = f"{path.name} is not what was written ({len(raw)} bytes with another checksum)"
    raise IndexDamagedError(f"The index in {path.parent.parent} is damaged: {problem}. {_rebuild(path.parent.parent)}")


def _is_whole(folder: Path, written: dict[str, bytes]) -> bool:
    try:
        return all((folder / name).read_bytes() == raw for name, raw in written.items())
    except OSError:
        return False


def _write(path: Path, raw: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _npy(vectors: NDArray[Any]) -> bytes:
    stream = BytesIO()
    np.save(stream, vectors)
    return stream.getvalue()


def _bm25(index: Bm25) -> bytes:
    stream = BytesIO()
    index.save(stream)
    return stream.getvalue()


def _compact(passage: Passage) -> dict[str, Any]:
    """A passage without its text, which its document holds, and without its id, which is its place."""
    item = asdict(passage)
    del item["id"], item["text"]
    return item


def _passage(number: int, item: dict[str, Any], documents: dict[str, Document]) -> Passage:
    sentences = tuple(
        Sentence(**(sentence | {"headings": tuple(sentence["headings"])})) for sentence in item.pop("sentences")
    )
    text = documents[item["source"]].text[item["start"] : item["end"]]
    return Passage(**(item | {"id": number, "headings": tuple(item["headings"]), "text": text, "sentences": sentences}))


def _document(item: dict[str, Any]) -> Document:
    return Document(**(item | {"blocks": tuple(Block(**block) for block in item["blocks"])}))
