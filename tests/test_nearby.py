"""Words that are nearly another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from assistant.nearby import Nearby

WORDS = st.lists(st.text("abc", max_size=6), max_size=12)


@pytest.mark.parametrize(
    ("word", "most", "found"),
    [
        ("molen", 0, [(0, "molen")]),
        ("moln", 1, [(1, "molen")]),
        ("moeln", 1, [(1, "molen")]),
        ("malen", 1, [(1, "molen")]),
        ("moolens", 1, []),
        ("moolens", 2, [(2, "molen")]),
        ("", 1, []),
    ],
    ids="same less swapped changed too-many two empty".split(),
)
def test_errors(word: str, most: int, found: list[tuple[int, str]]) -> None:
    """A letter more, less or changed and two neighbours swapped are one error each."""
    assert Nearby(["molen", "windmolen"]).within(word, most) == found


@given(WORDS, st.text("abc", max_size=6), st.integers(0, 2))
def test_against_comparing_with_all(words: list[str], word: str, most: int) -> None:
    """Whatever the words, those are found that are near enough, and no others."""
    expected = [(OSA.distance(word, one), one) for one in words if OSA.distance(word, one) <= most]
    assert sorted(Nearby(words).within(word, most)) == sorted(expected)
