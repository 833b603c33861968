"""Which reader reads which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.errors import UnreadableError
from assistant.formats import Extract
from assistant.formats.pdf import read_pdf

READERS: Mapping[str, Callable[[bytes], Extract]] = {".pdf": read_pdf}


def extract(raw: bytes, suffix: str) -> Extract:
    """What the bytes of a file hold; its name's ending, such as ".pdf", says the format.

    Raises:
        UnreadableError: there is no reader for that ending, or its reader cannot read the bytes.
    """
    reader = READERS.get(suffix.lower())
    if reader is None:
        raise UnreadableError(f"It ends in {suffix}, but one of {', '.join(READERS)} was expected.")
    return reader(raw)
