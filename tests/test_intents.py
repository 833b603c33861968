"""What a question asks for, and which sentences of the essays tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intents import intent_of
from assistant.language import LANGUAGES

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
        "wat zijn voordelen van crowdfunding",
        "Wat zijn enkele kenmerken van lef?",
        "geef me een paar voorbeelden van lef",
        "kun je voorbeelden geven van lef",
        "what are some examples of courage",
        "can you name a few?",
        "wat zijn enkele problemen",
        "was sind die Lehren?",
        "gib Beispiele für Mut",
        "donnez-moi des exemples",
    ],
)
def test_a_question_asks_for_a_list(question: str) -> None:
    """A question for which things, or for a number of them, wants a list in any of the languages."""
    assert intent_of(question).wants_list


@pytest.mark.parametrize(
    "question",
    [
        "Wat is lef?",
        "waarom is dat zo",
        "who is Kotler?",
        "warum?",
        "in 2012",
        "",
        "wat zijn mensenmerken",
        "geef een voorbeeld van lef",
        "hoe noem je reclame die je ongevraagd krijgt?",
        "what is the name of the model",
        "is met name reclame dood",
        "wat is een mailing list",
    ],
)
def test_another_question_asks_for_no_list(question: str) -> None:
    """A question for one thing, a reason, a person or a name wants no list."""
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
        ("vijf belangrijke kenmerken van een merk", 5),
        ("de vier p’s van marketing", 4),
        ("welke drie?", 3),
        ("noem er nog 2", 2),
        ("1) noem 3 voordelen", 3),
    ],
)
def test_how_many_things_are_asked_for(question: str, length: int) -> None:
    """The first number of one or two digits, or written out, before a plural or behind "which"; a year is none."""
    intent = intent_of(question)
    assert intent.list_length == length
    assert intent.wants_list or not length


@pytest.mark.parametrize(
    ("language", "question", "length"),
    [
        ("en", "three reasons his brand fails", 3),
        ("en", "four important people", 4),
        ("de", "drei Gründe der Krise", 3),
        ("de", "fünf wichtige Schritte", 5),
        ("de", "zwei Fehler", 2),
        ("fr", "les deux grandes raisons", 2),
        ("fr", "trois enjeux", 3),
    ],
)
def test_how_many_things_are_asked_for_in_another_language(language: str, question: str, length: int) -> None:
    """Each language has its own plurals and words for numbers."""
    assert intent_of(question, language=language).list_length == length


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("nl", "vraag 2 merken en hun klanten"),
        ("nl", "leg punt 3 uit"),
        ("nl", "1. Wat is lefmarketing?"),
        ("nl", "wat is web 2.0"),
        ("nl", "een schip van 2,5 tonnen"),
        ("nl", "welke 2.0 bedrijven"),
        ("nl", "een campagne van 2,5 miljoen"),
        ("nl", "leg in 3 zinnen uit wat lefmarketing is"),
        ("nl", "in hoogstens twee korte alinea’s"),
        ("nl", "werkt reclame na 3 weken"),
        ("nl", "een merk met 3 miljoen fans"),
        ("nl", "wat is het verschil tussen de twee"),
        ("nl", "wat is het verschil tussen die twee merken"),
        ("nl", "wat hebben de twee gemeen"),
        ("nl", "de twee worden genoemd"),
        ("en", "explain in 3 short sentences what a brand is"),
        ("en", "the difference between the two brands"),
        ("de", "erkläre in 3 kurzen Sätzen, was Mut ist"),
        ("fr", "explique en 3 petites phrases"),
    ],
)
def test_a_number_of_something_else_makes_no_list(language: str, question: str) -> None:
    """A number in a name or a version, of an amount, or of how long the answer should be, asks for no things."""
    assert intent_of(question, language=language).list_length == 0


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
        ("vraag 2: wie bedacht het?", "Het model is van Philip Kotler.", PLAIN),
        ("hoe veel procent leest?", "De helft van de fans leest.", PLAIN),
        ("vraag 2: wanneer begon het?", "Eind 2008 mocht ik spreken.", PLAIN),
        ("Sinds wanneer is dat zo?", "Eind 2008 mocht ik spreken.", PLAIN),
    ],
    ids=(
        "why-nl why-en why-de why-fr number-nl number-en number-de number-fr who-nl whose-nl who-en who-numbered "
        "number-apart when-numbered since-when"
    ).split(),
)
def test_a_sentence_tells_what_is_asked(question: str, tells: str, does_not: str) -> None:
    """A sentence is worth 1 where it tells the kind of thing that is asked for, else 0."""
    worth = intent_of(question).worth
    assert (worth(tells), worth(does_not)) == (1.0, 0.0)


@pytest.mark.parametrize(
    "question",
    [
        "hoe komt het dat mensen niet meer luisteren",
        "Hoe kan het toch dat reclame niet werkt?",
        "hoe kan het zijn dat banken falen",
        "Hoe komt dat?",
        "waar ligt het aan dat merken falen",
        "waaraan ligt dat",
        "waar komt dat toch door?",
        "wat zijn de redenen dat banken falen",
        "de oorzaken van de crisis",
        "wrm werkt reclame niet",
        "how come it fails",
        "the reasons of the crisis",
        "the causes of the crisis",
        "die Gründe der Krise",
        "Weshalb ist das so?",
        "Woran liegt das?",
        "les raisons de la crise",
        "Comment se fait-il que rien ne marche ?",
    ],
)
def test_why_has_many_words(question: str) -> None:
    """A reason is asked for in many ways; such a question asks why, not how."""
    assert intent_of(question).worth(WHY) == 1.0
    assert intent_of(question).wants_one != intent_of(question).wants_list


@pytest.mark.parametrize(
    "question",
    ["Hoe kan het beter?", "hoe kan het bedrijf groeien", "hoe komt dit merk aan klanten", "Waar ligt het bedrijf?"],
)
def test_how_is_not_why(question: str) -> None:
    """How something can be done or reached, and where it lies, is no question for a reason."""
    assert intent_of(question).worth(WHY) == 0.0


@pytest.mark.parametrize(
    "question",
    [
        "wat gebeurt er wanneer een merk liegt",
        "what happens when a brand lies",
        "que se passe-t-il quand une marque ment",
    ],
)
def test_within_a_question_when_is_if(question: str) -> None:
    """A question asks for a time where it begins with "when", not where the word stands within it."""
    assert intent_of(question).worth("Eind 2008 mocht ik spreken.") == 0.0


@pytest.mark.parametrize(
    ("question", "sentence", "wants_one"),
    [
        ("Wie funktioniert das?", PLAIN, False),
        ("Wie baut man Vertrauen auf?", PLAIN, False),
        ("Und wie werden Kunden zu Fans?", PLAIN, False),
        ("Wie kann das Unternehmen wachsen?", PLAIN, False),
        ("Wie lange dauert es?", "Het duurt drie jaar.", True),
        ("Wie viele Fans sind es?", "Het zijn er drie.", True),
        ("Wie groß ist die Firma?", "De helft van de markt.", True),
        ("Wie kommt es, dass Werbung nicht wirkt?", WHY, True),
        ("Wie heißt das Modell?", PLAIN, True),
        ("Wer hat es erfunden?", "Het model is van Philip Kotler.", True),
        ("Von wem stammt es?", "Het model is van Philip Kotler.", True),
        ("Wessen Modell ist es?", "Het model is van Philip Kotler.", True),
    ],
)
def test_the_german_wie_is_how(question: str, sentence: str, wants_one: bool) -> None:
    """In German "wie" asks how, how much or why, never who, which other words do."""
    intent = intent_of(question, language="de")
    assert intent.worth(sentence) == (sentence != PLAIN)
    assert intent.worth("Dat schreef Steve Jobs ooit.") == sentence.endswith("Kotler.")
    assert intent.wants_one == wants_one


@pytest.mark.parametrize("question", ["wie werden de dupe van de crisis?", "Wie viel er door de mand?"])
def test_the_dutch_wie_is_who(question: str) -> None:
    """In Dutch "wie" asks who, whatever German verb follows it."""
    intent = intent_of(question)
    assert intent.worth("Dat schreef Steve Jobs ooit.") == 1.0
    assert intent.worth("In 2008.") == 0.0
    assert intent.wants_one


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


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_question_has_an_intent(question: str, sentence: str, language: str) -> None:
    """Whatever is asked of whatever sentence, the worth is 0 or 1 and the length is not negative."""
    intent = intent_of(question, language=language)
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
        ("Comment fait-on cela ?", False),
        ("Welke punten zijn er?", False),
        ("Noem drie redenen", False),
        ("vraag 2: hoe begin je daaraan?", False),
        ("Hoe lang duurt het?", True),
        ("Hoe heet het model?", True),
        ("leg lefmarketing uit", True),
    ],
    ids=(
        "empty keyword what who who-did yes-no why who-de how-nl and-how how-en how-fr which name "
        "numbered-how how-long how-called explain"
    ).split(),
)
def test_a_question_asks_for_one_thing(question: str, expected: bool) -> None:
    """A question wants one thing, unless it asks how something is done or for a list."""
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
