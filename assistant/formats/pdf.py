"""PDF files: the only module that imports pypdfium2.

It gives the letters of each page with their places; pdf_lines and pdf_paragraphs make text of them.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import atan2, hypot, pi

import pypdfium2
import pypdfium2.raw as pdfium

from assistant.errors import UnreadableError
from assistant.formats import MAX_CHARS, Extract
from assistant.formats.pdf_lines import (
    TextLine,
    Word,
    body_size,
    gutter_of,
    lines_of_page,
    mark_notes,
    remove_furniture,
)
from assistant.formats.pdf_paragraphs import letters, paragraphs_of
from assistant.types import Metadata

MAX_PAGES = 5_000  # a book has some hundreds; a file that claims a million holds none
_LEAST_LETTERS = 10  # on a page, on average: fewer are a stamp upon a scan
_MOST_UNKNOWN = 0.2  # share of letters that a font shows without saying which they are
_LINE_CUTS = {0x02: "-", 0xFFFE: "-"}  # how PDFium writes a hyphen at a line end
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ"}
_BOLD = re.compile(r"bold|black|heavy|semib|demi|-bd|cmbx", re.IGNORECASE)
_SHIFT = 0.15  # of the letters' size: a foot that is higher or lower belongs to another word
_GAP = 0.6  # of the letters' size: letters that overlap more begin anew
_SPACE = 0.2  # of the letters' size: a wider gap is a space, which TeX makes 0.22 wide at least
_RAISED = 0.85  # of the word's size: what the number of a footnote is set in at most
_MAX_OUTLINE = 2_000  # entries that are read


def read_pdf(raw: bytes) -> Extract:
    """The paragraphs of a PDF, each with the page that it begins on, and what its properties say.

    Raises:
        UnreadableError: it is damaged, asks for a password, or holds no text.
    """
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(_why_not_opened(str(error))) from None
    with document:
        count = len(document)
        if count > MAX_PAGES:
            raise UnreadableError(
                f"has {count:,} pages, more than the {MAX_PAGES:,} that are read: split it into several files"
            )
        pages, pictures, damaged = [], [], []
        unknown = Counter[bool]()
        chars = 0
        for index in range(count):
            try:
                words, has_picture = _read_page(document, index, unknown)
            except pypdfium2.PdfiumError:
                damaged.append(index + 1)
                words, has_picture = [], False
            chars += sum(len(word.text) + 1 for word in words)
            if chars > MAX_CHARS:
                raise UnreadableError(f"holds more than {MAX_CHARS:,} characters of text: split it into several files")
            if has_picture and sum(len(word.text) for word in words) < _LEAST_LETTERS:
                pictures.append(index + 1)
            pages.append(words)
        _check_text(pages, pictures, damaged, unknown)
        outline = _outline(document)
        metadata = _metadata(document)
    gutters = sorted({gutter for words in pages if (gutter := gutter_of(words)) is not None})
    by_page = remove_furniture([lines_of_page(words, number, gutters) for number, words in enumerate(pages, 1)])
    size = body_size(word for words in pages for word in words)
    lines: list[TextLine] = []
    for page in by_page:
        mark_notes(page, size)
        lines += page
    notes = []
    if pictures:
        notes.append(f"a picture without text on page {_numbers(pictures)}: run it through text recognition (OCR)")
    if damaged:
        notes.append(f"damaged and left out: page {_numbers(damaged)}")
    return Extract(tuple(paragraphs_of(lines, outline)), metadata, tuple(notes))


def _why_not_opened(error: str) -> str:
    if "assword" in error:
        return "asks for a password: save a copy without one"
    return "is damaged or no PDF: make it anew, or open it in another program and save it as PDF"


def _check_text(pages: list[list[Word]], pictures: list[int], damaged: list[int], unknown: Counter[bool]) -> None:
    """Nothing, where there is text to be read.

    Raises:
        UnreadableError: all pages are damaged or pictures, or the fonts do not say what their letters are.
    """
    total = sum(len(word.text) for words in pages for word in words)
    if not pages or len(damaged) == len(pages):
        raise UnreadableError("is damaged, none of its pages can be read: make it anew")
    if total < _LEAST_LETTERS * len(pages) and len(pictures) * 2 > len(pages):
        raise UnreadableError(
            f"holds pictures of pages and no text ({len(pages):,} pages): run it through text recognition (OCR), "
            "which scanners and PDF programs offer, and save it again"
        )
    if not total:
        raise UnreadableError(f"holds no text on its {len(pages):,} pages: leave it out")
    if unknown[True] > _MOST_UNKNOWN * unknown.total():
        raise UnreadableError(
            "has fonts that do not say which letters they show: save it again as PDF from the program that it was "
            "written in, or run it through text recognition (OCR)"
        )


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:10]))
    return shown + (f" and {len(pages) - 10} more" if len(pages) > 10 else "")


def _read_page(document: pypdfium2.PdfDocument, index: int, unknown: Counter[bool]) -> tuple[list[Word], bool]:
    """The words of a page in the order that the file has them, and whether it holds a picture."""
    page = document[index]
    try:
        text = page.get_textpage()
        try:
            words = list(_words(text, unknown))
        finally:
            text.close()
        has_picture = not words and any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        if words and sum(len(word.text) for word in words) < _LEAST_LETTERS:
            has_picture = any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        return words, has_picture
    finally:
        page.close()


def _words(text: pypdfium2.PdfTextPage, unknown: Counter[bool]) -> Iterator[Word]:
    """The words of a page; letters that do not stand upright, as most of the page do, are left out."""
    count = text.count_chars()
    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    letters_here: list[tuple[str, float, float, float, float, int, int]] = []
    turns = Counter[int]()
    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(text, at)
        char = _LINE_CUTS.get(code) or chr(min(code, 0x10FFFF))
        if char.isspace() or char < " ":
            letters_here.append((" ", 0.0, 0.0, 0.0, 0.0, 0, at))
            continue
        if code in _LINE_CUTS and letters_here:
            letters_here.append((char, *letters_here[-1][2:3] * 2, *letters_here[-1][3:]))
            continue
        unknown[bool(pdfium.FPDFText_HasUnicodeMapError(text, at)) or code == 0xFFFD] += 1
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        pdfium.FPDFText_GetLooseCharBox(text, at, box)
        pdfium.FPDFText_GetMatrix(text, at, matrix)
        size = pdfium.FPDFText_GetFontSize(text, at) * hypot(matrix.c, matrix.d)
        turn = round(atan2(matrix.b, matrix.a) / (pi / 2)) % 4
        if turn == 0:
            place = box.left, box.right, y.value
        elif turn == 1:
            place = box.bottom, box.top, -x.value
        elif turn == 2:
            place = -box.right, -box.left, -y.value
        else:
            place = -box.top, -box.bottom, x.value
        turns[turn] += 1
        letters_here.append((_LIGATURES.get(char, char), *place, size, turn, at))
    if not turns:
        return
    upright = turns.most_common(1)[0][0]
    chars: list[str] = []
    left = right = foot = height = lift = 0.0
    is_bold = is_raised = False
    for char, start, end, base, size, turn, at in [*letters_here, (" ", 0.0, 0.0, 0.0, 0.0, 0, -1)]:
        space = char == " "
        breaks = (
            space
            or turn != upright
            or abs(base - foot - is_raised * lift) > _SHIFT * max(size, height)
            or start < right - _GAP * size
            or start > right + _SPACE * size
        )
        if chars and breaks:
            yield Word(_clean(chars), left, right, foot, height, is_bold, is_raised)
            rises = not space and not is_raised and _SHIFT * height < base - foot < height and size < _RAISED * height
            is_raised = rises and abs(start - right) < _GAP * height
            lift = base - foot
            chars = []
        if space or turn != upright:
            is_raised = False
            continue
        if not chars:
            left, height, is_bold = start, size, _is_bold(text, at)
            foot = foot if is_raised else base
            right = end
        chars.append(char)
        right = max(right, end)


def _clean(chars: Sequence[str]) -> str:
    """Letters as one text; PDFium gives a sign beyond U+FFFF in two halves."""
    joined = "".join(chars)
    return joined if joined.isascii() else joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_bold(text: pypdfium2.PdfTextPage, at: int) -> bool:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, at, name, 128, flags)
    return _BOLD.search(name.value.decode("latin-1")) is not None


def _outline(document: pypdfium2.PdfDocument) -> dict[tuple[int, str], int]:
    """The level of each heading that the file's outline names, by its page and its letters."""
    found: dict[tuple[int, str], int] = {}
    for count, entry in enumerate(document.get_toc(max_depth=4)):
        if count >= _MAX_OUTLINE:
            break
        place = entry.get_dest()
        page = place.get_index() if place is not None else None
        if page is not None:
            found[page + 1, letters(entry.get_title())] = entry.level + 1
    return found


def _metadata(document: pypdfium2.PdfDocument) -> Metadata:
    """What the file's properties say; a title that is only the name of a file says nothing."""
    said = {key: " ".join(value.replace("\x00", "").split()) for key, value in document.get_metadata_dict().items()}
    title = said.get("Title", "")
    if re.search(r"\.(?:docx?|odt|rtf|html?|txt|pdf|indd|tex|ms)$|^(?:untitled|naamloos|document\d*)$", title.lower()):
        title = ""
    return Metadata(
        title=title[:300], author=said.get("Author", "")[:300]
    )  # its date is that of the PDF, not the essay
