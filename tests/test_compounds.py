"""The parts of a compound, by the words that the essays use."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compounds import Compounds
from assistant.lexical import folded_words

COUNTS = {
    "verkiezing": 2, "kring": 1, "boek": 4, "kast": 4, "kind": 9, "wagen": 4, "groente": 2, "soep": 2, "eend": 3,
    "vijver": 3, "klant": 9, "relatie": 4, "organisatie": 9, "doel": 5, "marketing": 30, "plan": 4, "dier": 3,
    "winkel": 3, "kant": 5, "oor": 5, "weten": 5, "schap": 5, "voor": 9, "beeld": 9, "vriend": 2, "waar": 3,
    "2012": 3, "jaar": 9,
}  # fmt: skip


@pytest.fixture(scope="module")
def compounds() -> Compounds:
    return Compounds(COUNTS)


@pytest.mark.parametrize("word", ["", "a", "-", "boek", "12345678"], ids="empty letter sign word digits".split())
def test_a_word_of_one_part_has_none(compounds: Compounds, word: str) -> None:
    """A word that is no compound has no parts."""
    assert compounds.parts(word) == ()


def test_without_a_vocabulary_nothing_is_split() -> None:
    """A corpus without words knows no compound."""
    assert Compounds({}).parts("organisatiedoel") == ()


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("organisatiedoel", ("organisatie", "doel")),
        ("klantrelatie", ("klant", "relatie")),
        ("boekboek", ("boek", "boek")),
        ("organisatiedoelplan", ("organisatie", "doel", "plan")),
    ],
    ids="two two-more twice three".split(),
)
def test_parts_in_order(compounds: Compounds, word: str, parts: tuple[str, ...]) -> None:
    """A compound of up to three known words is split into them, in order."""
    assert compounds.parts(word) == parts


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("verkiezingskring", ("verkiezing", "kring")),
        ("boekenkast", ("boek", "kast")),
        ("dierenwinkel", ("dier", "winkel")),
        ("eendenvijver", ("eend", "vijver")),
        ("groentensoep", ("groente", "soep")),
        ("kinderwagen", ("kind", "wagen")),
        ("vriendesboek", ("vriend", "boek")),
        ("eendevijver", ("eend", "vijver")),
    ],
    ids="s en en-again en-of-an-e n er es e".split(),
)
def test_linking_letters_are_left_out(compounds: Compounds, word: str, parts: tuple[str, ...]) -> None:
    """Letters that only link two parts belong to neither."""
    assert compounds.parts(word) == parts


def test_a_part_as_it_is_written_comes_before_one_without_letters() -> None:
    """Where the first part is a word with its last letters too, they are no link."""
    assert Compounds({"boek": 9, "boeken": 1, "kast": 1}).parts("boekenkast") == ("boeken", "kast")


@pytest.mark.parametrize(
    "word",
    [
        "kantoor",
        "wetenschap",
        "voorbeeld",
        "waarbeeld",
        "2012jaar",
        "boek-kast",
        "boekkastkindwagen",
        "organisatiedoelx",
    ],
    ids="short-part ending stop-word stop-word-too digits hyphen four-parts letter-left".split(),
)
def test_no_compound(compounds: Compounds, word: str) -> None:
    """Parts of three letters, endings, stop words, digits and a rest are no parts: kantoor is not kant and oor."""
    assert compounds.parts(word) == ()


@pytest.mark.parametrize(
    ("whole", "is_split"),
    [(0, True), (1, True), (6, True), (7, False), (50, False)],
    ids="unknown rare as-frequent more-frequent much-more-frequent".split(),
)
def test_parts_are_at_least_as_frequent(whole: int, is_split: bool) -> None:
    """A word is split where the geometric mean of its parts' counts, here six, is no less than its own count."""
    counts = {"klant": 9, "relatie": 4} | ({"klantrelatie": whole} if whole else {})
    assert Compounds(counts).parts("klantrelatie") == (("klant", "relatie") if is_split else ())


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        ({"kwart": 5, "slagen": 5, "kwarts": 2, "lagen": 2}, ("kwart", "slagen")),
        ({"kwart": 2, "slagen": 2, "kwarts": 5, "lagen": 5}, ("kwarts", "lagen")),
        ({"kwart": 9, "slagen": 1, "kwarts": 4, "lagen": 4}, ("kwarts", "lagen")),
    ],
    ids="first second one-frequent-part".split(),
)
def test_of_several_ways_the_most_frequent(counts: dict[str, int], parts: tuple[str, ...]) -> None:
    """Of two ways to split a word the one whose parts are more frequent together is taken."""
    assert Compounds(counts).parts("kwartslagen") == parts


def test_a_word_asked_again_has_the_same_parts(compounds: Compounds) -> None:
    """What is remembered is what was found."""
    assert compounds.parts("klantrelatie") is compounds.parts("klantrelatie")


def test_parts_of_the_essays(essay_words: Counter[str]) -> None:
    """The essays' own compounds come apart where people take them apart."""
    parts = Compounds(essay_words).parts
    assert parts("merkentrouw") == ("merken", "trouw")
    assert parts("marketingwereld") == ("marketing", "wereld")
    assert parts("identiteitsmarketing") == ("identiteit", "marketing")
    assert parts("organisatiedoel") == ("organisatie", "doel")
    assert parts("kantoor") == parts("maatschappij") == parts("belangrijk") == ()


@pytest.mark.xfail(strict=True, reason="who asks for 'goedkoper' also gets what says 'goed' and 'koper'")
def test_an_inflected_word_is_no_compound(essay_words: Counter[str]) -> None:
    """An inflection of a word of the language is not split into words that it happens to hold."""
    assert Compounds(essay_words).parts("goedkoper") == ()


def test_meaning_is_a_part() -> None:
    """A term with "betekenis", such as the first one of these essays, is split as the others are."""
    assert Compounds({"betekenis": 4, "marketing": 30}).parts("betekenismarketing") == ("betekenis", "marketing")


WORDS = st.sampled_from([word for word in COUNTS if word.isalpha()])
LINKS = ("", "s", "e", "en", "n", "er", "es")


@given(st.lists(st.tuples(WORDS, st.sampled_from(LINKS)), max_size=4), st.integers(0, 9))
def test_parts_and_links_make_the_word(made_of: list[tuple[str, str]], count: int) -> None:
    """Parts are two or three known words that, with linking letters, are the word, and as frequent as it is."""
    word = "".join(part + link for part, link in made_of)
    counts = COUNTS | ({word: count} if count and word else {})
    parts = Compounds(counts).parts(word)
    if parts:
        assert 2 <= len(parts) <= 3
        assert set(parts) <= set(counts)
        assert min(map(len, parts)) >= 4
        *heads, last = parts
        ways = product(*([head + link for link in LINKS] for head in heads))
        assert word in {"".join(way) + last for way in ways}
        assert math.prod(counts[part] for part in parts) >= counts.get(word, 1) ** len(parts) - 1e-6


@given(st.text(max_size=40))
def test_any_word_can_be_asked(word: str) -> None:
    """Whatever a word is made of, it has no parts or known ones."""
    assert set(Compounds(COUNTS).parts("".join(folded_words(word)))) <= set(COUNTS)
