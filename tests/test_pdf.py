from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from assistant.documents import read_corpus
from assistant.errors import UnreadableError
from assistant.formats import Extract
from assistant.formats import pdf as pdf_module
from assistant.formats.pdf import read_pdf
from assistant.types import Document
from make_pdfs import KEPT, NOTE, share_of_sentences

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "data" / "pdf"
ESSAYS: dict[str, Document] = {
    document.source.removesuffix(".txt"): document for document in read_corpus(ROOT / "corpus").documents
}


def read(name: str) -> Extract:
    return read_pdf((FOLDER / f"{name}.pdf").read_bytes())


def texts(extract: Extract, kind: str) -> list[str]:
    return [one.text for one in extract.paragraphs if one.kind == kind]


@pytest.mark.parametrize("name", KEPT)
def test_every_sentence_comes_back(name: str) -> None:
    """A PDF of an essay holds its sentences word for word, whichever program and layout made it.

    Two in a hundred may differ: at a hyphen of the author's own that a line end falls on.
    """
    found, total, missing = share_of_sentences(ESSAYS[KEPT[name][1]], (FOLDER / f"{name}.pdf").read_bytes())
    assert total - found <= max(1, total // 50), missing


@pytest.mark.parametrize("name", ["two-columns", "small-pages", "footnotes", "browser", "browser-two-columns"])
def test_running_heads_and_page_numbers_are_gone(name: str) -> None:
    """What stands around the text of every page is no part of the text; the title stays, once."""
    everything = "\n".join(one.text for one in read(name).paragraphs)
    assert "Pagina" not in everything
    assert "file://" not in everything
    assert "1/2" not in everything
    assert everything.count(ESSAYS[KEPT[name][1]].title) == 1


@pytest.mark.parametrize("name", ["two-columns", "groff-two-columns", "reportlab-two-columns", "styled", "browser"])
def test_title_and_headings_are_told_by_their_letters(name: str) -> None:
    """The title, the headings and the bulleted items are those of the essay, in order."""
    essay, extract = ESSAYS[KEPT[name][1]], read(name)
    kinds = {block.kind: [] for block in essay.blocks} | {"heading": [], "item": []}
    for block in essay.blocks:
        kinds[block.kind].append(" ".join(essay.text[block.start : block.end].split()))
    assert texts(extract, "title") == kinds["title"]
    assert texts(extract, "heading") == kinds["heading"]


def test_items_keep_their_marks() -> None:
    """A bullet is left out, a number is kept apart; items of one list stand together."""
    items = [one for one in read("two-columns").paragraphs if one.kind == "item"]
    assert len(items) == 3
    assert [item.gap for item in items] == [1, 0, 0]
    assert all(item.text[:1].isupper() and not item.mark for item in items)


def test_paragraphs_know_their_page() -> None:
    """Pages count on from 1, and a paragraph that runs over a page end begins on its first page."""
    extract = read("small-pages")
    pages = [one.page or 0 for one in extract.paragraphs]
    assert pages == sorted(pages)
    assert pages[0] == 1
    assert len(set(pages)) >= 3
    assert pages[-1] == max(pages)


def test_footnotes_stand_after_what_they_interrupt() -> None:
    """A footnote is a paragraph of its own, without its number; a sentence runs on over it and over the page end."""
    extract = read("footnotes")
    notes = [index for index, one in enumerate(extract.paragraphs) if one.text.startswith(NOTE)]
    assert len(notes) >= 3
    rest = [one.text for one in extract.paragraphs if not one.text.startswith(NOTE)]
    assert not any(NOTE in text for text in rest)
    assert not any(text.isdecimal() for text in rest)
    assert not any(text[:1].islower() for text in rest)


def test_properties_are_read() -> None:
    """Title and author come from the file's properties; its date, that of the PDF, is no year of the essay."""
    metadata = read("browser").metadata
    assert metadata.title == ESSAYS["lefmarketing"].title
    assert metadata.year is None


def pictures(count: int) -> bytes:
    raw = io.BytesIO()
    page = Image.new("RGB", (60, 80), "white")
    page.save(raw, "PDF", save_all=True, append_images=[page] * (count - 1))
    return raw.getvalue()


WHOLE = (FOLDER / "plain.pdf").read_bytes()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "is damaged or no PDF", id="empty"),
        pytest.param(b"Geen PDF.", "is damaged or no PDF", id="text"),
        pytest.param(WHOLE[: len(WHOLE) // 2], "is damaged or no PDF", id="half"),
        pytest.param((FOLDER / "protected.pdf").read_bytes(), "asks for a password", id="password"),
        pytest.param(pictures(3), "pictures of pages and no text (3 pages)", id="scanned"),
    ],
)
def test_a_pdf_without_text_says_why(raw: bytes, reason: str) -> None:
    """A PDF that holds no text for us is refused in one line that says why and what to do."""
    with pytest.raises(UnreadableError, match=reason.replace("(", r"\(").replace(")", r"\)")) as caught:
        read_pdf(raw)
    assert "\n" not in str(caught.value)


def test_too_many_pages_or_letters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More pages or text than a file of essays has is refused in one line."""
    monkeypatch.setattr(pdf_module, "MAX_CHARS", 1_000)
    with pytest.raises(UnreadableError, match="more than 1,000 characters"):
        read("plain")
    monkeypatch.setattr(pdf_module, "MAX_PAGES", 2)
    with pytest.raises(UnreadableError, match="4 pages, more than the 2"):
        read("plain")
