"""Which words of a question stand for something that was named before it: "dat", "daaraan", "it".

And which of them only look so: "het" before its noun, "dat" that begins a clause.
"""

from __future__ import annotations

import re

from assistant.language import FUNCTION_WORDS, detect_language
from assistant.lexical import STOP_WORDS, fold

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_EMPTY = STOP_WORDS.union(*FUNCTION_WORDS.values()) | frozenset(
    "qu'est-ce est-ce mee nog dan wel vandaan a-t-il".split()
)
_NOUNS = frozenset(  # empty, but the "het" or "dit" before them is theirs
    "verschil schrijver auteur voorbeeld voorbeelden soort soorten manier manieren ding dingen essay essays tekst "
    "teksten artikel artikelen author".split()
)


def one_of(words: str) -> str:
    """A pattern for any of some words."""
    return f"(?:{'|'.join(word.replace('_', ' ') for word in words.split())})"


# Pronouns that stand for a thing or a person; the second kind may also stand before its noun ("dat boek").
_ALONE = r"(?<![\w-])"
_APART = r"(?![\w-])"
_PRONOUN = one_of("hij zij ze hem it they them he she him es ihn ihm cela ça ca ceci celui-ci il elle ils elles lui")
_DETERMINER = one_of("het dat dit die deze that this these those das dies diese dieser")
_ADVERB = re.compile(
    rf"{_ALONE}(?:daar|hier|er)"
    rf"({one_of('aan mee door om bij voor van naast na in op uit tegen toe over achter onder tussen')}){_APART}",
    re.IGNORECASE,
)
_POSSESSIVES = one_of("haar hun diens its his her their seine? ihre? leur")
_PLACES = one_of("daar hier one dafür davon damit daran dazu darum dabei darüber")
_OTHER_POINTERS = re.compile(
    rf"{_ALONE}(?:{_POSSESSIVES}|{_PLACES}){_APART}|-t-{one_of('il elle on')}\b|"
    rf"^{one_of('comment pourquoi où quand qui')} l[ea]s? \w+(?:er|ir|re)\b|\bl['’]{one_of('ai? ont avait')}\b|"
    rf"\ber\b(?:\W+\w+){{1,4}}\W+{one_of('mee aan in over van voor bij op uit door toe tegen')}\W*$",
    re.IGNORECASE,
)
VERB_NEXT = re.compile(r"(?:hoe|waar\w*|wanneer|wie|wat|who|wer|was|wann|wo|warum|wieso)\s+", re.IGNORECASE)
IS = one_of("is was waren zijn lijkt blijft wordt are were ist war sind")
_HAS = one_of("heb hebt heeft hebben had hadden wordt werd worden werden has have hat haben wird wurde")
_MAY = one_of("kan kun kunt kunnen moet moeten mag mogen wil wilt willen zou zal gaat kann kannst soll muss darf")
PREPOSITION = one_of(
    "aan als bij binnen door in met naar om onder op per tegen tijdens tussen uit van vanuit via volgens voor "
    "zonder as at by for from of on to with without auf bei für mit ohne von avec chez comme dans en pour"
)
# Without an ending, which they would have between "het" or "dat" and a noun.
_PREDICATE = one_of(
    "goed slecht beter duur goedkoop echt zelf hetzelfde anders nieuw oud snel vaak altijd geschikt toe af gut"
)
# Where "het", "dat" or "dit", here between < and >, has no noun of its own though no empty word follows: "is dat duur",
# "wie heeft het bedacht" (not "wat is het beleid"), "hoe kan ik het toepassen", "does this work", "dat snap ik niet".
_NO_NOUN = re.compile(
    rf"^(?:{one_of('en maar and und waarom why warum')} ){{0,2}}(?:{IS}|heeft|kost) <\w+> [\w-]+\W*$|"
    rf"(?:^(?!wat|what|was).*\b{IS}|\b{_HAS})\b.* <\w+> (?:\w+ge|ge|be|ver|ont|her|er|ent)\w{{2,}}[dtn]\W*$|"
    rf"\b{_MAY}\b.* <\w+> \w{{2,}}n\W*$|"
    rf"\b{one_of('do does did can could would should will')} <th\w+> \w+\W*$|<\w+> {_PREDICATE}\b|"
    rf"<\w+> \w+(?:[^u]ig|(?<!huwe)lijk|lich|baar|bar|zaam|sam|loos|isch)(?:\W*$| {one_of('voor als dan für')}\b)|"
    rf"^<da[ts]> \w+ {one_of('ik je jij u we wij men niet toch ook ich nicht')}\b",
    re.IGNORECASE,
)
# Where such a word, between < and >, stands for nothing named before: "denkt men dat je" (not "is dat de reden"), "een
# merk dat geen", "in het kort", "hoe kan het dat", "is het goed om", "merken die geen", "doen mensen wat ze", "hoe
# kom je erachter wie" (not "doe je eraan mee of niet").
_PLURAL = rf"\b(?!{VERB_NEXT.pattern})\w+ (?:\w{{2,}}(?:en|s)|people)\b"  # not "hoe werken"
_FOR_NOTHING = re.compile(
    "".join(rf"(?<!\b{verb} )" for verb in "is was kan moet mag wordt heeft doet zou are does did can".split())
    + rf"<(?:dat|that)> {one_of('je jij jullie u we wij ik men ze zij hij er de het een you they the people')}\b|"
    rf"\b{one_of('een de het geen elk a an the')} \w+ <(?:dat|die|that)> \w|<het> dat\b|"
    rf"\b{one_of('aan bij door in met naar op over tegen uit van voor')} <het> \w|"  # not "als het", "om het te"
    rf"\b(?:{IS}|vind\w*) <het>(?: \w+){{1,2}} (?:om|dat|of)\b|(?:\b{IS} <it>|<it>(?:['’]s| {IS}))(?: so| very)? "
    rf"{one_of('important good better best bad hard difficult easy necessary possible wise true')} (?:to|that)\b|"
    rf"{_PLURAL} <die> \w|{_PLURAL}.* {one_of('wat dat die als of hoe waarom omdat what that if why how')} "
    rf"<(?:ze|zij|they)>|{_PLURAL}.* <(?:hun|their)>|<il> (?:faut|y a)\b|\by a<-t-il>|<es> gibt\b|\bgibt <es>|"
    rf"<er\w+>(?: \w+en)?,? {one_of('dat of wie wat hoe waar waarom welke? wanneer om')} (?!niet\b)",
    re.IGNORECASE,
)
_PREPOSITIONS = {"mee": "met", "toe": "tot"}


def content(question: str) -> list[str]:
    """The words of a question that name something, in order, as they are written."""
    return [match.group() for match in WORD.finditer(question) if names(match.group())]


def names(word: str) -> bool:
    """Whether a word names something, other than "is", "the" or "eraan"."""
    return fold(word).replace("’", "'") not in _EMPTY and _ADVERB.fullmatch(word) is None


def has_pointer(question: str) -> bool:
    """Whether a question has a word that stands for something named before, whatever it is replaced by."""
    found = _OTHER_POINTERS.finditer(question)
    return any(not _FOR_NOTHING.search(_marked(question, one)) for one in found) or bool(replaced(question, "x"))


def replaced(question: str, topic: str) -> str:
    """The question with its pronoun replaced by the topic; "" where it has none that stands alone."""
    for match in _ADVERB.finditer(question):
        if _FOR_NOTHING.search(_marked(question, match)):
            continue
        preposition = _PREPOSITIONS.get(match.group(1).lower(), match.group(1).lower())
        return question[: match.start()] + f"{preposition} {topic}" + question[match.end() :]
    pronoun = _PRONOUN if detect_language(question) != "de" else f"(?:er|sie|{_PRONOUN})"
    for match in re.finditer(rf"{_ALONE}(?:{pronoun}|^(?i:{pronoun})){_APART}", question):
        if not _FOR_NOTHING.search(_marked(question, match)):
            return question[: match.start()] + topic + question[match.end() :]
    for match in re.finditer(rf"{_ALONE}{_DETERMINER}{_APART}", question, re.IGNORECASE):
        marked = _marked(question, match)
        following = WORD.search(question, match.end())
        has_noun = following is not None and (names(following.group()) or fold(following.group()) in _NOUNS)
        if not _FOR_NOTHING.search(marked) and (not has_noun or _NO_NOUN.search(marked)):
            return question[: match.start()] + topic + question[match.end() :]
    return ""


def _marked(question: str, match: re.Match[str]) -> str:
    """A question with one of its words between < and >."""
    return f"{question[: match.start()]}<{match.group()}>{question[match.end() :]}"
