"""What a question is packed in: "Kun je mij uitleggen wat ...", "... volgens de schrijver".

Such words say to whom one speaks and where the answer should stand, not what is asked; left in, they make the same
question find something else.
"""

from __future__ import annotations

import re

from assistant.language import ANY_FUNCTION_WORD
from assistant.lexical import content_words
from assistant.question_words import IN_ANY_LANGUAGE

# --- Before the question: each is followed by a question word

_ADVERBS = (
    r"(?:\s+(?:eens|even|ff|graag|misschien|alsjeblieft|alstublieft|aub|a\.u\.b\.|ook|nog|nog een keer|kort|"
    r"in het kort|precies|toch|dan|duidelijk|heel|simpel|zo|goed|toevallig|eigenlijk|wel|"
    r"in (?:je |mijn )?eigen woorden|in (?:een paar|\w+) (?:zinnen|woorden)))*"
)
_TO_ME = r"(?:\s+(?:aan\s+)?(?:mij|me|ons))?"
_BEFORE = (
    # Dutch
    rf"(?:kun|kunt|kunnen|kan|zou|wil|wilt)\s+(?:je|jij|u|jullie|iemand){_ADVERBS}{_TO_ME}{_ADVERBS}(?:\s+(?:kunnen|willen))?"
    r"\s+(?:uitleggen|vertellen|zeggen|aangeven|toelichten|beschrijven|omschrijven|verduidelijken|opzoeken|opschrijven|"
    r"laten weten)",
    rf"(?:leg|legt u|vertel|zeg|beschrijf|omschrijf|schrijf|zoek|noteer){_TO_ME}{_ADVERBS}(?:\s+(?:uit|op))?{_ADVERBS}",
    rf"(?:weet\s+(?:je|jij|u|iemand)|weten\s+jullie){_ADVERBS}",
    rf"ik\s+(?:wil|wilde|wou|zou|moet){_ADVERBS}(?:\s+willen)?\s+(?:weten|begrijpen|snappen|vragen)",
    rf"ik\s+wil\s+dat\s+(?:je|jij|u){_ADVERBS}{_TO_ME}{_ADVERBS}\s+(?:uitlegt?|vertelt?|zegt?)|mag\s+ik\s+vragen",
    rf"ik\s+(?:vraag|vroeg)\s+(?:me|mij){_ADVERBS}\s+af|ik\s+(?:ben|was)\s+benieuwd(?:\s+naar)?",
    rf"ik\s+(?:weet|snap|begrijp)\s+(?:het\s+|nog\s+)?niet{_ADVERBS}",
    r"(?:(?:(?:mijn|de|een|nog een|nog een korte|even een|volgende|andere|laatste|korte)\s+)?vraag(?:je)?|"
    r"ik\s+heb\s+een\s+vraag(?:je)?)(?:\s+is)?(?:\s*:)?",
    # English
    r"(?:can|could|would|will)\s+(?:you|u)(?:\s+(?:please|pls))?\s+(?:explain|tell|describe|say)(?:\s+(?:to\s+)?(?:me|us))?",
    r"(?:(?:please|pls)\s+)?(?:explain|tell|describe)(?:\s+(?:to\s+)?(?:me|us))?",
    r"do\s+you\s+(?:happen\s+to\s+)?know|i\s+(?:want|would\s+like|need)\s+to\s+(?:know|understand)|"
    r"i['’]d\s+like\s+to\s+know|i(?:['’]?m|\s+am|\s+was)?\s+wonder(?:ing)?|i\s+don['’]?t\s+(?:understand|know)",
    # German
    r"(?:kannst|könntest|würdest)\s+du(?:\s+(?:mir|uns))?(?:\s+(?:bitte|mal))*\s+(?:erklären|sagen|erläutern|beschreiben)",
    r"(?:können|könnten|würden)\s+sie(?:\s+(?:mir|uns))?(?:\s+bitte)?\s+(?:erklären|sagen|erläutern|beschreiben)",
    r"(?:erkläre?|erklären\s+sie|sag|sagen\s+sie)(?:\s+(?:mir|uns))?(?:\s+bitte)?|"
    r"(?:wei(?:ß|ss)t\s+du|wissen\s+sie)|ich\s+(?:verstehe|wei(?:ß|ss))\s+nicht|ich\s+(?:möchte|würde)(?:\s+gerne?)?\s+wissen|ich\s+frage\s+mich",
    # French
    r"(?:est-ce\s+que\s+)?(?:(?:peux|pourrais)[- ]tu|tu\s+(?:peux|pourrais)|(?:pouvez|pourriez)[- ]vous|"
    r"vous\s+(?:pouvez|pourriez))\s+(?:m['’]|nous\s+|me\s+)?(?:expliquer|dire|indiquer|décrire)",
    r"(?:explique|expliquez|dis|dites)[- ](?:moi|nous)|(?:sais[- ]tu|savez[- ]vous)|je\s+ne\s+(?:comprends|sais)\s+pas|"
    r"(?:j['’]aimerais|je\s+voudrais|je\s+veux)(?:\s+bien)?\s+savoir|je\s+me\s+demande",
)
_FRAME = re.compile(rf"(?:{'|'.join(_BEFORE)})\s*[,:]?\s+(?=(?:{IN_ANY_LANGUAGE})(?!\w)|ce qu['’])", re.IGNORECASE)

_ASKS = re.compile(rf"(?:(?:en|maar|dus|and|but|so|und|aber|et|mais)\s+)*(?:{IN_ANY_LANGUAGE})(?!\w)", re.IGNORECASE)

# What is asked about, between a question word and the verb at the end: no other clause, no other question.
_NO_CLAUSE = (
    r"(?!(?:als|dat|wanneer|omdat|of|indien|waarom|hoe|wat|if|when|that|because|why|how|what|wenn|dass|weil|ob)\b)"
)
_TOPIC = rf"({_NO_CLAUSE}[^\s,.;:?!]+(?:\s+{_NO_CLAUSE}[^\s,.;:?!]+){{0,7}}?)"
_ADVERB = r"(?:precies\s+|eigenlijk\s+|nou\s+|nu\s+)?"
_BEHIND = r"((?:van|tussen|voor|in|met|bij|aan|op|of|between|for|with|von|zwischen)\s.+)"
# The order of words that such a question has behind its frame, and the one that it has without.
_ORDERS = tuple(
    (re.compile(rf"{order}\s*(?=[?.!]*$)", re.IGNORECASE), plain)
    for order, plain in (
        (rf"(wat|wie)\s+{_TOPIC}\s+{_ADVERB}(is|zijn|was|waren|betekent|betekenen)", r"\1 \3 \2"),
        (rf"wat\s+{_TOPIC}\s+{_ADVERB}inhoudt", r"wat houdt \1 in"),
        (rf"(wat)\s+((?:de|het|een|er)\s{_TOPIC})\s+(is|zijn|was|waren)\s+{_BEHIND}", r"\1 \4 \2 \5"),
        (rf"wat\s+{_TOPIC}\s+bedoelt\s+met\s+(\S+(?:\s+\S+){{0,3}})", r"wat bedoelt \1 met \2"),
        (rf"(what|who)\s+{_TOPIC}\s+(is|are|was|were)", r"\1 \3 \2"),
        (rf"(what)\s+(the\s{_TOPIC})\s+(is|are|was|were)\s+{_BEHIND}", r"\1 \4 \2 \5"),
        (rf"what\s+{_TOPIC}\s+means", r"what does \1 mean"),
        (rf"(was|wer)\s+{_TOPIC}\s+(ist|sind|war|waren|bedeutet)", r"\1 \3 \2"),
        (rf"(was)\s+((?:der|die|das)\s{_TOPIC})\s+(ist|sind|war|waren)\s+{_BEHIND}", r"\1 \4 \2 \5"),
        (rf"ce qu['’](?:est|était)\s+{_TOPIC}", r"qu'est-ce que \1"),
        (rf"ce que\s+(?:signifie|veut dire)\s+{_TOPIC}", r"que signifie \1"),
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

# --- After it, and before it as in a list of exercises

_POLITE_END = re.compile(
    r"(?<!\w)(?:aub|a\.u\.b\.?|alsjeblieft|alstublieft|als je wilt|svp|please|pls|bitte|s['’]il (?:te|vous) pla[iî]t|"
    r"alvast bedankt|(?<=[?.!,] )(?:bedankt|graag)|(?:ook )?al ?weer|(?:kort|simpel) uitgelegd|in het kort|"
    r"in (?:je |mijn )?(?:eigen|simpele) woorden|"
    r"(?<=[?.!] )(?:weet|kun|kan) (?:je|jij|u) dat(?: uitleggen| vertellen| zeggen)?|(?<=[?.!] )do you know)"
    r"[\s.!?]*$",
    re.IGNORECASE,
)
_POLITE_START = re.compile(
    r"(?:mag ik (?:je |jou |u )?(?:iets|wat|een vraag) (?:vragen|stellen)|"
    r"(?:kun|kunt|kan|zou) (?:je|jij|u) (?:me|mij) (?:even |kunnen )?helpen(?: met [^?.!,:]+)?|ik heb een vraag(?:je)?|"
    r"(?:can|may|could) i ask (?:you )?(?:something|a question)|(?:can|could) you help me(?: with [^?.!,:]+)?|"
    r"kann ich (?:dich |sie )?etwas fragen|(?:kannst du|können sie) mir helfen|"
    r"puis-je (?:te |vous )?poser une question|(?:peux-tu|pouvez-vous) m['’]aider)\s*[?.!,:]+\s+",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"\s*(?:(?:vraag|opdracht|opgave|question|frage)\s+\d{{1,2}}|\d{{1,2}}(?=\s*[.):])|[a-e](?=[.)]))\s*[.):]?\s+"
    rf"(?=(?:{IN_ANY_LANGUAGE})(?!\w))",
    re.IGNORECASE,
)

# "Wat is X voor stof?" and "Wat voor stof is X?" ask what X is.
_OF_WHAT_KIND = re.compile(
    rf"^(wat)\s+(?:(is|was)\s+{_TOPIC}\s+voor\s+(?:een\s+)?"
    r"(?:stof|iets|ding|begrip|term|woord|figuur|persoon|man|vrouw|soort\s\w+)|"
    rf"voor\s+(?:een\s+|soort\s+)?\w+\s+(is|was)\s+(?!(?:er|dat|dit|het)\b){_TOPIC})(?=\s*[?.!]*$)",
    re.IGNORECASE,
)

# "Leg X uit", "kun je X omschrijven?", "betekenis van X" and "what's X" ask what X is.
_TERM = (
    r"(?P<{}>(?!(?:wat|wie|hoe|waarom|what|who|how|why)\b)(?:de |het |een |the |a )?[^\s,.;:?!]+"
    r"(?: (?!(?:kort|eens|even|graag|nog|goed|duidelijk|precies|eigenlijk)\b)[^\s,.;:?!]+)?)"
)
_EXPLAIN = r"(?:uitleggen|omschrijven|beschrijven|toelichten|verduidelijken|definiëren)"
_CONCEPT = r"(?:(?:het |de )?(?:begrip|term|woord) )?"
_DEFINE = re.compile(
    rf"(?:leg{_TO_ME}{_ADVERBS}\s+{_CONCEPT}{_TERM.format('a')}{_ADVERBS}\s+uit|"
    rf"(?:omschrijf|beschrijf|definieer){_ADVERBS}\s+{_CONCEPT}{_TERM.format('b')}|"
    rf"(?:kun|kunt|kan|zou|wil|wilt)\s+(?:je|jij|u){_TO_ME}{_ADVERBS}\s+{_CONCEPT}{_TERM.format('c')}{_ADVERBS}"
    rf"(?:\s+kunnen)?\s+{_EXPLAIN}|"
    rf"(?:(?:geef|wat is)\s+)?(?:(?:de|een)\s+)?(?:betekenis\s+van|definitie(?:\s+van)?)\s+{_CONCEPT}"
    rf"{_TERM.format('d')}|"
    rf"(?:what['’]?s|explain|define)\s+{_TERM.format('e')})(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
_NO_TERM = re.compile(r"\b(?:van|of|tussen|voor|bij|over|met|dat|dit|het|deze|that|this|it)\b$|\s(?:van|of|tussen)\b")

_STANDS = frozenset("staat staan lees leest lezen gaat zegt says said written steht sagt dit ecrit".split())


def without_frame(question: str) -> str:
    """A question without what it is packed in; as it is, where hardly anything else would be left.

    >>> without_frame("Kun je mij uitleggen wat lefmarketing precies is?"), without_frame("Leg uit wat lef betekent.")
    ('Wat is lefmarketing?', 'Wat betekent lef.')
    >>> without_frame("Waarom faalt engagement volgens de auteur?"), without_frame("Wat staat er in de tekst?")
    ('Waarom faalt engagement?', 'Wat staat er in de tekst?')
    """
    plain = " ".join(question.split())  # the patterns take their time over many spaces
    rest = _without_politeness(plain)
    if (placed := _PLACE.sub(" ", rest)) != rest:
        rest = re.sub(r"\s+([?.!,])", r"\1", " ".join(placed.split()))
    if frame := _FRAME.match(rest):
        rest = plain_order(rest[frame.end() :])
        rest = rest[:1].upper() + rest[1:]
    rest = _OF_WHAT_KIND.sub(r"\1 \2\4 \3\5", rest)
    if (asked := _DEFINE.match(rest)) and asked.lastgroup and not _NO_TERM.search(asked[asked.lastgroup].lower()):
        is_what = "What is" if asked.lastgroup == "e" else "Wat is"
        rest = f"{is_what} {asked[asked.lastgroup]}" + rest[asked.end() :]
    said = [word for word in content_words(rest) if word not in ANY_FUNCTION_WORD | _STANDS]
    return rest if said and rest != plain else question


def _without_politeness(question: str) -> str:
    start = _POLITE_START.match(question)
    rest = question[start.end() :] if start else question
    rest = rest[number.end() :] if (number := _NUMBER.match(rest)) else rest
    if end := _POLITE_END.search(rest):
        asks = "?" * ("?" in end.group())
        rest = rest[: end.start()].rstrip(" ,.!")
        rest += asks if not rest.endswith("?") else ""
    return rest


def is_asking(text: str) -> bool:
    """Whether a text begins with a question word, or with a frame and a question word.

    >>> is_asking("en wat is lef"), is_asking("kun je zeggen wat lef is"), is_asking("marketing")
    (True, True, False)
    """
    return _ASKS.match(text) is not None or _FRAME.match(text) is not None


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
