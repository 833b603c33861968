"""What the essay view says of a marked place: lines, headings, neighbours; and which places a request names."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mill import MILL, MILL_METADATA

from assistant.documents import read_corpus
from assistant.essay_view import MAX_ALSO, EssayView, essay_view, spans_to_mark
from assistant.rendering import as_json
from assistant.structure import read_document
from assistant.types import Block, BlockKind, Document, Metadata, Span

CORPUS = Path(__file__).parent.parent / "corpus"
WRAPPED = (
    "Titel\n\nEen regel die\ndoorloopt in de\nvolgende regel.\n\n• een\n• twee \U0001f600\n\nSlot e\u0301\u00e9n.\n"
)


def at(words: str, text: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def document_of(text: str, *parts: tuple[str, BlockKind, int]) -> Document:
    """A document whose blocks are these words of `text`, with their kinds and levels."""
    return Document(
        "a.txt", text, "Titel", blocks=tuple(Block(*at(words, text), kind, level) for words, kind, level in parts)
    )


def wrapped(text: str) -> Document:
    starts = [
        ("Titel", "title"),
        ("Een regel", "paragraph"),
        ("• een", "item"),
        ("• twee", "item"),
        ("Slot", "paragraph"),
    ]
    ends = ["Titel", "volgende regel.", "• een", "twee \U0001f600", "\u00e9n."]
    blocks = [
        Block(text.index(first), text.index(last) + len(last), kind)  # type: ignore[arg-type]
        for (first, kind), last in zip(starts, ends, strict=True)
    ]
    return Document("a.txt", text, "Titel", blocks=tuple(blocks))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_lines_are_those_of_the_file(line_end: str) -> None:
    """Blocks, items and places count the lines of the file from 1, whatever ends them."""
    text = WRAPPED.replace("\n", line_end)
    view = essay_view(wrapped(text), [at(f"doorloopt in de{line_end}volgende", text), at("twee \U0001f600", text)])
    assert [block.lines for block in view.blocks] == [(1,), (3,), (7, 8), (10,)]
    assert [(place.first_line, place.last_line) for place in view.places] == [(4, 5), (8, 8)]


@given(st.text("a\r\n \U0001f600\x0b\x85\u2028", min_size=1, max_size=30), st.data())
def test_lines_agree_with_counting_line_ends(text: str, data: st.DataObject) -> None:
    """The line of a character is one more than the line ends before it; only \\r\\n, \\r and \\n are line ends."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    ended = [char == "\n" or (char == "\r" and text[place + 1 : place + 2] != "\n") for place, char in enumerate(text)]
    line_of = [1, *(1 + count for count in accumulate(ended))]
    place = essay_view(Document("a.txt", text, "A"), [Span(start, end)]).places[0]
    assert (place.first_line, place.last_line) == (line_of[start], line_of[end - 1])


def test_a_span_that_ends_with_its_line_stays_on_that_line() -> None:
    """The end is exclusive: a quote up to the line end does not touch the next line."""
    place = essay_view(wrapped(WRAPPED), [Span(0, len("Titel\n"))]).places[0]
    assert (place.first_line, place.last_line) == (1, 1)


def test_the_heading_path_goes_from_the_outside_in() -> None:
    """A place names the post and each open heading above it; a heading closes those of its level and deeper."""
    text = "# Post\nEen\nDiep\nTwee\n## Klein\nzin\nAnder\nslot"
    kinds: list[tuple[str, BlockKind, int]] = [
        ("# Post", "post", 0), ("Een", "heading", 1), ("Diep", "heading", 2), ("Twee", "heading", 1),
        ("## Klein", "heading", 2), ("zin", "paragraph", 0), ("Ander", "post", 0), ("slot", "paragraph", 0),
    ]  # fmt: skip
    view = essay_view(document_of(text, *kinds), [at("zin", text), at("slot", text), at("Diep", text)])
    assert [(place.post, place.headings) for place in view.places] == [
        ("Post", ("Twee", "Klein")),
        ("Ander", ()),
        ("Post", ("Een", "Diep")),
    ]
    assert (view.post, view.heading) == ("Post", "Klein")


def test_the_path_ends_in_the_heading_of_a_citation(pages_of) -> None:  # type: ignore[no-untyped-def]
    """For every sentence of an essay the panel names the post and the headings that a citation names."""
    pages = pages_of(MILL_METADATA, molen=MILL)
    document = pages.documents["molen.txt"]
    sentences = [one for passage in pages.passages for one in passage.sentences if not one.is_item]
    view = essay_view(document, [Span(one.start, one.end) for one in sentences])
    for sentence, place in zip(sentences, view.places, strict=True):
        assert (place.post or document.title) == sentence.title
        assert place.headings == sentence.headings


def test_every_segment_names_the_places_that_it_lies_in() -> None:
    """Overlapping places cut the text where either begins or ends; each piece carries the numbers of its places."""
    text = "een twee drie vier"
    view = essay_view(document_of(text, (text, "paragraph", 0)), [at("twee drie", text), at("drie vier", text)])
    assert [(part.text, part.spans, part.marked) for part in view.blocks[0].segments] == [
        ("een ", (), False),
        ("twee ", (1,), True),
        ("drie", (1, 2), True),
        (" vier", (2,), True),
    ]


def test_no_place_names_nothing() -> None:
    """Without a span there is no place, no post and no heading."""
    view = essay_view(wrapped(WRAPPED))
    assert (view.places, view.post, view.heading) == ((), "", "")


def test_a_check_is_that_of_the_words_alone() -> None:
    """The digest of a place changes with its words, and not with what stands around them."""
    first, moved, edited = (
        essay_view(Document("a.txt", text, "A"), [at(words, text)]).places[0].check
        for text, words in [
            ("Een volgende regel.", "volgende regel"),
            ("Nog zo een: een volgende regel!", "volgende regel"),
            ("Een vorige regel.", "vorige regel"),
        ]
    )
    assert first == moved == hashlib.sha256(b"volgende regel").hexdigest()[:8]
    assert edited != first


def test_marked_words_are_the_words_of_the_file_in_every_essay() -> None:
    """Each fifth sentence of the shipped essays, all marked at once, comes back word for word from its segments."""
    for document in read_corpus(CORPUS).documents:
        blocks = [block for block in document.blocks if block.kind == "paragraph"][::5]
        spans = [Span(block.start, block.end) for block in blocks]
        shown = marked_words(essay_view(document, spans))
        assert shown == [" ".join(document.text[span.start : span.end].split()) for span in spans]


def marked_words(view: EssayView) -> list[str]:
    """For each place of `view`, the words of the segments that lie in it."""
    segments = [part for block in view.blocks for group in (block.segments, *block.items) for part in group]
    return [
        " ".join("".join(part.text for part in segments if number in part.spans).split())
        for number in range(1, len(view.places) + 1)
    ]


def test_the_view_is_plain_json() -> None:
    """A place becomes an object with its fields by name."""
    value = as_json(essay_view(replace(wrapped(WRAPPED), year=2012), [at("Slot", WRAPPED)]))
    assert value["places"] == [
        {
            "start": WRAPPED.index("Slot"),
            "end": WRAPPED.index("Slot") + 4,
            "first_line": 10,
            "last_line": 10,
            "post": "",
            "headings": [],
            "check": hashlib.sha256(b"Slot").hexdigest()[:8],
            "page": None,
        }
    ]
    assert value["blocks"][3]["segments"][0]["spans"] == [1]


def test_a_request_names_its_places_in_order() -> None:
    """The place asked for comes first, then the others, each once; 0 and 0 is none."""
    assert spans_to_mark(50, 5, 9, ["1-3", "5-9", "1-3"]) == (Span(5, 9), Span(1, 3))
    assert spans_to_mark(50, 0, 0, ["1-3"]) == (Span(1, 3),)
    assert spans_to_mark(0, 0, 0) == ()


@pytest.mark.parametrize(
    ("start", "end", "also"),
    [
        (5, 3, []), (-1, 3, []), (0, 51, []), (7, 7, []), (1, 2, ["3-51"]), (1, 2, ["4-4"]), (1, 2, ["x"]),
        (1, 2, ["-3-5"]), (1, 2, ["3-5 "]), (1, 2, ["\u0663-5"]), (1, 2, ["9" * 5_000 + "-1"]),
        (1, 2, ["3-5"] * (MAX_ALSO + 1)),
    ],
)  # fmt: skip
def test_a_place_outside_the_essay_is_refused(start: int, end: int, also: list[str]) -> None:
    """Whatever is wrong with a place, the error says on one short line what was expected."""
    with pytest.raises(ValueError, match="expected") as caught:
        spans_to_mark(50, start, end, also)
    assert len(str(caught.value)) < 150


def test_a_wrapped_file_is_read_with_its_own_lines() -> None:
    """A hard-wrapped essay, read as the index reads it, is one block a paragraph and keeps the file's line numbers."""
    lines = (
        "De molen maalt het graan van de boeren uit de\nhele streek, al zolang als er iemand is die het\n"
        "nog weet te vertellen aan de kinderen van het\ndorp."
    )
    document = read_document("molen.txt", f"De molen\n\n{lines}\n\n{lines}\n", Metadata())
    view = essay_view(document, [Span(*(at("dorp.", document.text)))])
    assert [block.lines for block in view.blocks] == [(1,), (3,), (8,)]
    assert view.places[0].first_line == 6


def test_pages_begin_where_the_document_says() -> None:
    """A segment that begins a page carries its number, within a paragraph too; an empty page is passed over."""
    text = "Titel\n\nEen alinea die op de volgende bladzij doorgaat.\n\n• een\n• twee\n"
    made = document_of(
        text, ("Titel", "title", 0), (text[7:53], "paragraph", 0), ("• een", "item", 0), ("• twee", "item", 0)
    )
    pages = (0, text.index("bladzij"), text.index("• twee") - 1, text.index("• twee") - 1)
    view = essay_view(replace(made, source="a.pdf", pages=pages), [at("volgende bladzij", text), at("twee", text)])
    assert [
        (segment.text, segment.page)
        for block in view.blocks
        for segments in (block.segments, *block.items)
        for segment in segments
        if segment.page
    ] == [("bladzij", 2), ("twee", 4)]
    assert "".join(segment.text for segment in view.blocks[1].segments) == text[7:53]
    assert [place.page for place in view.places] == [1, 4]
    assert view.pages == 4


def test_only_a_plain_text_file_has_lines() -> None:
    """Of another format the text is what its reader made of it, which no editor shows: no line is named."""
    view = essay_view(replace(wrapped(WRAPPED), source="a.docx"), [at("Slot", WRAPPED)])
    assert {block.lines for block in view.blocks} == {()}
    assert (view.places[0].first_line, view.places[0].last_line, view.places[0].page) == (None, None, None)
    assert essay_view(replace(wrapped(WRAPPED), source="A.TXT")).blocks[0].lines == (1,)
