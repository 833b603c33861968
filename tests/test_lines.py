"""Lines with their exact place, and hard-wrapped paragraphs put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lines import INVISIBLE, plain, split_lines

WRAPPED = (
    "Een polder is een stuk land dat door een dijk van het omringende water",
    "is afgesloten en waarvan de waterstand kunstmatig wordt geregeld. Dat",
    "laatste is het kenmerk waar het om draait: zonder gemaal of molen loopt",
    "een polder in een paar weken vol.",
    "",
    "Wat een polder is",
    "",
    "In een waterschap mocht vanouds meepraten wie grond bezat, en hoe meer",
    "grond, hoe meer stem: belang, betaling en zeggenschap heette dat toen.",
    "",
    "Een waterschap doet drie dingen:",
    "- het houdt de dijken en de kaden langs al het water van het land in",
    "  goede staat,",
    "- het int bij al wie er woont en bij al wie er grond heeft de belasting",
    "- het maalt.",
)
ENDS_AND_SPACES = ("\r", "\n", "\r\n", "\ufeff", "\u200b", "\u00ad", "\u00a0", "\u2028", "\x0b", "\x85", " ", "\t")
PIECES = st.sampled_from((*ENDS_AND_SPACES, "- ", "1. ", "Een zin.", *WRAPPED))
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map("".join)


def texts_of(text: str) -> list[str]:
    return [text[line.start : line.end] for line in split_lines(text)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_line_ends(end: str) -> None:
    """Each kind of line end gives the same lines and the same number of blank lines between them."""
    text = end.join(("Titel", "", "", "Eerste regel.", "Tweede regel.", "", "Derde."))
    assert texts_of(text) == ["Titel", "Eerste regel.", "Tweede regel.", "Derde."]
    assert [line.gap for line in split_lines(text)] == [0, 2, 0, 1]


def test_mixed_line_ends() -> None:
    """Line ends of several kinds in one file each end one line."""
    assert texts_of("a\r\nb\rc\nd\n\re") == ["a", "b", "c", "d", "e"]
    assert [line.gap for line in split_lines("a\r\nb\rc\nd\n\re")] == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \n\t\n", []),
        ("\ufeffTitel\n", ["Titel"]),
        ("Titel\n\u00a0\nTekst", ["Titel", "Tekst"]),
        ("\u00a0 Titel \u00a0", ["Titel"]),
        ("\u200bTitel\u200b", ["Titel"]),
        ("zacht\u00adafgebroken", ["zacht\u00adafgebroken"]),
        ("een\u2028twee", ["een\u2028twee"]),
        ("een\x0ctwee", ["een\x0ctwee"]),
        ("laatste regel zonder einde", ["laatste regel zonder einde"]),
    ],
    ids=[
        "empty",
        "blank",
        "bom",
        "nbsp-line",
        "nbsp-around",
        "zero-width",
        "soft-hyphen",
        "u2028",
        "form-feed",
        "last",
    ],
)
def test_text_of_lines(text: str, expected: list[str]) -> None:
    """A line's span leaves out the white space and the invisible signs around it, and nothing else."""
    assert texts_of(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_wrapped_paragraphs(end: str) -> None:
    """A hard-wrapped paragraph is one line; headings and the items of a list under it stay their own."""
    assert texts_of(end.join(WRAPPED)) == [
        end.join(WRAPPED[0:4]),
        WRAPPED[5],
        end.join(WRAPPED[7:9]),
        WRAPPED[10],
        end.join(WRAPPED[11:13]),
        WRAPPED[13],
        WRAPPED[14],
    ]


def test_wrapped_text_is_matched_on_one_line() -> None:
    """The text that patterns see of a joined paragraph is one line with single spaces."""
    assert split_lines("\r\n".join(WRAPPED))[0].text == " ".join(WRAPPED[:4])


def test_file_with_long_lines_is_not_joined() -> None:
    """A file that has a line longer than any wrapping width keeps its lines as they are."""
    assert len(texts_of("\n".join((*WRAPPED, "x" * 121)))) == sum(map(bool, WRAPPED)) + 1


def test_poem_is_not_joined() -> None:
    """Short lines that begin with capitals are not one paragraph."""
    poem = "Denkend aan Holland\nZie ik brede rivieren\nTraag door oneindig\nLaagland gaan"
    assert texts_of(poem) == poem.split("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("‘Wat’ is “dit”?", "'Wat' is \"dit\"?"),
        ("„Zo”", '"Zo"'),
        (" een\u00a0 twee\t", "een twee"),
        ("\ufeffzacht\u00ad\u200b", "zacht"),
        ("één – twee", "één – twee"),
    ],
    ids=["curly", "low", "spaces", "invisible", "accents-and-dashes-stay"],
)
def test_plain(text: str, expected: str) -> None:
    """Patterns see straight quotes and single spaces, and nothing invisible."""
    assert plain(text) == expected


@given(TEXTS)
def test_every_character_is_in_one_line(text: str) -> None:
    """Every visible character lies in exactly one line; lines are in order and begin and end visibly."""
    lines = split_lines(text)
    covered = [place for line in lines for place in range(line.start, line.end)]
    assert covered == sorted(set(covered))
    visible = {place for place, char in enumerate(text) if not char.isspace() and char not in INVISIBLE}
    assert visible <= set(covered)
    for line in lines:
        assert text[line.start : line.end].strip() == text[line.start : line.end]
        assert line.text == plain(text[line.start : line.end])


@pytest.mark.parametrize("above", ["", "\n".join(WRAPPED)], ids=["short", "wrapped"])
def test_line_of_invisible_signs(above: str) -> None:
    """A line that shows nothing is a blank line, also in a hard-wrapped file."""
    below = f"{above}\n\u200b \u200b \u200b\n"
    assert texts_of(below) == texts_of(above)
