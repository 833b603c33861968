"""What the essays do not say is refused, in the language of the question."""

from __future__ import annotations

import math
from dataclasses import astuple, replace

import numpy as np
import pytest

from assistant import Assistant
from assistant.background import Background, load_background
from assistant.messages import message
from assistant.refusal import (
    Evidence,
    confidence,
    is_aside,
    log_odds,
    makes_sense,
    missing_words,
    weigh,
)
from assistant.settings import Settings
from assistant.steps import Steps

OFF_TOPIC = {
    "nl": (
        "Hoe bak ik een appeltaart zonder eieren?|Wat is de hoofdstad van Australië?|Hoe laat gaat de laatste trein?|"
        "Waarom is de lucht blauw?|Hoe vervang ik de remblokken van mijn fiets?|Welke vitamines zitten er in spinazie?|"
        "Wanneer begon de Tachtigjarige Oorlog?"
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
        "Quand a eu lieu la Révolution française ?"
    ),
}
GIBBERISH = "asdfghjkl|qwrt zxcv bnmp|blorp flimz gruntel|😀😀😀|?!?!|1234567890|\x00\x01\x02|la la la la la|あいうえお"


@pytest.fixture(scope="module")
def background(assistant: Assistant) -> Background:
    return load_background(assistant.retriever.embedder, assistant.settings)


def evidence(assistant: Assistant, background: Background, question: str) -> Evidence:
    return weigh(assistant.retriever.search(question), assistant.retriever, background)


TAKEN_FOR_TOPICS = pytest.mark.xfail(
    strict=True, reason="reported: answered as an aside with sentences about marketing"
)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        *((language, question) for language, questions in OFF_TOPIC.items() for question in questions.split("|")),
        pytest.param("fr", "Pourquoi les feuilles tombent-elles en automne ?", marks=TAKEN_FOR_TOPICS),
        pytest.param("fr", "Qu'est-ce que la thermodynamique ?", marks=TAKEN_FOR_TOPICS),
    ],
)
def test_another_subject_is_refused_in_its_language(assistant: Assistant, language: str, question: str) -> None:
    """A question about something else is refused in its own language, with the subjects that the essays have."""
    answer = assistant.ask(question)
    assert answer.refused
    assert answer.language == language
    assert answer.text == answer.frame
    assert answer.kind == "absent"
    *named, said = answer.text.splitlines()
    assert said.startswith(message(language, "absent", topics="|").split("|")[0])
    assert all(word in question and word in named[0] for word in answer.missing)
    assert len(named) == bool(answer.missing)
    assert len({one.title for one in assistant.retriever.index.passages if one.title.strip("“”.") in answer.text}) == 3
    assert answer.citations == answer.sentences == ()
    assert len(answer.hits) == 5
    assert answer.confidence < Settings().caution


@pytest.mark.parametrize("question", [*GIBBERISH.split("|"), "lorem ipsum dolor sit amet"], ids=ascii)
def test_gibberish_is_refused(assistant: Assistant, question: str) -> None:
    """What is no question in any language is refused."""
    answer = assistant.ask(question)
    assert answer.refused
    assert answer.kind in ("unclear", "absent")
    assert answer.citations == ()


def test_the_shipped_examples_are_answered(assistant: Assistant) -> None:
    """Four questions are offered, and each is answered."""
    assert len(assistant.examples) == 4
    for question in assistant.examples:
        answer = assistant.ask(question)
        assert not answer.refused
        assert answer.confidence >= Settings().caution


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
    assert found.values() == astuple(found)[:-1]
    assert np.isfinite(list(found.contrasts.values())).all()


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


USUAL = Evidence(match=0.85, near=0.86, contrast=0.0, background=0.82, known=0.8, strange_name=0.0)


@pytest.mark.parametrize("is_lexical", [True, False], ids=["dutch", "other"])
def test_confidence_is_a_probability(is_lexical: bool) -> None:
    """Confidence lies between 0 and 1 whatever the evidence, and grows with match, nearness and contrast."""
    assert 0 < confidence(USUAL, is_lexical=is_lexical) < 1
    for field in ("match", "near", "contrast"):
        better = replace(USUAL, **{field: getattr(USUAL, field) + 0.05})
        assert confidence(better, is_lexical=is_lexical) > confidence(USUAL, is_lexical=is_lexical)
    for extreme in (-1e9, 1e9):
        assert 0 <= confidence(replace(USUAL, match=extreme), is_lexical=is_lexical) <= 1


def test_words_are_not_weighed_where_they_could_not_be_looked_up() -> None:
    """In another language than the essays' it does not matter that the essays do not use the words."""
    known, unknown = replace(USUAL, known=1.0), replace(USUAL, known=0.0, strange_name=1.0)
    assert confidence(known, is_lexical=False) == confidence(unknown, is_lexical=False)
    assert confidence(known, is_lexical=True) > confidence(unknown, is_lexical=True)


@pytest.mark.parametrize(
    ("step", "fields"), [("background", ("contrast", "background")), ("vocabulary", ("known", "strange_name"))]
)
def test_a_step_that_is_switched_off_is_not_weighed(step: str, fields: tuple[str, ...]) -> None:
    """Without the background or the vocabulary, what they found does not change how sure it is."""
    without = Steps(**{step: False})
    for field in fields:
        other = replace(USUAL, **{field: getattr(USUAL, field) + 0.1})
        assert confidence(other, is_lexical=True) != confidence(USUAL, is_lexical=True)
        assert confidence(other, is_lexical=True, steps=without) == confidence(USUAL, is_lexical=True, steps=without)


# --- How sure


@pytest.mark.parametrize("sure", [0.0, 1e-30, 0.001, 0.3, 0.5, 0.999, 1.0])
def test_log_odds_are_finite(sure: float) -> None:
    """The log-odds of any confidence are a number, and give it back."""
    odds = log_odds(sure)
    assert math.isfinite(odds)
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(sure, abs=1e-9)


@pytest.mark.parametrize(
    ("sure", "threshold", "expected"),
    [
        (0.31, 0.3, True),
        (0.5, 0.3, True),
        (0.6, 0.3, False),
        (0.99, 0.3, False),
        (0.95, 0.9, True),
        (0.99, 0.9, False),
        (0.01, 0.0, False),
        (0.99, 1.0, False),
    ],
    ids="at-it near above far strict strict-far answers-all refuses-all".split(),
)
def test_the_middle_band_lies_right_above_the_threshold(sure: float, threshold: float, expected: bool) -> None:
    """What is answered hardly more surely than the threshold asks is an aside; at a threshold of 0 or 1 nothing is."""
    assert is_aside(sure, threshold) == expected


# --- Which words


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("???", False),
        ("wat is dat?", False),
        ("Was ist das?", False),
        ("asdfghjkl", False),
        ("blorp flimz gruntel", False),
        ("marketing blorp flimz", False),
        ("marketing blorp", False),
        ("lefmarketing", True),
        ("wat doet marketing met blorp klanten", True),
        ("2012", True),
        ("hoe bak ik een appeltaart?", True),
        ("What is participation marketing?", True),
        ("Wie is Sanders?", True),
        ("Wat is guerrillamarketing?", True),
        ("Wat is blokkenstrategie?", True),
        ("hallohallo", False),
    ],
)
def test_a_question_makes_sense(assistant: Assistant, question: str, expected: bool) -> None:
    """A question makes sense where more than half of its content words are used by somebody; it must have one."""
    assert makes_sense(assistant.retriever.search(question), assistant.retriever.vocabulary) == expected


@pytest.mark.parametrize(
    ("question", "sure", "expected"),
    [("marketing blorp flimz", 0.9, True), ("marketing blorp flimz", 0.5, False), ("blorp flimz", 0.9, False)],
)
def test_one_word_is_enough_where_the_essays_are_sure(
    assistant: Assistant, question: str, sure: float, expected: bool
) -> None:
    """Words that nobody uses are typing errors beside one that somebody uses, where the essays surely speak of it."""
    assert makes_sense(assistant.retriever.search(question), assistant.retriever.vocabulary, sure) == expected


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Wat is het verschil tussen betekenismarketing en thermodynamica?", ("thermodynamica",)),
        ("Wat is het verschil tussen verwondering en verbazing?", ()),
        ("Wat is het verschil tussen betekenismarketing en een olifant?", ("olifant",)),
        ("Wat is het verschil tussen verwondering en een fiets?", ("fiets",)),
        ("Wat vond Einstein van engagement?", ("Einstein",)),
        ("Hoe bereken je een appeltaart?", ("appeltaart",)),
        ("Welk eten belandt het vaakst in de prullenbak?", ("prullenbak",)),
        ("wat is lefmarketing?", ()),
        ("What is the difference between wonder and thermodynamics?", ()),
        ("???", ()),
    ],
    ids="half none everyday-half one-letter-off name verb superlative no-comparison other-language signs".split(),
)
def test_the_words_that_the_essays_miss(
    assistant: Assistant, background: Background, question: str, missing: tuple[str, ...]
) -> None:
    """A word is missing that the essays neither use nor mean: a rare one, a name or a side of a comparison; no verb."""
    search = assistant.retriever.search(question)
    found = weigh(search, assistant.retriever, background)
    assert missing_words(search, found, assistant.retriever.vocabulary) == missing
