"""What a question is packed in: "Kun je mij uitleggen wat ...", "... volgens de schrijver".

Such words say to whom one speaks and where the answer should stand, not what is asked; left in, they make the same
question find something else.
"""

from __future__ import annotations

import re

from assistant.language import FUNCTION_WORDS
from assistant.lexical import content_words
from assistant.question_words import IN_ANY_LANGUAGE

# --- Before the question: each is followed by a question word

_ADVERBS = (
    r"(?:\s+(?:eens|even|graag|misschien|alsjeblieft|alstublieft|aub|a\.u\.b\.|ook|nog|kort|in het kort|precies|"
    r"toch|dan|duidelijk|heel|goed|toevallig|eigenlijk|wel))*"
)
_TO_ME = r"(?:\s+(?:aan\s+)?(?:mij|me|ons))?"
_BEFORE = (
    # Dutch
    rf"(?:kun|kunt|kan|zou|wil|wilt)\s+(?:je|jij|u|jullie){_ADVERBS}{_TO_ME}{_ADVERBS}(?:\s+(?:kunnen|willen))?\s+"
    r"(?:uitleggen|vertellen|zeggen|aangeven|toelichten|beschrijven|omschrijven|verduidelijken|laten weten)",
    rf"(?:leg|legt u|vertel|zeg|beschrijf|omschrijf){_TO_ME}{_ADVERBS}(?:\s+uit)?{_ADVERBS}",
    rf"weet\s+(?:je|jij|u|iemand)|weten\s+jullie{_ADVERBS}",
    rf"ik\s+(?:wil|wilde|wou|zou|moet){_ADVERBS}(?:\s+willen)?\s+(?:weten|begrijpen|snappen)",
    rf"ik\s+(?:vraag|vroeg)\s+(?:me|mij){_ADVERBS}\s+af|ik\s+(?:ben|was)\s+benieuwd(?:\s+naar)?",
    rf"ik\s+(?:weet|snap|begrijp)\s+(?:nog\s+)?niet{_ADVERBS}",
    r"(?:mijn|een|nog een)\s+vraag(?:je)?(?:\s+is)?(?:\s*:)?|ik\s+heb\s+een\s+vraag(?:je)?\s*:?",
    # English
    r"(?:can|could|would|will)\s+you(?:\s+please)?\s+(?:explain|tell|describe|say)(?:\s+(?:to\s+)?(?:me|us))?",
    r"(?:please\s+)?(?:explain|tell|describe)(?:\s+(?:to\s+)?(?:me|us))?",
    r"do\s+you\s+(?:happen\s+to\s+)?know|i\s+(?:want|would\s+like|['’]d\s+like|need)\s+to\s+(?:know|understand)|"
    r"i['’]d\s+like\s+to\s+know|i(?:['’]m|\s+am)?\s+wonder(?:ing)?|i\s+don['’]t\s+(?:understand|know)",
    # German
    r"(?:kannst|könntest|würdest)\s+du(?:\s+(?:mir|uns))?(?:\s+bitte)?\s+(?:erklären|sagen|erläutern|beschreiben)",
    r"(?:können|könnten|würden)\s+sie(?:\s+(?:mir|uns))?(?:\s+bitte)?\s+(?:erklären|sagen|erläutern|beschreiben)",
    r"(?:erkläre?|erklären\s+sie|sag|sagen\s+sie)(?:\s+(?:mir|uns))?(?:\s+bitte)?|"
    r"(?:weißt\s+du|wissen\s+sie)|ich\s+(?:möchte|würde)(?:\s+gerne?)?\s+wissen|ich\s+frage\s+mich",
    # French
    r"(?:peux|pourrais)-tu\s+(?:m['’]|nous\s+|me\s+)(?:expliquer|dire|indiquer|décrire)",
    r"(?:pouvez|pourriez)-vous\s+(?:m['’]|nous\s+|me\s+)(?:expliquer|dire|indiquer|décrire)",
    r"(?:explique|expliquez|dis|dites)-(?:moi|nous)|(?:sais-tu|savez-vous)|"
    r"(?:j['’]aimerais|je\s+voudrais)(?:\s+bien)?\s+savoir|je\s+me\s+demande",
)
_FRAME = re.compile(rf"(?:{'|'.join(_BEFORE)})\s*[,:]?\s+(?=(?:{IN_ANY_LANGUAGE})(?!\w)|ce qu['’])", re.IGNORECASE)

# The order of words that such a question has behind its frame, and the one that it has without.
_ORDERS = tuple(
    (re.compile(rf"{order}\s*(?=[?.!]*$)", re.IGNORECASE), plain)
    for order, plain in (
        (r"wat\s+(.{1,60}?)\s+(?:precies\s+|eigenlijk\s+|nou\s+|nu\s+)?(is|zijn|was|waren)", r"wat \2 \1"),
        (r"wat\s+(.{1,60}?)\s+(?:precies\s+|eigenlijk\s+|nou\s+|nu\s+)?(betekent|betekenen)", r"wat \2 \1"),
        (r"wat\s+(.{1,60}?)\s+(?:precies\s+|eigenlijk\s+|nou\s+|nu\s+)?inhoudt", r"wat houdt \1 in"),
        (r"wie\s+(.{1,60}?)\s+(is|zijn|was|waren)", r"wie \2 \1"),
        (r"what\s+(.{1,60}?)\s+(is|are|was|were)", r"what \2 \1"),
        (r"what\s+(.{1,60}?)\s+means", r"what does \1 mean"),
        (r"who\s+(.{1,60}?)\s+(is|are|was|were)", r"who \2 \1"),
        (r"was\s+(.{1,60}?)\s+(ist|sind|war|waren|bedeutet)", r"was \2 \1"),
        (r"wer\s+(.{1,60}?)\s+(ist|sind|war|waren)", r"wer \2 \1"),
        (r"ce qu['’](?:est|était)\s+(.{1,60}?)", r"qu'est-ce que \1"),
        (r"ce que\s+(?:signifie|veut dire)\s+(.{1,60}?)", r"que signifie \1"),
    )
)

# --- Within it: where the answer should stand

_DUTCH = (
    "essays? tekst(?:en)? artikel(?:en)? stuk(?:ken)? columns? blogs? blogposts? betoog verhandeling hoofdstuk lesstof "
    "auteurs? schrijvers? schrijfster columnist blogger"
)
_ENGLISH = "essays? texts? articles? pieces? columns? blogs? chapter authors? writers?"
_GERMAN = "essays? texte?s? artikels? aufsatz(?:es)? aufsätze kolumne autors? autoren autorin verfassers? verfasserin"
_FRENCH = "essais? textes? articles? chronique auteurs? autrice"


def _one_of(names: str) -> str:
    return f"(?:{names.replace(' ', '|')})"


# Not before words that say which of them: "volgens het stuk over lefmarketing".
_PLACES = (
    rf"(?:zoals )?(?:volgens|in) (?:de|het|deze|dit|die|dat|een van de) {_one_of(_DUTCH)}\b(?! (?:over|van|die|dat)\b)",
    rf"(?:according to|in) (?:the|this|these|that) {_one_of(_ENGLISH)}\b(?! (?:of|about|on|by|that)\b)",
    rf"(?:laut|nach|in|gemäß) (?:dem|der|den|diesem|dieser|diesen) {_one_of(_GERMAN)}\b(?! (?:über|von)\b)",
    rf"(?:selon|d['’]après|dans) (?:l['’]|(?:la|le|les|cet|cette|ce|ces) ){_one_of(_FRENCH)}\b(?! (?:sur|de|du|des)\b)",
)
_PLACE = re.compile(rf",?\s*\b(?:{'|'.join(_PLACES)}),?", re.IGNORECASE)

_STANDS = frozenset("staat staan lees leest lezen gaat zegt says said written steht sagt dit ecrit".split())
_ANY_FUNCTION_WORD = frozenset().union(*FUNCTION_WORDS.values())


def without_frame(question: str) -> str:
    """A question without what it is packed in; as it is, where hardly anything else would be left.

    >>> without_frame("Kun je mij uitleggen wat lefmarketing precies is?"), without_frame("Leg uit wat lef betekent.")
    ('Wat is lefmarketing?', 'Wat betekent lef.')
    >>> without_frame("Waarom faalt engagement volgens de auteur?"), without_frame("Wat staat er in de tekst?")
    ('Waarom faalt engagement?', 'Wat staat er in de tekst?')
    """
    rest = _PLACE.sub(" ", question)
    if rest != question:
        rest = re.sub(r"\s+([?.!,])", r"\1", " ".join(rest.split()))
    if frame := _FRAME.match(rest):
        rest = plain_order(rest[frame.end() :])
        rest = rest[:1].upper() + rest[1:]
    said = [word for word in content_words(rest) if word not in _ANY_FUNCTION_WORD | _STANDS]
    return rest if said else question


def plain_order(question: str) -> str:
    """A question with its verb where a main clause has it.

    >>> plain_order("wat lefmarketing precies is"), plain_order("Wat is lef?")
    ('wat is lefmarketing', 'Wat is lef?')
    """
    for order, plain in _ORDERS:
        if order.match(question):
            changed = order.sub(plain, question, count=1)
            return changed[0].upper() + changed[1:] if question[0].isupper() else changed
    return question
