"""What corpus.toml, the file that its owner may lay beside the essays, says of them."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import Any

from assistant.errors import CorpusError
from assistant.types import Metadata

METADATA_FILE = "corpus.toml"
_KINDS = {"year": int, **dict.fromkeys(("posts", "headings", "keep", "remove"), list)}  # the others are text
_KEYS = (
    "The keys are title, author, publisher, url (text), year (a whole number), "
    "posts, headings, keep, remove (lists of lines)."
)


def parse_metadata(raw: bytes, path: object) -> tuple[dict[str, Metadata], tuple[str, ...]]:
    """What the bytes of corpus.toml say of each source, and the example questions that they offer.

    `path` is where they come from, for the messages.

    Raises:
        CorpusError: they are not TOML, or a key or a value is not one of those of `Metadata`.
    """
    try:
        tables = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CorpusError(f"{path} cannot be read as TOML: {error}. Correct that place.") from None
    examples = tables.pop("examples", [])
    if not isinstance(examples, list) or not all(isinstance(one, str) for one in examples):
        raise CorpusError(f'{path}: examples = {examples!r}; expected a list of questions: ["Wat is ...?"]')
    return {source: _metadata(source, table, path) for source, table in tables.items()}, tuple(examples)


def _metadata(source: str, table: Any, path: object) -> Metadata:
    """What one table says."""
    if not isinstance(table, dict):
        raise CorpusError(f'{path}: {source!r} stands alone; expected a table for each file: ["essay.txt"]')
    known = [field.name for field in fields(Metadata)]
    for key, value in table.items():
        if isinstance(value, dict):
            raise CorpusError(f'{path}: [{source}.{key}] needs quotation marks: write ["{source}.{key}"]')
        if key not in known or not isinstance(value, _KINDS.get(key, str)) or isinstance(value, bool):
            raise CorpusError(f"{path}, [{source!r}]: {key} = {value!r} was not expected. {_KEYS}")
    url = table.get("url", "")
    if url and not url.startswith(("http://", "https://")):
        raise CorpusError(f"{path}, [{source!r}]: url = {url!r}; expected an address that begins with https://")
    values: dict[str, Any] = {
        key: tuple(map(str, value)) if isinstance(value, list) else value for key, value in table.items()
    }
    return Metadata(**values)
