"""From a folder of essays to documents, each with its text and its blocks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from assistant.corpus_toml import METADATA_FILE
from assistant.duplicates import Duplicates
from assistant.encodings import decode
from assistant.errors import CorpusError, UnreadableError
from assistant.formats import MAX_CHARS, MAX_LINES, Extract
from assistant.formats.registry import SUFFIXES, TEXT_SUFFIX, TOO_LONG, suffix_of
from assistant.isolation import extract_isolated
from assistant.language import language_of_text
from assistant.listing import FileState, Listing, Skipped, list_corpus, open_file, settled, too_large, unopened
from assistant.settings import Settings
from assistant.structure import read_document
from assistant.types import Document, Metadata

__all__ = [
    "METADATA_FILE",
    "Corpus",
    "FileState",
    "Listing",
    "Skipped",
    "list_corpus",
    "read_corpus",
    "read_file",
    "reader_fingerprint",
]

_MAX_REASONS = 3  # that are told where no essay could be read
_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "af": "Afrikaans", "es": "Spanish", "it": "Italian"}
# What decides, with formats/*, what a file's bytes become.
_READING = "chunker cleaning composing documents encodings frequency language lines sentences structure".split()
_LIBRARIES = "pypdfium2 trafilatura python-docx lxml markdown-it-py PyYAML langdetect wordfreq".split()


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of a folder in the order of their paths, and what was left out."""

    folder: Path
    documents: tuple[Document, ...]
    hashes: Mapping[str, str]  # SHA-256 of each file that was read, corpus.toml included, by its path
    skipped: tuple[Skipped, ...] = ()  # files that are no document, each with its reason
    examples: tuple[str, ...] = ()  # questions that corpus.toml offers to the reader


def read_corpus(folder: Path, settings: Settings | None = None) -> Corpus:
    """Every essay below a folder, with what corpus.toml says about it; a text that is there twice once.

    Raises:
        CorpusError: the folder is missing, no file in it could be read, or corpus.toml is wrong.
    """
    settings = settings or Settings()
    listing = list_corpus(folder, settings)
    documents, hashes, skipped, seen = [], {}, list(listing.skipped), Duplicates()
    for source in listing.files:
        try:
            document, state = read_file(listing, source, settings)
        except UnreadableError as error:
            skipped.append(Skipped(source, str(error)))
            continue
        hashes[source] = state.sha256
        if twin := seen.add(document):
            skipped.append(Skipped(source, f"has the same text as {twin}, which is read"))
        else:
            documents.append(document)
    skipped.sort(key=lambda one: one.source)
    if not documents:
        raise CorpusError(no_essay(folder, skipped))
    if listing.metadata_sha256:
        hashes[METADATA_FILE] = listing.metadata_sha256
    return Corpus(folder, tuple(documents), hashes, tuple(skipped), listing.examples)


def no_essay(folder: Path, skipped: list[Skipped]) -> str:
    """The line that says that a folder holds no essay that could be read, with the first reasons."""
    told = "; ".join(f"{one.source} {one.reason}" for one in skipped[:_MAX_REASONS])
    if len(skipped) > _MAX_REASONS:
        told += f"; and {len(skipped) - _MAX_REASONS} more"
    because = f" ({told})" if told else ""
    return f"The folder {folder} has no essay that could be read{because}. Put essays there: {', '.join(SUFFIXES)}."


def read_file(listing: Listing, source: str, settings: Settings) -> tuple[Document, FileState]:
    """The document that a listed file holds, and the state of the bytes that it was read from.

    Raises:
        UnreadableError: the file is gone or cannot be read, for the reason that the error gives.
    """
    path = listing.folder / source
    try:
        with open_file(path) as file:
            status = os.fstat(file.fileno())
            if reason := too_large(status.st_size, settings):
                raise UnreadableError(reason)
            raw = file.read(settings.max_file_mb * 1_000_000 + 1)
    except OSError as error:
        raise UnreadableError(unopened(error)) from None
    if reason := too_large(len(raw), settings):  # it grew while it was read
        raise UnreadableError(reason)
    said = listing.metadata.get(source, Metadata())
    document = _document(path, source, raw, said, settings)
    return document, FileState(len(raw), settled(status), hashlib.sha256(raw).hexdigest())


def _document(path: Path, source: str, raw: bytes, said: Metadata, settings: Settings) -> Document:
    """The document that the bytes of a file are, with its language and all notes."""
    suffix = suffix_of(source)
    if suffix == TEXT_SUFFIX:
        text, encoding = decode(raw)
        if len(text) > MAX_CHARS:
            raise UnreadableError(TOO_LONG)
        if (lines := text.count("\n")) > MAX_LINES:
            raise UnreadableError(f"has {lines:,} lines, more than the {MAX_LINES:,} that are read: split it")
        notes = () if encoding == "UTF-8" else (f"read as {encoding}",)
        document = read_document(source, text, said)
        document = replace(document, notes=(*notes, *document.notes))
    else:
        document = read_document(source, _extract(path, raw, suffix, settings), said)
    language = language_of_text("\n".join(document.text[start:end] for start, end in _kept(document)))
    if language != "nl":
        name = _LANGUAGES.get(language, f"the language {language!r}")
        document = replace(document, notes=(*document.notes, f"is in {name}, not in Dutch"))
    return replace(document, language=language)


def _kept(document: Document) -> Iterator[tuple[int, int]]:
    return ((block.start, block.end) for block in document.blocks if block.kind != "removed")


def _extract(path: Path, raw: bytes, suffix: str, settings: Settings) -> Extract:
    """What a file that is not plain text holds."""
    return extract_isolated(raw, suffix, settings)


@cache
def reader_fingerprint() -> str:
    """SHA-256 of all that decides what a file becomes: a file is read again where it changed."""
    package = files("assistant")
    digest = hashlib.sha256()
    parts: list[Traversable] = [package / f"{name}.py" for name in sorted(_READING)]
    parts += sorted((part for part in (package / "formats").iterdir() if part.name.endswith(".py")), key=_name)
    for part in (*parts, package / "data" / "furniture.toml"):
        digest.update(part.name.encode() + b"\0" + part.read_bytes().replace(b"\r\n", b"\n"))
    for library in _LIBRARIES:
        try:
            digest.update(f"{library} {version(library)}".encode())
        except PackageNotFoundError:  # then no file is read by it
            continue
    return digest.hexdigest()


def _name(part: Traversable) -> str:
    return part.name
