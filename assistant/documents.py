"""From a folder of text files to documents, each with its text exactly as read and its blocks."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.errors import CorpusError
from assistant.structure import read_document
from assistant.types import Document, Metadata

METADATA_FILE = "corpus.toml"
SUFFIX = ".txt"
_NOT_ESSAYS = {METADATA_FILE, "README.md"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of a folder in the order of their paths, and what was left unread."""

    folder: Path
    documents: tuple[Document, ...]
    hashes: Mapping[str, str]  # SHA-256 of each file that was read, corpus.toml included, by its path
    unread: tuple[str, ...]  # files of a kind that is not read, such as essay.docx
    examples: tuple[str, ...] = ()  # questions that corpus.toml offers to the reader


def read_corpus(folder: Path) -> Corpus:
    """Every .txt file below a folder, with what corpus.toml says about it.

    Raises:
        CorpusError: the folder is missing or has no .txt file, a file is not UTF-8 text, or
            corpus.toml is wrong.
    """
    if not folder.is_dir():
        raise CorpusError(
            f"There is no folder {folder}: expected a folder with essays as {SUFFIX} files. "
            "Make it and put the essays in, or name another: python -m assistant index FOLDER"
        )
    metadata, examples = read_metadata(folder)
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path, folder))
    essays = [path for path in found if path.suffix.lower() == SUFFIX]
    if not essays:
        others = f" It holds {len(found)} other files." if found else ""
        raise CorpusError(
            f"The folder {folder} has no {SUFFIX} file.{others} "
            f"Save each essay as plain text (UTF-8) with the ending {SUFFIX} and put it there."
        )
    sources = {_source(path, folder): path for path in essays}
    strangers = [source for source in metadata if source not in sources]
    if strangers:
        raise CorpusError(
            f"{METADATA_FILE} speaks of {strangers[0]!r}, but there is no such file in {folder}. "
            f"Correct the name; it is one of: {', '.join(sources)}"
        )
    documents, hashes = [], {}
    for source, path in sources.items():
        document, digest = _read_document(path, source, metadata.get(source, Metadata()))
        documents.append(document)
        hashes[source] = digest
    if (folder / METADATA_FILE).is_file():
        hashes[METADATA_FILE] = _sha256((folder / METADATA_FILE).read_bytes())
    unread = tuple(_source(path, folder) for path in found if path.suffix.lower() != SUFFIX)
    return Corpus(folder, tuple(documents), hashes, tuple(name for name in unread if name not in _NOT_ESSAYS), examples)


def read_metadata(folder: Path) -> tuple[dict[str, Metadata], tuple[str, ...]]:
    """What corpus.toml says of each source, and its example questions; empty where there is no such file.

    Raises:
        CorpusError: the file is not TOML, or a key or a value is not one of those of `Metadata`.
    """
    path = folder / METADATA_FILE
    if not path.is_file():
        return {}, ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read as TOML: {error}. Correct that place.") from None
    examples = tables.pop("examples", [])
    if not isinstance(examples, list) or not all(isinstance(one, str) for one in examples):
        raise CorpusError(f'{path}: examples = {examples!r}; expected a list of questions: ["Wat is ...?"]')
    kinds = {"year": int, **dict.fromkeys(("posts", "headings", "keep", "remove"), list)}
    known = [field.name for field in fields(Metadata)]
    metadata: dict[str, Metadata] = {}
    for source, table in tables.items():
        if not isinstance(table, dict):
            raise CorpusError(f'{path}: {source!r} stands alone; expected a table for each file: ["essay.txt"]')
        for key, value in table.items():
            if isinstance(value, dict) and f".{key}" == SUFFIX:
                raise CorpusError(f'{path}: [{source}.{key}] needs quotation marks: write ["{source}.{key}"]')
            kind = kinds.get(key, str)
            if key not in known or not isinstance(value, kind) or isinstance(value, bool):
                raise CorpusError(
                    f"{path}, [{source!r}]: {key} = {value!r} was not expected. The keys are title, author, "
                    "publisher (text), year (a whole number), posts, headings, keep, remove (lists of lines)."
                )
        values: dict[str, Any] = {
            key: tuple(map(str, value)) if isinstance(value, list) else value for key, value in table.items()
        }
        metadata[source] = Metadata(**values)
    return metadata, tuple(examples)


def _read_document(path: Path, source: str, metadata: Metadata) -> tuple[Document, str]:
    """One file as a document, and the SHA-256 of its bytes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}. Give read permission or take it out.") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CorpusError(
            f"{path} is not UTF-8 text: byte 0x{raw[error.start]:02X} in line {line}. "
            "Open it in a text editor and save it again as plain text with the encoding UTF-8."
        ) from None
    if "\x00" in text:
        raise CorpusError(f"{path} is not a text file: it holds zero bytes. Save the essay as plain text (UTF-8).")
    return read_document(source, text, metadata), _sha256(raw)


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _source(path: Path, folder: Path) -> str:
    return str(PurePosixPath(*path.relative_to(folder).parts))


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~")) for part in path.relative_to(folder).parts)
