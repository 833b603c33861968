"""What the readers of the formats make of headings, lists, notes and tables, one small file at a time."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest

from assistant.errors import UnreadableError
from assistant.formats import Paragraph
from assistant.formats.blocks import page_blocks
from assistant.formats.looks import by_looks
from assistant.formats.markup import parse_html
from assistant.formats.registry import SUFFIXES, extract, why_not

FILES = Path(__file__).parent / "data" / "formats"
PROSE = "Een polder is een stuk land dat door een dijk van het omringende water is afgesloten, en dat is alles."


def rows(raw: bytes, suffix: str) -> list[str]:
    """Each paragraph on a line: its kind, its level or number, its text."""
    return [_row(one) for one in extract(raw, suffix).paragraphs]


def _row(one: Paragraph) -> str:
    sign = {"title": "T", "heading": f"H{one.level}", "item": one.mark or "•", "text": "P"}[one.kind]
    return f"{sign} {one.text}"


def of_page(body: str, head: str = "") -> list[str]:
    return rows(
        f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode(), ".html"
    )


# Word and OpenDocument, as Writer saved them from benchmarks/rich.fodt


@pytest.mark.parametrize("suffix", [".docx", ".odt"])
def test_all_that_a_word_processor_knows(suffix: str) -> None:
    """Titles, headings of own styles, nested numbers, notes, text boxes and cells are read; deletions are not."""
    assert rows((FILES / f"rich{suffix}").read_bytes(), suffix) == [
        "T De molen",
        "H1 De wieken",
        "P De molen draait op de wind en zelden op  stroom.\nDat is al eeuwen zo.",
        "P Er zijn drie soorten:",
        "1. de poldermolen",
        "a) van hout",
        "b) van steen",
        "2. de korenmolen",
        "P En die laatste maalt:",
        "• tarwe",
        "• rogge",
        "H2 De kap",
        "P De kap draait mee met de wind.",
        "P Een molen zonder kap is een romp.",
        "P Molen",
        "P Bouwjaar",
        "P De Ster",
        "P 1739",
        "H1 Het slot",
        "P Zo draait hij door.",
        "H0 Noten",
        "1. Dat zegt de molenaar zelf.",
        "2. Niet bij elke molen.",
    ]


@pytest.mark.parametrize("suffix", [".docx", ".odt"])
def test_properties_of_a_document(suffix: str) -> None:
    """Title, author and year are those of the document's properties."""
    found = extract((FILES / f"rich{suffix}").read_bytes(), suffix).metadata
    assert (found.title, found.author, found.year) == ("De molen", "Jo Smit", 2012)


def of_word(**styles: str) -> bytes:
    """A document of Word with a style for each paragraph, by the style's id; a new style has that name too."""
    made = docx.Document()
    for style, text in styles.items():
        if style not in [one.name for one in made.styles]:
            made.styles.add_style(style, docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
        made.add_paragraph(text, style=style)
    packed = BytesIO()
    made.save(packed)
    return packed.getvalue()


def test_headings_by_dutch_names() -> None:
    """A style of the name "Kop 2" is a heading, a title "Titel" the title, a contents line of Word nothing."""
    made = {
        "Titel": "De molen",
        "Inhopg 1": "De kap ... 3",
        "Kop 1": "De kap",
        "kop2": "De staart",
        "Normal": "Zin.",
    }
    assert rows(of_word(**made), ".docx") == ["T De molen", "H1 De kap", "H2 De staart", "P Zin."]


def test_what_a_program_wrote_by_itself_is_no_property() -> None:
    """The title and author that python-docx writes into every file say nothing of the essay."""
    found = extract(of_word(Normal="Een zin."), ".docx").metadata
    assert (found.title, found.author) == ("", "")


def test_numbers_that_word_shows() -> None:
    """The built-in numbered and bulleted lists of Word have their numbers and bullets."""
    raw = docx.Document()
    for text in ("een", "twee"):
        raw.add_paragraph(text, style="List Number")
    raw.add_paragraph("punt", style="List Bullet")
    packed = BytesIO()
    raw.save(packed)
    assert rows(packed.getvalue(), ".docx") == ["1. een", "2. twee", "• punt"]


# Markdown


def test_markdown() -> None:
    """Headings, lists and cells are read without their marks; wrapped lines are one paragraph."""
    text = (
        "Titel\n=====\n\nEen *schuine* en\n**vette** [link](http://x.nl).\n\n## Kop ##\n\n- een\n- twee\n  - onder\n\n"
        "3. drie\n4. vier\n\n> citaat\n\n<!-- weg -->\n\n| a | b |\n|---|---|\n| c | d |\n"
    )
    assert rows(text.encode(), ".md") == [
        "H1 Titel",
        "P Een schuine en vette link.",
        "H2 Kop",
        "• een",
        "• twee",
        "• onder",
        "3. drie",
        "4. vier",
        "P citaat",
        "P a",
        "P b",
        "P c",
        "P d",
    ]


def test_front_matter() -> None:
    """Front matter says title, author, year and address, in Dutch or in English; the rest of it says nothing."""
    text = "---\ntitel: 'De: molen'\nauteur: J. Smit\ndatum: 2012-05-01\nurl: https://x.nl/a\nx: [a]\n---\nEen zin.\n"
    found = extract(text.encode(), ".md")
    said = found.metadata
    assert (said.title, said.author, said.year, said.url) == ("De: molen", "J. Smit", 2012, "https://x.nl/a")
    assert [one.text for one in found.paragraphs] == ["Een zin."]


@pytest.mark.parametrize(
    ("front", "note"),
    [
        ("title: [", "its front matter is no YAML"),
        ("title: !!python/object/apply:os.system ['true']", ""),
        ("a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntitle: *c", ""),
    ],
    ids=["broken", "code", "bomb"],
)
def test_front_matter_that_is_wrong(front: str, note: str) -> None:
    """Broken front matter is a note, and hostile front matter does nothing; the text is read."""
    found = extract(f"---\n{front}\n---\nEen zin.\n".encode(), ".md")
    assert [one.text for one in found.paragraphs] == ["Een zin."]
    assert [one[: len(note)] for one in found.notes] == ([note] if note else [])
    assert found.metadata.title == ""


def test_a_rule_is_no_front_matter() -> None:
    """A text that begins with a line of dashes keeps its first paragraph."""
    assert rows(b"---\nEen zin.\n---\nNog een.\n", ".md")[-1] == "P Nog een."
    assert any("Een zin." in row for row in rows(b"---\nEen zin.\n---\nNog een.\n", ".md"))


# Web pages

OTHER = "Lees ook waarom de zee nu weer stijgt, en wat de dijkgraaf van onze polder daarvan vindt en zegt"
MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "Blog", "Over ons", "Contact"))


def test_a_page_without_its_menus() -> None:
    """Of a page the title, headings, lists and text of the article are read; menus, scripts and footers are not."""
    body = (
        f"<header><h2>De Site</h2><nav><ul>{MENU}</ul></nav></header><div class=sidebar><ul>{MENU}</ul></div>"
        f"<main><article><h1>De polder</h1><p>{PROSE}</p><h2>Drie eisen</h2><p>{PROSE}</p>"
        f"<ol start=3><li>droog<li value=7><p>vlak</p><ul><li>erg</ul></ol><p>Kort.</p></article></main>"
        f"<script>var x = 1;</script><div class=related><a href=/x>{OTHER}</a></div><footer>© De Site</footer>"
    )
    assert of_page(body) == [
        "H1 De polder",
        f"P {PROSE}",
        "H2 Drie eisen",
        f"P {PROSE}",
        "3. droog",
        "7. vlak",
        "• erg",
        "P Kort.",
    ]


def test_words_that_belong_together_stay_so() -> None:
    """Inline elements join words, breaks part lines, two breaks part paragraphs, a raised note sign is left out."""
    body = f"<p>{PROSE}</p><p>Een <b>v</b>et m<sup>2</sup>.<sup><a href='#n'>1</a></sup><br>Regel.<br><br>Nieuw.</p>"
    assert of_page(body)[1:] == ["P Een vet m2.\nRegel.", "P Nieuw."]


def test_preformatted_text() -> None:
    """In preformatted text a blank line parts paragraphs, as in a text file."""
    assert of_page(f"<pre>Titel\n\nKop\n{PROSE}\n</pre>") == ["P Titel", f"P Kop\n{PROSE}"]


def test_what_a_page_says_of_itself() -> None:
    """Author, date and address are those of the page's head; its title only where the text has no heading like it."""
    head = (
        "<title>De polder - De Site</title><meta name=author content='Jo Smit'>"
        "<meta property=article:published_time content=2012-05-01><link rel=canonical href=https://x.nl/polder>"
    )
    page = f"<html><head>{head}</head><body><h1>De polder</h1><p>{PROSE}</p></body></html>"
    said = extract(page.encode(), ".html").metadata
    assert (said.title, said.author, said.year, said.url) == ("", "Jo Smit", 2012, "https://x.nl/polder")


def test_where_a_page_was_saved() -> None:
    """A page that does not say its address has the one that the browser noted when it saved it."""
    page = f"<!DOCTYPE html>\n<!-- saved from url=(0020)https://x.nl/a -->\n<html><body><p>{PROSE}</p></body></html>"
    assert extract(page.encode(), ".html").metadata.url == "https://x.nl/a"


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        (f"<meta charset=iso-8859-1><p>{PROSE} é €5</p>".encode("cp1252"), ("read as Windows-1252",)),
        (f"<p>{PROSE} é €5</p>".encode("cp1252"), ("read as Windows-1252",)),
        (f"<meta charset=utf-8><p>{PROSE} é €5</p>".encode("cp1252"), ("read as Windows-1252",)),
        (f"<meta charset=windows-1252><p>{PROSE} é €5</p>".encode("utf-16"), ("read as UTF-16",)),
        (f"\ufeff<p>{PROSE} é €5</p>".encode(), ()),
    ],
    ids=["said", "unsaid", "said-wrongly", "utf-16", "bom"],
)
def test_encodings_of_pages(raw: bytes, note: tuple[str, ...]) -> None:
    """The encoding is that of the mark, then what the page says where it fits, then what fits."""
    found = extract(raw, ".html")
    assert [one.text for one in found.paragraphs] == [f"{PROSE} é €5"]
    assert found.notes == note


def test_a_choice_of_hidden_words() -> None:
    """Of several hidden variants, of which a script shows one, the last is read; other hidden text is not."""
    body = f"<p>{PROSE} Druk op <i><b hidden>Cmd</b><b hidden>Ctrl</b></i>.</p><p hidden>{PROSE}</p>"
    assert of_page(body) == [f"P {PROSE} Druk op Ctrl."]


# All formats


def test_every_ending_is_read_or_explained() -> None:
    """Every ending that is listed has a reader, and others have advice in one line."""
    for suffix in SUFFIXES:
        if suffix not in (".txt", ".pdf", ".md", ".markdown"):
            with pytest.raises(UnreadableError) as error:
                extract(b"", suffix)
            assert "are not read" not in str(error.value)
    assert why_not("a.pages") == ".pages files are not read: export it as .docx or .pdf"


def test_headings_by_looks() -> None:
    """In a book without headings the lines in larger bold letters are headings, the largest of the first level."""
    css = ".a {font-size: 20pt; font-weight: bold} .b {font-size: 14pt; font-weight: bold} .c {font-weight: bold} .d {}"
    page = "<p><i class=a>Een</i><p><i class=b>Twee</i><p class=d>Drie <i class=c>vier</i><p class=c>Vijf"
    found = list(by_looks(page_blocks(parse_html(f"<body>{page}</body>")), css))
    assert [(one.kind, one.level, one.text) for one in found] == [
        ("heading", 1, "Een"),
        ("heading", 2, "Twee"),
        ("text", 0, "Drie vier"),
        ("text", 0, "Vijf"),
    ]
