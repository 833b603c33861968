"""Which sentences define what is asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.definitions import definition_cue


def worth(question: str, text: str, before: str = "", *, same_language: bool = True) -> float:
    cue = definition_cue(question, same_language=same_language)
    assert cue is not None
    return cue(text, before)


@pytest.mark.parametrize(
    ("question", "defines", "does_not"),
    [
        ("Wat is lefmarketing?", "Lefmarketing is een vorm van marketing.", "Lefmarketing is bijzonder krachtig."),
        ("wat zijn ambassadeurs", "Ambassadeurs zijn dat wanneer zij een merk dragen.", "Ambassadeurs zijn blij."),
        ("wat betekent de gunfactor", "De gunfactor betekent dat men je iets gunt.", "Hij noemt de factor."),
        ("What is betekenismarketing?", "Zo noem ik deze marketing ‘betekenismarketing’.", "Dat is fijn."),
        ("Wat was de limes?", "De limes was de grens van het rijk.", "De limes was lang."),
        ("Wat is ontlezing?", "Ontlezing is de daling van de leestijd.", "Ontlezing neemt toe."),
        ("Wat is contant geld?", "Contant geld is geld dat een bank uitgeeft.", "Contant geld is duur."),
        ("Wat is een solitaire bij?", "Een solitaire bij is een bij zonder koningin.", "Solitaire bijen vliegen."),
        ("Wat is geplande veroudering?", "Men spreekt van geplande veroudering: het beperken van de duur.", "Veel."),
        ("Wat houdt de digitale euro in?", "Er komt een digitale euro: elektronisch geld dat veilig is.", "Euro's."),
        ("Qu'est-ce qu'un vicus ?", "Daar lag een vicus, een dorp van handelaars.", "De vicus groeide."),
        ("Wie is Bernie Sanders?", "Toen kwam Bernie Sanders, de oudste kandidaat.", "Bernie Sanders won."),
        ("Who was Tulla?", "Tulla was een waterbouwer uit Baden.", "Tulla was laat."),
        ("Wat verstaat men onder een plateau?", "Onder een plateau verstaan we stilstand.", "Een plateau duurt."),
    ],
)
def test_a_sentence_that_says_what_a_term_is(question: str, defines: str, does_not: str) -> None:
    """The term with "is een", "noem ik", a colon or an apposition defines it, in any inflection; praise does not."""
    assert (worth(question, defines), worth(question, does_not)) == (1.0, 0.0)


@pytest.mark.parametrize(
    "question",
    [
        "wat versta je onder ontlezing",
        "wat betekend ontlezing",
        "wat is ontlezing nou eigenlijk",
        "leg het begrip ontlezing uit",
        "kun je ontlezing omschrijven?",
        "geef een definitie van ontlezing",
        "betekenis ontlezing",
        "ontlezing, wat is dat?",
        "waar staat ontlezing voor?",
        "explain ontlezing",
        "was heißt ontlezing",
        "ontlezing c'est quoi ?",
    ],
)
def test_every_wording_asks_for_the_definition(question: str) -> None:
    """However a definition is asked for, the words of the asking are no part of the term."""
    assert worth(question, "Ontlezing is de daling van de leestijd.") == 1.0


@pytest.mark.parametrize("question", ["wat zijn de voordelen van ontlezing", "leg de voordelen van ontlezing uit"])
def test_something_of_a_term_is_no_definition(question: str) -> None:
    """A question after the advantages of something is not answered by what it is."""
    assert worth(question, "Ontlezing is de daling van de leestijd.") == 0.0


@pytest.mark.parametrize(
    "text", ["Het is een concept waarin je fans helpen.", "Zo heet het verschijnsel.", "Dat is de kern."]
)
def test_a_sentence_that_says_it_of_the_one_before(text: str) -> None:
    """ "Het is een ..." defines what the sentence before it has named, and nothing else."""
    question = "Wat is participatiemarketing?"
    assert worth(question, text, "Participatiemarketing, zo noem ik dat.") == 1.0
    assert worth(question, text, "Crowdfunding groeide snel.") == 0.0


def test_a_definition_over_two_lines() -> None:
    """A line end within a sentence is a space."""
    assert worth("Wat is ontlezing?", "Ontlezing is\r\nde daling van de leestijd.") == 1.0


def test_a_keyword_asks_for_more_than_a_definition() -> None:
    """A bare term asks for its definition too, but less than a question does."""
    text = "Ontlezing is de daling van de leestijd."
    assert 0 < worth("ontlezing", text) < worth("wat is ontlezing", text) == 1.0


def test_another_language_names_nothing_by_the_same_word() -> None:
    """A question in another language gets half the points for a definition of anything."""
    text = "Ontlezing is de daling van de leestijd."
    assert worth("What is the decline of reading?", text, same_language=False) == 0.5
    assert worth("What is the decline of reading?", text) == 0.0


@pytest.mark.parametrize(
    "question", ["Waarom daalt de leestijd?", "wat is vertrouwen, eerlijkheid, nederigheid en lef", "", "wat is dat?"]
)
def test_no_definition_is_asked_for(question: str) -> None:
    """A question for a reason, about more than three words or about nothing asks for no definition."""
    assert definition_cue(question) is None


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_question_and_any_sentence(question: str, text: str, before: str) -> None:
    """Whatever is asked of whatever sentence, the points are between 0 and 1."""
    cue = definition_cue(question)
    assert cue is None or 0 <= cue(text, before) <= 1
