"""Messages that ask the essays nothing: small talk, and requests for an opinion or an act."""

from __future__ import annotations

import re
import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexical import fold
from assistant.small_talk import request, small_talk, small_talk_language, without_small_talk

TALK = {
    "greeting": (
        "hallo|Hoi!|hoi hoi|hey|Goedemorgen|goede dag|goedenavond!|hallo daar|hoe gaat het?|hoi, alles goed?|👋 hoi|"
        "hello|Hi there!|good morning|how are you?|Guten Tag|guten Abend!|moin|Wie geht’s?|bonjour|Bonsoir !|salut|"
        "ça va ?"
    ),
    "thanks": (
        "bedankt|dankjewel|dank je wel|Dank u!|heel erg bedankt|bedankt voor je hulp|top, bedankt|ok|oké!|"
        "thanks|Thank you|thanks so much|thx!|danke|Danke schön!|vielen Dank|merci|merci beaucoup"
    ),
    "about": (
        "help|Hulp!|wat kun je?|Wat kan je allemaal?|wat kan ik vragen?|wie ben je?|Hoe werkt dit?|"
        "waar gaan de essays over?|Welke essays zijn er?|"
        "what can you do?|Who are you?|how does this work?|what are the essays about?|"
        "Was kannst du?|Wer bist du?|Worum geht es in den Essays?|que peux-tu faire ?|Qui es-tu ?|"
        "de quoi parlent les essais ?|aide"
    ),
    "noted": "ja|Nee!|duidelijk|snap ik|ik snap het|cool|interessant|got it|verstanden|d'accord",
    "goodbye": "doei|Doeiii!|houdoe|tot ziens|Tot later!|bye|bye bye|goodbye|Tschüss!|auf Wiedersehen|au revoir",
}
KINDS = ("greeting", "thanks", "noted", "about", "goodbye")

# Small talk


@pytest.mark.parametrize("message", ["", "   ", "?", "...", "👋", "2012", "\x00", "-", "'"])
def test_a_message_without_words_is_no_small_talk(message: str) -> None:
    """A message of signs, digits or nothing is no small talk, and is left as it is."""
    assert small_talk(message) is None
    assert without_small_talk(message) == message


@pytest.mark.parametrize(
    ("phrase", "kind"), [(phrase, kind) for kind, phrases in TALK.items() for phrase in phrases.split("|")]
)
def test_small_talk_is_told_by_the_whole_message(phrase: str, kind: str) -> None:
    """A message that is all greeting, thanks, goodbye or a question about the assistant is small talk of that kind."""
    assert small_talk(phrase) == kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("HALLO!!!", "greeting"),
        ("  hoi \n", "greeting"),
        ("hoiiiiii", "greeting"),
        ("«Bonjour»", "greeting"),
        ("bedanktttt 🙏", "thanks"),
        ("TSCHÜSS", "goodbye"),
        ("tschu\u0308ss", "goodbye"),
    ],
    ids="capitals spaces stretched guillemets emoji accent combining-accent".split(),
)
def test_small_talk_however_it_is_typed(message: str, kind: str) -> None:
    """Capitals, accents, signs, spaces and stretched letters make no difference."""
    assert small_talk(message) == kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("hoi, wie ben je?", "greeting"),
        ("ok, doei", "thanks"),
        ("bedankt en dag", None),
        ("hello and thanks", None),
        ("hoi allemaal, bedankt", "greeting"),
        ("dag hoor", "goodbye"),
        ("allemaal", None),
        ("allemaal hoi", None),
    ],
    ids="about-after ok-then-goodbye word-between word-between-en filler longest filler-alone filler-first".split(),
)
def test_the_first_of_several_kinds_counts(message: str, kind: str | None) -> None:
    """A message of several kinds of small talk is of the first; a word that is in none makes it a question."""
    assert small_talk(message) == kind


@pytest.mark.parametrize(
    "question",
    [
        "hoi, wat is lefmarketing?",
        "Hallo! Waarom is lef nodig?",
        "bedankt, en wat is de gunfactor?",
        "hello, what is betekenismarketing?",
        "bonjour, qu'est-ce que le lefmarketing ?",
        "dag van de arbeid",
        "hi-hat",
        "de mooie top",
        "top 3 CRM systemen",
        "mooi merk",
        "lef",
        "help mij met lefmarketing",
        "hoe werkt crowdfunding?",
        "Hoe werkt het 3i-model?",
        "hoe gaat het met de klant?",
        "wie ben je als organisatie?",
        "Wat weet je over lefmarketing?",
        "waar gaat lefmarketing over?",
        "What is lefmarketing about?",
        "Worum geht es bei Lefmarketing?",
        "de quoi parlent les clients ?",
    ],
)
def test_a_question_is_no_small_talk(question: str) -> None:
    """A message with anything else in it than small talk is a question."""
    assert small_talk(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "Wat kun jij?",
        "kun je me helpen?",
        "waarover gaan deze essays?",
        "can you help me?",
        "Hilfe!",
        "was bist du?",
        "que pouvez-vous faire ?",
        "qui êtes-vous ?",
    ],
)
def test_questions_about_the_assistant(question: str) -> None:
    """Who asks what the assistant is or can do, is told so, in every usual wording."""
    assert small_talk(question) == "about"


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("hoi", "nl"),
        ("hallo", "nl"),
        ("dank je wel!", "nl"),
        ("tot ziens", "nl"),
        ("wie ben je?", "nl"),
        ("Hello there", "en"),
        ("thank you!", "en"),
        ("Good bye", "en"),
        ("What are you?", "en"),
        ("which essays are there?", "en"),
        ("Guten Morgen", "de"),
        ("Danke schön", "de"),
        ("Auf Wiedersehen", "de"),
        ("Wer bist du?", "de"),
        ("Worum geht es?", "de"),
        ("Bonjour !", "fr"),
        ("merci beaucoup", "fr"),
        ("au revoir", "fr"),
        ("Ça va ?", "fr"),
        ("qui es-tu ?", "fr"),
    ],
)
def test_small_talk_is_answered_in_its_own_language(phrase: str, language: str) -> None:
    """A word that only one language has decides; without one it is Dutch."""
    assert small_talk_language(phrase) == language


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("can you help me?", "en"),
        ("Que peux-tu faire ?", "fr"),
        ("que pouvez-vous faire ?", "fr"),
        ("Was kann ich fragen?", "de"),
        ("was bist du?", "de"),
        ("Hilfe!", "de"),
        ("Wie geht's?", "de"),
        ("Wie geht es dir?", "de"),
    ],
)
def test_every_phrase_is_answered_in_its_own_language(phrase: str, language: str) -> None:
    """Small talk that is known in a language is answered in that language."""
    assert small_talk(phrase) is not None
    assert small_talk_language(phrase) == language


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Bedankt!", "Bedankt!"),
        ("hallo, hallo", "hallo, hallo"),
        ("Bedankt! En wat is lef?", "En wat is lef?"),
        ("Hoi, wat is lef?", "wat is lef?"),
        ("Hallo daar, wat is lef?", "wat is lef?"),
        ("Hoi! 👋 Wat is lef?", "Wat is lef?"),
        ("Goedemorgen. Wie ben je? Wat is lef?", "Wat is lef?"),
        ("Thanks! And what is lef?", "And what is lef?"),
        ("Danke, und warum?", "und warum?"),
        ("Bonjour, c’est quoi le lef ?", "c’est quoi le lef ?"),
        ("hoi wat is lef", "wat is lef"),
        ("ok en waarom werkt het", "en waarom werkt het"),
        ("hallo ik wil graag weten wat lef is", "ik wil graag weten wat lef is"),
        ("hoi, wat kun je met lef?", "wat kun je met lef?"),
        ("hallo, wie ben je als merk?", "wie ben je als merk?"),
        ("goed en kwaad", "goed en kwaad"),
        ("hoe werkt het 3i-model?", "hoe werkt het 3i-model?"),
        ("Dag van de arbeid", "Dag van de arbeid"),
        ("Mooi merk, wat is dat?", "Mooi merk, wat is dat?"),
        ("top-3 merken?", "top-3 merken?"),
        ("wat is lef? bedankt!", "wat is lef? bedankt!"),
    ],
    ids=(
        "nothing-else all-talk thanks greeting filler emoji several en de fr no-sign no-sign-and no-sign-frame "
        "about-after about-like pair about-alone phrase-in-a-name sign-further-on hyphen at-the-end"
    ).split(),
)
def test_small_talk_before_a_question_is_left_out(question: str, rest: str) -> None:
    """Small talk is taken off where a sign stands right behind it or a question begins there, and nowhere else."""
    assert without_small_talk(question) == rest


@pytest.mark.parametrize("word", ["merci", "bye", "super bedankt", "dank je", "hoi", "dag"])
def test_much_small_talk_is_told_at_once(word: str) -> None:
    """A message of many greetings with something else at its end takes no time to speak of."""
    began = time.perf_counter()
    assert small_talk(f"{word} " * (34 if word == "bye" else 22) + "lefmarketing") is None
    assert time.perf_counter() - began < 0.2


PHRASES = st.sampled_from([phrase for phrases in TALK.values() for phrase in phrases.split("|")])


@given(st.text(max_size=80) | st.lists(PHRASES | st.text(max_size=8), max_size=5).map(" ".join))
def test_any_message_can_be_told_apart(message: str) -> None:
    """Any message is small talk of a known kind or none, in a known language, and what is left of it is its end."""
    assert small_talk(message) in (*KINDS, None)
    assert small_talk_language(message) in ("nl", "en", "de", "fr")
    rest = without_small_talk(message)
    assert message.endswith(rest)
    assert without_small_talk(rest) == rest
    if small_talk(message):
        assert rest == message


# Requests

OPINION = {
    "nl": (
        "Wat vind jij van lefmarketing?|Wat vind je van lefmarketing?|wat vind je zelf van Twitter|Wat vind je ervan?|"
        "wat denk je van merken?|Vind je lefmarketing goed?|Vind jij dat ook?|Geloof je in lef?|Wat zou jij doen?|"
        "Hou jij van marketing?|Wat is jouw mening over Twitter?|wat is je mening?|Wat is uw advies?|"
        "Ben je het daarmee eens?|Ben jij het met Kotler eens?|Welk essay vind je het best?|"
        "Wat is je favoriete essay?"
    ),
    "en": (
        "What do you think of lefmarketing?|what do you honestly think?|Do you like Twitter?|Do you agree?|"
        "would you buy it?|What is your opinion?|your favourite essay?|Are you for or against Twitter?"
    ),
    "de": "Was hältst du von Twitter?|was denkst du?|Findest du das gut?|Was ist deine Meinung?|Würdest du das kaufen?",
    "fr": "Que penses-tu de Twitter ?|Qu’en penses-tu ?|Es-tu d’accord ?|Quel est ton avis ?|Aimes-tu Twitter ?",
}
ACT = {
    "nl": (
        "schrijf een gedicht|Schrijf voor mij een essay over lef|kun je een gedicht schrijven?|Vertaal dit naar het "
        "Engels|Kunt u dit vertalen?|vat het essay samen|Kun je het essay samenvatten?|maak een samenvatting|"
        "samenvatting|zoek op internet wat lef is|Kun je dat op internet opzoeken?|Hoeveel is 3 keer 4?|"
        "hoeveel is 12,5 x 3|bereken 12 * 3|Kun je 12 * 3 berekenen?|reken uit|los deze som op|speel muziek|"
        "Bestel een pizza|stuur een mail naar Jan|Kun je mijn tekst nakijken?|Verbeter mijn tekst|bedenk een slogan|"
        "teken een hond|Maak een PowerPoint over lefmarketing|Alsjeblieft, schrijf een brief|"
        "Wil je even een brief schrijven?|mail dit naar Jan|print dit|teken een merk"
    ),
    "en": (
        "write a poem|Can you write a poem?|translate this|Please summarise the essay|make me a list|look it up|"
        "search the web for lef|what is 3 times 4?|What's 12 + 5|check my grammar|draw a cat"
    ),
    "de": (
        "Schreib ein Gedicht|Kannst du das übersetzen?|Fasse den Essay zusammen|Zusammenfassung|"
        "Erstelle mir eine PowerPoint|Berechne 3 mal 4|wie viel ist 3 mal 4?|Suche im Internet nach Lef"
    ),
    "fr": (
        "Écris un poème|Traduis ce texte|Résume l’essai|Peux-tu résumer l’essai ?|combien font 3 fois 4 ?|"
        "dessine un chat|Fais-moi une liste|cherche sur internet"
    ),
}
NEITHER = {
    "nl": (
        "Wat vindt de schrijver van social media?|Wat denkt de schrijver van Twitter?|Wat vinden klanten van merken?|"
        "Hoe vind je klanten?|Hoe vind je nieuwe klanten voor je merk?|Waar vind je inspiratie?|"
        "Wat is de mening van de schrijver?|Waarom vinden mensen Apple mooi?|kun je uitleggen wat lef is?|"
        "Kun je mij uitleggen wat lefmarketing is?|Zou je me kunnen vertellen wat lef is?|"
        "Kun je een voorbeeld geven?|Hoe denk je als merk aan je klant?|Wat zou je moeten doen als merk?|"
        "Hoe zou je klanten kunnen betrekken?|Zou je als organisatie nederig moeten zijn?|"
        "Zou je zelf iets als merk moeten doen?|Wie schrijft de essays?|"
        "Schrijft de auteur over Twitter?|Hoe schrijf je een goede tekst?|Hoe maak je een merk?|"
        "Maakt het uit of een merk groot is?|Speelt lef een rol?|Stuurt de klant het merk?|E-mailmarketing|"
        "Zoekmachinemarketing|Creatieve marketing|Leg uit wat lef is|vertel over lef|geef een voorbeeld|"
        "noem drie redenen|hoeveel is 20 procent van de klanten?|kun je lefmarketing omschrijven?|"
        "kunt u participatiemarketing kort beschrijven?|kun je uitleggen hoe je een goede tekst kunt schrijven?|"
        "en hoe kun je een slogan bedenken?|schrijf op wat lef is|zoek op wat lef is|"
        "zou jij weten waarom banken falen?|hoe zou jij lef uitleggen?|hoe vind je het beste je doelgroep?|"
        "mail of twitter, wat is beter?|print reclame, werkt dat nog?|teken van vertrouwen, wat is dat?|"
        "stuur je klanten nog post?|reken je op klanten?"
    ),
    "en": (
        "What does the author think of Twitter?|What is the author’s opinion?|Do you need courage?|"
        "Do you have to be humble?|How do you find customers?|How do you write a slogan?|Who wrote the essays?|"
        "What is online marketing?|create trust, how do you do that?|draw conclusions about banks|"
        "can you explain lefmarketing?|could you tell me what lef is?|search engine marketing"
    ),
    "de": (
        "Was denkt der Autor?|Wie findet man Kunden?|Kannst du mir erklären, was Lef ist?|Wer schreibt die Essays?|"
        "Wie heißt das Buch?"
    ),
    "fr": (
        "Que pense l’auteur de Twitter ?|Peux-tu expliquer le lefmarketing ?|Qui a écrit les essais ?|"
        "Que pensent les clients ?"
    ),
}


def cases(by_language: dict[str, str]) -> list[str]:
    return [question for questions in by_language.values() for question in questions.split("|")]


@pytest.mark.parametrize("question", cases(OPINION))
def test_an_opinion_is_asked_for(question: str) -> None:
    """A question after the assistant's own opinion is told from one after what the essays say."""
    assert request(question) == "opinion"


@pytest.mark.parametrize("question", cases(ACT))
def test_an_act_is_asked_for(question: str) -> None:
    """A request to write, translate, look up or reckon is told from a question, with polite words before it too."""
    assert request(question) == "act"


@pytest.mark.parametrize("question", ["", "?", *cases(NEITHER)])
def test_a_question_for_the_essays_is_no_request(question: str) -> None:
    """A question that only looks like a request, after what the writer thinks or how "you" do it, is none."""
    assert request(question) is None


@pytest.mark.parametrize("typed", ["WAT VIND JIJ VAN LEF?", "wat  vind\njij van lef", "Wat vínd jij van lef?"])
def test_a_request_however_it_is_typed(typed: str) -> None:
    """Capitals, accents and spaces make no difference."""
    assert request(typed) == "opinion"


@pytest.mark.parametrize(
    "question",
    ["Wat vindt u van lefmarketing?", "Wat denkt u van Twitter?", "Vindt u dat goed?", "Bent u het ermee eens?"],
)
def test_an_opinion_is_asked_for_politely(question: str) -> None:
    """Who says "u" is asking for an opinion as much as who says "je"."""
    assert request(question) == "opinion"


@pytest.mark.parametrize("question", ["Zou jij Twitter aanraden?", "Zou je zelf op Twitter gaan?"])
def test_what_the_assistant_would_do(question: str) -> None:
    """A question what the assistant itself would do asks for its opinion."""
    assert request(question) == "opinion"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Heb jij een mening over Twitter?", "opinion"),
        ("Welk essay vind je zelf het best?", "opinion"),
        ("Geef een samenvatting van het essay", "act"),
        ("Kun je een slogan bedenken?", "act"),
        ("Vertel een mop", "act"),
        ("tell me a joke", "act"),
        ("Wat is 3 + 4?", "act"),
    ],
)
def test_other_wordings_of_a_request(question: str, wanted: str) -> None:
    """A request is told in every usual wording."""
    assert request(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Maakt een klein bedrijf ook kans met lefmarketing?",
        "Maak je een merk sterker met lef?",
        "Speel je als merk een rol?",
        "Bedenk je eerst waarom je bestaat?",
        "Los je met lef problemen op?",
        "Créer de la valeur, comment ?",
    ],
)
def test_a_question_that_begins_with_its_verb_is_no_order(question: str) -> None:
    """A question whether something is so is one for the essays, although its first word could be an order."""
    assert request(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "Hoe zoek je klanten op internet?",
        "Zoeken klanten op internet naar merken?",
        "Waarom zoeken klanten online?",
        "How do people search for brands online?",
    ],
)
def test_who_searches_is_no_order_to_search(question: str) -> None:
    """A question about people who search the internet is no order to search it."""
    assert request(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "Vind je klanten via Twitter?",
        "Denk je bij identiteitsmarketing eerst aan jezelf of aan de klant?",
    ],
)
def test_you_that_means_anybody_is_not_the_assistant(question: str) -> None:
    """A question what "you" do as a company asks for no opinion."""
    assert request(question) is None


@pytest.mark.parametrize(
    "start", ["kun je ", "voor mij ", "zoek ", "fass ", "hoeveel is 1 ", "ben je het ", "look ", "1 "]
)
def test_a_long_message_is_told_at_once(start: str) -> None:
    """A message as long as a question may be takes no time to speak of, however it repeats itself."""
    began = time.perf_counter()
    request((start * 500)[:1_000])
    assert time.perf_counter() - began < 0.2


@given(st.text(max_size=80))
def test_any_message_asks_for_an_opinion_an_act_or_neither(message: str) -> None:
    """Whatever a message holds, it asks for an opinion, an act or neither."""
    assert request(message) in ("opinion", "act", None)


PATTERNS = tomllib.loads(files("assistant").joinpath("data/requests.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_are_written_as_messages_are_folded(name: str) -> None:
    """Every pattern is a regular expression in lower case, without accents, bent quotes and double spaces."""
    for pattern in PATTERNS[name]:
        re.compile(pattern)
        letters = re.sub(r"\\.", "", pattern)
        assert fold(letters) == letters
        assert not set("‘’“”") & set(pattern)
        assert "  " not in pattern
