"""A question as it was probably meant: typing errors mended by the words of the essays."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.language import LANGUAGES
from assistant.lexical import folded_words
from assistant.spelling import Spelling, joined_pairs

COUNTS = {
    "participatiemarketing": 5, "lefmarketing": 4, "marketing": 9, "organisatie": 9, "klanten": 8, "merk": 9, "lef": 6,
    "kotler": 3, "sanders": 4, "verwondering": 6, "verbazing": 4, "crowdfunding": 3, "engagement": 5, "consumenten": 3,
    "gunfactor": 2, "onlinemarketeer": 1, "identiteitsmarketing": 3, "verschillen": 2, "groter": 2, "facebook": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(COUNTS)


@pytest.mark.parametrize("question", ["", " ", "?", "5", "🙂", "a b c", "x" * 1_000])
def test_nothing_to_mend(spelling: Spelling, question: str) -> None:
    """What has no word that could be meant otherwise stays as it is."""
    assert spelling.mended(question, "nl") == question


@pytest.mark.parametrize("question", ["Wat is partcipatiemarketing?", "crowd funding"])
def test_without_essays_nothing_is_mended(question: str) -> None:
    """A corpus without words mends nothing."""
    assert Spelling({}).mended(question, "nl") == question


# Typing errors


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("verwonderig", "verwondering"),
        ("verwonndering", "verwondering"),
        ("verwondaring", "verwondering"),
        ("vrewondering", "verwondering"),
        ("ferwondering", "verwondering"),
        ("verwonderign", "verwondering"),
        ("verbzing", "verbazing"),
        ("kotlr", "kotler"),
        ("merkk", "merk"),
    ],
    ids="letter-less letter-more letter-changed swapped first-letter last-letters short shortest to-a-shorter".split(),
)
def test_one_error(spelling: Spelling, typed: str, meant: str) -> None:
    """A word with one letter less, more, changed or swapped with its neighbour becomes the word of the essays."""
    assert spelling.mended(f"Wat is {typed}?", "nl") == f"Wat is {meant}?"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("partcipatiemarkeing", "participatiemarketing"),
        ("croudfundng", "croudfundng"),
        ("idntiteitsmarktng", "idntiteitsmarktng"),
        ("idntiteitsmarkting", "identiteitsmarketing"),
        ("lefmarketng", "lefmarketing"),
        ("prtcipatiemarkeing", "prtcipatiemarkeing"),
        ("verbzng", "verbzng"),
        ("kottlar", "kottlar"),
    ],
    ids=(
        "two-in-a-long-word two-in-eleven-letters three-in-a-long-word two-in-eighteen-letters one-in-eleven-letters "
        "three two-in-seven-letters two-in-a-name"
    ).split(),
)
def test_two_errors(spelling: Spelling, typed: str, meant: str) -> None:
    """A word of thirteen letters and more may hold two errors, never three; a shorter one holds one."""
    assert spelling.mended(typed, "nl") == meant


@pytest.mark.parametrize("typed", ["merq", "lfe", "lf"])
def test_a_short_word_is_left_alone(spelling: Spelling, typed: str) -> None:
    """A word of fewer than five letters is near to too many others to be mended."""
    assert spelling.mended(typed, "nl") == typed


@pytest.mark.parametrize(
    ("typed", "counts", "meant"),
    [
        ("organisatei", {"organisatie": 1, "organisateur": 9}, "organisatie"),
        ("mandelop", {"mandelap": 1, "bandelop": 9}, "mandelap"),
        ("mandelop", {"mandelap": 1, "mandelip": 9}, "mandelip"),
        ("mandelop", {"mandelip": 5, "mandelap": 5}, "mandelap"),
    ],
    ids="fewer-errors same-first-letter more-frequent alphabet".split(),
)
def test_of_several_words_the_likeliest(typed: str, counts: dict[str, int], meant: str) -> None:
    """Fewer errors come first, then the same first letter, then the more frequent word, then the alphabet."""
    assert Spelling(counts).mended(typed, "nl") == meant


def test_every_error_of_a_question(spelling: Spelling) -> None:
    """A question may have several errors, each mended in its place; signs and spaces stay."""
    typed = "Wat zegt  Kottler over 'verwondreing' (en verbazng)?"
    assert spelling.mended(typed, "nl") == "Wat zegt  Kotler over 'verwondering' (en verbazing)?"


# Compounds written apart


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wat is lef marketing?", "wat is lefmarketing?"),
        ("wat is crowd-funding?", "wat is crowdfunding?"),
        ("wat is crowd  funding?", "wat is crowdfunding?"),
        ("gun factor en lef marketing", "gunfactor en lefmarketing"),
        ("de online marketeer", "de onlinemarketeer"),
        ("crowd fundng", "crowdfunding"),
        ("particpatie marketing", "participatiemarketing"),
    ],
    ids="apart hyphen two-spaces twice two-good-words error-in-second error-in-first".split(),
)
def test_a_compound_written_apart(spelling: Spelling, typed: str, meant: str) -> None:
    """Two words that together are one of the essays are joined, also where one of them holds an error."""
    assert spelling.mended(typed, "nl") == meant


@pytest.mark.parametrize(
    "question",
    [
        "crowd, funding",
        "lef. Marketing",
        "marketing lef",
        "lef en marketing",
        "de marketing",
        "face book",
        "fans marketing",
        "verwondering organisatie",
    ],
    ids="comma sentence-end wrong-order word-between function-word too-short no-such-word two-words".split(),
)
def test_words_that_stay_apart(spelling: Spelling, question: str) -> None:
    """Words that make no long word of the essays, or that a sign parts, stay apart."""
    assert spelling.mended(question, "nl") == question


@pytest.mark.parametrize("typed", ["Wat is betekenis marketing?", "Wat is betekenis markeing?"])
def test_meaning_marketing_written_apart(typed: str) -> None:
    """The example of the docstring and the first term of these essays: a compound with "betekenis" is joined too."""
    assert Spelling({"betekenismarketing": 3, "marketing": 9}).mended(typed, "nl") == "Wat is betekenismarketing?"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Debian Edu is er. Debian-Edu ook, en DebianEdu.", "Wat kost Debian Edu?"),
        ("Debian Edu of DebianEdu.", "Wat kost Debian Edu?"),
        ("DebianEdu, DebianEdu en Debian Edu.", "Wat kost Debianedu?"),
        ("Debian. Edu en DebianEdu.", "Wat kost Debianedu?"),
    ],
    ids="more-often-apart as-often less-often sentence-end".split(),
)
def test_what_the_essays_write_apart_stays_apart(text: str, meant: str) -> None:
    """Two words that the essays write as two at least as often as they write them as one are no error."""
    counts = Counter(folded_words(text))
    assert Spelling(counts, joined_pairs(text)).mended("Wat kost Debian Edu?", "nl") == meant


@pytest.mark.parametrize("text", ["", "Debian", "de organisatie", "oud, jong"], ids=["none", "one", "stop", "short"])
def test_pairs_that_no_question_joins_are_not_counted(text: str) -> None:
    """Of two words that a question's would never be joined with, nothing is kept: an index has many."""
    assert joined_pairs(text) == Counter()


# What is left alone


@pytest.mark.parametrize(
    "question",
    [
        "Wat is een organisatie?",
        "organisaties, organisatie's en merken",
        "Waarom fietsen mensen?",
        "Hoe werkt een warmtepomp?",
        "concurrenten",
        "marketingorganisatie",
        "wat is marketing's rol",
    ],
    ids="of-the-essays inflected of-the-language rare near-another compound-of-its-own apostrophe".split(),
)
def test_known_words_are_left_alone(spelling: Spelling, question: str) -> None:
    """A word of the essays, of the language or made of known words is what was meant."""
    assert spelling.mended(question, "nl") == question


def test_a_compound_of_known_words_is_left_alone() -> None:
    """A compound that only the question makes of words of the essays is no error in another compound."""
    counts = {"merkwaarde": 3, "merk": 5, "waarde": 5}
    assert Spelling(counts).mended("de merkswaarde", "nl") == "de merkswaarde"
    assert Spelling({"merkwaarde": 3}).mended("de merkswaarde", "nl") == "de merkwaarde"


@pytest.mark.parametrize(
    "question",
    ["Wie is Zuckerberg?", "Wat zegt Jansen over Apple?", "Wie is Sander?", "Wie is Kamala Harris?", "Is Ziggo duur?"],
)
def test_names_are_left_alone(spelling: Spelling, question: str) -> None:
    """The name of somebody whom the essays do not mention is not changed into one whom they do."""
    assert spelling.mended(question, "nl") == question


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What does the organisation of customers mean?", "en"),
        ("Does engagement matter to consumers?", "en"),
        ("Warum sind Organisationen und Konsumenten wichtig?", "de"),
        ("Was ist Verwunderung?", "de"),
        ("Pourquoi l'organisation des consommateurs ?", "fr"),
        ("Qu'est-ce que l'étonnement ?", "fr"),
    ],
)
def test_other_languages_are_left_alone(spelling: Spelling, question: str, language: str) -> None:
    """The words of a question in another language are words of that language."""
    assert spelling.mended(question, language) == question


@pytest.mark.parametrize(
    ("question", "language", "meant"),
    [
        ("What is crowdfundnig?", "en", "What is crowdfunding?"),
        ("Wer ist Kottler?", "de", "Wer ist Kotler?"),
        ("Qu'est-ce que le lef marketing ?", "fr", "Qu'est-ce que le lefmarketing ?"),
    ],
    ids="en de fr".split(),
)
def test_the_essays_words_are_mended_in_any_language(
    spelling: Spelling, question: str, language: str, meant: str
) -> None:
    """A term or a name of the essays is mended in a question of any language."""
    assert spelling.mended(question, language) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kottler", "Kotler"),
        ("kottler", "kotler"),
        ("Lef marketing", "Lefmarketing"),
        ("lef Marketing", "lefmarketing"),
        ("Verwondreing bij Sandres", "Verwondering bij Sanders"),
    ],
    ids="name small apart apart-second several".split(),
)
def test_capitals_are_kept(spelling: Spelling, typed: str, meant: str) -> None:
    """A mended word has a capital where the typed one has one."""
    assert spelling.mended(typed, "nl") == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("WAT IS CROWDFUNDNIG?", "WAT IS CROWDFUNDING?"), ("LEF MARKETING", "LEFMARKETING")]
)
def test_a_question_in_capitals_stays_in_capitals(spelling: Spelling, typed: str, meant: str) -> None:
    """A question in capitals is shown in capitals when a word of it was mended."""
    assert spelling.mended(typed, "nl") == meant


@pytest.mark.parametrize(
    "typed", ["concurenten", "verschralen"], ids=["error-in-concurrenten", "a-rare-verb-and-no-error"]
)
def test_a_word_of_the_language_becomes_no_other(spelling: Spelling, typed: str) -> None:
    """A word that is nearer to one of the language than to any of the essays is not made one of theirs."""
    assert spelling.mended(typed, "nl") == typed


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was macht eine Organisation größer?", "de"),
        ("What is an organisatoin?", "en"),
    ],
    ids="sharp-s error".split(),
)
def test_another_language_does_not_become_dutch(spelling: Spelling, question: str, language: str) -> None:
    """A word of another language, or an error in one, is not mended into a Dutch word."""
    assert not {"groter", "organisatie"} & set(folded_words(spelling.mended(question, language)))


@pytest.mark.xfail(strict=True, reason="'markting' has the stem of 'markt', counts as known and stays")
@pytest.mark.parametrize("typed", ["wat is markting?", "wat is lef markting?"])
def test_an_error_that_the_stemmer_hides(essay_words: Counter[str], typed: str) -> None:
    """A word is not known because the stemmer cuts it to the stem of another."""
    assert "markting" not in Spelling(essay_words).mended(typed, "nl")


# Properties

LONG = sorted(word for word in COUNTS if len(word) >= 10)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def one_error(draw: st.DrawFn) -> tuple[str, str]:
    """A word of the essays as it is and with one letter less, more, changed, or two swapped."""
    word = draw(st.sampled_from(LONG))
    at = draw(st.integers(0, len(word) - 2))
    letter = draw(st.sampled_from(LETTERS))
    kind = draw(st.sampled_from(("less", "more", "changed", "swapped")))
    middle = {"less": "", "more": word[at] + letter, "changed": letter, "swapped": ""}[kind]
    if kind == "swapped":
        return word, word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word, word[:at] + middle + word[at + 1 :]


@given(one_error())
def test_an_error_gives_the_word_or_nothing(case: tuple[str, str]) -> None:
    """A long word with one error becomes the word itself, or stays where it is a word or has the word's stem."""
    word, typed = case
    mended = Spelling(COUNTS).mended(typed, "nl")
    assert mended in (word, typed)


@given(st.data())
def test_a_question_of_the_essays_own_words_is_itself(essay_words: Counter[str], data: st.DataObject) -> None:
    """Words of the essays are left alone in any order and language, unless two of them make a third."""
    words = data.draw(st.lists(st.sampled_from(sorted(essay_words)), max_size=6))
    assume(not any(one + other in essay_words for one, other in pairwise(words)))
    question = " ".join(words)
    assert Spelling(essay_words).mended(question, data.draw(st.sampled_from(LANGUAGES))) == question


@given(st.text(max_size=60) | st.lists(one_error().map(lambda case: case[1]), max_size=4).map(" ".join))
def test_only_words_of_the_essays_are_put_in(question: str) -> None:
    """Whatever is asked, each word that was not typed is a word of the essays."""
    typed = set(folded_words(question))
    assert set(folded_words(Spelling(COUNTS).mended(question, "nl"))) <= typed | set(COUNTS)
