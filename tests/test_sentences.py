"""Sentences of Dutch prose: where one ends, and that no character is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chunker import sentences_of
from assistant.documents import read_corpus
from assistant.lines import INVISIBLE
from assistant.sentences import split_sentences

DATA = Path(__file__).parent / "data"

# A bar stands where one sentence ends and the next begins; it is taken out before the text is split.
HARD = {
    "abbreviation": "Dat kost o.a. tijd en geld.| Daarna niets.",
    "abbreviation-before-capital": "Het kwam i.v.m. Covid.| Dat was jammer.",
    "abbreviation-before-name": "Dat zegt o.a. Kotler.| Hij is niet de enige.",
    "abbreviation-first": "Ca. 250.000 mensen kwamen.| Niemand bleef.",
    "abbreviations-in-a-row": "Prof. dr. ir. Annelies van der Wal kwam.| Zij sprak.",
    "title-of-a-person": "Dat zegt dhr. Jansen.| Hij weet het.",
    "saint": "De St. Janskerk is mooi.| Wij speelden er.",
    "enz-at-the-end": "Hij kocht appels, peren, enz.| Daarna ging hij naar huis.",
    "etc-goes-on": "Angst om geld, tijd, etc. te verliezen.| Meer niet.",
    "month-before-year": "Op 1 jan. 2020 besloot ik te spelen.| Het was koud.",
    "number-of-a-house": "Zij woont op nr. 12 in een straat.| Daar oefent zij.",
    "no-at-the-end": "Hij zei no.| Toen ging hij.",
    "initials": "J. Smit en A.B. de Vries kwamen.| Zij bleven.",
    "initials-in-a-name": "Minister J.P. Balkenende sprak.| Men luisterde.",
    "one-letter-at-the-end": "Dit is vitamine C.| Het is gezond.",
    "capitals-at-the-end": "Dat is zo in Nederland BV.| Er is weinig censuur.",
    "country": "Zij wonen in de VS.| Dat gaf de doorslag.",
    "thousands": "Het kostte 1.500 euro.| Dat is veel.",
    "decimal": "De prijs is 3.50 euro.| Dat is duur.",
    "number-at-the-end": "Dat was in 2012.| Toen kwam de crisis.",
    "version": "Hij schreef Marketing 3.0.| Dat boek las ik.",
    "time": "Ik kom om 10.30 uur.| Jij ook.",
    "address-on-the-web": "Kijk op www.voorbeeld.nl.| Daar staat het.",
    "company-with-a-dot": "Hoe onafhankelijk is Independer.nl nog?| Niet erg.",
    "e-mail-address": "Mail naar a.b@c.nl.| Doe het nu.",
    "list-number": "1. Dit is de eerste.| 2. Dit is de tweede.",
    "list-number-bracket": "2) Dit doe ik.| En meer.",
    "list-letter": "A) hoe is dat mogelijk? en B) waarom?.| De meesten weten het.",
    "two-dots-going-on": "Of.. positiever gezegd: uw doelgroep zit er.| Soms.",
    "two-dots-apart": "Spelen dus .. of verkopen.| Ik twijfel.",
    "two-dots-at-the-end": "Second screens?| Tja..| En nu?",
    "two-dots-after-a-letter": "Zij kreeg een B..| Jammer.| Wij niets.",
    "ellipsis-going-on": "Ik dacht… maar ik deed niets.| Toen wel.",
    "ellipsis-at-the-end": "Wat nu…| Ik weet het niet.",
    "three-dots-apart": "Ik geloofde haar niet ... tot ik luisterde.| Toen wel.",
    "several-marks": "Whoah!!| Echt?!| Ja!!!",
    "clitic-first": "'s Avonds is het stil.| 's Ochtends niet.",
    "clitic-first-curly": "Het was laat.| ’s Avonds kwam hij.",
    "clitic-within": "Toch door mij bedoeld op z’n Nederlands.| Zo’n zin.",
    "decade": "De jaren '90 waren leuk.| De jaren '80 ook.",
    "plurals": "Auto's en foto's zijn duur.| Boeken niet.",
    "quoted-word": "En ‘normaal’ boeit niet.| Daarbij komt dit.",
    "quotation-of-sentences": "‘Nee. Nooit.’ zei hij.| Ik zweeg.",
    "quotation-asks": "“Waarom wil je dit?” vroeg ze.| Ik zweeg.",
    "quotation-then-comma": "“Pappa, je doet niet leuk mee!”, kreeg ik te horen.| Toen niet meer.",
    "quotation-ends": "Hij zei: ‘Ga weg. Nu.’| Toen ging ik.",
    "quotation-straight": '"Hallo," zei hij.| "Ik ben Jan."| Zij knikte.',
    "quotation-then-full-stop": "Hij vroeg ‘wie gun ik wat?’.| Ik gun het u.",
    "quotation-never-closed": "“Twitter loopt leeg.| Zuur?",
    "stray-closing-quote": "Stel de vraag: ‘Blijf ik boeien?’ “",
    "parenthesis-alone": "Bewegingen winnen.| (Zoals Trump bewees.)| Dat is zo.",
    "parenthesis-within": "Dit (en dat. En meer.) is goed.| Echt.",
    "questions-in-a-row": "Wie ben ik? (identiteit), Hoe handel ik? (integriteit).| Dat telt.",
    "no-space": "Dat werd gezegd.|Daarna ging hij weg.",
    "emoji-within": "Dat is leuk 🙂 en dit ook.| Ja.",
    "emoji-after": "Dat is leuk! 🙂",
    "line-end-within": "Een zin die op de\r\nvolgende regel doorgaat.|\r\nEen tweede.",
    "no-break-space": "Dat was het.|\u00a0Dit ook.",
    "no-mark-at-the-end": "Een zin.| Een zonder punt",
    "one-word": "Nope.",
    "only-marks": "...",
}

FRAGMENTS = (
    "Dat is zo. ",
    "o.a. ",
    "bijv. ",
    "J.P. ",
    "‘Nee. Nooit.’ ",
    "“Waarom?” ",
    "(en dat.) ",
    "'s avonds ",
    "1. ",
    "2) ",
    "1.500 euro",
    "… ",
    ".. ",
    "gezegd.Daarna ging ",
    "enz. ",
    "🙂 ",
    "\r\n",
    "\u00a0",
    "’",
    "”",
    "„",
    ")",
    "'",
    '"',
    ".",
    "?!",
)
DUTCH = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=30).map("".join)


def is_seen(char: str) -> bool:
    return not char.isspace() and char not in INVISIBLE


def unmarked(marked: str) -> tuple[str, list[str]]:
    """A text without its bars, and the sentences between them."""
    return marked.replace("|", ""), [piece.strip() for piece in marked.split("|")]


@pytest.mark.parametrize("marked", HARD.values(), ids=HARD)
def test_hard_case(marked: str) -> None:
    """A sentence ends where a Dutch reader says it does, and its span is exact."""
    text, expected = unmarked(marked)
    assert [text[start:end] for start, end in split_sentences(text)] == expected


@pytest.mark.parametrize("marked", HARD.values(), ids=HARD)
def test_part_of_a_text(marked: str) -> None:
    """The sentences of a part of a text are those of that part alone, placed in the whole."""
    text, expected = unmarked(marked)
    before, after = "Hiervoor stond iets.\n", "\nHierna ook. Nog iets."
    spans = split_sentences(before + text + after, len(before), len(before) + len(text))
    assert [(before + text + after)[start:end] for start, end in spans] == expected
    assert all(len(before) <= start < end <= len(before) + len(text) for start, end in spans)


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\r\n", "\u00a0", "\ufeff"], ids=["empty", "spaces", "lines", "nbsp", "bom"]
)
def test_nothing_to_split(text: str) -> None:
    """A text without a visible character has no sentence."""
    assert split_sentences(text) == []


@given(DUTCH)
def test_every_character_is_in_one_sentence(text: str) -> None:
    """Every visible character lies in exactly one span; spans are in order and begin and end visibly."""
    spans = split_sentences(text)
    covered = [place for start, end in spans for place in range(start, end)]
    assert covered == sorted(set(covered))
    assert {place for place, char in enumerate(text) if is_seen(char)} <= set(covered)
    assert all(not text[start].isspace() and not text[end - 1].isspace() for start, end in spans)


# Sentences of tests/data/other_expected.json that stay inside a longer one, and why.
EXCEPTIONS = {
    "Daarna leer je een stok vasthouden.": "the middle of a quotation of three sentences, which stays whole by design",
}


def test_sentences_of_other_essays() -> None:
    """The sentences that a reader marked in essays the splitter was not written for are found as they are."""
    expected = json.loads((DATA / "other_expected.json").read_text(encoding="utf-8"))
    found = {
        document.source: {document.text[one.start : one.end] for run in sentences_of(document) for one in run}
        for document in read_corpus(DATA / "other_corpus").documents
    }
    missing = [one for source in expected for one in expected[source]["sentences"] if one not in found[source]]
    assert missing == list(EXCEPTIONS)
    whole = {longer for sentences in found.values() for longer in sentences}
    assert all(any(one in longer for longer in whole) for one in EXCEPTIONS)
