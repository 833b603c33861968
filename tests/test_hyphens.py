from __future__ import annotations

import pytest

from assistant.formats.hyphens import Vocabulary, joined

HYPHENATED = Vocabulary(frozenset({"e-mail", "zee-egel", "betekenismarketing", "social-media"}))
NOT_HYPHENATED = Vocabulary(HYPHENATED.words, is_hyphenated=False)


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        pytest.param("de betekenis-", "marketing is", "de betekenismarketing is", id="elsewhere whole"),
        pytest.param("een zee-", "egel", "een zee-egel", id="elsewhere with its hyphen"),
        pytest.param("wan-", "neer dat", "wanneer dat", id="in the word list"),
        pytest.param("organi\u00ad", "satie", "organisatie", id="soft hyphen"),
        pytest.param("lefmar-", "keteers", "lefmarketeers", id="in no list"),
        pytest.param("zon-", "en feestdagen", "zon- en feestdagen", id="shared end"),
        pytest.param("Noord-", "Holland", "Noord-Holland", id="capital"),
        pytest.param("zzp-", "er", "zzp-er", id="no vowel before"),
        pytest.param("A4-", "formaat", "A4-formaat", id="digit"),
        pytest.param("e-", "boek", "e-boek", id="one letter"),
        pytest.param("auto-", "ongelukje", "auto-ongelukje", id="vowels that clash"),
        pytest.param("be-", "invloeden", "beïnvloeden", id="trema that the cut took away"),
        pytest.param("face-to-", "face", "face-to-face", id="chain"),
        pytest.param("(be-", "tekenis)", "(betekenis)", id="in brackets"),
        pytest.param("of zo -", "maar dan", "of zo - maar dan", id="dash"),
        pytest.param("10–", "20", "10–20", id="range"),
        pytest.param("en/", "of", "en/of", id="slash"),
        pytest.param("gewoon", "verder", "gewoon verder", id="no hyphen"),
    ],
)
def test_a_cut_word_is_made_whole(above: str, below: str, expected: str) -> None:
    """A hyphen that came with the line end goes; one that the word has stays."""
    assert joined(above, below, HYPHENATED) == expected


def test_a_text_that_cuts_no_words_keeps_its_hyphens() -> None:
    """Where no line end cuts an ordinary word, a hyphen there is the author's."""
    lines = ["een verward marketing-", "medialandschap, dat is", "wat men ziet"]
    assert not Vocabulary.of(lines).is_hyphenated
    assert joined(*lines[:2], Vocabulary.of(lines)) == "een verward marketing-medialandschap, dat is"
    cut = [*lines, "en de organi-", "satie is het ge-", "volg ervan"]
    assert Vocabulary.of(cut).is_hyphenated
    assert joined("de organi-", "satie", NOT_HYPHENATED) == "de organisatie"  # the word list knows it


def test_long_lines_take_no_time() -> None:
    """A line of a million characters is joined as fast as a short one."""
    assert len(joined("a" * 1_000_000 + "-", "b" * 1_000_000, HYPHENATED)) >= 2_000_000
