"""How common a word is in a language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wordfreq import zipf_frequency

from assistant.frequency import zipf
from assistant.language import LANGUAGES

KNOWN = {
    "nl": "de boek egel verwonderen één marketing crowdfunding",
    "en": "the book hedgehog marketing crowdfunding",
    "de": "der buch igel für schön marketing",
    "fr": "le livre hérisson été marketing",
}
WORDS = [(language, word) for language, words in KNOWN.items() for word in words.split()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "word",
    ["", " ", "?", "lefmarketing", "asdfghjk", "de egel", "Egel", "EGEL"],
    ids="empty space sign new-compound nonsense two-words capital capitals".split(),
)
def test_an_unknown_word_has_no_frequency(word: str, language: str) -> None:
    """A word that the lists do not have, or that is not in lower case, is worth 0."""
    assert zipf(word, language) == 0.0


@pytest.mark.parametrize(("language", "word"), WORDS)
def test_the_scale_is_the_one_of_the_lists(language: str, word: str) -> None:
    """A word's frequency is on the Zipf scale, as the lists' own reader gives it with two decimals."""
    assert zipf(word, language) == pytest.approx(zipf_frequency(word, language, wordlist="large"), abs=0.005)
    assert 0 < zipf(word, language) < 8


@pytest.mark.parametrize("word", ["heißt", "straße", "großen"])
def test_a_german_word_with_a_sharp_s_is_known(word: str) -> None:
    """A common German word with ß is as common as the lists' own reader says."""
    assert zipf(word, "de") == pytest.approx(zipf_frequency(word, "de", wordlist="large"), abs=0.005)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "de boek egel asdfgh"), ("en", "the book hedgehog asdfgh"), ("de", "der buch igel asdfgh")],
)
def test_common_words_come_first(language: str, words: str) -> None:
    """A more common word is worth more."""
    found = [zipf(word, language) for word in words.split()]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_each_language_has_its_own_list() -> None:
    """The same letters are as common as each language makes them."""
    assert zipf("die", "nl") > zipf("die", "en") > 0
    assert zipf("the", "en") > zipf("the", "nl")


def test_a_language_without_a_list_is_a_mistake() -> None:
    """Asking for a language that there is no list of is an error, not a word of frequency 0."""
    with pytest.raises(LookupError):
        zipf("de", "xx")


@given(st.text(max_size=30), st.sampled_from(LANGUAGES))
def test_any_text_has_a_frequency(word: str, language: str) -> None:
    """Whatever a word is made of, its frequency is between 0 and 8, and the same when asked again."""
    assert 0.0 <= zipf(word, language) < 8.0
    assert zipf(word, language) == zipf(word, language)
