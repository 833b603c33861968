"""The members of a zip file, which .docx, .odt and .epub files are, unpacked only while they stay small."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from assistant.errors import UnreadableError

MAX_BYTES = 200_000_000  # unpacked, of all members together: a book's text and pictures are far below it
MAX_RATIO = 100  # that a member may be larger unpacked; text packs some 5 times, XML up to 40
_ALWAYS_BYTES = 5_000_000  # up to here any ratio will do: a page of equal lines packs well
MAX_MEMBERS = 10_000
_TOO_LARGE = f"unpacks to more than {MAX_BYTES // 1_000_000} MB: leave its pictures out"
_BLOCK_BYTES = 1 << 20
# What zipfile raises for a damaged or locked file.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError, IndexError)
_OLE = b"\xd0\xcf\x11\xe0"  # how files of Word 97 and files with a password begin


class Archive:
    """An open zip file whose members can be read by name; nothing is written to disk.

    Raises:
        UnreadableError: it is no zip file, is damaged, has a password, or unpacks to far more than any essay.
    """

    def __init__(self, raw: bytes, *, program: str) -> None:
        self._program = program
        self._left = MAX_BYTES
        if raw.startswith(_OLE):
            raise UnreadableError("has a password, or the format of Word 97: save it as .docx without a password")
        try:
            self._zip = zipfile.ZipFile(BytesIO(raw))
            members = self._zip.infolist()
        except DAMAGE:
            raise UnreadableError(
                f"is damaged or no {program} file: save it again with the program that made it"
            ) from None
        if len(members) > MAX_MEMBERS:
            raise UnreadableError(f"holds {len(members):,} parts, which no essay has: leave it out")
        for member in members:
            _check(member.filename, member.file_size, member.compress_size)
        if sum(member.file_size for member in members) > MAX_BYTES:
            raise UnreadableError(_TOO_LARGE)
        self.names = frozenset(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """The bytes of one member.

        Raises:
            UnreadableError: there is none of that name, it is damaged or locked, or larger than it says.
        """
        if name not in self.names:
            raise UnreadableError(f"lacks its part {name!r}: save it again with the program that made it")
        member = self._zip.getinfo(name)
        if member.flag_bits & 1:
            raise UnreadableError("is protected by a password: save it without")
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(member) as file:
                while block := file.read(_BLOCK_BYTES):
                    size += len(block)
                    self._left -= len(block)
                    _check(name, size, member.compress_size)
                    if self._left < 0:
                        raise UnreadableError(_TOO_LARGE)
                    parts.append(block)
        except DAMAGE:
            raise UnreadableError(f"is damaged in its part {name!r}: save it again, or restore a copy") from None
        return b"".join(parts)


def _check(name: str, size: int, packed: int) -> None:
    """Nothing, where a member is no larger than essays are."""
    if size > _ALWAYS_BYTES and size > MAX_RATIO * packed:
        raise UnreadableError(
            f"has a part that unpacks to over {MAX_RATIO} times its size ({name!r}): leave the file out"
        )
