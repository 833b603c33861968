"""What the index that is there has, to be used again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.documents import FileState
from assistant.errors import EssayIndexError
from assistant.index import FORMAT
from assistant.index_files import Written, read_manifest
from assistant.parts import VectorFile, read_document

_DAMAGE_IS_LOOKED_FOR = 256_000_000  # bytes of an index up to which all of it is checked before it is used again


def manifest_before(folder: Path) -> dict[str, Any]:
    """The manifest of the index that is there, nothing where there is none that this version reads."""
    try:
        manifest = read_manifest(folder)
    except EssayIndexError:
        return {}
    return manifest if manifest.get("format") == FORMAT else {}


def known_files(folder: Path) -> dict[str, FileState]:
    """What the index in a folder knows of the essays' files; nothing where there is no index."""
    return {source: FileState(**one["file"]) for source, one in manifest_before(folder).get("essays", {}).items()}


class Kept:
    """What the index in a folder has of each essay, from its build and from runs that were stopped.

    With `rebuild` it has nothing that may be used again.
    """

    def __init__(self, folder: Path, *, rebuild: bool) -> None:
        self.manifest = manifest = {} if rebuild else manifest_before(folder)
        self._folder = folder
        self._rebuild = rebuild
        self._known = {name: Written(*written) for name, written in manifest.get("parts", {}).items()}
        self._looks_for_damage = sum(one.size for one in self._known.values()) <= _DAMAGE_IS_LOOKED_FOR

    def unread(self, reader: str) -> dict[tuple[str, str], str]:
        """Why files could not be read the last time, by source and checksum, where they are read as they were then."""
        essays = self.manifest["essays"] if self.manifest.get("reader") == reader else {}
        return {(source, one["file"]["sha256"]): one["unread"] for source, one in essays.items() if "unread" in one}

    def document(self, name: str) -> bytes | None:
        """The bytes of an essay's document, None where there is none or a damaged one."""
        if self._rebuild:
            return None
        try:
            raw = (self._folder / name).read_bytes()
            if name not in self._known:  # of a run that was stopped
                read_document(raw)
        except (OSError, ValueError):
            return None
        return raw if self._known.get(name, Written.of(raw)) == Written.of(raw) else None

    def vectors(self, name: str) -> Written | None:
        """What the file of an essay's vectors is, None where there is none or a damaged one."""
        if self._rebuild:
            return None
        path, known = self._folder / name, self._known.get(name)
        try:
            if known is not None and not self._looks_for_damage:
                return known if path.stat().st_size == known.size else None
            written = Written.at(path)
            VectorFile(path)
        except (OSError, ValueError):
            return None
        return written if known in (None, written) else None
