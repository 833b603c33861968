"""The sentences in a row: who stands beside whom, which lists they make, and what a sentence looks like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant import Assistant, Retriever
from assistant.shelf import Shelf, asks, is_open, leans

# What stands between two sentences, what corpus.toml says of it, and whether the second follows the first.
BETWEEN = {
    "space": (" ", "", True),
    "line": ("\n", "", True),
    "paragraph": ("\n\n", "", True),
    "bullet": ("\n\n- ", "", True),
    "heading": ("\n\nDe stenen\n\n", 'headings = ["De stenen"]', False),
    "numbered-heading": ("\n\n1. De stenen\n\n", "", True),
    "removed-line": ("\n\nAdvertentie koop nu meel\n\n", 'remove = ["Advertentie koop nu meel"]', False),
    "post": ("\n\nDe tweede post\n\n", 'posts = ["De tweede post"]', False),
}
ONE, OTHER = "De molenaar maalt elke dag het graan.", "De wind laat de wieken draaien boven het dorp."


@pytest.fixture(scope="module")
def shelf(mill: Retriever) -> Shelf:
    """The essay about a mill."""
    return Shelf(mill.index)


def number_of(shelf: Shelf, words: str) -> int:
    """The number of the first sentence that begins with some words."""
    return next(number for number in range(len(shelf.sentences)) if shelf.text(number).startswith(words))


# --- Words


def test_every_sentence_of_the_passages_is_there_once(assistant: Assistant) -> None:
    """Sentences are numbered in the order of the passages, each with its own document."""
    index = assistant.retriever.index
    shelf = Shelf(index)
    assert list(shelf.sentences) == [sentence for passage in index.passages for sentence in passage.sentences]
    assert len(shelf.documents) == len(shelf.sentences) == int(index.first_sentence[-1])
    for passage in index.passages:
        first, last = index.first_sentence[passage.id : passage.id + 2]
        assert {document.source for document in shelf.documents[first:last]} == {passage.source}
        assert shelf.quote(first, last - 1) == passage.text


def test_a_quote_holds_all_that_stands_between(shelf: Shelf) -> None:
    """The words of neighbours are quoted with the white space between them; one sentence is its own text."""
    first = number_of(shelf, "De molenaar maalt")
    assert shelf.text(first) == "De molenaar maalt het graan elke dag opnieuw."
    assert shelf.quote(first, first) == shelf.text(first)
    assert shelf.quote(first, first + 1) == f"{shelf.text(first)} {shelf.text(first + 1)}"


# --- Beside one another


@pytest.mark.parametrize(("between", "metadata", "expected"), BETWEEN.values(), ids=BETWEEN)
def test_a_sentence_follows_where_nothing_stands_between(
    shelf_of: Callable[..., Shelf], between: str, metadata: str, expected: bool
) -> None:
    """The next sentence follows across white space, a bullet or a number, never across a heading or a removed line."""
    shelf = shelf_of(f'["molen.txt"]\n{metadata}', molen=f"De molen\n\n{ONE}{between}{OTHER}\n")
    assert shelf.text(0) == ONE
    assert shelf.follows(0) == expected
    assert shelf.same_block(0) == (between == " ")


def test_nothing_follows_beyond_the_ends(shelf: Shelf) -> None:
    """Before the first sentence and behind the last there is nothing, nor for a number that is none."""
    last = len(shelf.sentences) - 1
    assert not any(shelf.follows(number) or shelf.same_block(number) for number in (-2, -1, last, last + 1))


def test_one_essay_does_not_follow_another(shelf_of: Callable[..., Shelf]) -> None:
    """The first sentence of an essay does not follow the last one of the essay before it."""
    shelf = shelf_of("", een=f"Molen\n\n{ONE}\n", twee=f"Molen\n\n{OTHER}\n")
    assert [shelf.text(number) for number in range(2)] == [ONE, OTHER]
    assert not shelf.follows(0)


# --- Lists and numbered headings

REASONS = """De reden van de molen

Dit zijn de redenen:

1. De wind waait hier altijd

De wind waait in de polder van oktober tot mei.

2. Het graan groeit vlakbij

Het graan komt van de boeren om de hoek.

3. Iedereen lust brood

Brood wordt in het dorp elke dag gebakken en gegeten.
"""


def test_headings_that_a_colon_announces_are_a_list(shelf_of: Callable[..., Shelf]) -> None:
    """Numbered headings under a sentence with a colon are listed; the rest of the list is all the others."""
    shelf = shelf_of("", reden=REASONS)
    headings = [number for number in range(len(shelf.sentences)) if shelf.is_heading(number)]
    assert [shelf.text(number)[:2] for number in headings] == ["1.", "2.", "3."]
    for number in headings:
        assert shelf.headings_beside(number) == headings
        assert shelf.is_listed(number)
        assert shelf.rest_of_list(number) == [one for one in headings if one != number]
        assert shelf.stands_above(number)
    assert shelf.items_around(headings[0]) == 3


def test_every_heading_of_a_list_knows_its_length(shelf_of: Callable[..., Shelf]) -> None:
    """Whichever heading of a list is asked, the list has as many items."""
    shelf = shelf_of("", reden=REASONS)
    assert {shelf.items_around(one) for one in range(len(shelf.sentences)) if shelf.is_heading(one)} == {3}


def test_headings_that_nothing_announces_are_no_list(shelf: Shelf) -> None:
    """Numbered headings without a colon above them are headings and no more."""
    first, second = number_of(shelf, "1. De wieken"), number_of(shelf, "2. De stenen")
    assert shelf.headings_beside(first) == [first, second]
    assert not shelf.is_listed(first)
    assert not shelf.is_listed(second)


def test_a_sentence_is_no_heading(shelf: Shelf) -> None:
    """A sentence has no list of headings behind it, and stands above nothing."""
    number = number_of(shelf, "Twee zware stenen")
    assert not shelf.is_heading(number)
    assert shelf.rest_of_list(number) == []
    assert not shelf.stands_above(number)


@pytest.mark.parametrize(("words", "count"), [("wind die", 3), ("zakken voor", 3)], ids=["first-item", "last-item"])
def test_the_items_of_a_list_are_counted(shelf: Shelf, words: str, count: int) -> None:
    """Every item of a list knows how many there are; what announces the list is not counted."""
    [number] = [one for one in range(len(shelf.sentences)) if words in shelf.text(one)]
    assert shelf.sentences[number].is_item
    assert shelf.items_around(number) == count


def test_an_item_of_two_sentences_is_one_item(shelf_of: Callable[..., Shelf]) -> None:
    """Items are counted by their blocks, not by their sentences."""
    items = "- De wind waait hard. Dat is altijd zo geweest.\n- Het graan groeit langzaam op het land.\n"
    shelf = shelf_of("", molen=f"De molen\n\nDe molenaar heeft twee dingen nodig:\n\n{items}")
    assert shelf.items_around(number_of(shelf, "De molenaar heeft") + 1) == 2


# --- Leaning, asking, open


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


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("", False),
        ("Hij zei: ‘Kom.", True),
        ("Hij zei: ‘Kom.’", False),
        ("“Twitter loopt leeg.", True),
        ("Hij riep „Kom” en ging.", False),
        ("(En dat is niet alles.", True),
        ("(En dat ‘is” niet) alles.", True),
        ("Hij zei: “Dat is ‘echt’ waar.”", False),
        ("Hij zei: “Dat is ‘echt waar.”", True),
        ("Hij zei: ‘De foto’s zijn klaar.", True),
        ("Foto’s van de auto’s.", False),
        ("De directeur’s stoel) is leeg.", False),
        ('Hij zei: "Kom.', False),
        (
            "Het verschil zit ‘m in de plek.",
            False,
        ),
    ],
    ids=(
        "empty open closed double low-high bracket crossed nested nested-open apostrophe plural stray straight elision"
    ).split(),
)
def test_a_quotation_is_open(quote: str, expected: bool) -> None:
    """Words are open where a quotation or a parenthesis begins in them and does not end; an apostrophe ends none."""
    assert is_open(quote) == expected
