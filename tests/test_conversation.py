"""What a question means after the questions before it: its readings, each written out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Reading, points_back, readings
from assistant.errors import SettingsError
from assistant.language import LANGUAGES
from assistant.messages import message, replace_messages
from assistant.pointing import content
from assistant.types import Turn

TOPIC = "wat is participatiemarketing?"


def after(question: str, *earlier: str) -> tuple[Reading, ...]:
    """The readings of a question after earlier ones."""
    return readings(question, [Turn(asked, "Uit ...") for asked in earlier])


def texts(question: str, *earlier: str) -> list[str]:
    return [reading.text for reading in after(question, *earlier)]


# Nothing to point back to

SILENCE = {
    "none": [],
    "greeting": ["hoi"],
    "talk": ["hoi", "bedankt!", "wie ben je?"],
    "empty": [""],
    "spaces": [" \n"],
}
NO_TOPIC = SILENCE | {"sign": ["?"], "emoji": ["🙂"], "only-a-pronoun": ["is het dat?"]}


@pytest.mark.parametrize("earlier", NO_TOPIC.values(), ids=NO_TOPIC)
@pytest.mark.parametrize("question", ["waarom is dat zo?", "waarom?", "en lefmarketing?", "hoe oud is hij?"])
def test_without_a_topic_there_is_nothing_to_point_back_to(question: str, earlier: list[str]) -> None:
    """A question after none that names something has one reading: itself, without a preference."""
    assert after(question, *earlier) == (Reading(question),)


@pytest.mark.parametrize("earlier", SILENCE.values(), ids=SILENCE)
def test_there_is_no_more_of_nothing(earlier: list[str]) -> None:
    """A request for more at the beginning of a conversation is a question like another."""
    assert after("nog meer?", *earlier) == (Reading("nog meer?"),)


# Pronouns


@pytest.mark.parametrize(
    ("earlier", "question", "reading"),
    [
        (TOPIC, "Hoe begin je daaraan?", "Hoe begin je aan participatiemarketing?"),
        (TOPIC, "hoe begin je ermee?", "hoe begin je met participatiemarketing?"),
        (TOPIC, "wat zijn de nadelen ervan?", "wat zijn de nadelen van participatiemarketing?"),
        (TOPIC, "Waarom wordt daarvoor gekozen?", "Waarom wordt voor participatiemarketing gekozen?"),
        ("wat is crowdfunding?", "Waarom is dat zo snel gegroeid?", "Waarom is crowdfunding zo snel gegroeid?"),
        ("wat is crowdfunding?", "Waarom werkt het?", "Waarom werkt crowdfunding?"),
        ("wat is crowdfunding?", "waar staat dit?", "waar staat crowdfunding?"),
        ("Wie is Bernie Sanders?", "hoe oud is hij?", "hoe oud is Bernie Sanders?"),
        ("Wie is Philip Kotler?", "Wat schreef hij over marketing?", "Wat schreef Philip Kotler over marketing?"),
        ("Wie is Philip Kotler?", "Wat zeggen ze over hem?", "Wat zeggen Philip Kotler over hem?"),
        ("What is crowdfunding?", "how do you start with it?", "how do you start with crowdfunding?"),
        ("Who is Philip Kotler?", "what did he write?", "what did Philip Kotler write?"),
        ("Was ist Crowdfunding?", "wie funktioniert das?", "wie funktioniert Crowdfunding?"),
        ("Was ist Crowdfunding?", "warum ist es beliebt?", "warum ist Crowdfunding beliebt?"),
        ("Wer ist Philip Kotler?", "was hat er geschrieben?", "was hat Philip Kotler geschrieben?"),
        ("Qu'est-ce que le crowdfunding ?", "comment ça marche ?", "comment crowdfunding marche ?"),
    ],
    ids=("daaraan ermee ervan daarvoor dat het dit hij hij-inside first-of-two it he das es er ça").split(),
)
def test_a_pronoun_is_replaced_by_what_was_asked_about(earlier: str, question: str, reading: str) -> None:
    """A question with a pronoun is read as it is, and, sooner, with the pronoun replaced by the topic."""
    alone, follow_up = after(question, earlier)
    assert alone == Reading(question)
    assert (follow_up.text, follow_up.is_follow_up, follow_up.is_more) == (reading, True, False)
    assert follow_up.prior > 0


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("wie heeft het bedacht", "wie heeft X bedacht"),
        ("wie heeft dat bedacht?", "wie heeft X bedacht?"),
        ("wanneer is het ontstaan", "wanneer is X ontstaan"),
        ("is dat goed?", "is X goed?"),
        ("is het duur", "is X duur"),
        ("Waarom is dit nodig?", "Waarom is X nodig?"),
        ("werkt dat echt?", "werkt X echt?"),
        ("waar is het goed voor?", "waar is X goed voor?"),
        ("heb je dat nodig?", "heb je X nodig?"),
        ("is dat hetzelfde als crowdfunding?", "is X hetzelfde als crowdfunding?"),
        ("heeft het nadelen?", "heeft X nadelen?"),
        ("hoe kan ik het toepassen?", "hoe kan ik X toepassen?"),
        ("kun je dat uitleggen", "kun je X uitleggen"),
        ("hoe pas je dit toe", "hoe pas je X toe"),
        ("dat snap ik niet", "X snap ik niet"),
        ("does that work?", "does X work?"),
        ("is this expensive?", "is X expensive?"),
        ("wer hat das erfunden", "wer hat X erfunden"),
        ("das verstehe ich nicht", "X verstehe ich nicht"),
        ("qui l'a inventé ?", "qui l'a inventé (X)?"),
    ],
)
def test_an_article_without_a_noun_is_a_pronoun(question: str, reading: str) -> None:
    """ "Het", "dat" and "dit" stand alone before a participle, an infinitive, an adjective or the rest of a verb."""
    alone, follow_up = after(question, TOPIC)
    assert alone == Reading(question)
    assert follow_up.text == reading.replace("X", "participatiemarketing")
    assert follow_up.prior > 0


@pytest.mark.parametrize(
    "question",
    (
        "wat is het doel|hoe werkt het geheugen|wat is het geheugen|wat is het beleid?|hoe werkt het menselijk brein|"
        "wat is het huwelijk?|waar is het museum?|wanneer is het feest?|is dat boek goed?|kun je dat model uitleggen?|"
        "does that model work?|waarom denkt men dat bedrijven lef tonen?|wie is de schrijver van dit essay?|"
        "waarom is deze tekst geschreven|waar gaat het essay over lefmarketing over|wat zijn deze voorbeelden|"
        "waarom zijn dit soort dingen belangrijk?"
    ).split("|"),
)
def test_an_article_before_its_noun_is_no_pronoun(question: str) -> None:
    """ "Het", "dat" and "dit" before a noun are not replaced, nor before one that is empty, such as "essay"."""
    assert not points_back(question)
    assert not any(
        "participatiemarketing" in text.partition("(")[0].partition(":")[0] for text in texts(question, TOPIC)
    )


@pytest.mark.parametrize(
    "question",
    (
        "waarom denkt men dat je lef nodig hebt?|why does the author say that you need courage?|"
        "wat doen merken die geen lef hebben?|wat wil de klant die niet koopt?|wat doet een merk dat geen lef heeft?|"
        "hoe kan het dat mensen niet luisteren|waarom is het goed om jezelf te zijn|"
        "hoe kom je erachter wie je bent als bedrijf?|hoe zorg je ervoor dat klanten blijven?|"
        "hoe kun je erachter komen wat mensen willen?|hoe denken klanten erover om fan te worden?|"
        "wat is lefmarketing in het kort|waarom doen mensen wat ze doen|why do people do what they do?|"
        "hoe helpen bedrijven hun klanten?|how do brands treat their customers?|why is it important to be yourself|"
        "pourquoi il faut du courage ?|qu'est-ce qu'il faut faire|y a-t-il des exemples ?|warum gibt es Marken?"
    ).split("|"),
)
def test_a_word_that_stands_for_nothing_before_is_no_pronoun(question: str) -> None:
    """A conjunction, a relative, an "it" that means nothing, and "they" for a noun of its own question stay."""
    assert not points_back(question)


@pytest.mark.parametrize(
    "question",
    (
        "doe je eraan mee of niet?|wat is ervoor nodig?|wat moet je ervan weten en wat kost het?|"
        "is dat de reden?|is dat een goed idee?|waarom doet een merk dat?|hoe werken die in de praktijk?|wat kost die?|"
        "hoe kun je die gebruiken?|wat zeggen ze?|waar komen ze vandaan?|wat zijn hun nadelen?|how do they work?|"
        "waarom is het zo populair?|wat als het niet werkt?|is it good?|pourquoi est-ce qu'il marche ?|"
        "warum ist es gut?"
    ).split("|"),
)
def test_the_same_words_point_back_where_their_own_question_does_not_explain_them(question: str) -> None:
    """A word of the rule above that is none of those is a pronoun."""
    assert points_back(question)


@pytest.mark.parametrize(
    ("earlier", "question", "reading"),
    [
        (TOPIC, "wat zegt hij over twitter?", "wat zegt de schrijver over twitter?"),
        (TOPIC, "wat bedoelt zij met lef?", "wat bedoelt de schrijver met lef?"),
        (TOPIC, "wat vindt hij daarvan?", "wat vindt de schrijver van participatiemarketing?"),
        (TOPIC, "wat vindt hij?", "wat vindt de schrijver: wat is participatiemarketing?"),
        ("What is crowdfunding?", "what does she say about Twitter?", "what does the author say about Twitter?"),
        ("wie is philip kotler?", "wat zegt hij over twitter?", "wat zegt philip kotler over twitter?"),
        ("Wat schreef Kotler over merken?", "wat vindt hij van lef?", "wat vindt Kotler van lef?"),
        ("Wat is Lefmarketing?", "wat vindt hij van twitter?", "wat vindt de schrijver van twitter?"),
        (TOPIC, "hoe oud is hij?", "hoe oud is participatiemarketing?"),
    ],
    ids="says she with-an-adverb nothing-else en who a-name a-thing-with-a-capital no-saying".split(),
)
def test_who_says_something_is_the_writer(earlier: str, question: str, reading: str) -> None:
    """After a question about a thing, a "he" who says or thinks something is the writer."""
    assert texts(question, earlier)[-1] == reading


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("is dat zo?", "is participatiemarketing zo?"),
        ("wat heb ik eraan?", "wat heb ik aan participatiemarketing?"),
    ],
)
def test_a_question_of_empty_words_cannot_stand_alone(question: str, reading: str) -> None:
    """A question that names nothing itself has no reading without what went before."""
    assert texts(question, TOPIC) == [reading]


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("hoe heet zijn boek?", "hoe heet zijn boek (Philip Kotler)?"),
        ("Hoe heet dat boek?", "Hoe heet dat boek (Philip Kotler)?"),
        ("what are the titles of his books?", "what are the titles of his books (Philip Kotler)?"),
        ("Wie heißt sein Buch?", "Wie heißt sein Buch (Philip Kotler)?"),
        ("Quel est son livre ?", "Quel est son livre (Philip Kotler)?"),
    ],
)
def test_a_word_that_points_back_before_its_noun_stays(question: str, reading: str) -> None:
    """Where nothing can be replaced, as in "his book" and "that book", the topic stands behind the question."""
    assert texts(question, "Wie is Philip Kotler?") == [question, reading]


@pytest.mark.parametrize(
    ("earlier", "reading"),
    [
        ("Wie is Philip Kotler?", "hoe oud is Philip Kotler?"),
        ("Hoe groot is de invloed van Bernie Sanders op mensen?", "hoe oud is Bernie Sanders?"),
        ("Wat gebeurde er in 2012 met Steve Jobs?", "hoe oud is Steve Jobs?"),
        ("mensen", "hoe oud is mensen?"),
    ],
    ids="whole-name among-everyday-words no-number nothing-rarer".split(),
)
def test_the_topic_is_the_rarest_word_with_its_neighbours(earlier: str, reading: str) -> None:
    """A pronoun stands for the rarest word of the question before, with the naming words beside it."""
    assert texts("hoe oud is hij?", earlier)[-1] == reading


@pytest.mark.parametrize(
    ("question", "wrong"),
    [("Quel âge a-t-il ?", "-t-Bernie"), ("qu'a-t-il écrit ?", "-t-Bernie"), ("Que font-ils ?", "-Bernie")],
)
def test_a_french_pronoun_goes_with_its_hyphens(question: str, wrong: str) -> None:
    """No reading glues a topic to a verb: it is shown to the reader as what was understood."""
    assert not any(wrong in text for text in texts(question, "Qui est Bernie Sanders ?"))


# Ellipsis


@pytest.mark.parametrize(
    ("earlier", "question", "first", "second"),
    [
        ("Wat is lefmarketing?", "en crowdfunding?", "Wat is crowdfunding?", "crowdfunding van lefmarketing?"),
        ("Wat is lefmarketing?", "En de nadelen?", "de nadelen van lefmarketing?", "Wat is nadelen?"),
        ("Wat is lefmarketing?", "En de gunfactor?", "Wat is gunfactor?", "de gunfactor van lefmarketing?"),
        ("Wat is lefmarketing?", "en crowdfunding dan?", "Wat is crowdfunding?", "crowdfunding van lefmarketing?"),
        ("Is verbazing goed?", "maar verwondering?", "Is verwondering goed?", "verwondering van verbazing?"),
        ("What is lefmarketing?", "and crowdfunding?", "What is crowdfunding?", "crowdfunding of lefmarketing?"),
        ("What is lefmarketing?", "What about crowdfunding?", "What is crowdfunding?", None),
        ("Was ist Lefmarketing?", "Und Crowdfunding?", "Was ist Crowdfunding?", "Crowdfunding von Lefmarketing?"),
        ("Was ist Lefmarketing?", "Was ist mit Crowdfunding?", "Was ist Crowdfunding?", None),
        ("Qu'est-ce que le lef ?", "et le crowdfunding ?", "Qu'est-ce que le crowdfunding ?", None),
    ],
    ids="and and-the-part and-the-term and-then but and-en what-about-en and-de what-about-de and-fr".split(),
)
def test_an_ellipsis_is_read_as_another_topic_or_a_part_of_the_last(
    earlier: str, question: str, first: str, second: str | None
) -> None:
    """ "And X?" is read as it is, as the last question about X, and as a question for the X of its topic.

    The X of its topic comes first where X has an article and is no term.
    """
    alone, *others = after(question, earlier)
    assert alone == Reading(question)
    assert others[0].text == first
    assert second is None or others[1].text == second
    assert all(reading.is_follow_up for reading in others)


@pytest.mark.parametrize(
    "question", ["en lefmarketing?", "and lefmarketing?", "und Lefmarketing?", "et le lefmarketing ?"]
)
def test_and_speaks_for_a_follow_up(question: str) -> None:
    """Behind "and" the question is sooner meant with what went before, and in the first of those ways most."""
    alone, *others = after(question, TOPIC)
    assert others[0].prior > alone.prior
    assert [reading.prior for reading in others] == sorted({reading.prior for reading in others}, reverse=True)


@pytest.mark.parametrize(
    ("earlier", "question", "reading"),
    [
        ("Waarop is verbazing gebaseerd?", "en verwondering?", "Waarop is verwondering gebaseerd?"),
        ("Waar komt verbazing vandaan?", "en verwondering?", "Waar komt verwondering vandaan?"),
        ("Hoe groeide crowdfunding in Nederland?", "en lefmarketing?", "Hoe groeide lefmarketing in Nederland?"),
    ],
    ids="participle adverb verb".split(),
)
def test_the_rest_of_the_last_question_stays(earlier: str, question: str, reading: str) -> None:
    """In the last question only what it was about is replaced."""
    assert reading in texts(question, earlier)


@pytest.mark.parametrize(
    ("earlier", "question", "reading"),
    [
        (TOPIC, "en bij banken?", "wat is participatiemarketing bij banken?"),
        (TOPIC, "en voor kleine bedrijven dan?", "wat is participatiemarketing voor kleine bedrijven?"),
        (TOPIC, "en op de lange termijn?", "wat is participatiemarketing op de lange termijn?"),
        (TOPIC, "en als ondernemer?", "wat is participatiemarketing als ondernemer?"),
        (TOPIC, "en op \\1?", "wat is participatiemarketing op \\1?"),
        ("What is lef?", "and for small firms?", "What is lef for small firms?"),
        ("Was ist Lef?", "und bei Banken?", "Was ist Lef bei Banken?"),
        ("wat is lefmarketing bij banken?", "en bij scholen?", "wat is lefmarketing bij scholen?"),
        ("wat vindt de schrijver van twitter?", "en van facebook?", "wat vindt de schrijver van facebook?"),
        ("wat is lefmarketing?", "en over crowdfunding?", "wat is crowdfunding?"),
        (TOPIC, "en voor welke merken?", "en voor welke merken (participatiemarketing)?"),
    ],
    ids="nl then article as backslash en de another-place before-the-topic about a-question-word".split(),
)
def test_a_place_behind_and_is_added_to_the_last_question(earlier: str, question: str, reading: str) -> None:
    """ "And at X?" is the last question with "at X" behind it; X replaces the topic, or a place, that has that "at"."""
    assert texts(question, earlier)[1] == reading


@pytest.mark.parametrize(
    ("question", "is_whole"),
    [
        ("en wat is lefmarketing?", True),
        ("en wie is Kotler?", True),
        ("en wat is de gunfactor?", True),
        ("maar hoe ontstond crowdfunding?", True),
        ("and what is crowdfunding?", True),
        ("en wat zijn de nadelen?", False),
        ("en wat zijn de valkuilen?", False),
        ("en waarom werkt het?", False),
        ("en wie profiteert?", False),
        ("en lefmarketing?", False),
        ("and what are the drawbacks?", False),
    ],
)
def test_a_whole_question_behind_and_needs_no_other(question: str, is_whole: bool) -> None:
    """ "And what is X?" is sooner meant as it is where X is a term, and with what went before where X is a part."""
    alone, *others = after(question, TOPIC)
    assert alone == Reading(question)
    assert all((reading.prior < 0) == is_whole for reading in others)


@pytest.mark.parametrize(
    "question",
    ["hoe zit het met lefmarketing?", "En hoe zit het met lefmarketing?", "wat dacht je van lefmarketing?"],
)
def test_how_about_asks_the_same_of_another_topic(question: str) -> None:
    """ "How about X?" is read as the last question, about X."""
    assert "wat is lefmarketing?" in texts(question, TOPIC)


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("En waarom groeit het zo snel?", "En waarom groeit crowdfunding zo snel?"),
        ("and how does it work?", "and how does crowdfunding work?"),
    ],
    ids="nl en".split(),
)
def test_a_whole_question_behind_and_has_its_pronoun_replaced(question: str, reading: str) -> None:
    """ "And how does it work?" is read as a question with a pronoun."""
    assert texts(question, "Wat is crowdfunding?") == [question, reading]


@pytest.mark.parametrize(
    ("earlier", "question", "wrong"),
    [
        ("Wat is crowdfunding?", "en hoe werkt dat?", "Wat is werkt?"),
        ("Wat is crowdfunding?", "En wie is Kotler?", "is Kotler van crowdfunding?"),
        ("Met wie liep hij door een doolhof?", "En wat zei zij toen?", "Met wie liep hij door een zei toen?"),
    ],
    ids="pronoun name verb".split(),
)
def test_a_verb_behind_and_is_no_topic(earlier: str, question: str, wrong: str) -> None:
    """No reading of a whole question takes its verb for a noun: it is shown to the reader as what was understood."""
    assert wrong not in texts(question, earlier)


# Bare question words


@pytest.mark.parametrize(
    "question",
    (
        "waarom?|Waarom niet?|hoe dan?|hoezo?|wanneer?|voor wie?|geef een voorbeeld|leg uit|en?|En waarom?|"
        "maar hoe dan?|why?|Why not?|how?|warum?|wieso nicht?|pourquoi ?|comment ?"
    ).split("|"),
)
def test_a_bare_question_word_stands_before_the_last_question(question: str) -> None:
    """A question that names nothing and has no pronoun to replace is put before the whole of the last one."""
    (reading,) = after(question, "Moet je nederig zijn?")
    assert reading.text == f"{question.strip(' ?')}: Moet je nederig zijn?"
    assert reading.is_follow_up
    assert not reading.is_more


@pytest.mark.parametrize("message", ["?", "???", "🙂", "..."])
def test_a_message_without_words_is_no_follow_up(message: str) -> None:
    """A message of signs alone means nothing, whatever was asked before."""
    assert texts(message, TOPIC) == [message]


# More


@pytest.mark.parametrize(
    "question",
    (
        "nog meer?|Nog meer?|meer|en verder?|wat nog meer?|is er nog meer?|vertel meer|Vertel me meer daarover|ga door|"
        "zijn er nog meer voorbeelden?|heb je nog meer voorbeelden?|Heb je daar nog meer over?|weet je nog meer?|"
        "en andere voorbeelden?|more|Any more?|tell me more|tell me more about it|more examples|anything else?|"
        "mehr?|gibt es noch mehr?|Und weiter?|plus ?|encore plus ?|autre chose ?"
    ).split("|"),
)
def test_a_request_for_more_is_the_last_question_again(question: str) -> None:
    """A request for more is read in one way: as the last question, with what was not shown before."""
    assert after(question, TOPIC) == (Reading(TOPIC, is_follow_up=True, is_more=True),)


@pytest.mark.parametrize(
    "question",
    ["Wat is meer waard?", "Is marketing meer dan reclame?", "Nog meer lefmarketing?", "more or less?", "meerwaarde"],
)
def test_more_within_a_question_asks_for_no_more(question: str) -> None:
    """A question in which "more" is a word among others is no request for more."""
    assert not any(reading.is_more for reading in after(question, TOPIC))


@pytest.mark.parametrize(
    "question",
    [
        "Nog iets?",
        "Is er nog iets?",
        "Kun je meer vertellen?",
        "kun je nog meer vertellen?",
        "what else?",
        "is there any more?",
        "go on",
        "noch etwas?",
        "weitere Beispiele?",
        "et encore ?",
    ],
)
def test_other_requests_for_more(question: str) -> None:
    """A request for more is told in every usual wording."""
    assert after(question, TOPIC) == (Reading(TOPIC, is_follow_up=True, is_more=True),)


# A new topic


@pytest.mark.parametrize(
    "question",
    [
        "Hoe verwonder je klanten met lef en echte aandacht?",
        "En wat is het verschil tussen verwondering, verbazing, lef en moed in het hart van de klant?",
        "What makes a loyal customer trust the same brand again?",
        "Warum vertrauen treue Kunden ihrer alten Marke?",
    ],
)
def test_a_long_question_stands_on_its_own(question: str) -> None:
    """A question that names many things is read as it is, whatever was asked before and whatever pronoun it has."""
    assert after(question, TOPIC) == (Reading(question),)


@pytest.mark.parametrize(
    "question",
    [
        "Wat is betekenismarketing?",
        "lefmarketing",
        "Wie is Philip Kotler?",
        "Waar ligt Maastricht?",
        "What is the gunfactor?",
        "Who is Bernie Sanders?",
        "Wer ist Bernie Sanders?",
        "Qui est Bernie Sanders ?",
    ],
)
def test_a_new_topic_is_not_dragged_back(question: str) -> None:
    """A short question that names its subject and has no pronoun is sooner meant as it is."""
    alone, *others = after(question, TOPIC)
    assert alone == Reading(question)
    assert all(reading.prior < 0 for reading in others)


@pytest.mark.parametrize(
    "question",
    ["Wat zegt Kotler in dat boek over marketing?", "Waarom is lef in deze tijd goed voor merken?"],
)
def test_a_longer_question_with_a_pronoun_is_not_pulled(question: str) -> None:
    """Where a question with a pronoun names three or four things, nothing speaks for a follow-up beforehand."""
    alone, *others = after(question, TOPIC)
    assert alone == Reading(question)
    assert all(reading.prior <= 0 for reading in others)


NOT_POINTING = {
    "zijn-the-verb": "Wat zijn onderstromen?",
    "het-the-article": "Wat is het 3i-model?",
    "er-of-existence": "Welke merken zijn er?",
    "en-inside": "Wat is verwondering en verbazing?",
    "dan-than": "Wat is sterker dan lef?",
    "die-the-article": "Was ist die Gunst der Kunden?",
    "sie-polite": "Was verstehen Sie unter Lefmarketing?",
    "le-the-article": "Qu'est-ce que le lefmarketing ?",
    "les-the-article": "Qui sont les fans de Sanders ?",
}


@pytest.mark.parametrize("question", NOT_POINTING.values(), ids=NOT_POINTING)
def test_a_new_topic_with_an_article_is_not_dragged_back(question: str) -> None:
    """A word that only looks like a pronoun does not speak for a follow-up."""
    assert all(reading.prior <= 0 for reading in after(question, TOPIC) if reading.is_follow_up)


# Chains


@pytest.mark.parametrize(
    ("earlier", "question", "reading"),
    [
        (["Wat is lefmarketing?", "Wat is crowdfunding?"], "Waarom werkt het?", "Waarom werkt crowdfunding?"),
        (["Wat is lefmarketing?", "en crowdfunding?"], "hoe begin je daaraan?", "hoe begin je aan crowdfunding?"),
        (["Wat is crowdfunding?", "hoe begin je daaraan?"], "wie doet dat?", "wie doet crowdfunding?"),
        (["Wat is crowdfunding?", "hoe begin je daaraan?"], "waarom?", "waarom: hoe begin je aan crowdfunding?"),
        (["Wat is crowdfunding?", "waarom?", "hoe dan?"], "wie doet dat?", "wie doet crowdfunding?"),
        (
            ["Wie is Bernie Sanders?", "hoe oud is hij?", "waar woont hij?"],
            "waarom?",
            "waarom: waar woont Bernie Sanders?",
        ),
        (["What is crowdfunding?", "why is that?"], "who does it?", "who does crowdfunding?"),
        (["Wat is crowdfunding?", "en bij banken?"], "wie doet dat?", "wie doet crowdfunding?"),
        (["Wat is crowdfunding?", "en wat is lefmarketing?"], "wie doet dat?", "wie doet lefmarketing?"),
    ],
    ids="the-last ellipsis pronoun pronoun-then-bare bare-words three en a-place a-whole-question".split(),
)
def test_a_chain_of_follow_ups_keeps_its_topic(earlier: list[str], question: str, reading: str) -> None:
    """What a follow-up points back to is the last question as it was understood, not as it was typed."""
    assert texts(question, *earlier)[-1] == reading


@pytest.mark.parametrize("more", ["en verder?", "en andere?"])
def test_a_request_for_more_is_no_topic(more: str) -> None:
    """What follows a request for more points back to the question before it."""
    assert texts("waarom?", TOPIC, more) == [f"waarom: {TOPIC}"]


@pytest.mark.parametrize("more", ["nog meer?", "vertel meer", "ga door"])
@pytest.mark.parametrize("question", ["nog meer?", "waarom?"])
def test_after_more_comes_more(question: str, more: str) -> None:
    """Who asks for more twice, or asks why after it, means the question before both."""
    assert all(TOPIC in text for text in texts(question, TOPIC, more))


def test_a_chain_of_ellipses_keeps_its_topic() -> None:
    """After "and the drawbacks?", as its answer understood it, "and the advantages?" is of the same topic."""
    said = message("nl", "understood", understood="de nadelen van lefmarketing?") + "\nUit ‘Lef’:"
    found = readings("en de voordelen?", [Turn("Wat is lefmarketing?"), Turn("en de nadelen?", said)])
    assert "de voordelen van lefmarketing?" in [reading.text for reading in found]


@pytest.mark.xfail(strict=True, reason="'daartussen' is read as 'tussen' the last topic alone")
def test_the_difference_between_two_topics() -> None:
    """The difference "between them" is that of the last two topics."""
    found = texts("wat is het verschil daartussen?", "Wat is verwondering?", "En verbazing?")
    assert any("verwondering" in text and "verbazing" in text for text in found)


# What an answer said to be understood


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rest", ["", "\nUit ‘Lef’:\n‘...’ [1]"], ids=["alone", "before-an-answer"])
def test_what_an_answer_said_to_be_understood_is_meant(language: str, rest: str) -> None:
    """A follow-up points back to what the first line of the last answer says that its question was taken for."""
    said = message(language, "understood", understood="de nadelen van crowdfunding?") + rest
    found = readings("nog meer?", [Turn(TOPIC, "Uit ‘Lef’:"), Turn("en de nadelen?", said)])
    assert found == (Reading("de nadelen van crowdfunding?", is_follow_up=True, is_more=True),)


@pytest.mark.parametrize(
    "answer",
    ["", "Opgevat als", "Uit ‘Lef’:\nOpgevat als: wat is moed?", "‘Opgevat als: wat is moed?’ [1]"],
    ids="none half-a-line second-line quotation".split(),
)
def test_only_the_first_line_says_what_was_understood(answer: str) -> None:
    """An answer that does not begin with what was understood leaves its question as it is."""
    (reading,) = readings("nog meer?", [Turn(TOPIC, answer)])
    assert reading.text == TOPIC


def test_what_was_understood_goes_through_a_chain() -> None:
    """After more and more again, the question that was understood first is still the one that is meant."""
    said = message("nl", "understood", understood=TOPIC) + "\nUit ‘Lef’:"
    history = [Turn(TOPIC, "Uit ‘Lef’:"), Turn("nog meer?", said), Turn("bedankt!", "Graag gedaan!")]
    assert readings("vertel meer", history) == (Reading(TOPIC, is_follow_up=True, is_more=True),)


@pytest.mark.parametrize("line", ["", "{understood}"], ids=["left-out", "bare"])
def test_what_was_understood_has_words_before_it(tmp_path: Path, line: str) -> None:
    """An owner's line without words of its own is refused: any answer's first line would count as understood."""
    file = tmp_path / "strings.toml"
    file.write_text(f'[nl]\nunderstood = "{line}"', encoding="utf-8")
    with pytest.raises(SettingsError, match="some words must stand before it"):
        replace_messages(file)
    (reading,) = readings("nog meer?", [Turn(TOPIC, "Uit ‘Lef’:\n‘...’ [1]")])
    assert reading.text == TOPIC


# Small talk between


@pytest.mark.parametrize(
    "between",
    [["bedankt!"], ["hoi", "Dank je wel!"], ["wie ben je?"], ["ok", "thanks", "danke", "merci"], ["", "  "]],
    ids="thanks two about four-languages empty".split(),
)
def test_small_talk_is_no_topic(between: list[str]) -> None:
    """A follow-up after small talk points back to the question before it."""
    assert texts("Hoe begin je daaraan?", TOPIC, *between)[-1] == "Hoe begin je aan participatiemarketing?"
    assert texts("nog meer?", TOPIC, *between) == [TOPIC]


@pytest.mark.parametrize(
    "between",
    ["schrijf een gedicht", "wat vind jij van twitter?", "Hoi, schrijf een gedicht!", "what do you think of Twitter?"],
)
def test_a_request_is_no_topic(between: str) -> None:
    """A follow-up after what no essay can answer points back to the question before it."""
    assert texts("Hoe begin je daaraan?", TOPIC, between)[-1] == "Hoe begin je aan participatiemarketing?"
    assert texts("waarom werkt het?", between) == ["waarom werkt het?"]


def test_small_talk_before_a_question_is_no_part_of_it() -> None:
    """Of "Thanks! And what is X?" only the question is pointed back to."""
    assert texts("waarom?", TOPIC, "Bedankt! Wat is crowdfunding?") == ["waarom: Wat is crowdfunding?"]


# Limits


def test_the_answers_before_are_never_searched() -> None:
    """Only earlier questions, as they were understood, say what is meant; the excerpts of earlier answers do not."""
    found = readings("waarom is dat?", [Turn(TOPIC, "crowdfunding [1]")])
    assert not any("crowdfunding" in reading.text for reading in found)


@pytest.mark.parametrize(("turns_between", "count"), [(9, 2), (10, 1)], ids=["tenth-turn", "eleventh-turn"])
def test_old_turns_are_forgotten(turns_between: int, count: int) -> None:
    """A follow-up points back to the last ten turns and no further."""
    assert len(after("hoe begin je daaraan?", TOPIC, *["hoi"] * turns_between)) == count


def test_white_space_in_an_earlier_question_is_made_one_space() -> None:
    """An earlier question is taken up as one line."""
    assert texts("waarom?", " wat is\n\tlef? ") == ["waarom: wat is lef?"]


def test_a_reading_that_is_too_long_is_left_out() -> None:
    """A reading longer than a question may be is not tried; the question itself always is."""
    question = "hoe begin je daaraan?"
    history = [Turn(TOPIC)]
    assert len(readings(question, history, max_chars=len("hoe begin je aan participatiemarketing?"))) == 2
    assert readings(question, history, max_chars=len(question)) == (Reading(question),)


def test_a_long_question_before_is_cut_at_its_beginning() -> None:
    """Of an earlier question that is too long its end is taken up."""
    (reading,) = readings("nog meer?", [Turn("x" * 50 + " en lef?")], max_chars=20)
    assert reading.text == "x" * 12 + " en lef?"


# Words


@pytest.mark.parametrize(
    "question",
    (
        "waarom is dat zo?|Wat vindt hij?|hoe begin je daaraan?|hoe begin je ermee?|en lefmarketing?|Maar waarom?|"
        "who is he?|is it expensive?|and why?|wie funktioniert das?|Und warum?|ist er alt?|et pourquoi ?|"
        "quel âge a-t-il ?|Comment fait-on cela ?"
    ).split("|"),
)
def test_a_question_that_points_back(question: str) -> None:
    """A pronoun, or "and" at the beginning, is a sign of a follow-up in any of the languages."""
    assert points_back(question)


@pytest.mark.parametrize(
    "question",
    (
        "|?|waarom?|Wat is lefmarketing?|wie is Philip Kotler?|What is lefmarketing?|why not?|Was ist Lefmarketing?|"
        "Qui est Sanders ?|enorme merken|zeep"
    ).split("|"),
)
def test_a_question_that_does_not_point_back(question: str) -> None:
    """A question without a pronoun does not point back, nor does one with a word that merely begins like one."""
    assert not points_back(question)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("", []),
        ("??", []),
        ("hoe begin je eraan", ["begin"]),
        ("Wat is dat?", []),
        ("what is it about?", []),
        ("Qu'est-ce que c’est ?", []),
        ("Wat is Lefmarketing?", ["Lefmarketing"]),
        ("Wie bedacht het 3i-model in 2010?", ["bedacht", "3i-model", "2010"]),
        ("lef, moed en lef", ["lef", "moed", "lef"]),
    ],
    ids="empty signs adverb nl en fr capital hyphen-and-number twice".split(),
)
def test_content(question: str, named: list[str]) -> None:
    """The content of a question is the words that name something, in order, as they are written."""
    assert content(question) == named


# Any question


SAID = st.sampled_from(
    "wat is waarom hoe dat het hij daaraan en and und et nog meer ? ! lef crowdfunding Kotler mensen hoi bedankt "
    "3i-model it er sie il -t-il 🙂".split()
)
QUESTIONS = st.text(max_size=60) | st.lists(SAID, max_size=7).map(" ".join)


@given(QUESTIONS, st.lists(QUESTIONS.map(Turn), max_size=4), st.integers(60, 90))
def test_any_question_after_any_history_has_readings(question: str, history: list[Turn], max_chars: int) -> None:
    """Any question has readings, none too long: itself first unless it cannot stand alone, then follow-ups."""
    found = readings(question, history, max_chars=max_chars)
    first, *others = found
    assert all(len(reading.text) <= max_chars for reading in found)
    assert all(reading.is_follow_up for reading in others)
    assert first == Reading(question) if not first.is_follow_up else first.is_more or not content(question)
    assert first.is_more <= first.is_follow_up
    assert readings(question, ()) == (Reading(question),)


@given(QUESTIONS)
def test_content_is_part_of_the_question(question: str) -> None:
    """The content words of any question stand in it, in that order."""
    place = 0
    for word in content(question):
        place = question.index(word, place) + len(word)
