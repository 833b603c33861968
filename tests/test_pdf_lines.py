from __future__ import annotations

import pytest

from assistant.formats.pdf_lines import TextLine, Word, lines_of_page, remove_furniture
from assistant.formats.pdf_paragraphs import paragraphs_of

SIZE = 10.0


def line(text: str, y: float, *, left: float = 50.0, size: float = SIZE, is_bold: bool = False) -> list[Word]:
    """The words of a line whose letters are half as wide as they are high."""
    words, x = [], left
    for word in text.split():
        words.append(Word(word, x, x + len(word) * size / 2, y, size, is_bold))
        x += (len(word) + 0.6) * size / 2
    return words


def page(*texts: str, number: int = 1, top: float = 700.0) -> list[TextLine]:
    """A page with one line under another."""
    words = [word for index, text in enumerate(texts) for word in line(text, top - 12 * index)]
    return lines_of_page(words, number)


def read_in_order(words: list[Word]) -> list[str]:
    return [one.text for one in lines_of_page(words, 1)]


@pytest.mark.parametrize("shift", [0.0, 5.0], ids=["lines side by side", "lines not side by side"])
def test_columns_are_read_one_after_the_other(shift: float) -> None:
    """A title over two columns comes first, then the left column, then the right one."""
    words = line("Een lange titel die over beide kolommen van de pagina loopt en verder", 720, left=60)
    for index in range(8):
        words += line(f"links regel {index} met wat tekst", 700 - 12 * index)
        words += line(f"rechts regel {index} met wat", 700 - 12 * index - shift, left=260)
    found = read_in_order(words)
    assert found[0].startswith("Een lange titel")
    assert [text.split()[0] for text in found[1:]] == ["links"] * 8 + ["rechts"] * 8


def test_one_column_is_not_cut_at_its_spaces() -> None:
    """Spaces that fall under one another make no columns."""
    words = [word for index in range(12) for word in line("vier vier vier vier vier vier", 700 - 12 * index)]
    assert len(read_in_order(words)) == 12


@pytest.mark.parametrize(
    ("before", "mark", "expected"),
    [
        pytest.param("marketing.", "1", "marketing. Dan", id="footnote"),
        pytest.param("m", "2", "m2 Dan", id="square metre"),
        pytest.param("20", "e", "20e Dan", id="ordinal"),
        pytest.param("CO", "2", "CO2 Dan", id="formula"),
    ],
)
def test_the_number_of_a_footnote_is_no_text(before: str, mark: str, expected: str) -> None:
    """A raised number goes, unless it says something."""
    first = Word(before, 50, 90, 700, SIZE)
    raised = Word(mark, 90, 93, 700, 6.0, is_raised=True)
    assert read_in_order([first, raised, Word("Dan", 98, 110, 700, SIZE)]) == [expected]


def furnished(*heads: str) -> list[list[str]]:
    pages = [
        page(head, f"Hier begint stuk {'abcd'[index]}.", f"Het loopt {'abcd'[index]} af.", number=index + 1)
        for index, head in enumerate(heads)
    ]
    return [[one.text for one in lines] for lines in remove_furniture(pages)]


@pytest.mark.parametrize(
    "heads",
    [
        pytest.param(("Over lef", "Over lef", "Over lef"), id="the same on each page"),
        pytest.param(("Over lef 7", "Over lef 8", "Over lef 9"), id="with numbers that count on"),
        pytest.param(("P. Smit", "Over lef", "P. Smit", "Over lef"), id="left and right pages differ"),
        pytest.param(("1", "2", "3"), id="numbers alone"),
        pytest.param(("Pagina 1 van 3", "Pagina 2 van 3", "Pagina 3 van 3"), id="of so many"),
    ],
)
def test_running_heads_go(heads: tuple[str, ...]) -> None:
    """A line that stands at the same height of several pages is furniture."""
    assert all(len(lines) == 2 for lines in furnished(*heads))


@pytest.mark.parametrize(
    "heads",
    [
        pytest.param(("Inleiding", "Het verhaal", "Besluit"), id="headings that stand once"),
        pytest.param(("Stap 3", "Stap 9", "Stap 10"), id="numbers that do not count on with the pages"),
        pytest.param(("In 1999 was het zo.", "In 1999 niet meer.", "Nu weer."), id="sentences"),
    ],
)
def test_lines_of_the_essay_stay(heads: tuple[str, ...]) -> None:
    """A heading or a sentence at the top of a page that stands there once is the essay's."""
    kept = furnished(*heads)
    assert kept[0][0] == heads[0]
    assert all(len(lines) >= 2 for lines in kept)


FULL = "Deze regel is vol tot aan de rand van de kolom waarin"


def paragraphs(*lines: list[Word]) -> list[str]:
    words = [word for one in lines for word in one]
    return [one.text for one in paragraphs_of(lines_of_page(words, 1), {})]


def test_a_short_line_an_indent_and_a_gap_end_a_paragraph() -> None:
    """Lines are one paragraph until a line stays short, the next is indented or white stands between."""
    full = [line(FULL, 700 - 12 * index) for index in range(3)]
    assert len(paragraphs(*full)) == 1
    assert len(paragraphs(*full, line("kort.", 664), line("Daarna een nieuwe", 652))) == 2
    assert len(paragraphs(*full, line("Ingesprongen", 664, left=65))) == 2
    assert len(paragraphs(*full, line("Verder weg staat dit", 650))) == 2


def test_a_heading_is_larger_or_bold() -> None:
    """A line in larger letters is a heading, and so is a bold one above text; a bold word in a line is not."""
    words = line("De kop", 740, size=14) + line("Vette kop", 715, is_bold=True) + line(FULL, 700) + line(FULL, 688)
    words += line("Vet", 676, is_bold=True) + line("en dan gewone tekst.", 676, left=70)
    kinds = [one.kind for one in paragraphs_of(lines_of_page(words, 1), {})]
    assert kinds[:2] == ["title", "heading"]
    assert set(kinds[2:]) == {"text"}


def test_the_outline_names_headings() -> None:
    """A line that the file's outline names is a heading, though its letters are those of the text."""
    lines = lines_of_page([*line("Inleiding", 700), *line(FULL, 676), *line(FULL, 664)], 3)
    found = paragraphs_of(lines, {(3, "inleiding"): 1})
    assert (found[0].kind, found[0].text, found[0].page) == ("title", "Inleiding", 3)
    assert found[1].kind == "text"
