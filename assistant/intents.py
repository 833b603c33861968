"""What kind of answer a question asks for, and which sentences look like one.

The question may be in any of the languages; the sentences are the essays', so theirs is Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.language import ANY_FUNCTION_WORD
from assistant.lexical import content_words, fold, stem

NUMBER_WORDS = "twee drie vier vijf zes zeven acht negen tien elf twaalf".split()
_FOREIGN_NUMBERS = (
    "two three four five six seven eight nine",
    "zwei drei vier funf sechs sieben acht neun zehn",
    "deux trois quatre cinq six sept huit neuf dix",
)
_VALUES = {
    word: value
    for words in (NUMBER_WORDS, *map(str.split, _FOREIGN_NUMBERS))
    for value, word in enumerate(words, start=2)
}
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_VALUES)})"

# --- How many things are asked for

# In each language: how an adjective before several things ends, and how their name does.
_PLURALS = {"nl": ("e", "en|s|ia"), "en": ("", "s|ia|people"), "de": ("en?", "e|n|er|s|ia"), "fr": ("s", "s|x")}
# What has a plural and is nothing to list: the length of an answer, a time, an amount; and adverbs that end like one.
_NO_THINGS = (
    r"(?:zinnen|woorden|regels|alinea's|dagen|weken|maanden|jaren|uren|minuten|keren|miljoen|samen|gemeen|"
    r"sentences|words|lines|paragraphs|days|weeks|months|years|hours|minutes|times|million|percent|euros|dollars|"
    r"satzen?|wort\w*|zeilen|tagen?|wochen|monaten?|jahren?|stunden|millionen|"
    r"phrases|mots|lignes|paragraphes|jours|semaines|mois|ans|annees|heures|fois|millions)\b"
)
_NUMBERED = (  # "punt 3" is one thing, "tussen de twee" are two that are known
    r"(?:(?:tussen|between|zwischen|entre)(?: \w+)?|"
    r"punt|vraag|hoofdstuk|deel|stap|paragraaf|opdracht|jaren|point|question|chapter|part|step|paragraph|exercise|"
    r"punkt|frage|kapitel|teil|schritt|absatz|aufgabe|chapitre|partie|etape|paragraphe|exercice)"
)
_WHICH = (  # a number behind it counts, whatever follows: "welke drie", "noem er nog twee"
    r"(?:welke|noem|wat zijn|which|name|what are|welche|nenne|was sind|quels|quelles|citez)(?: (?:er|de|the|die|nog))*"
)
_COUNTS = {
    language: re.compile(
        rf"\b{_NUMBERED} {_NUMBER}\b|\b{_WHICH} (?P<asked>{_NUMBER})(?![\w'-]|[.,]\d)|"
        rf"(?<![\w.,'-])(?P<counted>{_NUMBER}) (?!(?:\w+{adjective} )?{_NO_THINGS})"
        rf"(?P<things>(?:\w+{adjective} )??[\w'-]*(?:{plural}))(?![\w'-])"
    )
    for language, (adjective, plural) in _PLURALS.items()
}

# --- What kind of thing is asked for; "how" stands for the German "wie" too

_BEGINS = r"(?:^|[.:;?!)] )(?:(?:en|maar|and|but|und|et|mais) )?"
_ASPECTS = (
    r"(?:voordelen|nadelen|kenmerken|eigenschappen|voorbeelden|redenen|oorzaken|gevolgen|manieren|soorten|vormen|"
    r"stappen|tips|onderdelen|advantages|disadvantages|benefits|drawbacks|characteristics|features|examples|reasons|"
    r"causes|consequences|ways|kinds|types|forms|steps|vorteile|nachteile|merkmale|eigenschaften|beispiele|grunde|"
    r"ursachen|folgen|arten|formen|schritte|tipps|avantages|inconvenients|caracteristiques|exemples|raisons|moyens)"
)
_ASKS_LIST = re.compile(
    r"\b(?:welke|waaruit|which|welche|nenne|quels|quelles|citez)\b|"
    r"\b(?:wat zijn (?:de|enkele|een paar)|what are (?:the|some)|was sind (?:die|einige))\b|"
    rf"\b(?:wat zijn|what are|was sind)(?: \w+)? {_ASPECTS}\b|"
    rf"\b(?:geef|give|gib|geben sie|donne\S*)(?: \w+){{0,3}} {_ASPECTS}\b|\b{_ASPECTS} (?:geven|noemen|nennen)\b|"
    r"\bnoem\b(?! (?:je|jij|ik)\b)|"  # an order: not "hoe noem je ..."
    rf"(?:{_BEGINS}|\b(?:please|you) )(?:name|list)\b"  # an order: not "the name of ..."
)
_HOW_COME = (  # "hoe kan het dat ...?", "hoe komt dat?", but not "hoe kan het beter?"
    r"(?:(?:hoe (?:komt|kan)|how (?:kommt|kann)) (?:het|'t|dat|dit|es|das)(?: (?:toch|eigenlijk|nou|dan|zijn|sein))*,?"
    r"(?: dat\b| dass\b| ?(?:[?!.]|$))|how come\b|comment se fait-il\b)"
)
_HOW_MUCH = (
    r"(?:hoe (?:veel|lang|vaak|oud|duur|groot|ver)|"
    r"how (?:many|much|long|often|old|viele?|lange|oft|alt|gross|groß|teuer|weit))\b"
)
_HOW_CALLED = r"(?:hoe (?:heet|heette|heten|noem\w*)|how (?:hei(?:ß|ss)\w*|nenn\w*))\b"
_ASKS_WHY = re.compile(
    r"\b(?:waarom|wrm|waardoor|hoezo|oorza(?:ak|ken)|redenen?|why|reasons?|causes?|warum|wieso|weshalb|grunde?|"
    r"ursachen?|woran liegt|pourquoi|raisons?|waaraan ligt)\b|"
    r"\bwaar (?:ligt|komt) (?:het|dat|dit)(?: (?:toch|eigenlijk|nou|dan))* (?:aan|door)\b|"
    rf"\b{_HOW_COME}"
)
_ASKS_NUMBER = re.compile(
    rf"\b{_HOW_MUCH}|"
    r"\b(?:hoeveel|welk jaar|what year|wieviele?|wie viele|wann|welchem jahr|combien|quelle annee)\b|"
    rf"(?:{_BEGINS}|\b(?:sinds|vanaf|tot|since|until|depuis|jusqu'a) )(?:wanneer|when|quand)\b"  # elsewhere it is "if"
)
_ASKS_HOW = re.compile(rf"{_BEGINS}(?!{_HOW_COME}|{_HOW_MUCH}|{_HOW_CALLED})(?:hoe|how|comment|op welke manier)\b")
_COMPARES = re.compile(
    r"(?:verschil\w*|overeenkomst\w*|relatie|verhouding|difference|differences|unterschied\w*|difference)\s+"
    r"(?:\w+ er )?(?:\w+ )?(?:tussen|between|zwischen|entre)\s+(.+?)\s+(?:en|and|und|et)\s+(.+)"
)
_ASKS_WHO = re.compile(
    rf"{_BEGINS}(?:(?:van|met|door|aan|voor|von|mit|fur) )?(?:wie|who|whose|wer|wem|wen|wessen|qui)\b"
)

# --- Which sentences tell it

_TELLS_WHY = re.compile(
    r"\b(?:omdat|doordat|want|daarom|daardoor|dankzij|redenen?|komt door|zodat|vanwege|waardoor|te danken|immers)\b"
)
_TELLS_NUMBER = re.compile(
    rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|"
    r"honderd\w*|duizend\w*|miljoen\w*|helft|kwart|procent|eeuw)\b"
)
_TELLS_WHO = re.compile(r"(?<=[\w,] )[A-Z][a-zà-ÿ]+ (?:(?:van|de|der|den) )*[A-Z][a-zà-ÿ]+")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question asks for: how many points a sentence that tells it is worth, 0 to 1."""

    wants_list: bool
    list_length: int  # how many things are asked for, where a number is named; else 0
    wants_one: bool  # a definition, a name, a fact or a yes: the best sentence comes first
    sides: tuple[frozenset[str], ...]  # stems of what is compared; none where nothing is
    worth: Callable[[str], float]


def intent_of(question: str, *, language: str = "nl") -> Intent:
    """What a question in a language of `LANGUAGES` asks for.

    >>> intent_of("Waarom is dat zo?").worth("Dat komt doordat niemand luistert.")
    1.0
    """
    asked = " ".join(fold(question).replace("’", "'").split())
    if language == "de":
        asked = re.sub(r"\bwie\b", "how", asked)  # which in Dutch is "who"
    cues: list[Callable[[str], bool]] = []
    if _ASKS_WHY.search(asked):
        cues.append(lambda text: _TELLS_WHY.search(fold(text)) is not None)
    if _ASKS_NUMBER.search(asked):
        cues.append(lambda text: _TELLS_NUMBER.search(fold(text)) is not None)
    if _ASKS_WHO.search(asked):
        cues.append(lambda text: _TELLS_WHO.search(text) is not None)
    list_length = _list_length(asked, language)
    wants_list = list_length > 0 or _ASKS_LIST.search(asked) is not None
    return Intent(
        wants_list=wants_list,
        list_length=list_length,
        wants_one=not wants_list and _ASKS_HOW.search(asked) is None,
        sides=_sides(asked),
        worth=lambda text: float(any(cue(" ".join(text.split())) for cue in cues)),
    )


def _sides(asked: str) -> tuple[frozenset[str], ...]:
    """The stems of each side of a comparison in a folded question.

    >>> [sorted(side) for side in _sides("wat is het verschil tussen een merk en een klant?")]
    [['merk'], ['klant']]
    """
    match = _COMPARES.search(asked)
    if match is None:
        return ()
    sides = [
        frozenset(stem(word) for word in content_words(side) if word not in ANY_FUNCTION_WORD)
        for side in match.groups()
    ]
    return tuple(side - other for side, other in (sides, sides[::-1]) if side - other)


def _list_length(asked: str, language: str) -> int:
    """How many things a folded question asks for; 0 where it names no number, or names it of something else.

    >>> _list_length("welke vijf punten", "nl"), _list_length("leg punt 3 in twee zinnen uit", "nl")
    (5, 0)
    """
    for match in _COUNTS[language].finditer(asked):
        is_counted = match["counted"] and ANY_FUNCTION_WORD.isdisjoint(match["things"].split())
        if number := match["counted"] if is_counted else match["asked"]:
            return _VALUES.get(number) or int(number)
    return 0
