"""The five essays in every format, as LibreOffice writes them, give the passages of their .txt, to the character."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from assistant.chunker import chunk
from assistant.corpus_toml import parse_metadata
from assistant.documents import read_corpus
from assistant.encodings import decode
from assistant.formats.registry import extract
from assistant.settings import Settings
from assistant.structure import read_document
from assistant.types import Document

ROOT = Path(__file__).parent.parent
FILES = ROOT / "tests" / "data" / "formats"
METADATA, _ = parse_metadata((ROOT / "corpus" / "corpus.toml").read_bytes(), "corpus.toml")
ESSAYS = [document.source for document in read_corpus(ROOT / "corpus").documents]
SUFFIXES = (".md", ".html", ".docx", ".odt", ".epub", ".pdf")
# What the lines of a PDF do not tell.
LOST_IN_PDF = {
    ("plain", ".pdf", "identiteitsmarketing.txt"): "two captions of photos, which only the white around them tells",
    ("plain", ".pdf", "lefmarketing.txt"): '"volgers- eerder" at the end of a line is read as one word',
}
FILES_MADE = [(look, suffix, source) for look in ("plain", "styled") for suffix in SUFFIXES for source in ESSAYS]
ALL_THE_SAME = [
    pytest.param(*made, marks=[pytest.mark.xfail(reason=LOST_IN_PDF[made], strict=True)] if made in LOST_IN_PDF else [])
    for made in FILES_MADE
]


@cache
def of_text(source: str) -> Document:
    return next(one for one in read_corpus(ROOT / "corpus").documents if one.source == source)


@cache
def of_format(look: str, suffix: str, source: str) -> Document:
    path = FILES / look / Path(source).with_suffix(suffix)
    return read_document(path.name, extract(path.read_bytes(), suffix), METADATA[source])


def words(text: str) -> str:
    """A text with single spaces and without the bullets and numbers of lists: Writer's EPUB has lost them."""
    return re.sub(r"(?:^|(?<= ))(?:[•*-]|\d+[.)]) ", "", " ".join(text.split()))


def passages(document: Document) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.title, one.headings, words(one.text)) for one in chunk(document, Settings())]


@pytest.mark.parametrize(("look", "suffix", "source"), ALL_THE_SAME)
def test_the_same_passages(look: str, suffix: str, source: str) -> None:
    """A file that Writer saved has the passages, titles and headings of the .txt that it was made from."""
    assert passages(of_format(look, suffix, source)) == passages(of_text(source))


@pytest.mark.parametrize(("look", "suffix", "source"), FILES_MADE)
def test_every_place_is_exact(look: str, suffix: str, source: str) -> None:
    """In every format each passage and sentence is its span of the document's text."""
    document = of_format(look, suffix, source)
    for passage in chunk(document, Settings()):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.sentences
        assert all(document.text[one.start : one.end].strip() for one in passage.sentences)


@pytest.mark.parametrize(("look", "suffix", "source"), FILES_MADE)
def test_the_same_words(look: str, suffix: str, source: str) -> None:
    """No word of an essay is lost or doubled, those of page furniture aside."""
    kept = [
        [
            char
            for block in document.blocks
            if block.kind != "removed"
            for char in document.text[block.start : block.end]
            if char.isalpha()
        ]
        for document in (of_format(look, suffix, source), of_text(source))
    ]
    assert kept[0] == kept[1]


@pytest.mark.parametrize("source", ESSAYS)
@pytest.mark.parametrize("name", ["windows-1252", "utf-16", "utf-8-bom"])
def test_the_same_in_other_encodings(name: str, source: str) -> None:
    """A text in another encoding has the passages of the one in UTF-8, but for signs that Windows-1252 lacks."""
    text, _ = decode((FILES / name / source).read_bytes())
    document = read_document(source, text, METADATA[source])
    lacking = str.maketrans(dict.fromkeys("?\u200b", ""))
    assert [one.text.translate(lacking) for one in chunk(document, Settings())] == [
        one.text.translate(lacking) for one in chunk(of_text(source), Settings())
    ]


def test_what_a_file_says_of_itself() -> None:
    """Title and author of a page or of front matter are the document's where corpus.toml says nothing."""
    source = "engagement-boeit-en-bindt.txt"
    for suffix in (".md", ".html"):
        path = FILES / "styled" / Path(source).with_suffix(suffix)
        found = extract(path.read_bytes(), suffix).metadata
        assert found.author == "Patrick Petersen"
    assert extract((FILES / "styled" / Path(source).with_suffix(".md")).read_bytes(), ".md").metadata.year == 2012
