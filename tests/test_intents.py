"""What a question asks for, and which sentences of the essays tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intents import intent_of

LIST = "Dit zijn er drie: een, twee en drie."
WHY = "Dat komt doordat niemand luistert."
PLAIN = "De klant staat centraal."


@pytest.mark.parametrize(
    "question",
    [
        "Welke punten maken marketing echt?",
        "noem de middelen voor participatiemarketing",
        "wat zijn de redenen",
        "Wat zijn vijf zaken?",
        "which points make marketing real?",
        "Name the reasons",
        "what are the three i's",
        "welche Gründe gibt es",
        "Nenne drei Dinge",
        "quels sont les moyens ?",
        "citez deux raisons",
        "3 tips",
    ],
)
def test_a_question_asks_for_a_list(question: str) -> None:
    """A question for which things, or for a number of them, wants a list in any of the languages."""
    assert intent_of(question).wants_list


@pytest.mark.parametrize("question", ["Wat is lef?", "waarom is dat zo", "who is Kotler?", "warum?", "in 2012", ""])
def test_another_question_asks_for_no_list(question: str) -> None:
    """A question for one thing, a reason or a person wants no list."""
    assert not intent_of(question).wants_list


@pytest.mark.parametrize(
    ("question", "length"),
    [
        ("Welke vijf zaken zijn nodig?", 5),
        ("Noem 3 redenen", 3),
        ("de TWEE vragen", 2),
        ("twaalf stappen", 12),
        ("welke 10 punten en 3 tips", 10),
        ("Welke zaken zijn nodig?", 0),
        ("Wat gebeurde er in 2012?", 0),
        ("één ding", 0),
        ("", 0),
    ],
)
def test_how_many_things_are_asked_for(question: str, length: int) -> None:
    """The first number of one or two digits, or written out, is how long the list should be; a year is none."""
    assert intent_of(question).list_length == length


@pytest.mark.parametrize(
    ("question", "tells", "does_not"),
    [
        ("Waarom is dat zo?", WHY, PLAIN),
        ("why is that?", "Dat is te danken aan de crisis.", PLAIN),
        ("Warum ist das so?", "Dankzij de fans lukte het.", PLAIN),
        ("Pourquoi ?", "Want dan groeit het vertrouwen.", PLAIN),
        ("Hoeveel vrijwilligers heeft Sanders?", "Sanders heeft al 400.000 vrijwilligers verzameld.", PLAIN),
        ("When did it start?", "Eind 2008 mocht ik spreken.", PLAIN),
        ("wie viele Fans?", "Hij heeft een miljoen fans.", PLAIN),
        ("Combien de fans ?", "De helft van de fans kwam.", PLAIN),
        ("Wie bedacht het 3i-model?", "Het model is van Philip Kotler.", "Philip bedacht het model."),
        ("Van wie is dat?", "Dat schreef Steve Jobs ooit.", PLAIN),
        ("who is behind it?", "Achter Wikipedia staat Jimmy Wales.", PLAIN),
    ],
    ids="why-nl why-en why-de why-fr number-nl number-en number-de number-fr who-nl whose-nl who-en".split(),
)
def test_a_sentence_tells_what_is_asked(question: str, tells: str, does_not: str) -> None:
    """A sentence is worth 1 where it tells the kind of thing that is asked for, else 0."""
    worth = intent_of(question).worth
    assert (worth(tells), worth(does_not)) == (1.0, 0.0)


@pytest.mark.parametrize("sentence", [LIST, WHY, PLAIN, "Philip Kotler schreef er in 2010 over."])
def test_a_question_without_a_kind_prefers_nothing(sentence: str) -> None:
    """Where a question asks for no kind of thing, no sentence is worth more than another."""
    assert intent_of("Is marketing dood of leeft het nog steeds een beetje?").worth(sentence) == 0.0


def test_a_line_end_is_a_space() -> None:
    """A sentence of a text with short lines tells what it tells, wherever its lines end."""
    assert intent_of("Waarom is dat zo?").worth("Dat komt\r\ndoor de crisis.") == 1.0


@pytest.mark.parametrize("digit", "❶ ⓵ ² ፩ ① ٣ 𝟓".split())
def test_an_odd_digit_is_no_bug(digit: str) -> None:
    """A sign that counts as a digit somewhere in the world can stand in a question."""
    assert intent_of(f"welke {digit} punten").list_length >= 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_question_has_an_intent(question: str, sentence: str) -> None:
    """Whatever is asked of whatever sentence, the worth is 0 or 1 and the length is not negative."""
    intent = intent_of(question)
    assert intent.worth(sentence) in (0.0, 1.0)
    assert intent.list_length >= 0


# --- One thing


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", True),
        ("lefmarketing", True),
        ("Wat is lef?", True),
        ("Wie is Kotler?", True),
        ("Wie bedacht het 3i-model?", True),
        ("Is marketing dood?", True),
        ("Waarom is dat zo?", True),
        ("Wer ist Kotler?", True),
        ("Hoe begin je daaraan?", False),
        ("en hoe dan", False),
        ("How does it work?", False),
        ("Wie funktioniert das?", False),
        ("Comment fait-on cela ?", False),
        ("Welke punten zijn er?", False),
        ("Noem drie redenen", False),
    ],
    ids="empty keyword what who who-did yes-no why who-de how-nl and-how how-en how-de how-fr which name".split(),
)
def test_a_question_asks_for_one_thing(question: str, expected: bool) -> None:
    """A question wants one thing, unless it asks how or for a list."""
    assert intent_of(question).wants_one == expected


# --- Comparisons


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("", []),
        ("Wat is een merk en een klant?", []),
        ("Wat is het verschil?", []),
        ("Wat is het verschil tussen een merk?", []),
        ("Wat is het verschil tussen een merk en een klant?", [["merk"], ["klant"]]),
        ("verschil tussen verwondering en verbazing", [["verwonder"], ["verbaas"]]),
        ("Welke overeenkomst is er tussen een merk en een klant", [["merk"], ["klant"]]),
        ("wat is de relatie tussen een sterk merk en de trouwe klant?", [["merk", "sterk"], ["klant", "trouwe"]]),
        ("het verschil tussen het merk Apple en het merk Dell", [["appl"], ["dell"]]),
        ("What is the difference between a brand and a market?", [["brand"], ["market"]]),
        ("Was ist der Unterschied zwischen Marke und Markt?", [["marke"], ["mark"]]),
        ("Wat is het verschil tussen marketing en marketing?", []),
        ("Welke verschillen zijn er tussen een merk en een klant?", [["merk"], ["klant"]]),
    ],
    ids="empty and nothing one two keyword is-there phrases shared en de same are-there".split(),
)
def test_the_sides_of_a_comparison(question: str, sides: list[list[str]]) -> None:
    """What is compared are the stems of the words before and behind "and", without those that both sides have."""
    assert [sorted(side) for side in intent_of(question).sides] == sides
