"""The language of a question: by how common its words are in each, and by the letters of unknown ones.

A naive Bayes classifier over words. A question is short, and langdetect draws at random which letters of
it to look at; so its n-gram profiles (Cavnar and Trenkle 1994) are read as they are, and only for a word
that no word list has, such as "participatiemarketing" or a typing error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from math import log, sqrt

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

from assistant.frequency import zipf

LANGUAGES = ("nl", "en", "de", "fr")

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Words that say little but in which language they are; those of two languages ("in", "is") count for both.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "nl": frozenset(
        "de het een en of van ik te dat die in je is niet op aan met als voor er maar om dan zou wat mijn men dit zo "
        "door over ze zich bij ook tot uit naar kan kun kunt kunnen haar hij zij heeft heb hebben wij we worden "
        "wordt werd waren was zijn ben bent nog wil al geen moet moeten iets mag veel waarom waar wanneer wie welk "
        "welke hoe hoeveel hun hen u jij jou jouw uw mij me ons onze deze daar hier volgens tussen tegen zonder "
        "noem geef leg uit vertel betekent doet doen bedoelt bedoeld verschil schrijver wat's".split()
    ),
    "en": frozenset(
        "the a an and of to in is it that this for on with as are was were be by at from or not what why where when "
        "who whom whose which how do does did can could should would will has have had his her their your my our "
        "you he she they we i about between into than then there these those if so many much mean means explain "
        "tell author according".split()
    ),
    "de": frozenset(
        "der die das und ist ein eine einer eines einem einen nicht von zu den dem des mit auf für im in es sich "
        "auch als an er sie wir ihr ich du wie was warum wieso weshalb wo wann wer wem wen welche welcher welches "
        "kann können soll sollte wird werden wurde haben hat hatte sind war waren man über bei nach aus zum zur "
        "oder aber wenn denn noch nur kein keine unter zwischen laut bedeutet heißt gibt".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et est sont a à au aux en dans pour par sur avec sans ce cette ces cet que qui "
        "quoi quel quelle quels quelles pourquoi comment où quand combien il elle ils elles on nous vous je tu ne "
        "pas plus se son sa ses leur leurs mon ma mes faut peut doit être avoir fait selon entre ou mais si "
        "qu'est c'est l'auteur qu est-ce".split()
    ),
}
ANY_FUNCTION_WORD = frozenset().union(*FUNCTION_WORDS.values())
# Powers of ten; chosen on the development half of tests/data/languages.jsonl.
_PRIOR = {"nl": 1.0, "en": 0.0, "de": -0.5, "fr": -0.5}
_MOST = 4.0  # that one word may speak against a language: names and loan words stand in every question
_ELISION = 3.0  # of l'auteur, qu'est
_KNOWN_TO_ESSAYS = 0.5
_QUOTED = 0.4  # what a word of the essays counts in a whole question: it is asked for in any language
_LETTERS = 0.36  # times a word's n-grams over the root of their number: they overlap, and one word is one witness
_UNSEEN = 1e-5  # probability of an n-gram that a language does not have
_SAMPLE_CHARS = 5_000  # of a text: two pages decide, in some 5 ms
_FEW_WORDS = 12  # of a text that says too little: a title, a list of names
_SURE = 0.9  # langdetect's own probability, which is nearly 1 for any text of a few lines
_ELIDED = frozenset("l d qu c s n j m t".split())


def words(text: str) -> list[str]:
    """The words of a text, in lower case, in order, without digits and punctuation."""
    return [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]


def detect_language(text: str, *, is_dutch: Callable[[str], bool] = lambda word: False) -> str:
    """The ISO 639-1 code in `LANGUAGES` of a question; Dutch where nothing decides.

    `is_dutch` tells of a word whether the essays know it: bare keywords such as "lefmarketing" are
    Dutch because the essays are, whatever their letters look like.

    >>> detect_language("wat is betekenismarketing?"), detect_language("what is it?"), detect_language("?")
    ('nl', 'en', 'nl')
    """
    found = words(text)
    scores = dict(_PRIOR)
    is_keyword = not any(map(_is_function_word, found))
    for word in found:
        before, _, after = word.partition("'")
        if after and before in _ELIDED:
            scores["fr"] += _ELISION
            word = after
        common = {language: zipf(word, language) for language in LANGUAGES}
        most = max(common.values())
        worth = _QUOTED if not (is_keyword or _is_function_word(word)) and is_dutch(word) else 1.0
        if most:
            for language in LANGUAGES:
                scores[language] -= worth * min(_MOST, most - common[language])
        else:
            for language, letters in _letters(word).items():
                scores[language] += worth * letters
        if is_keyword and is_dutch(word):
            scores["nl"] += _KNOWN_TO_ESSAYS
    return max(LANGUAGES, key=scores.__getitem__)


def _is_function_word(word: str) -> bool:
    return any(word in known for known in FUNCTION_WORDS.values())


def _letters(word: str) -> dict[str, float]:
    """What the n-grams of a word say for each language; nothing where no language has them."""
    likely = [shares for gram in _grams(word) if (shares := _profiles().get(gram))]
    totals = [sum(shares.values(), len(LANGUAGES) * _UNSEEN) for shares in likely]
    return {
        language: _LETTERS
        / sqrt(len(likely))
        * sum(log((shares.get(language, 0.0) + _UNSEEN) / total) for shares, total in zip(likely, totals, strict=True))
        for language in (LANGUAGES if likely else ())
    }


def _grams(word: str) -> Iterator[str]:
    """Every one, two and three letters of a word, with a space where it begins and ends."""
    marked = f" {word} "
    for size in (1, 2, 3):
        yield from (gram for at in range(len(marked) - size + 1) if (gram := marked[at : at + size]) != " ")


def language_of_text(text: str) -> str:
    """The ISO 639-1 code of the language that most of a text is written in, of some fifty; Dutch where nothing decides.

    langdetect tells it by the letters of up to 5,000 characters from the middle; of a text with few words,
    and where it is not sure, the words decide between the four languages of questions.
    """
    middle = max(0, (len(text) - _SAMPLE_CHARS) // 2)
    sample = text[middle : middle + _SAMPLE_CHARS]
    found = words(sample)
    if len(found) < _FEW_WORDS:
        return "nl"
    detector = _factory().create()
    detector.seed = 0  # the same language each time: it draws which letters to look at
    detector.append(sample)
    try:
        best = detector.get_probabilities()
    except LangDetectException:  # no letter that any of its languages has
        return "nl"
    if best and best[0].prob > _SURE:
        language = str(best[0].lang).partition("-")[0]
        return "nl" if language == "af" and "nie" not in found else language  # by its letters Dutch is like Afrikaans
    return detect_language(" ".join(found))


@cache
def _factory() -> DetectorFactory:
    """langdetect, with the profiles of all its languages."""
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


@cache
def _profiles() -> dict[str, dict[str, float]]:
    """langdetect's probability of each n-gram in each of our languages."""
    factory = _factory()
    place = {language: factory.langlist.index(language) for language in LANGUAGES}
    return {
        gram: {language: shares[at] for language, at in place.items()}
        for gram, shares in factory.word_lang_prob_map.items()
        if any(shares[at] for at in place.values())
    }


def load() -> None:
    """Nothing; reads the word lists and profiles now rather than at the first question."""
    for language in LANGUAGES:
        zipf("", language)
    _profiles()
