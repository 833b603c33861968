"""Excerpts: which sentences are shown together, and where one must stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant import Assistant, Retriever
from assistant.intents import intent_of
from assistant.language import detect_language
from assistant.lexical import fold, stems
from assistant.reader import Excerpt, Reader
from assistant.settings import Settings
from assistant.shelf import Shelf, asks, leans
from assistant.steps import Steps
from assistant.types import Document, Sentence

QUESTIONS = Path(__file__).parent / "questions.jsonl"


@dataclass(frozen=True)
class Reading:
    """A question and the excerpts that were chosen for it."""

    question: str
    excerpts: list[Excerpt]


class Desk:
    """An opened index: reads questions with settings of its own, and knows each sentence's number."""

    def __init__(self, retriever: Retriever) -> None:
        self.retriever = retriever
        self.shelf = Shelf(retriever.index)
        places = zip(self.shelf.documents, self.shelf.sentences, strict=True)
        self.number = {(document.source, sentence.start): number for number, (document, sentence) in enumerate(places)}

    def read(self, question: str, settings: Settings | None = None, **options: Any) -> list[Excerpt]:
        """The excerpts for a question."""
        return Reader(self.retriever.index, settings or Settings()).read(self.retriever.search(question), **options)

    def holding(self, words: str, excerpts: Sequence[Excerpt]) -> Excerpt:
        """The one excerpt that shows some words."""
        [found] = [excerpt for excerpt in excerpts if words in quote(excerpt)]
        return found

    def numbers(self, *excerpts: Excerpt) -> list[int]:
        """The numbers of the sentences of excerpts."""
        return [self.number[one.document.source, sentence.start] for one in excerpts for sentence in one.sentences]


@pytest.fixture(scope="module")
def desk(assistant: Assistant) -> Desk:
    """The real essays."""
    return Desk(assistant.retriever)


@pytest.fixture(scope="module")
def readings(desk: Desk) -> list[Reading]:
    """What is chosen for the development questions and for statements of the essays as questions."""
    lines = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    asked = [line["question"] for line in lines if line["split"] == "development" and line["gold"]]
    texts = [desk.shelf.text(number) for number in range(0, len(desk.shelf.sentences), 5)]
    asked += [text for text in texts if not asks(text)]
    return [Reading(question, desk.read(question)) for question in asked]


def quote(excerpt: Excerpt) -> str:
    return excerpt.document.text[excerpt.start : excerpt.end]


def words(document: Document, sentence: Sentence) -> str:
    return document.text[sentence.start : sentence.end]


# --- What belongs together


def test_a_colon_brings_its_list(desk: Desk) -> None:
    """A sentence that ends in a colon is shown with the whole list that it announces."""
    excerpt = desk.holding("vijf zaken nodig:", desk.read("Welke vijf zaken zijn nodig voor marketing?"))
    items = [words(excerpt.document, sentence) for sentence in excerpt.sentences if sentence.is_item]
    assert [item[:2] for item in items] == ["1)", "2)", "3)", "4)", "5)"]
    assert quote(excerpt).endswith("bij punt 4.")


def test_an_item_brings_its_list(desk: Desk) -> None:
    """A list item is shown with the other items and the sentence that announces them."""
    excerpt = desk.holding("Dit doe ik", desk.read("Dit ben ik. Dit doe ik. Ik ben er goed in, want…"))
    assert "terug naar de basis:" in quote(excerpt)
    assert quote(excerpt).endswith("4) En ik onderscheid me van anderen door…")


def test_an_announced_list_of_headings_is_shown_without_their_sections(desk: Desk) -> None:
    """Numbered headings that a colon announces are shown as the list they are, each from its own place."""
    shown = [quote(excerpt) for excerpt in desk.read("Naar mijn gevoel zijn dit de redenen:")]
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
def test_a_leaning_sentence_brings_the_one_before_it(desk: Desk, sentence: str, before: str) -> None:
    """A sentence that cannot be understood alone is shown with the sentence that it leans on."""
    excerpt = desk.holding(sentence, desk.read(sentence))
    assert before in quote(excerpt)
    assert quote(excerpt).index(before) < quote(excerpt).index(sentence)


def test_no_excerpt_leans_on_a_sentence_that_could_have_been_shown(desk: Desk, readings: list[Reading]) -> None:
    """An excerpt opens with a leaning sentence only below a break, beside another excerpt, or for want of room.

    For want of room: it is full, or only its last place is left and the sentence before leans as well.
    """
    most = Settings().max_excerpt_sentences
    for reading in readings:
        shown = desk.numbers(*reading.excerpts)
        for excerpt in reading.excerpts:
            first, *_, last = desk.numbers(excerpt) * 2
            prose = sum(not sentence.is_item for sentence in excerpt.sentences)
            is_full = prose >= most or (prose == most - 1 and leans(desk.shelf.text(first - 1)))
            is_free = not is_full and first - 1 not in shown and last + 1 not in shown
            if leans(desk.shelf.text(first)) and not excerpt.sentences[0].is_item and is_free:
                assert not desk.shelf.follows(first - 1), (reading.question, desk.shelf.text(first))


def test_no_excerpt_ends_in_a_colon_that_announces_something(desk: Desk, readings: list[Reading]) -> None:
    """Where an excerpt ends in a colon, nothing of its section follows."""
    for reading in readings:
        shown = desk.numbers(*reading.excerpts)
        for excerpt in reading.excerpts:
            last = desk.numbers(excerpt)[-1]
            if desk.shelf.text(last).endswith(":"):
                assert not desk.shelf.follows(last) or last + 1 in shown, (reading.question, desk.shelf.text(last))


# --- Where an excerpt must stop


def test_an_excerpt_is_a_run_of_neighbours(desk: Desk, readings: list[Reading]) -> None:
    """No sentence of the essay is left out within an excerpt, and every offset is that of the essay."""
    for reading in readings:
        for excerpt in reading.excerpts:
            numbers = desk.numbers(excerpt)
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), reading.question
            assert [desk.shelf.sentences[number] for number in numbers] == list(excerpt.sentences)
            assert excerpt.document is desk.retriever.index.documents[excerpt.document.source]
            assert excerpt.quote == quote(excerpt)


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
def test_an_excerpt_is_not_longer_than_the_settings_say(desk: Desk, most: int) -> None:
    """An excerpt has at most `max_excerpt_sentences` sentences, the items of a list not counted."""
    for question in (*HARD_TO_CUT, "Welke vijf zaken zijn nodig?", "wat is lef?", "waarom gunnen?"):
        for excerpt in desk.read(question, Settings(max_excerpt_sentences=most)):
            assert sum(not sentence.is_item for sentence in excerpt.sentences) <= most, quote(excerpt)


def test_no_excerpt_is_longer_than_the_default(readings: list[Reading]) -> None:
    """An excerpt has at most four sentences, the items of a list not counted."""
    for reading in readings:
        for excerpt in reading.excerpts:
            prose = [sentence for sentence in excerpt.sentences if not sentence.is_item]
            assert len(prose) <= Settings().max_excerpt_sentences, (reading.question, quote(excerpt))


@pytest.mark.parametrize("most", [1, 2, 4, 8])
def test_there_are_not_more_excerpts_than_the_settings_say(desk: Desk, most: int) -> None:
    """A question gets at least one and at most `max_excerpts` excerpts."""
    for question in ("wat is lef?", "Naar mijn gevoel zijn dit de redenen:", "welke vijf zaken?"):
        assert 1 <= len(desk.read(question, Settings(max_excerpts=most))) <= most


def test_there_are_not_more_excerpts_than_the_default(readings: list[Reading]) -> None:
    """A question gets at least one and at most four excerpts."""
    for reading in readings:
        assert 1 <= len(reading.excerpts) <= Settings().max_excerpts, reading.question


# --- Nothing twice


LISTED = ["ingeburgerd redenen", "ingeburgerd naar redenen", "is af naar 2. is we ingeburgerd"]


def test_no_two_excerpts_overlap(desk: Desk, readings: list[Reading]) -> None:
    """No character of an essay is shown in two excerpts, and no sentence is shown twice in other places."""
    for reading in [*readings, *(Reading(question, desk.read(question)) for question in LISTED)]:
        for one, other in combinations(reading.excerpts, 2):
            apart = one.document is not other.document or one.end <= other.start or other.end <= one.start
            assert apart, (reading.question, quote(one))
        shown = [fold(words(one.document, sentence)) for one in reading.excerpts for sentence in one.sentences]
        assert len(shown) == len(set(shown)), reading.question


def test_no_two_excerpts_say_the_same(readings: list[Reading]) -> None:
    """No sentence of an excerpt shares four in five of its words with a sentence of another excerpt."""
    for reading in readings:
        for one, other in combinations(reading.excerpts, 2):
            for mine, theirs in product(one.sentences, other.sentences):
                left, right = set(stems(words(one.document, mine))), set(stems(words(other.document, theirs)))
                is_alike = len(left & right) >= 0.8 * len(left | right) > 0
                assert not is_alike, (reading.question, words(one.document, mine))


def test_a_numbered_heading_says_nothing_alone(desk: Desk, readings: list[Reading]) -> None:
    """A heading is an excerpt of its own only where it is one of a list that the essay announces."""
    for reading in [*readings, *(Reading(question, desk.read(question)) for question in LISTED)]:
        for excerpt in reading.excerpts:
            kinds = {excerpt.document.blocks[sentence.block].kind for sentence in excerpt.sentences}
            if kinds == {"heading"}:
                above = [
                    words(excerpt.document, one)
                    for document, one in zip(desk.shelf.documents, desk.shelf.sentences, strict=True)
                    if (
                        document is excerpt.document
                        and one.headings == excerpt.sentences[0].headings
                        and not one.is_item
                    )
                ]
                assert any(text.endswith(":") for text in above), (reading.question, quote(excerpt))


def test_a_listed_heading_brings_the_others_where_a_list_is_asked_for(desk: Desk) -> None:
    """Which of the headings matches best does not matter: all of the list are shown. Else none is."""
    headings = ["1. We stevenen af op een participatiesamenleving", "2. Crowdfunding is ingeburgerd"]
    asked = desk.read("Welke twee redenen zijn er voor de populariteit van participatiemarketing?")
    assert [text for text in map(quote, asked) if text in headings] == headings
    assert not set(headings) & set(map(quote, desk.read("What is crowdfunding?")))


def test_excerpts_stand_in_the_order_of_the_essay(readings: list[Reading]) -> None:
    """Excerpts of one post stand together, as they read; the post with the best one comes first.

    Where one thing is asked for, the best excerpt comes before all of them, right behind what it leans on; behind
    any that it reads on from, where two sides are compared.
    """
    for reading in readings:
        top = max(excerpt.score for excerpt in reading.excerpts)
        others = reading.excerpts
        intent = intent_of(reading.question, language=detect_language(reading.question))
        if intent.wants_one:
            place = next(place for place, excerpt in enumerate(reading.excerpts) if excerpt.score == top)
            opening, others = reading.excerpts[: place + 1], reading.excerpts[place + 1 :]
            for one, other in pairwise(opening):
                assert one.end <= other.start <= one.end + 2, reading.question
                assert intent.sides or leans(words(other.document, other.sentences[0])), reading.question
        posts = [(excerpt.document.source, excerpt.sentences[0].title) for excerpt in others]
        assert len(list(groupby(posts))) == len(set(posts)), reading.question
        for one, other in pairwise(others):
            same_post = one.document is other.document and one.sentences[0].title == other.sentences[0].title
            assert not same_post or one.start < other.start, reading.question
        best = [
            max(one.score for one in reading.excerpts if (one.document.source, one.sentences[0].title) == post)
            for post, _ in groupby(posts)
        ]
        assert best == sorted(best, reverse=True), reading.question


def test_without_hits_there_is_nothing_to_read(desk: Desk) -> None:
    """Where nothing was found, there are no excerpts."""
    found = replace(desk.retriever.search("lef"), hits=())
    assert Reader(desk.retriever.index, Settings()).read(found) == []


# --- An essay made for its breaks


@pytest.fixture(scope="module")
def mill_desk(mill: Retriever) -> Desk:
    """The essay about a mill."""
    return Desk(mill)


def test_a_removed_line_is_not_read_across(mill_desk: Desk) -> None:
    """A leaning sentence below a removed line stays without the one above it."""
    excerpt = mill_desk.holding(
        "Zo blijft de molen", mill_desk.read("Blijft de molen van het dorp altijd draaien en malen?")
    )
    assert quote(excerpt).startswith("Zo blijft")
    assert all("Advertentie" not in quote(excerpt) for excerpt in mill_desk.read("Advertentie koop nu meel"))


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("Wat is de molen van de overkant die water pompt?", "Dit is de molen van de overkant"),
        ("Wie vertelt kinderen over de molen?", "Hij vertelt kinderen over de molen"),
    ],
    ids=["heading", "post"],
)
def test_a_leaning_sentence_stays_below_its_heading(mill_desk: Desk, question: str, opening: str) -> None:
    """A leaning sentence that opens a section or a post is shown without what stands above that."""
    assert quote(mill_desk.holding(opening, mill_desk.read(question))).startswith(opening)


def test_a_list_ends_where_its_items_end(mill_desk: Desk) -> None:
    """An announced list is shown up to its last item, with its announcement above it."""
    excerpt = mill_desk.holding("drie dingen nodig:", mill_desk.read("Welke drie dingen heeft de molenaar nodig?"))
    assert sum(sentence.is_item for sentence in excerpt.sentences) == 3
    assert "zakken voor het meel" in quote(excerpt)
    assert "geduld" not in quote(excerpt)


@pytest.mark.parametrize("heading", ["De wieken en hun zeilen", "De stenen"])
def test_a_numbered_heading_gives_way_to_what_stands_under_it(mill_desk: Desk, heading: str) -> None:
    """A heading that no list announces is never shown; the first sentence of its section is."""
    excerpts = mill_desk.read(heading)
    below = {"De stenen": "Twee zware stenen", "De wieken en hun zeilen": "Van linnen zijn ze gemaakt"}[heading]
    assert mill_desk.holding(below, excerpts)
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
def test_a_sentence_that_stands_twice_is_shown_once(mill_desk: Desk, question: str) -> None:
    """Of a sentence that an essay repeats, one place is shown, also where a neighbour would bring the other."""
    excerpts = mill_desk.read(question)
    assert sum(quote(excerpt).count("maalt het graan") for excerpt in excerpts) == 1


def test_a_question_of_the_essay_brings_its_answer(mill_desk: Desk) -> None:
    """A sentence that asks is shown with the sentence that answers."""
    excerpt = mill_desk.holding("Waarom draait de molen nog?", mill_desk.read("waarom draait de molen nog"))
    assert quote(excerpt).endswith("dat wil.")


# --- Which sentences, by scores that are given

FARM = """Het boerenleven in de polder

De boer melkt iedere ochtend vroeg zijn koeien. De boerin maakt daarna kaas van de melk.

Over kaas

Kaas moet een half jaar rijpen in de kelder. Waarom rijpt kaas zo traag? Kaas moet in de kelder een half jaar rijpen.

Over boter

Boter wordt gemaakt van room en een beetje zout.

Over karnemelk

Karnemelk blijft over als de boter klaar is. Die drinkt de boer 's avonds op. Daarom slaapt hij goed.
"""
FARM_METADATA = '["boer.txt"]\nheadings = ["Over kaas", "Over boter", "Over karnemelk"]'


@pytest.fixture
def chosen(pages_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A function that reads an essay about a farm; sentences have scores by their first words, the others none."""

    def choose(question: str, scored: dict[str, float], *, shown: str = "", **settings: int) -> list[str]:
        pages: Any = pages_of(FARM_METADATA, boer=FARM)
        shelf = Shelf(pages)
        numbers = {
            next(one for one in range(len(shelf.sentences)) if shelf.text(one).startswith(beginning)): score
            for beginning, score in scored.items()
        }
        monkeypatch.setattr("assistant.reader.signs_of", lambda *parts: None)
        monkeypatch.setattr("assistant.reader.scores", lambda signs: numbers)
        search: Any = SimpleNamespace(question=question, language="nl")
        settings = {"max_excerpt_sentences": 1} | settings
        read = Reader(pages, Settings(**settings)).read(search, already_shown=shown)
        return [" ".join(excerpt.quote.split()[:2]) for excerpt in read]

    return choose


def test_sentences_far_below_the_best_one_are_left_out(chosen: Callable[..., list[str]]) -> None:
    """An excerpt is made of the best sentence and of those that come near it, no more."""
    assert chosen("hoe maak je boter", {"Boter": 9.0, "De boer": 8.5, "Karnemelk": 1.0}) == ["De boer", "Boter wordt"]


def test_a_question_of_the_essay_gives_way_to_what_it_tells(chosen: Callable[..., list[str]]) -> None:
    """Where a sentence tells, one that asks is not chosen, though it has a higher score."""
    assert chosen("waarom rijpt kaas", {"Waarom rijpt": 9.0, "Boter": 8.0}) == ["Boter wordt"]


def test_a_question_of_the_essay_is_better_than_nothing(chosen: Callable[..., list[str]]) -> None:
    """Where all sentences ask, the one that asks is shown."""
    assert chosen("waarom rijpt kaas", {"Waarom rijpt": 9.0}) == ["Waarom rijpt"]


def test_a_question_of_the_essay_does_not_empty_the_answer(chosen: Callable[..., list[str]]) -> None:
    """However much better a sentence fits that asks, the best one that tells is shown."""
    assert chosen("waarom rijpt kaas", {"Waarom rijpt": 9.0, "Boter": 2.0}) == ["Boter wordt"]


def test_what_is_said_already_is_not_said_again(chosen: Callable[..., list[str]]) -> None:
    """Of two sentences with nearly the same words the better one is chosen; the other gives its place to another."""
    scored = {"Kaas moet een": 9.0, "Kaas moet in": 8.9, "Boter": 8.8}
    assert chosen("hoe rijpt kaas", scored, max_excerpts=2) == ["Kaas moet", "Boter wordt"]


def test_what_was_shown_before_is_not_chosen(chosen: Callable[..., list[str]]) -> None:
    """A sentence that was shown before gives way to the next one; where all were shown, there is none."""
    scored = {"Boter": 9.0, "De boer": 8.5}
    shown = "Boter wordt gemaakt van room en een beetje zout. [1]"
    assert chosen("hoe maak je boter", scored, shown=shown) == ["De boer"]
    assert chosen("hoe maak je boter", scored, shown=FARM) == []


@pytest.mark.xfail(strict=True, reason="reported: a neighbour that was shown before is shown again")
def test_what_was_shown_before_is_no_neighbour(chosen: Callable[..., list[str]]) -> None:
    """A sentence that was shown before does not come back beside another one."""
    shown = "De boer melkt iedere ochtend vroeg zijn koeien. [1]"
    assert chosen("hoe maak je kaas", {"De boerin": 9.0}, shown=shown, max_excerpt_sentences=3) == ["De boerin"]


COMPARED = "wat is het verschil tussen boter en kaas?"


def test_both_sides_of_a_comparison_are_shown(chosen: Callable[..., list[str]]) -> None:
    """A side that no excerpt names gets the best sentence that does, however low its score."""
    scored = {"Boter": 9.0, "De boer": 8.9, "Kaas moet een": 1.0, "De boerin": 0.5}
    assert chosen(COMPARED, scored) == ["Boter wordt", "De boer", "Kaas moet"]


def test_the_other_side_takes_the_place_of_the_last_excerpt(chosen: Callable[..., list[str]]) -> None:
    """Where there is no room, the side that is not named takes the place of the last excerpt."""
    scored = {"Boter": 9.0, "De boer": 8.9, "Kaas moet een": 1.0}
    assert chosen(COMPARED, scored, max_excerpts=2) == ["Boter wordt", "Kaas moet"]


def test_one_side_does_not_push_out_the_other(chosen: Callable[..., list[str]]) -> None:
    """The excerpt that makes room for a side is not the one that names the other side."""
    scored = {"De boer": 9.0, "Boter": 8.9, "Kaas moet een": 1.0}
    assert sorted(chosen(COMPARED, scored, max_excerpts=2)) == ["Boter wordt", "Kaas moet"]


def test_a_side_that_nothing_speaks_of_changes_nothing(chosen: Callable[..., list[str]]) -> None:
    """Where no sentence names a side, the excerpts are those of any other question."""
    assert chosen("wat is het verschil tussen boter en yoghurt?", {"Boter": 9.0, "De boer": 8.9}, max_excerpts=2) == [
        "Boter wordt",
        "De boer",
    ]


def test_where_one_thing_is_asked_the_best_comes_first(chosen: Callable[..., list[str]]) -> None:
    """The best sentence opens the answer to a question for one thing; else sentences stand as they read."""
    scored = {"De boer": 8.0, "Boter": 8.5, "Karnemelk": 9.0}
    assert chosen("wat is karnemelk?", scored) == ["Karnemelk blijft", "De boer", "Boter wordt"]
    assert chosen("hoe maak je karnemelk?", scored) == ["De boer", "Boter wordt", "Karnemelk blijft"]


def test_the_best_one_stands_behind_what_it_leans_on(chosen: Callable[..., list[str]]) -> None:
    """Where the best sentence leans on one that is shown too, it reads on from there, as the essay does."""
    scored = {"De boer": 8.0, "Karnemelk": 8.1, "Die drinkt": 8.2, "Daarom": 9.0}
    assert chosen("waarom slaapt de boer?", scored) == ["Karnemelk blijft", "Die drinkt", "Daarom slaapt", "De boer"]
    del scored["Die drinkt"]
    assert chosen("waarom slaapt de boer?", scored) == ["Daarom slaapt", "De boer", "Karnemelk blijft"]


def test_a_comparison_reads_on(chosen: Callable[..., list[str]]) -> None:
    """Where two sides are compared, the best sentence stands behind the one right before it, if that is shown."""
    scored = {"De boer": 8.0, "De boerin": 9.0, "Kaas moet een": 8.5}
    assert chosen("wat is het verschil tussen boer en kaas?", scored) == ["De boer", "De boerin", "Kaas moet"]
    assert chosen("wat is de boer?", scored) == ["De boerin", "De boer", "Kaas moet"]


def test_excerpts_that_touch_are_made_one(chosen: Callable[..., list[str]]) -> None:
    """Two sentences that stand side by side are one excerpt where that is short enough."""
    scored = {"De boer": 9.0, "De boerin": 8.9}
    assert chosen("hoe werkt de boer", scored, max_excerpt_sentences=2) == ["De boer"]
    assert chosen("hoe werkt de boer", scored, max_excerpt_sentences=1) == ["De boer", "De boerin"]


def test_without_growth_an_excerpt_is_one_sentence(desk: Desk) -> None:
    """Where that step is switched off, every excerpt is made of chosen sentences alone."""
    grown, alone = (desk.read("wat is lefmarketing?", steps=Steps(growth=growth)) for growth in (True, False))
    assert sum(len(excerpt.sentences) for excerpt in alone) < sum(len(excerpt.sentences) for excerpt in grown)
    assert {excerpt.score for excerpt in alone} <= {excerpt.score for excerpt in grown}
