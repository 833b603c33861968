"""How common a word is in a language: the only module that imports wordfreq.

On the Zipf scale (van Heuven et al. 2014): the base-10 logarithm of how often a word occurs in a thousand
million words, so 7 for "de", 5 for "boek", 3 for "egel"; 0 for a word that the lists do not have.
"""

from __future__ import annotations

from functools import cache
from math import log10

from wordfreq import get_frequency_dict

_PER = 9  # powers of ten: occurrences in a thousand million words


def zipf(word: str, language: str) -> float:
    """The Zipf frequency of a word in lower case, 0 to about 7.5; 0 where it is unknown.

    >>> zipf("boek", "nl") > zipf("egel", "nl") > zipf("asdfgh", "nl")
    True
    """
    share = _shares(language).get(word.replace("ß", "ss"), 0.0)  # as the lists write it
    return max(0.0, log10(share) + _PER) if share else 0.0


@cache
def _shares(language: str) -> dict[str, float]:
    return dict(get_frequency_dict(language, wordlist="large"))
