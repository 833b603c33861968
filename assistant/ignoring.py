"""Which files of a corpus folder are no essays, because its owner says so in .assistantignore."""

from __future__ import annotations

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".assistantignore"


class Ignored:
    """The patterns of .assistantignore, in gitignore's syntax; without any nothing is ignored."""

    def __init__(self, raw: bytes = b"") -> None:
        self.wrong: list[str] = []  # lines that are no pattern, which ignore nothing
        lines = []
        for line in raw.decode("utf-8-sig", "replace").splitlines():
            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                self.wrong.append(line.strip())
            else:
                lines.append(line)
        self._spec = GitIgnoreSpec.from_lines(lines)

    def holds(self, source: str, *, is_folder: bool = False) -> bool:
        """Whether a file is ignored, or a folder with all that it holds, by its path below the corpus."""
        return bool(self._spec) and self._spec.match_file(f"{source}/" if is_folder else source)
