"""Answers, hits and essays as JSON, chat message, terminal text and essay view."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.essay_view import essay_view
from assistant.language import LANGUAGES
from assistant.messages import message
from assistant.rendering import (
    answer_html,
    answer_text,
    as_json,
    citation_link,
    hits_text,
    notice_html,
    question_html,
    quote_parts,
    tidy,
)
from assistant.types import Answer, AnswerKind, Block, Citation, Document, Hit, Passage, Sentence, Span, Turn

NASTY = '<img src=x onerror=alert(1)> <script>x</script> **vet** $5 en $6 1986. Een "jaar" & `code`'
TEXT = "Lef \U0001f600 titel\nKop\nEerste zin. Tweede zin <b>.\n• een\n• twee\nFooter\n# Hekje\n1. tel\nEinde."


class Words(HTMLParser):
    """The words and tags of a piece of HTML as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.words += data


def at(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def block(words: str, kind: str, level: int = 0) -> Block:
    return Block(*at(words), kind, level)  # type: ignore[arg-type]


@pytest.fixture
def document() -> Document:
    return Document(
        "map/een essay.txt",
        TEXT,
        "Lef",
        author="A. & B.",
        year=2009,
        blocks=(
            block("Lef \U0001f600 titel", "title"),
            block("Kop", "heading", 1),
            block("Eerste zin. Tweede zin <b>.", "paragraph"),
            block("• een", "item"),
            block("• twee", "item"),
            block("Footer", "removed"),
            block("# Hekje", "heading", 2),
            block("1. tel", "item"),
            block("Einde.", "paragraph"),
        ),
    )


def answer_of(
    *spans: Span, refused: bool = False, frame: str = "Dit staat er:", language: str = "nl", kind: AnswerKind = "absent"
) -> Answer:
    """An answer that cites `spans` of TEXT, with the sentences that lie in them; of a kind where it is refused."""
    sentences = [
        Sentence(*at(words), "Lef", ("Kop",), number, words.startswith("•"))
        for words, number in [("Eerste zin.", 2), ("Tweede zin <b>.", 2), ("• een", 3), ("• twee", 4)]
    ]
    citations = tuple(
        Citation(number, "map/een essay.txt", "Lef", "Kop", *span, TEXT[span.start : span.end])
        for number, span in enumerate(spans, 1)
    )
    own = [s for span in spans for s in sentences if span.start <= s.start and s.end <= span.end]
    return Answer("vraag", language, "", frame, tuple(own), citations, (), refused, kind=kind if refused else "answer")


TO_LIST = Span(at("Tweede zin <b>.").start, at("• twee").end)


def test_values_become_plain_json() -> None:
    """Every value of the program survives json.dumps, with its fields by name."""
    answer = answer_of(at("Eerste zin."))
    value = json.loads(json.dumps(as_json({"answer": answer, "turns": [Turn("a")], "span": Span(1, 2)})))
    assert value["answer"]["citations"][0]["quote"] == "Eerste zin."
    assert (value["answer"]["kind"], value["answer"]["missing"], value["answer"]["understood"]) == ("answer", [], "")
    assert value["turns"] == [{"question": "a", "answer": ""}]
    assert value["span"] == [1, 2]


def test_a_value_without_a_json_form_is_an_error() -> None:
    """Something that is no plain value is refused rather than turned into some string."""
    with pytest.raises(TypeError, match="object"):
        as_json([object()])


@pytest.mark.parametrize("render", [question_html, lambda text: notice_html(text, text)], ids=["question", "notice"])
def test_what_a_person_typed_is_shown_literally(render) -> None:  # type: ignore[no-untyped-def]
    """HTML in a question is text, and no blank line ends the HTML in which nothing is Markdown."""
    html = render(NASTY + "\n\n# kop")
    assert NASTY in Words(html).words
    assert not {"img", "script"} & set(Words(html).tags)
    assert "\n\n" not in html
    assert "\n" not in question_html("a\n\n\nb")


def test_control_characters_are_dropped() -> None:
    """Neither a terminal nor a reading direction can be steered by what an essay or a question holds."""
    assert tidy("a\x1b[31m\u202eb\x00\n\n c") == "a[31mb c"
    assert "\x1b" not in question_html("\x1b[2J")
    assert tidy("\U0001f469\u200d\U0001f4bb") == "\U0001f469\u200d\U0001f4bb"  # a joined emoji stays whole


def test_an_answer_shows_frame_quotes_numbers_and_sources() -> None:
    """Each quote stands with its number as a link to its place; the sources are listed once a section."""
    html = answer_html(answer_of(at("Eerste zin."), at("Tweede zin <b>.")))
    seen = Words(html)
    assert "Dit staat er:" in seen.words
    assert "Eerste zin." in seen.words
    assert "Tweede zin <b>." in seen.words
    assert "1, 2" in seen.words
    assert "b" not in seen.tags
    first = citation_link("map/een essay.txt", *at("Eerste zin."))
    assert seen.links == [first, citation_link("map/een essay.txt", *at("Tweede zin <b>.")), first]
    assert "\n" not in html


def test_a_link_holds_any_file_name() -> None:
    """A source keeps its slashes, spaces and hashes inside one part of the address."""
    assert citation_link("a/b #1.txt", 3, 9) == "#bron/a%2Fb%20%231.txt/3/9"


def test_a_list_inside_a_quote_is_a_list() -> None:
    """A quote that runs into a list shows its items as items, without their bullets."""
    answer = answer_of(TO_LIST)
    assert [(part.text, part.is_item) for part in quote_parts(answer)[0]] == [
        ("Tweede zin <b>.", False),
        ("een", True),
        ("twee", True),
    ]
    assert "<ul><li>een</li><li>twee</li></ul>" in answer_html(answer)


def test_a_number_at_the_start_of_a_sentence_is_no_list() -> None:
    """Only what the document calls an item is one: "1986. Een jaar" stays a sentence."""
    quote = "1986. Een jaar."
    citation = Citation(1, "a.txt", "A", "", 0, len(quote), quote)
    answer = Answer("v", "nl", "", "F", (Sentence(0, len(quote), "A", (), 0),), (citation,), (), False)
    assert "<p>1986. Een jaar.</p>" in answer_html(answer)
    assert "<ul><li>" not in answer_html(answer)


def test_a_quote_whose_sentences_are_unknown_is_still_shown() -> None:
    """Without sentences the whole quote is one paragraph."""
    citation = Citation(1, "a.txt", "A", "", 5, 8, "a\nb")
    answer = Answer("v", "nl", "", "F", (), (citation,), (), False)
    assert quote_parts(answer)[0][0].text == "a b"


def test_quotes_with_the_same_offsets_in_two_files_keep_their_own_parts() -> None:
    """The sentences of one citation are never taken for those of the next."""
    sentences = (Sentence(0, 3, "A", (), 0), Sentence(0, 3, "B", (), 7))
    citations = tuple(Citation(n, f"{n}.txt", "T", "", 0, 3, quote) for n, quote in ((1, "aaa"), (2, "bbb")))
    answer = Answer("v", "nl", "", "F", sentences, citations, (), False)
    assert [parts[0].text for parts in quote_parts(answer)] == ["aaa", "bbb"]


@pytest.mark.parametrize(("language", "label"), [("nl", "Niet in de essays"), ("en", "Not in"), ("xx", "Niet in")])
def test_a_refusal_says_so_and_cites_nothing(language: str, label: str) -> None:
    """A refusal is its frame, named as one, without a link or a list of sources."""
    html = answer_html(answer_of(refused=True, frame=f"Nee.\n{NASTY}", language=language))
    assert 'class="refusal"' in html
    assert label in html
    assert NASTY in Words(html).words
    assert Words(html).links == []


@pytest.mark.parametrize("kind", ["absent", "unclear", "opinion", "act"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_refusal_is_named(language: str, kind: AnswerKind) -> None:
    """A refusal says in the language of its frame whether the essays or the question is the reason."""
    seen = Words(answer_html(answer_of(refused=True, frame="Nee.", language=language, kind=kind)))
    label = message(language, f"label_{kind}")
    assert seen.words == f"{label}Nee."
    others = {message(language, f"label_{other}") for other in ("absent", "unclear", "opinion")}
    assert len(others) == 3
    assert label in others


def test_every_line_of_the_frame_is_a_paragraph() -> None:
    """What was understood and what is missing are notes before the line of the essays; a blank one is no paragraph."""
    frame = "Opgevat als: wat is lef?\nDe essays noemen ‘<b>’ nergens.\n\nUit ‘Lef’:"
    answer = answer_of(at("Eerste zin."), frame=frame)
    html = answer_html(answer)
    assert '<div class="frame"><p class="note">Opgevat als: wat is lef?</p>' in html
    assert '<p class="note">De essays noemen ‘&lt;b&gt;’ nergens.</p><p>Uit ‘Lef’:</p></div>' in html
    assert answer_text(answer).splitlines()[:4] == [*filter(None, frame.splitlines()), ""]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_are_named_in_the_language_of_the_answer(language: str) -> None:
    """The numbers, the list of sources and the terminal say "source" in the frame's language; quotes stay Dutch."""
    answer = answer_of(at("Eerste zin."), language=language)
    source, sources = message(language, "source"), message(language, "sources")
    html = answer_html(answer)
    assert f'<div class="answer" lang="{language}">' in html
    assert f'<span class="unseen">{source} </span>1</a>' in html
    assert f'<p class="label">{sources}</p>' in html
    assert '<blockquote lang="nl">' in html
    assert f"\n{sources}\n[1] " in answer_text(answer)


def test_a_friendly_line_is_neither_refusal_nor_list_of_sources() -> None:
    """An answer without citations that refuses nothing shows its frame alone."""
    html = answer_html(answer_of(frame="Graag gedaan."))
    assert 'class="answer"' in html
    assert "Bronnen" not in html


def test_terminal_text_keeps_to_its_width() -> None:
    """Lines are wrapped, quotes are numbered, items are bulleted and the sources name file and place."""
    text = answer_text(answer_of(at("Eerste zin."), TO_LIST, frame="Dit staat er " * 9), width=40)
    assert max(map(len, text.splitlines())) <= 40
    assert "[1] Eerste zin." in text
    assert "    • twee" in text
    assert "Lef › Kop (map/een essay.txt," in " ".join(text.split())


def test_terminal_text_of_a_refusal_is_plain() -> None:
    """A refusal in the terminal is its frame and nothing else."""
    assert answer_text(answer_of(refused=True, frame="Dat staat er niet.")) == "Dat staat er niet."


def test_hits_are_listed_best_first_with_their_place() -> None:
    """A hit shows its score, title, headings, file and offsets, then its words on wrapped lines."""
    passage = Passage(0, "a.txt", "Titel", 3, 9, ("Kop",), "woord " * 30, ())
    text = hits_text([Hit(passage, 0.5)], width=50)
    assert text.startswith("1. 0.500 Titel › Kop (a.txt, 3-9)")
    assert max(map(len, text.splitlines())) <= 50
    assert hits_text([]) == ""


def test_an_essay_shows_its_blocks_without_furniture(document: Document) -> None:
    """Removed blocks are left out, neighbouring items become one list, marks of Markdown and bullets go."""
    view = essay_view(document)
    assert [block.kind for block in view.blocks] == [
        "title", "heading", "paragraph", "list", "heading", "list", "paragraph",
    ]  # fmt: skip
    assert [[part.text for part in item] for item in view.blocks[3].items] == [["een"], ["twee"]]
    assert view.blocks[4].segments[0].text == "Hekje"
    assert view.blocks[5].items[0][0].text == "1. tel"
    assert [block.counted for block in view.blocks if block.kind == "list"] == [False, True]
    assert not any(part.marked for block in view.blocks for part in block.segments)
    assert (view.author, view.publisher, view.year) == ("A. & B.", "", 2009)


def test_a_mark_lies_where_its_offsets_say_although_an_emoji_stands_before_it(document: Document) -> None:
    """Offsets count code points: a browser, which counts UTF-16 units, would be one off after an emoji."""
    span = at("Tweede zin <b>.")
    view = essay_view(document, [span])
    first, marked = view.blocks[2].segments
    assert (first.text, first.marked) == ("Eerste zin. ", False)
    assert (marked.text, marked.marked, marked.id) == ("Tweede zin <b>.", True, "mark-1")
    assert len(TEXT.encode("utf-16-le")) // 2 != len(TEXT)
    assert view.heading == "Kop"


def test_a_mark_over_several_blocks_marks_a_part_of_each(document: Document) -> None:
    """A span from a paragraph into a list marks the end of the one and the items, with one id."""
    view = essay_view(document, [TO_LIST])
    segments = [*view.blocks[2].segments, *(part for item in view.blocks[3].items for part in item)]
    assert [(part.text, part.marked, part.id) for part in segments] == [
        ("Eerste zin. ", False, ""),
        ("Tweede zin <b>.", True, "mark-1"),
        ("een", True, ""),
        ("twee", True, ""),
    ]


def test_several_and_overlapping_marks_each_get_an_id(document: Document) -> None:
    """Two spans that share words mark their union; each has its id where it begins."""
    both = at("Eerste zin. Tweede")
    view = essay_view(document, [both, at("zin. Tweede zin <b>.")])
    parts = view.blocks[2].segments
    assert "".join(part.text for part in parts if part.marked) == "Eerste zin. Tweede zin <b>."
    assert [part.id for part in parts if part.id] == ["mark-1", "mark-2"]


def test_the_place_of_a_mark_names_its_post_and_heading() -> None:
    """On a page with several posts, the title and heading are those above the mark."""
    text = "Een\nKop\nTwee\nzin"
    blocks = tuple(
        Block(*at(words, text), kind)  # type: ignore[arg-type]
        for words, kind in [("Een", "post"), ("Kop", "heading"), ("Twee", "post"), ("zin", "paragraph")]
    )
    view = essay_view(Document("a.txt", text, "Archief", blocks=blocks), [at("zin", text)])
    assert (view.title, view.post, view.heading) == ("Archief", "Twee", "")


def on_pages(answer: Answer, *pages: int | None, language: str = "nl") -> Answer:
    """An answer whose citations stand on these pages of a document in a language."""
    cited = zip(answer.citations, pages, strict=True)
    return replace(answer, citations=tuple(replace(one, page=page, language=language) for one, page in cited))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_named_wherever_a_citation_is(language: str) -> None:
    """The sources, the links and the terminal name the page in the answer's language; each page has its own line."""
    answer = on_pages(answer_of(at("Eerste zin."), at("• een"), language=language), 3, 12)
    html, short = answer_html(answer), message(language, "page", page="12")
    assert html.count("<li><span") == 2
    assert f'<span class="short">{short}</span>' in html
    assert f'Lef, {message(language, "page_said", page="12")}"' in html
    assert f"(map/een essay.txt, {short}, {at('• een').start}-" in answer_text(answer, width=200)


def test_without_pages_nothing_is_said_of_them() -> None:
    """Quotes of a format without pages share a line, and no screen speaks of a page."""
    answer = answer_of(at("Eerste zin."), at("• een"))
    assert "page" not in answer_html(answer)
    assert answer_html(answer).count("<li><span") == 1
    assert "p. " not in answer_text(answer, width=200)


def test_a_quote_has_the_language_of_its_essay() -> None:
    """A screen reader is told the language of each quote, and not that of all essays."""
    html = answer_html(on_pages(answer_of(at("Eerste zin.")), None, language="fr"))
    assert '<blockquote lang="fr">' in html
    assert 'lang="nl"><div class="frame">' in html
