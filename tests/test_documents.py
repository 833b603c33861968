"""A folder of files becomes documents; what cannot be read is said in one clear line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assistant.documents import read_corpus, read_metadata
from assistant.errors import CorpusError

ESSAY = "Titel\n\nDit is een zin van een essay.\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with some files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


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
    corpus = read_corpus(write(tmp_path, {"b.txt": ESSAY, "map/sub/a.txt": ESSAY, "a.TXT": ESSAY}))
    assert [document.source for document in corpus.documents] == ["a.TXT", "b.txt", "map/sub/a.txt"]


@pytest.mark.parametrize("name", [".verborgen.txt", ".git/essay.txt", "~$essay.txt"])
def test_hidden_files(tmp_path: Path, name: str) -> None:
    """Hidden files, files in hidden folders and an editor's lock files are passed over in silence."""
    corpus = read_corpus(write(tmp_path, {"essay.txt": ESSAY, name: b"\xff"}))
    assert [document.source for document in corpus.documents] == ["essay.txt"]
    assert corpus.unread == ()


def test_files_of_another_kind(tmp_path: Path) -> None:
    """Files that are not read are named, but for the two that belong to a corpus."""
    corpus = read_corpus(
        write(
            tmp_path, {"essay.txt": ESSAY, "essay.docx": b"PK", "sub/x.pdf": b"%", "README.md": "x", "corpus.toml": ""}
        )
    )
    assert corpus.unread == ("essay.docx", "sub/x.pdf")


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
    assert all(part in problem(tmp_path) for part in (str(tmp_path), "has no .txt file", "UTF-8"))


def test_folder_with_other_files_only(tmp_path: Path) -> None:
    """A folder with files of other kinds alone is an error that counts them."""
    assert "2 other files" in problem(write(tmp_path, {"a.docx": b"PK", "b.pdf": b"%"}))


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        (b"Titel\n\nHet caf\xe9.\n", ("essay.txt", "line 3", "0xE9", "UTF-8")),
        ("Titel\n".encode("utf-16"), ("essay.txt", "line 1", "0xFF", "UTF-8")),
        (b"\xc3", ("essay.txt", "line 1", "0xC3", "UTF-8")),
        (b"Titel\n\x00\n", ("essay.txt", "zero bytes", "UTF-8")),
    ],
    ids=["latin-1", "utf-16", "cut-off", "zero-bytes"],
)
def test_not_utf8(tmp_path: Path, raw: bytes, parts: tuple[str, ...]) -> None:
    """A file that is not UTF-8 text is an error that names the file, the line and the encoding that is expected."""
    said = problem(write(tmp_path, {"goed.txt": ESSAY, "map/essay.txt": raw}))
    assert all(part in said for part in parts)


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is an error that names it and the reason."""
    write(tmp_path, {"essay.txt": ESSAY})

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "essay.txt cannot be read: Permission denied" in problem(tmp_path)


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
    assert read_metadata(tmp_path) == ({}, ())
    assert set(read_corpus(write(tmp_path, {"essay.txt": ESSAY})).hashes) == {"essay.txt"}


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ('["essay.txt"]\ntitel = "T"\n', ("'essay.txt'", "titel", "The keys are title")),
        ('["essay.txt"]\ntitle = 5\n', ("'essay.txt'", "title = 5", "text")),
        ('["essay.txt"]\nyear = "2012"\n', ("'essay.txt'", "year = '2012'", "a whole number")),
        ('["essay.txt"]\nyear = true\n', ("'essay.txt'", "year = True", "a whole number")),
        ('["essay.txt"]\nposts = "Een"\n', ("'essay.txt'", "posts = 'Een'", "lists of lines")),
        ('["ander.txt"]\ntitle = "T"\n', ("'ander.txt'", "no such file", "essay.txt")),
        ('["essay.txt"]\nposts = ["Er niet"]\n', ("'essay.txt'", "posts", "'Er niet'", "Copy the line")),
        ('title = "T"\n', ("'title'", "stands alone", '["essay.txt"]')),
        ('examples = "Wat?"\n', ("examples", "a list of questions")),
        ("examples = [1]\n", ("examples", "a list of questions")),
        ('["essay.txt"\ntitle = "T"\n', ("cannot be read as TOML", "line 1", "Correct that place")),
        ('[essay.txt]\ntitle = "T"\n', ("needs quotation marks", '["essay.txt"]')),
        (b'["essay.txt"]\ntitle = "caf\xe9"\n', ("cannot be read as TOML", "utf-8")),
    ],
    ids=(
        "unknown-key number-for-text text-for-number truth-for-number text-for-list unknown-file unknown-line no-table "
        "examples-no-list examples-no-text broken no-quotes not-utf8"
    ).split(),
)
def test_wrong_corpus_toml(tmp_path: Path, toml: str | bytes, parts: tuple[str, ...]) -> None:
    """What is wrong in corpus.toml is an error that names the file, the place and what was expected."""
    said = problem(write(tmp_path, {"essay.txt": ESSAY, "corpus.toml": toml}))
    assert "corpus.toml" in said
    assert all(part in said for part in parts)
