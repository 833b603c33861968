"""What a corpus folder holds is listed without opening what is no essay, and nothing can hang or lead it away."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.listing import list_corpus
from assistant.settings import Settings

ESSAY = "Titel\n\nEen zin.\n"


def write(folder: Path, *names: str, text: str = ESSAY) -> Path:
    """A folder with some essays in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def left_out(folder: Path) -> dict[str, str]:
    return {one.source: one.reason for one in list_corpus(folder).skipped}


def test_assistantignore(tmp_path: Path) -> None:
    """.assistantignore leaves out what gitignore would: names, folders, folders below, and not what ! takes back."""
    write(tmp_path, "a.txt", "concept-b.txt", "concept-c.txt", "oud/d.txt", "x/oud/e.txt", "x/f.txt", "g.txt")
    lines = "\ufeff# niet af\nconcept-*\n!concept-c.txt\noud/\n/x/f.txt\n"
    (tmp_path / ".assistantignore").write_text(lines, encoding="utf-8")
    listing = list_corpus(tmp_path)
    assert list(listing.files) == ["a.txt", "concept-c.txt", "g.txt"]
    assert listing.skipped == ()


def test_a_line_that_is_no_pattern(tmp_path: Path) -> None:
    """A line of .assistantignore that means nothing is told; the other lines count."""
    (write(tmp_path, "a.txt", "b.txt") / ".assistantignore").write_text("!\nb.txt\n", encoding="utf-8")
    assert list(list_corpus(tmp_path).files) == ["a.txt"]
    assert left_out(tmp_path) == {".assistantignore": "'!' is no pattern; it ignores nothing"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_pipes_are_not_opened(tmp_path: Path) -> None:
    """A pipe with the name of an essay is named and never waited for."""
    os.mkfifo(write(tmp_path, "a.txt") / "b.txt")
    assert list(list_corpus(tmp_path).files) == ["a.txt"]
    assert left_out(tmp_path) == {"b.txt": "is no file that can be read, but a pipe, a socket or a device"}


def test_links(tmp_path: Path) -> None:
    """A link is followed to a file of the folder alone; one that leads out or nowhere is named; loops are harmless."""
    write(tmp_path, "buiten/geheim.txt", "corpus/map/a.txt")
    corpus = tmp_path / "corpus"
    links = {"b.txt": "map/a.txt", "c.txt": "../buiten/geheim.txt", "d": "../buiten", "e.txt": "weg.txt"}
    for name, goal in {**links, "map/lus": "..", "f.txt": "f.txt", "g.txt": "map"}.items():
        (corpus / name).symlink_to(goal)
    assert list(list_corpus(corpus).files) == ["b.txt", "map/a.txt"]
    out = "is a link that leads out of the folder: copy what it leads to into the folder"
    nowhere = "is a link that leads nowhere: mend it or take it out"
    assert left_out(corpus) == {"c.txt": out, "d": out, "e.txt": nowhere, "f.txt": nowhere}


def test_a_corpus_that_is_itself_a_link(tmp_path: Path) -> None:
    """The corpus folder may be a link."""
    write(tmp_path, "echt/a.txt")
    (tmp_path / "link").symlink_to("echt")
    assert list(list_corpus(tmp_path / "link").files) == ["a.txt"]


def test_names(tmp_path: Path) -> None:
    """A name may be of any letters; corpus.toml finds it, whether its é is one sign or two."""
    two = unicodedata.normalize("NFD", "essé 中文 🙂.txt")
    (write(tmp_path, two) / "corpus.toml").write_text('["essé 中文 🙂.txt"]\ntitle = "T"\n', encoding="utf-8")
    listing = list_corpus(tmp_path)
    assert list(listing.files) == [two]
    assert listing.metadata[two].title == "T"


def test_names_that_cannot_be_shown(tmp_path: Path) -> None:
    """A name with a line end, or with bytes that are no text, is told in one line and left out."""
    try:
        for name in (b"een\nregel.txt", b"\xff.txt"):
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(ESSAY)
    except (OSError, ValueError):
        pytest.skip("this file system has no such names")
    reason = "has a name that cannot be shown: give it another"
    assert left_out(write(tmp_path, "a.txt")) == {"een\ufffdregel.txt": reason, "\ufffd.txt": reason}


def test_too_large(tmp_path: Path) -> None:
    """A file above the limit is left out unopened, with the limit and the setting."""
    path = write(tmp_path, "a.txt") / "groot.txt"
    with path.open("wb") as file:
        file.truncate(500_000_000)  # a file with a hole: it takes no room
    listing = list_corpus(tmp_path, Settings(max_file_mb=2))
    assert list(listing.files) == ["a.txt"]
    [one] = listing.skipped
    assert one.reason == "is 500 MB, but files up to 2 MB are read: split it, or set ASSISTANT_MAX_FILE_MB higher"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file in the place of the folder is an error as a missing folder is."""
    write(tmp_path, "a.txt")
    with pytest.raises(CorpusError, match="There is no folder"):
        list_corpus(tmp_path / "a.txt")
