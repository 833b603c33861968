"""The language of a question: function words decide where they can, else langdetect, else Dutch."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

LANGUAGES = ("nl", "en", "de", "fr")

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Words that say little but in which language they are; those of two languages ("in", "is") count for both.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "nl": frozenset(
        "de het een en of van ik te dat die in je is niet op aan met als voor er maar om dan zou wat mijn men dit zo "
        "door over ze zich bij ook tot uit naar kan kun kunt kunnen haar hij zij heeft heb hebben wij we worden "
        "wordt werd waren was zijn ben bent nog wil al geen moet moeten iets mag veel waarom waar wanneer wie welk "
        "welke hoe hoeveel hun hen u jij jou jouw uw mij me ons onze deze daar hier volgens tussen tegen zonder "
        "noem geef leg uit vertel betekent betekenis doet doen bedoelt bedoeld verschil schrijver wat's".split()
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
_PROBABLE = 0.9  # docs/evaluation.md: below this langdetect's word on a short question is a guess


def words(text: str) -> list[str]:
    """The words of a text, in lower case, in order, without digits and punctuation."""
    return [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]


def detect_language(text: str, *, is_dutch: Callable[[str], bool] = lambda word: False) -> str:
    """The ISO 639-1 code in `LANGUAGES` of a question; Dutch where nothing decides.

    `is_dutch` tells of a word whether the essays know it: bare keywords such as "lefmarketing" are
    Dutch because the essays are, whatever they look like to a detector.

    >>> detect_language("wat is betekenismarketing?"), detect_language("what is it?"), detect_language("?")
    ('nl', 'en', 'nl')
    """
    found = words(text)
    votes = {language: sum(word in known for word in found) for language, known in FUNCTION_WORDS.items()}
    for word in found:  # French elides: l'auteur, qu'est
        if "'" in word and word.split("'")[0] in {"l", "d", "qu", "c", "s", "n", "j", "m", "t"}:
            votes["fr"] += 2
    best, second = sorted(votes.values(), reverse=True)[:2]
    if best > second:
        return max(LANGUAGES, key=votes.__getitem__)
    if best == 0 and found and all(is_dutch(word) for word in found):
        return "nl"
    try:
        detector = _factory().create()
        detector.set_prior_map({"nl": 0.55, "en": 0.25, "de": 0.1, "fr": 0.1})
        detector.append(text)
        likely = detector.get_probabilities()
    except LangDetectException:  # nothing to go on: "?", "123", an emoji
        return "nl"
    if likely and likely[0].prob >= _PROBABLE and (best == 0 or votes[likely[0].lang] == best):
        return str(likely[0].lang)
    return "nl" if votes["nl"] == best else max(LANGUAGES, key=votes.__getitem__)


def load() -> None:
    """Nothing; loads langdetect's profiles now, since its lazy loading is not thread-safe."""
    _factory()


@cache
def _factory() -> DetectorFactory:
    DetectorFactory.seed = 0  # the same answer every time
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory
