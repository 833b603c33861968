"""The text of a plain text file and the encoding it was written in."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from assistant.errors import UnreadableError

_SAMPLE_BYTES = 4_096  # in which the pattern of zero bytes of UTF-16 is looked for
_ZEROS_OF_UTF_16 = 0.4  # share of zero bytes in every second place: Dutch has one there for nearly each letter
_UNUSED = frozenset(b"\x81\x8d\x8f\x90\x9d")  # bytes that Windows-1252 gives no sign
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r")  # that no text holds, but for 0x1A at its end, of DOS
_SAVE_IT = "save the essay as plain text (UTF-8), or as .docx, .odt or .pdf"


class Decoded(NamedTuple):
    """The text of a file, every sign of it, and the name of its encoding as a person knows it."""

    text: str
    encoding: str


def decode(raw: bytes) -> Decoded:
    """The text of bytes in UTF-8, UTF-16 or Windows-1252; a byte order mark stays in it, as U+FEFF.

    >>> decode("één".encode("cp1252")), decode("één".encode("utf-16-le")).encoding
    (Decoded(text='één', encoding='Windows-1252'), 'UTF-16')

    Raises:
        UnreadableError: the bytes are no text, or not in one of these encodings.
    """
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Decoded(_strictly(raw, "utf-32-le" if raw[:1] == b"\xff" else "utf-32-be", "UTF-32"), "UTF-32")
    wide = _utf_16(raw)
    if wide is not None:
        return Decoded(_strictly(raw, wide, "UTF-16"), "UTF-16")
    if b"\x00" in raw:
        raise UnreadableError(f"is no text file: it holds zero bytes; {_SAVE_IT}")
    try:
        return Decoded(raw.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        found = set(raw.rstrip(b"\x1a"))
        if found & _UNUSED or found & _CONTROLS:
            line = raw[: error.start].count(b"\n") + 1
            raise UnreadableError(
                f"is neither UTF-8 nor Windows-1252 text: byte 0x{raw[error.start]:02X} in line {line}; {_SAVE_IT}"
            ) from None
        return Decoded(raw.decode("cp1252"), "Windows-1252")


def _utf_16(raw: bytes) -> str | None:
    """Python's name of the kind of UTF-16 that bytes are in, by its mark or its zero bytes; None for another."""
    if raw.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if raw.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = raw[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(raw) % 2 or len(sample) < 4 or (even and odd):
        return None
    if odd >= _ZEROS_OF_UTF_16 * len(sample) / 2:
        return "utf-16-le"
    return "utf-16-be" if even >= _ZEROS_OF_UTF_16 * len(sample) / 2 else None


def _strictly(raw: bytes, codec: str, name: str) -> str:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"looks like {name} text but is none at byte {error.start + 1}; {_SAVE_IT}") from None
    if "\x00" in text:
        raise UnreadableError(f"is no text file: it holds zero signs; {_SAVE_IT}")
    return text
