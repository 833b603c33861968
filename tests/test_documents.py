"""A folder of files becomes documents; what cannot be read is said in one clear line."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from assistant.documents import (
    FileState,
    list_corpus,
    read_corpus,
    read_file,
    reader_fingerprint,
)
from assistant.errors import CorpusError, UnreadableError
from assistant.settings import Settings

ESSAY = "Titel\n\nDit is een zin van een essay.\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with some files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def skipped(folder: Path) -> dict[str, str]:
    """What is left out of a folder, and why."""
    return {one.source: one.reason for one in read_corpus(folder).skipped}


def problem(folder: Path) -> str:
    """The one line that reading a folder is refused with."""
    with pytest.raises(CorpusError) as error:
        read_corpus(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_text_is_as_it_was_written(tmp_path: Path) -> None:
    """A document's text is the file's, with its line ends, and its hash is of the file's bytes."""
    raw = b"\xef\xbb\xbfTitel\r\n\r\nE\xc3\xa9n zin.\rNog een.\n"
    corpus = read_corpus(write(tmp_path, {"essay.txt": raw}))
    assert corpus.documents[0].text.encode() == raw
    assert corpus.documents[0].title == "Titel"
    assert corpus.hashes == {"essay.txt": hashlib.sha256(raw).hexdigest()}


def test_subfolders(tmp_path: Path) -> None:
    """Files in subfolders are read too, in the order of their paths, and named with forward slashes."""
    corpus = read_corpus(
        write(tmp_path, {"b.txt": ESSAY, "map/sub/a.txt": f"{ESSAY}\nMeer.\n", "a.TXT": f"{ESSAY}\nAnders.\n"})
    )
    assert [document.source for document in corpus.documents] == ["a.TXT", "b.txt", "map/sub/a.txt"]


@pytest.mark.parametrize("name", [".verborgen.txt", ".git/essay.txt", "~$essay.txt"])
def test_hidden_files(tmp_path: Path, name: str) -> None:
    """Hidden files, files in hidden folders and an editor's lock files are passed over in silence."""
    corpus = read_corpus(write(tmp_path, {"essay.txt": ESSAY, name: b"\xff"}))
    assert [document.source for document in corpus.documents] == ["essay.txt"]
    assert corpus.skipped == ()


def test_files_of_another_kind(tmp_path: Path) -> None:
    """A file of a kind that is not read is named with what helps; the two that belong to a corpus are not."""
    files = {"essay.txt": ESSAY, "essay.doc": b"PK", "sub/x.pptx": b"%", "kaal": "x", "README.md": "x"}
    assert skipped(write(tmp_path, {**files, "corpus.toml": ""})) == {
        "essay.doc": ".doc files are not read: save it as .docx",
        "kaal": (
            "a file without an ending is not read: those that are end in .txt, .md, .html, .docx, .odt, .epub, .pdf"
        ),
        "sub/x.pptx": ".pptx files are not read: export it as .pdf",
    }


def test_empty_file_beside_good_ones(tmp_path: Path) -> None:
    """An empty file is a document without a line; its title is made of its name."""
    corpus = read_corpus(write(tmp_path, {"lege-file.txt": "", "essay.txt": ESSAY}))
    assert [(document.title, len(document.blocks)) for document in corpus.documents] == [("Titel", 2), ("Lege file", 0)]


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is an error that names it and the command that names another."""
    said = problem(tmp_path / "nergens")
    assert str(tmp_path / "nergens") in said
    assert "python -m assistant index FOLDER" in said


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without a file is an error that says what to put there."""
    assert all(part in problem(tmp_path) for part in (str(tmp_path), "no essay", ".txt", ".docx"))


def test_no_essay_that_can_be_read(tmp_path: Path) -> None:
    """A folder of which no file can be read is an error with the first three reasons and how many more there are."""
    said = problem(write(tmp_path, dict.fromkeys(("a.txt", "b.doc", "c.doc", "d.doc", "e.doc"), b"\x00\xff\x00")))
    assert "a.txt is no text file" in said
    assert "c.doc .doc files are not read: save it as .docx; and 2 more" in said
    assert "d.doc" not in said


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    """A file that cannot be read is named with its reason; the others are read."""
    corpus = read_corpus(write(tmp_path, {"goed.txt": ESSAY, "map/slecht.txt": b"Titel\n\x00\n"}))
    assert [document.source for document in corpus.documents] == ["goed.txt"]
    [one] = corpus.skipped
    assert one.source == "map/slecht.txt"
    assert one.reason.startswith("is no text file: it holds zero bytes; save the essay as plain text")


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without read permission is left out with what helps; root may read all, so the call is refused."""
    write(tmp_path, {"goed.txt": ESSAY, "slot.txt": ESSAY})
    opened = os.open

    def refuse(path: Path, *rest: int, **more: int) -> int:
        if str(path).endswith("slot.txt"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    assert skipped(tmp_path) == {"slot.txt": "may not be read: give read permission, or take it out"}


def test_corpus_toml(tmp_path: Path) -> None:
    """corpus.toml says title, author, publisher and year of a file and offers questions; it is hashed too."""
    toml = 'examples = ["Wat is lef?"]\n["map/essay.txt"]\ntitle = "T"\nauthor = "A"\npublisher = "P"\nyear = 2012\n'
    corpus = read_corpus(write(tmp_path, {"map/essay.txt": ESSAY, "corpus.toml": toml}))
    document = corpus.documents[0]
    assert (document.title, document.author, document.publisher, document.year) == ("T", "A", "P", 2012)
    assert corpus.examples == ("Wat is lef?",)
    assert corpus.hashes["corpus.toml"] == hashlib.sha256(toml.encode()).hexdigest()


def test_no_corpus_toml(tmp_path: Path) -> None:
    """Without corpus.toml there is nothing to say and nothing to hash."""
    listing = list_corpus(write(tmp_path, {"essay.txt": ESSAY}))
    assert (listing.metadata, listing.metadata_sha256, listing.examples) == ({}, "", ())
    assert set(read_corpus(tmp_path).hashes) == {"essay.txt"}


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ('["essay.txt"]\ntitel = "T"\n', ("'essay.txt'", "titel", "The keys are title")),
        ('["essay.txt"]\ntitle = 5\n', ("'essay.txt'", "title = 5", "text")),
        ('["essay.txt"]\nyear = "2012"\n', ("'essay.txt'", "year = '2012'", "a whole number")),
        ('["essay.txt"]\nyear = true\n', ("'essay.txt'", "year = True", "a whole number")),
        ('["essay.txt"]\nposts = "Een"\n', ("'essay.txt'", "posts = 'Een'", "lists of lines")),
        ('["essay.txt"]\nurl = "x.nl"\n', ("'essay.txt'", "url = 'x.nl'", "https://")),
        ('title = "T"\n', ("'title'", "stands alone", '["essay.txt"]')),
        ('examples = "Wat?"\n', ("examples", "a list of questions")),
        ("examples = [1]\n", ("examples", "a list of questions")),
        ('["essay.txt"\ntitle = "T"\n', ("cannot be read as TOML", "line 1", "Correct that place")),
        ('[essay.txt]\ntitle = "T"\n', ("needs quotation marks", '["essay.txt"]')),
        (b'["essay.txt"]\ntitle = "caf\xe9"\n', ("cannot be read as TOML", "utf-8")),
    ],
    ids=(
        "unknown-key number-for-text text-for-number truth-for-number text-for-list no-address no-table "
        "examples-no-list examples-no-text broken no-quotes not-utf8"
    ).split(),
)
def test_wrong_corpus_toml(tmp_path: Path, toml: str | bytes, parts: tuple[str, ...]) -> None:
    """What is wrong in corpus.toml is an error that names the file, the place and what was expected."""
    said = problem(write(tmp_path, {"essay.txt": ESSAY, "corpus.toml": toml}))
    assert "corpus.toml" in said
    assert all(part in said for part in parts)


def test_what_corpus_toml_says_of_nothing(tmp_path: Path) -> None:
    """A file that corpus.toml names and that is not there is told; a line that is not there is a note of its file."""
    toml = '["ander.txt"]\ntitle = "T"\n["essay.txt"]\nposts = ["Er niet"]\n'
    corpus = read_corpus(write(tmp_path, {"essay.txt": ESSAY, "corpus.toml": toml}))
    assert [(one.source, one.reason) for one in corpus.skipped] == [
        ("ander.txt", "is named in corpus.toml, but there is no such file: correct the name")
    ]
    assert corpus.documents[0].notes == ("corpus.toml, posts: no line reads 'Er niet'; copy the line from the file",)


def test_duplicates(tmp_path: Path) -> None:
    """A text that lies there twice is read once, and the second is told with the name of the first."""
    corpus = read_corpus(write(tmp_path, {"a.txt": ESSAY, "b/kopie.txt": ESSAY.replace("\n", "\r\n")}))
    assert [document.source for document in corpus.documents] == ["a.txt"]
    assert [(one.source, one.reason) for one in corpus.skipped] == [
        ("b/kopie.txt", "has the same text as a.txt, which is read")
    ]


def test_encodings_and_languages_are_noted(tmp_path: Path) -> None:
    """Another encoding than UTF-8 and another language than Dutch are noted with their document."""
    english = "The mill\n\nThe mill stands by the water, and its sails have not turned since the war was over.\n"
    files = {"b.txt": "Één zin is één zin, en méér is het niet.\n".encode("cp1252"), "c.txt": english}
    first, second = read_corpus(write(tmp_path, files)).documents
    assert (first.language, first.notes) == ("nl", ("read as Windows-1252",))
    assert (second.language, second.notes) == ("en", ("is in English, not in Dutch",))


def test_a_file_is_hashed_again_only_where_it_may_have_changed(tmp_path: Path) -> None:
    """A file with the size and time of `known` keeps the hash of `known`, unless it was too new to be sure."""
    path = write(tmp_path, {"essay.txt": ESSAY}) / "essay.txt"
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    fresh = list_corpus(tmp_path).files
    path.write_text(ESSAY.replace("zin", "ZIN"), encoding="utf-8")  # as long, and within the clock's step
    os.utime(path, ns=(now, now))
    changed = list_corpus(tmp_path, known=fresh).files
    assert changed != fresh
    os.utime(path, ns=(10**18, 10**18))
    old = list_corpus(tmp_path).files
    assert old == changed
    false = {"essay.txt": FileState(old["essay.txt"].size, 10**18, "of earlier")}
    assert list_corpus(tmp_path, known=false).files == false


def test_read_file(tmp_path: Path) -> None:
    """One listed file is read with the state of its bytes as they are now; one that is gone is told."""
    path = write(tmp_path, {"essay.txt": ESSAY}) / "essay.txt"
    listing = list_corpus(tmp_path)
    path.write_text(ESSAY + "Nog een zin.\n", encoding="utf-8")
    document, state = read_file(listing, "essay.txt", Settings())
    assert document.text == path.read_text(encoding="utf-8")
    assert state.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert state != listing.files["essay.txt"]
    path.unlink()
    with pytest.raises(UnreadableError, match="was gone"):
        read_file(listing, "essay.txt", Settings())


def test_the_reader_has_a_fingerprint() -> None:
    """What decides how a file is read has a hash, the same each time."""
    assert len(reader_fingerprint()) == 64
