"""The encodings that essays come in."""

from __future__ import annotations

import codecs

import pytest

from assistant.encodings import decode
from assistant.errors import UnreadableError

TEXT = "Eén café “op” de hoek – voor € 5.\r\nMeer is het niet.\n"


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        (TEXT.encode(), "UTF-8", TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8", "\ufeff" + TEXT),
        (TEXT.encode("cp1252"), "Windows-1252", TEXT),
        (TEXT.encode("utf-16"), "UTF-16", "\ufeff" + TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16", "\ufeff" + TEXT),
        (TEXT.encode("utf-16-le"), "UTF-16", TEXT),
        (TEXT.encode("utf-16-be"), "UTF-16", TEXT),
        (TEXT.encode("utf-32"), "UTF-32", "\ufeff" + TEXT),
        (b"", "UTF-8", ""),
        (b"a", "UTF-8", "a"),
    ],
    ids="utf-8 bom windows-1252 utf-16-le-bom utf-16-be-bom utf-16-le utf-16-be utf-32 empty one-byte".split(),
)
def test_encodings(raw: bytes, encoding: str, text: str) -> None:
    """Each encoding is recognised, with a mark or without, and every sign of the text is there."""
    assert decode(raw) == (text, encoding)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"Titel\n\x00\n", "holds zero bytes"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "holds zero bytes"),
        (b"\x89PNG\r\n\x1a\n", "byte 0x89 in line 1"),
        (b"een\ntwee \x81", "byte 0x81 in line 2"),
        (b"\xff\xfea\x00\x00\xd8", "looks like UTF-16"),
        (b"\xff\xfea", "looks like UTF-16"),
    ],
    ids="zero-byte program png unused-byte half-pair odd-length".split(),
)
def test_what_is_no_text(raw: bytes, part: str) -> None:
    """Bytes that are no text are refused in one line that says why and what to do."""
    with pytest.raises(UnreadableError) as error:
        decode(raw)
    assert part in str(error.value)
    assert "save the essay as plain text (UTF-8)" in str(error.value)
    assert "\n" not in str(error.value)
