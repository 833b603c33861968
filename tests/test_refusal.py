"""What the essays do not say is refused, in the language of the question."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest

from assistant import Assistant
from assistant.background import Background, load_background
from assistant.messages import message
from assistant.refusal import THRESHOLD, Evidence, confidence, weigh

OFF_TOPIC = {
    "nl": (
        "Hoe bak ik een appeltaart zonder eieren?|Wat is de hoofdstad van Australië?|Hoe laat gaat de laatste trein?|"
        "Waarom is de lucht blauw?|Hoe vervang ik de remblokken van mijn fiets?|Welke vitamines zitten er in spinazie?|"
        "Wanneer begon de Tachtigjarige Oorlog?|Kun je een gedicht schrijven over de zee?"
    ),
    "en": (
        "How do I boil an egg?|What is the boiling point of water?|Who won the World Cup in 1974?|"
        "How tall is Mount Everest?|Which vaccine should my dog get?|When did the Roman Empire fall?"
    ),
    "de": (
        "Wie lange muss ein Ei kochen?|Welche Farbe hat der Mond?|Wie repariere ich meine Waschmaschine?|"
        "Wann begann der Zweite Weltkrieg?|Wie hoch ist die Zugspitze?"
    ),
    "fr": (
        "Comment préparer une tarte aux pommes ?|Quelle est la capitale du Japon ?|Combien pèse un éléphant ?|"
        "Pourquoi les feuilles tombent-elles en automne ?|Quand a eu lieu la Révolution française ?"
    ),
}
GIBBERISH = (
    "asdfghjkl|qwrt zxcv bnmp|blorp flimz gruntel|😀😀😀|?!?!|1234567890|\x00\x01\x02|lorem ipsum dolor sit amet|"
    "la la la la la|あいうえお"
)


@pytest.fixture(scope="module")
def background(assistant: Assistant) -> Background:
    return load_background(assistant.retriever.embedder, assistant.settings)


def evidence(assistant: Assistant, background: Background, question: str) -> Evidence:
    return weigh(assistant.retriever.search(question), assistant.retriever, background)


@pytest.mark.parametrize(
    ("language", "question"),
    [(language, question) for language, questions in OFF_TOPIC.items() for question in questions.split("|")],
)
def test_another_subject_is_refused_in_its_language(assistant: Assistant, language: str, question: str) -> None:
    """A question about something else is refused in its own language, with the subjects that the essays have."""
    answer = assistant.ask(question)
    assert answer.refused
    assert answer.language == language
    assert answer.text == answer.frame
    assert answer.text.startswith(message(language, "refused", topics="|").split("|")[0])
    assert sum(passage.title.strip("“”.") in answer.text for passage in assistant.retriever.index.passages) >= 4
    assert answer.citations == answer.sentences == ()
    assert len(answer.hits) == 5
    assert answer.confidence < THRESHOLD


@pytest.mark.parametrize("question", GIBBERISH.split("|"), ids=ascii)
def test_gibberish_is_refused(assistant: Assistant, question: str) -> None:
    """What is no question in any language is refused."""
    answer = assistant.ask(question)
    assert answer.refused
    assert answer.citations == ()


def test_the_shipped_examples_are_answered(assistant: Assistant) -> None:
    """The questions that corpus.toml offers are all offered, and each is answered."""
    assert len(assistant.examples) == 4
    assert list(assistant.examples) == assistant.retriever.index.manifest["examples"]
    for question in assistant.examples:
        answer = assistant.ask(question)
        assert not answer.refused
        assert answer.confidence >= THRESHOLD


@pytest.mark.parametrize(
    "question",
    [
        "wat is lefmarketing?",
        "gunfactor",
        "Wie is Bernie Sanders?",
        "Waarom is verwondering iets anders dan verbazing?",
        "What is participation marketing?",
        "Was ist der Unterschied zwischen Verwunderung und Erstaunen?",
        "Quelle est la différence entre l'étonnement et l'émerveillement ?",
        "betekenis marketing",
        "wat is betekenismarkting",
        "WAT IS LEFMARKETING?",
    ],
)
def test_what_the_essays_say_is_not_refused(assistant: Assistant, question: str) -> None:
    """A question about what the essays speak of is answered, however it is spelled."""
    answer = assistant.ask(question)
    assert not answer.refused
    assert answer.citations


# --- What speaks for and against


@pytest.mark.parametrize(
    "question", ["wat is lef?", "hoe bak ik brood", "???", "\u200b", "de", "😀", "Was ist Lef?", "x" * 1000], ids=ascii
)
def test_evidence_is_made_of_numbers(assistant: Assistant, background: Background, question: str) -> None:
    """Each field of the evidence is a number, and a share lies between 0 and 1."""
    found = evidence(assistant, background, question)
    assert np.isfinite(found.values()).all()
    assert 0 <= found.known <= 1
    assert 0 <= found.strange_name <= 1
    assert found.values() == astuple(found)


@pytest.mark.parametrize(
    ("better", "worse", "field"),
    [
        ("wat is lefmarketing", "wat is kwantumchromodynamica", "known"),
        ("crowd funding", "crowd farming", "known"),
        ("betekenismarkting", "kwantummarkting", "known"),
        ("wat zegt Kotler over de klant", "wat zegt Zuckerberg over de klant", "strange_name"),
        ("wat gebeurde er in 2012", "wat gebeurde er in 1648", "strange_name"),
        ("wat is lefmarketing", "hoe bak ik een appeltaart", "match"),
        ("wat is lefmarketing", "hoe bak ik een appeltaart", "contrast"),
        ("wat is lefmarketing", "hoe bak ik een appeltaart", "background"),
    ],
    ids="word compound-in-two typing-error name number match contrast background".split(),
)
def test_evidence_tells_essays_from_the_rest(
    assistant: Assistant, background: Background, better: str, worse: str, field: str
) -> None:
    """Words that the essays use are known, names that they do not use are strange, and their passages match better."""
    one, other = (getattr(evidence(assistant, background, question), field) for question in (better, worse))
    assert one < other if field in ("strange_name", "background") else one > other


@pytest.mark.parametrize("is_lexical", [True, False], ids=["dutch", "other"])
def test_confidence_is_a_probability(is_lexical: bool) -> None:
    """Confidence lies between 0 and 1 whatever the evidence, and grows with the match and the contrast."""
    usual = Evidence(match=0.85, contrast=0.0, background=0.82, known=0.8, strange_name=0.0)
    assert 0 < confidence(usual, is_lexical=is_lexical) < 1
    for field, step in (("match", 0.05), ("contrast", 0.05)):
        better = replace(usual, **{field: getattr(usual, field) + step})
        assert confidence(better, is_lexical=is_lexical) > confidence(usual, is_lexical=is_lexical)
    for extreme in (-1e9, 1e9):
        assert 0 <= confidence(replace(usual, match=extreme), is_lexical=is_lexical) <= 1


def test_words_are_not_weighed_where_they_could_not_be_looked_up() -> None:
    """In another language than the essays' it does not matter that the essays do not use the words."""
    known = Evidence(match=0.85, contrast=0.0, background=0.82, known=1.0, strange_name=0.0)
    unknown = replace(known, known=0.0, strange_name=1.0)
    assert confidence(known, is_lexical=False) == confidence(unknown, is_lexical=False)
    assert confidence(known, is_lexical=True) > confidence(unknown, is_lexical=True)
