"""Excerpts: which sentences are shown together, and where one must stop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise
from pathlib import Path

import pytest

from assistant import Assistant, Retriever
from assistant.documents import read_corpus
from assistant.embedder import Embedder
from assistant.indexer import build, open_index, save
from assistant.lexical import fold
from assistant.reader import Excerpt, Reader, asks, leans
from assistant.settings import Settings
from assistant.types import Document, Sentence

QUESTIONS = Path(__file__).parent / "questions.jsonl"


@dataclass(frozen=True)
class Reading:
    """A question and the excerpts that were chosen for it."""

    question: str
    excerpts: list[Excerpt]


class Shelf:
    """An opened index: reads questions with settings of its own, and knows each sentence's neighbours."""

    def __init__(self, retriever: Retriever) -> None:
        self.retriever = retriever
        self.sentences = [
            (retriever.index.documents[passage.source], sentence)
            for passage in retriever.index.passages
            for sentence in passage.sentences
        ]
        self.number = {(document.source, sentence.start): n for n, (document, sentence) in enumerate(self.sentences)}

    def read(self, question: str, settings: Settings | None = None) -> list[Excerpt]:
        """The excerpts for a question."""
        return Reader(self.retriever.index, settings or Settings()).read(self.retriever.search(question))

    def holding(self, words: str, excerpts: Sequence[Excerpt]) -> Excerpt:
        """The one excerpt that shows some words."""
        [found] = [excerpt for excerpt in excerpts if words in quote(excerpt)]
        return found

    def text(self, number: int) -> str:
        """The words of a sentence, by its number."""
        document, sentence = self.sentences[number]
        return document.text[sentence.start : sentence.end]

    def follows(self, number: int) -> bool:
        """Whether nothing but white space or a bullet stands between a sentence and the next, in one section."""
        if not 0 <= number < len(self.sentences) - 1:
            return False
        (document, one), (beside, other) = self.sentences[number : number + 2]
        same_place = (one.title, one.headings) == (other.title, other.headings) and document is beside
        return same_place and other.block - one.block <= 1


@pytest.fixture(scope="module")
def shelf(assistant: Assistant) -> Shelf:
    """The real essays."""
    return Shelf(assistant.retriever)


@pytest.fixture(scope="module")
def readings(shelf: Shelf) -> list[Reading]:
    """What is chosen for every other question of the question file and for sentences of the essays as questions."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines[::2]]
    asked += [shelf.text(number) for number in range(0, len(shelf.sentences), 5)]
    return [Reading(question, shelf.read(question)) for question in asked]


def quote(excerpt: Excerpt) -> str:
    return excerpt.document.text[excerpt.start : excerpt.end]


def words(document: Document, sentence: Sentence) -> str:
    return document.text[sentence.start : sentence.end]


# --- What belongs together


def test_a_colon_brings_its_list(shelf: Shelf) -> None:
    """A sentence that ends in a colon is shown with the whole list that it announces."""
    excerpt = shelf.holding("vijf zaken nodig:", shelf.read("Welke vijf zaken zijn nodig voor marketing?"))
    items = [words(excerpt.document, sentence) for sentence in excerpt.sentences if sentence.is_item]
    assert [item[:2] for item in items] == ["1)", "2)", "3)", "4)", "5)"]
    assert quote(excerpt).endswith("bij punt 4.")


def test_an_item_brings_its_list(shelf: Shelf) -> None:
    """A list item is shown with the other items and the sentence that announces them."""
    excerpt = shelf.holding("Dit doe ik", shelf.read("Dit ben ik. Dit doe ik. Ik ben er goed in, want…"))
    assert "terug naar de basis:" in quote(excerpt)
    assert quote(excerpt).endswith("4) En ik onderscheid me van anderen door…")


def test_an_announced_list_of_headings_is_shown_without_their_sections(shelf: Shelf) -> None:
    """Numbered headings that a colon announces are shown as the list they are, each from its own place."""
    shown = [quote(excerpt) for excerpt in shelf.read("Naar mijn gevoel zijn dit de redenen:")]
    [first] = [text for text in shown if "dit de redenen:" in text]
    assert first.endswith("1. We stevenen af op een participatiesamenleving")
    assert "2. Crowdfunding is ingeburgerd" in shown


@pytest.mark.parametrize(
    ("sentence", "before"),
    [
        ("Dat is bij engagementsmarketing anders.", "Begrijpelijk dat men dat nu interruptiemarketing noemt."),
        ("Zij organiseerden zonder kosten gespreksavonden voor burgers", "de inzet van zijn fans."),
        ("Dat heet dan personal branding.", "veel ruimte voor ‘ik’."),
    ],
    ids="dat zij heet".split(),
)
def test_a_leaning_sentence_brings_the_one_before_it(shelf: Shelf, sentence: str, before: str) -> None:
    """A sentence that cannot be understood alone is shown with the sentence that it leans on."""
    excerpt = shelf.holding(sentence, shelf.read(sentence))
    assert before in quote(excerpt)
    assert quote(excerpt).index(before) < quote(excerpt).index(sentence)


def test_no_excerpt_leans_on_a_sentence_that_could_have_been_shown(shelf: Shelf, readings: list[Reading]) -> None:
    """An excerpt opens with a leaning sentence only below a break, next to another excerpt, or when it is full."""
    most = Settings().max_excerpt_sentences
    for reading in readings:
        shown = {
            shelf.number[one.document.source, sentence.start] for one in reading.excerpts for sentence in one.sentences
        }
        for excerpt in reading.excerpts:
            first = shelf.number[excerpt.document.source, excerpt.start]
            is_full = sum(not sentence.is_item for sentence in excerpt.sentences) >= most
            if leans(shelf.text(first)) and not excerpt.sentences[0].is_item and not is_full:
                assert not shelf.follows(first - 1) or first - 1 in shown, (reading.question, shelf.text(first))


def test_no_excerpt_ends_in_a_colon_that_announces_something(shelf: Shelf, readings: list[Reading]) -> None:
    """Where an excerpt ends in a colon, nothing of its section follows."""
    for reading in readings:
        shown = {
            shelf.number[one.document.source, sentence.start] for one in reading.excerpts for sentence in one.sentences
        }
        for excerpt in reading.excerpts:
            last = shelf.number[excerpt.document.source, excerpt.sentences[-1].start]
            if shelf.text(last).endswith(":"):
                assert not shelf.follows(last) or last + 1 in shown, (reading.question, shelf.text(last))


# --- Where an excerpt must stop


def test_an_excerpt_is_a_run_of_neighbours(shelf: Shelf, readings: list[Reading]) -> None:
    """No sentence of the essay is left out within an excerpt, and every offset is that of the essay."""
    for reading in readings:
        for excerpt in reading.excerpts:
            numbers = [shelf.number[excerpt.document.source, sentence.start] for sentence in excerpt.sentences]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), reading.question
            assert [shelf.sentences[number][1] for number in numbers] == list(excerpt.sentences)
            assert excerpt.document is shelf.retriever.index.documents[excerpt.document.source]


def test_an_excerpt_crosses_nothing(readings: list[Reading]) -> None:
    """No heading, removed line, title or post stands within an excerpt, but for a listed heading that it shows."""
    for reading in readings:
        for excerpt in reading.excerpts:
            blocks = excerpt.document.blocks
            inside = [
                number
                for number, block in enumerate(blocks)
                if block.start < excerpt.end and block.end > excerpt.start and block.kind not in ("paragraph", "item")
            ]
            assert all(blocks[number].kind == "heading" for number in inside), reading.question
            assert set(inside) <= {sentence.block for sentence in excerpt.sentences if sentence.is_item}
            assert len({(sentence.title, sentence.headings) for sentence in excerpt.sentences}) == 1


# Sentences that ask and lean on two sentences before them, and a colon without a list.
HARD_TO_CUT = (
    "En hoe kunnen wij de klant het beste geven?",
    "Wat kan hij doen?",
    "Of ik voor ‘netwerkfunctie’ niet ‘social’ moet zetten?",
    "En komen dan ook de kantoren weer terug voor het persoonlijk contact?",
    "Let op: maak hierbij een goed verschil tussen voorlichting en communicatie.",
)


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_an_excerpt_is_not_longer_than_the_settings_say(shelf: Shelf, most: int) -> None:
    """An excerpt has at most `max_excerpt_sentences` sentences, the items of a list not counted."""
    for question in (*HARD_TO_CUT, "Welke vijf zaken zijn nodig?", "wat is lef?", "waarom gunnen?"):
        for excerpt in shelf.read(question, Settings(max_excerpt_sentences=most)):
            assert sum(not sentence.is_item for sentence in excerpt.sentences) <= most, quote(excerpt)


def test_no_excerpt_is_longer_than_the_default(readings: list[Reading]) -> None:
    """An excerpt has at most three sentences, the items of a list not counted."""
    for reading in readings:
        for excerpt in reading.excerpts:
            prose = [sentence for sentence in excerpt.sentences if not sentence.is_item]
            assert len(prose) <= Settings().max_excerpt_sentences, (reading.question, quote(excerpt))


@pytest.mark.parametrize("most", [1, 2, 4, 8])
def test_there_are_not_more_excerpts_than_the_settings_say(shelf: Shelf, most: int) -> None:
    """A question gets at least one and at most `max_excerpts` excerpts."""
    for question in ("wat is lef?", "Naar mijn gevoel zijn dit de redenen:", "welke vijf zaken?"):
        assert 1 <= len(shelf.read(question, Settings(max_excerpts=most))) <= most


def test_there_are_not_more_excerpts_than_the_default(readings: list[Reading]) -> None:
    """A question gets at least one and at most four excerpts."""
    for reading in readings:
        assert 1 <= len(reading.excerpts) <= Settings().max_excerpts, reading.question


# --- Nothing twice


LISTED = ["ingeburgerd redenen", "ingeburgerd naar redenen", "is af naar 2. is we ingeburgerd"]


def test_no_two_excerpts_overlap(shelf: Shelf, readings: list[Reading]) -> None:
    """No character of an essay is shown in two excerpts, and no sentence is shown twice in other places."""
    for reading in [*readings, *(Reading(question, shelf.read(question)) for question in LISTED)]:
        for one, other in combinations(reading.excerpts, 2):
            apart = one.document is not other.document or one.end <= other.start or other.end <= one.start
            assert apart, (reading.question, quote(one))
        shown = [fold(words(one.document, sentence)) for one in reading.excerpts for sentence in one.sentences]
        assert len(shown) == len(set(shown)), reading.question


def test_a_numbered_heading_says_nothing_alone(shelf: Shelf, readings: list[Reading]) -> None:
    """A heading is an excerpt of its own only where it is one of a list that the essay announces."""
    for reading in [*readings, *(Reading(question, shelf.read(question)) for question in LISTED)]:
        for excerpt in reading.excerpts:
            kinds = {excerpt.document.blocks[sentence.block].kind for sentence in excerpt.sentences}
            if kinds == {"heading"}:
                above = [
                    words(excerpt.document, one)
                    for document, one in shelf.sentences
                    if (
                        document is excerpt.document
                        and one.headings == excerpt.sentences[0].headings
                        and not one.is_item
                    )
                ]
                assert any(text.endswith(":") for text in above), (reading.question, quote(excerpt))


def test_excerpts_stand_in_the_order_of_the_essay(readings: list[Reading]) -> None:
    """Excerpts of one post stand together, as they read; the post with the best one comes first."""
    for reading in readings:
        posts = [(excerpt.document.source, excerpt.sentences[0].title) for excerpt in reading.excerpts]
        assert len(list(groupby(posts))) == len(set(posts)), reading.question
        for one, other in pairwise(reading.excerpts):
            same_post = one.document is other.document and one.sentences[0].title == other.sentences[0].title
            assert not same_post or one.start < other.start, reading.question
        best = [
            max(one.score for one in group)
            for _, group in groupby(reading.excerpts, lambda one: (one.document.source, one.sentences[0].title))
        ]
        assert best == sorted(best, reverse=True), reading.question


def test_without_hits_there_is_nothing_to_read(shelf: Shelf) -> None:
    """Where nothing was found, there are no excerpts."""
    found = replace(shelf.retriever.search("lef"), hits=())
    assert Reader(shelf.retriever.index, Settings()).read(found) == []


# --- An essay made for its breaks

ESSAY = """De molen van het dorp

De eerste molen

De molenaar maalt het graan elke dag opnieuw. Dat doet hij al sinds zijn jeugd met plezier.

Advertentie koop nu meel

Zo blijft de molen van het dorp altijd draaien en malen. De molenaar heeft daarvoor wel drie dingen nodig:

- wind die de wieken laat draaien
- graan van de boeren uit de buurt
- zakken voor het meel van de molen

Maar zonder geduld van de molenaar lukt het nooit.

De tweede molen

Dit is de molen van de overkant, die water uit de polder pompt. De molenaar maalt het graan elke dag opnieuw.

1. De wieken en hun zeilen

Van linnen zijn ze gemaakt, en de wind blaast er hard in.

2. De stenen

Twee zware stenen draaien over elkaar en pletten de korrels.

De laatste post

Hij vertelt kinderen over de molen. Waarom draait de molen nog? Omdat de wind waait en de molenaar dat wil.
"""
METADATA = """["molen.txt"]
title = "De molen van het dorp"
headings = ["De eerste molen", "De tweede molen"]
posts = ["De laatste post"]
remove = ["Advertentie koop nu meel"]
"""


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Shelf:
    """An essay with a list, a removed line, headings, a post and a sentence that stands in it twice."""
    folder = tmp_path_factory.mktemp("mill")
    (folder / "molen.txt").write_text(ESSAY, encoding="utf-8")
    (folder / "corpus.toml").write_text(METADATA, encoding="utf-8")
    save(build(read_corpus(folder), embedder, Settings()), folder / "index")
    return Shelf(Retriever(open_index(folder / "index", embedder, Settings()), embedder, Settings()))


def test_a_removed_line_is_not_read_across(mill: Shelf) -> None:
    """A leaning sentence below a removed line stays without the one above it."""
    excerpt = mill.holding("Zo blijft de molen", mill.read("Blijft de molen van het dorp altijd draaien en malen?"))
    assert quote(excerpt).startswith("Zo blijft")
    assert all("Advertentie" not in quote(excerpt) for excerpt in mill.read("Advertentie koop nu meel"))


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("Wat is de molen van de overkant die water pompt?", "Dit is de molen van de overkant"),
        ("Wie vertelt kinderen over de molen?", "Hij vertelt kinderen over de molen"),
    ],
    ids=["heading", "post"],
)
def test_a_leaning_sentence_stays_below_its_heading(mill: Shelf, question: str, opening: str) -> None:
    """A leaning sentence that opens a section or a post is shown without what stands above that."""
    assert quote(mill.holding(opening, mill.read(question))).startswith(opening)


def test_a_list_ends_where_its_items_end(mill: Shelf) -> None:
    """An announced list is shown up to its last item, with its announcement above it."""
    excerpt = mill.holding("drie dingen nodig:", mill.read("Welke drie dingen heeft de molenaar nodig?"))
    assert sum(sentence.is_item for sentence in excerpt.sentences) == 3
    assert "zakken voor het meel" in quote(excerpt)
    assert "geduld" not in quote(excerpt)


@pytest.mark.parametrize("heading", ["De wieken en hun zeilen", "De stenen"])
def test_a_numbered_heading_gives_way_to_what_stands_under_it(mill: Shelf, heading: str) -> None:
    """A heading that no list announces is never shown; the first sentence of its section is."""
    excerpts = mill.read(heading)
    below = {"De stenen": "Twee zware stenen", "De wieken en hun zeilen": "Van linnen zijn ze gemaakt"}[heading]
    assert mill.holding(below, excerpts)
    assert all(heading not in quote(excerpt) for excerpt in excerpts)


@pytest.mark.parametrize(
    "question",
    [
        "De molenaar maalt het graan elke dag opnieuw.",
        "De molenaar maalt het graan. De molen van de overkant, die water uit de polder pompt.",
        "het polder dag heeft het graan",
    ],
    ids="itself itself-and-neighbour words".split(),
)
def test_a_sentence_that_stands_twice_is_shown_once(mill: Shelf, question: str) -> None:
    """Of a sentence that an essay repeats, one place is shown, also where a neighbour would bring the other."""
    excerpts = mill.read(question)
    assert sum(quote(excerpt).count("maalt het graan") for excerpt in excerpts) == 1


def test_a_question_of_the_essay_brings_its_answer(mill: Shelf) -> None:
    """A sentence that asks is shown with the sentence that answers."""
    excerpt = mill.holding("Waarom draait de molen nog?", mill.read("waarom draait de molen nog"))
    assert quote(excerpt).endswith("dat wil.")


# --- Leaning and asking


@pytest.mark.parametrize(
    "sentence",
    [
        "Dat is bij engagementsmarketing anders.",
        "Daarmee winnen zij de klant terug.",
        "Maar zo eenvoudig is dat niet altijd.",
        "‘En’, zei de directeur, ‘nu is het klaar.’",
        "Het gaat over de verbinding, de klik.",
        "Zo’n ambassadeur zal anderen inspireren om mee te doen.",
        "Zo'n ambassadeur zal anderen inspireren om mee te doen.",
        "In dat geval vraag je de kleinere delen om hulp.",
        "Volgens de schrijver doet hij het altijd zo.",
        "Wanneer je dat helder hebt, vind je klanten.",
        "Als je dat durft als organisatie, dan heb je lef!",
        "Onzin.",
        "Zuur?",
        "Drie korte woorden.",
        "",
    ],
)
def test_a_sentence_leans(sentence: str) -> None:
    """A sentence that points back, or that has fewer than four words, leans on the one before it."""
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Het verschil zit in het hart.",
        "De klant staat niet centraal bij betekenismarketing.",
        "Identiteitsmarketing begint met de vraag waarom je bestaat.",
        "Datgene wat telt is de klik tussen mensen.",
        "Enkele klanten blijven een merk trouw.",
        "Ontdek wie behoefte heeft aan jouw talent.",
        "Het verhaal dat iedereen kent is waar.",
    ],
)
def test_a_sentence_stands_on_its_own(sentence: str) -> None:
    """A sentence of four words or more that names what it speaks of leans on nothing."""
    assert not leans(sentence)


@pytest.mark.parametrize(
    ("sentence", "is_question"),
    [
        ("Zuur?", True),
        ("‘Wat is de conversie?’", True),
        ("(En waarom?)", True),
        ("Wie gunt u een nieuw leven?”", True),
        ("Echt?! ", False),
        ("‘Waarom?’ vroeg hij.", False),
        ("Dat is zo.", False),
        ("", False),
    ],
    ids="bare quoted bracketed curly exclaimed reported statement empty".split(),
)
def test_a_sentence_asks(sentence: str, is_question: bool) -> None:
    """A sentence asks where its last sign, quotation marks and brackets aside, is a question mark."""
    assert asks(sentence) == is_question
