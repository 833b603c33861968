"""How well the essays know a word: inflected, inside a compound, with a typing error."""

from __future__ import annotations

import pytest

from assistant.vocabulary import Vocabulary

WORDS = (
    "betekenismarketing participatiemarketing marketing organisatie klant verwondering wasmachine kant oor lef".split()
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(WORDS)


@pytest.mark.parametrize("word", [*WORDS, "organisaties", "klanten", "wasmachines", "kanten"])
def test_known_in_any_inflection(vocabulary: Vocabulary, word: str) -> None:
    """A word is known wholly in any inflection."""
    assert word in vocabulary
    assert vocabulary.recognises(word) == vocabulary.knows(word) == 1.0


@pytest.mark.parametrize(
    "word",
    ["betekensmarketing", "betekkenismarketing", "betekensimarketing", "betekenusmarketing", "mrketing", "klamten"],
    ids=["letter-less", "letter-more", "letters-swapped", "letter-changed", "short", "in-a-short-stem"],
)
def test_typing_error(vocabulary: Vocabulary, word: str) -> None:
    """A word with one typing error is recognised, less surely than without."""
    assert word not in vocabulary
    assert vocabulary.recognises(word) == vocabulary.knows(word) == 0.8


@pytest.mark.parametrize("word", ["betekenismarkting", "participatiemarkeitng"])
def test_typing_error_in_the_ending(vocabulary: Vocabulary, word: str) -> None:
    """A typing error in the ending that the stemmer cuts off is one typing error too."""
    assert vocabulary.recognises(word) == 0.8


@pytest.mark.parametrize("word", ["betekenis", "machine", "wondering"])
def test_part_of_a_known_compound(vocabulary: Vocabulary, word: str) -> None:
    """A word that stands inside a known compound is known, but not recognised as a word of its own."""
    assert vocabulary.knows(word) == 0.8
    assert vocabulary.recognises(word) == 0.0


def test_part_of_a_known_compound_with_another_stem(vocabulary: Vocabulary) -> None:
    """A word that stands inside a known compound as it is written is known, whatever its stem."""
    assert vocabulary.knows("participatie") == 0.8


@pytest.mark.parametrize(
    ("word", "share"),
    [("contentmarketing", 9 / 16), ("klantverwondering", 0.8), ("fietsorganisatie", 11 / 16)],
    ids=["one-part-known", "both-parts-known", "second-part-known"],
)
def test_compound_of_known_words(vocabulary: Vocabulary, word: str, share: float) -> None:
    """Of a compound the share of its letters counts that known words cover, and never as much as the word itself."""
    assert vocabulary.knows(word) == pytest.approx(share)


@pytest.mark.parametrize("word", ["kantoor", "oorkant", "lefkant"])
def test_short_parts_are_chance(vocabulary: Vocabulary, word: str) -> None:
    """Short words inside a longer one are found by chance: kantoor is not kant and oor."""
    assert vocabulary.knows(word) == 0.0


@pytest.mark.parametrize("word", ["fiets", "quantum", "banaan", "was", "lex", "kat", ""])
def test_unknown_word(vocabulary: Vocabulary, word: str) -> None:
    """A word that the essays do not use is not known; a short one is not forgiven a typing error."""
    assert vocabulary.knows(word) == vocabulary.recognises(word) == 0.0


@pytest.mark.parametrize("word", ["moodle", "arketingm", "lantk"])
def test_two_errors_are_another_word(word: str) -> None:
    """A letter less in one place and one more in another are two errors: moodle is no module."""
    assert Vocabulary([*WORDS, "module"]).recognises(word) == 0.0


def test_empty_vocabulary() -> None:
    """A corpus without words knows none."""
    assert Vocabulary(()).knows("marketing") == 0.0
