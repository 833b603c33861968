"""Messages that ask the essays nothing: greetings, what the assistant is, requests for an opinion or an act."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from assistant.framing import is_asking, without_frame
from assistant.lexical import fold
from assistant.question_words import IN_ANY_LANGUAGE

SmallTalk = Literal["greeting", "thanks", "noted", "goodbye", "about"]
Request = Literal["opinion", "act"]

_PHRASES: dict[SmallTalk, frozenset[str]] = {
    "greeting": frozenset(
        (
            "hallo,hoi,hoi hoi,hey,hee,heey,hi,yo,dag,goedemorgen,goede morgen,goedemiddag,goede middag,"
            "goedenavond,goede avond,goedendag,goede dag,goeiemorgen,goeiemiddag,goeienavond,moi,hello,"
            "good morning,good afternoon,good evening,"
            "good day,guten tag,guten morgen,guten abend,moin,servus,bonjour,bonsoir,salut,hoe gaat het,"
            "hoe gaat het met je,hoe gaat het met u,hoe gaat het met jou,alles goed,alles goed met je,"
            "alles goed met jou,alles goed met u,how are you,wie geht's,wie geht es dir,ca va"
        ).split(",")
    ),
    "thanks": frozenset(
        (
            "bedankt,hartelijk bedankt,heel erg bedankt,super bedankt,dank je,dank je wel,dankjewel,dank u,dank u wel,"
            "dankuwel,hartelijk dank,merci,merci beaucoup,bedankt voor je hulp,bedankt voor je antwoord,"
            "bedankt voor de hulp,bedankt voor het antwoord,bedankt voor uw hulp,dank je wel voor je hulp,bedankt he,"
            "alvast bedankt,top,super,fijn,mooi,prima,ok,oke,okay,"
            "thanks,thank you,thank you so much,thank you very much,"
            "thanks a lot,thanks so much,thanks very much,thx,danke,danke schon,vielen dank"
        ).split(",")
    ),
    "noted": frozenset(
        (
            "ja,ja graag,nee,nou,dus,duidelijk,helder,goed,goed zo,cool,leuk,interessant,wow,haha,oh,ah,aha,precies,"
            "klopt,dat klopt,snap ik,ik snap het,begrepen,sorry,jammer,"
            "yes,no,nice,great,i see,got it,interesting,right,so,"
            "nein,klar,verstanden,schade,also,oui,non,d'accord,compris,donc"
        ).split(",")
    ),
    "about": frozenset(
        (
            "help,hulp,help me,kun je me helpen,kun je mij helpen,can you help me,hilfe,"
            "wat kun je,wat kan je,wat kun jij,wat kun je allemaal,wat kan ik vragen,wat kan ik je vragen,"
            "wat kan ik hier vragen,wie ben je,wie ben jij,wat ben je,hoe werkt dit,hoe werk je,hoe werkt het,"
            "waar gaan de essays over,waar gaan deze essays over,waarover gaan de essays,"
            "waarover gaan deze essays,waar gaat dit over,"
            "waar gaan de teksten over,waar gaat het over,over welke onderwerpen gaan de essays,"
            "welke essays zijn er,welke essays ken je,welke teksten zijn er,welke onderwerpen zijn er,"
            "waar weet je iets over,wat weet je,wat weet je allemaal,"
            "what can you do,what can i ask,who are you,what are you,how does this work,what are the essays about,"
            "what are these essays about,what is this about,which essays are there,"
            "was kannst du,wer bist du,was bist du,was kann ich fragen,worum geht es in den essays,worum geht es,"
            "wovon handeln die essays,aide,que peux-tu faire,que pouvez-vous faire,qui es-tu,qui etes-vous,"
            "de quoi parlent les essais,de quoi parlent les textes"
        ).split(",")
    ),
    "goodbye": frozenset(
        (
            "doei,doeg,tot ziens,tot morgen,dag hoor,tot later,houdoe,fijne dag,fijne dag nog,bye,bye bye,goodbye,"
            "tschuss,auf wiedersehen,au revoir"
        ).split(",")
    ),
}
_FILLERS = frozenset("assistent chatbot bot allemaal daar there allen hoor iedereen all".split())
_LONGEST_PHRASE = max(len(phrase.split()) for phrases in _PHRASES.values() for phrase in phrases)
_STRETCHED = re.compile(r"(\w)\1{2,}")  # "hoiiii", "heyyy"
_WORDS = re.compile(r"[\w'-]+")
_SIGN = re.compile(r"[,.!?;:–-]")
_ASKING = re.compile(rf"(?<!\w)(?:{IN_ANY_LANGUAGE})(?!\w)")
_OWN_WORDS = {
    "en": set(
        (
            "hello thanks thank thx good morning afternoon evening bye goodbye how there what who which can yes no "
            "nice great see got right"
        ).split()
    ),
    "de": set(
        (
            "guten moin servus danke vielen tschuss wiedersehen was wer worum wovon geht geht's hilfe nein klar "
            "verstanden schade"
        ).split()
    ),
    "fr": set("bonjour bonsoir salut revoir beaucoup va aide que qui quoi oui non d'accord compris donc".split()),
}


def small_talk(question: str) -> SmallTalk | None:
    """The kind of small talk that the whole of a message is, or None; of several kinds the first.

    >>> small_talk("Hoi!"), small_talk("dank je wel"), small_talk("hoi, wat is lefmarketing?")
    ('greeting', 'thanks', None)
    """
    said = _said(question)
    phrases = _leading_small_talk(said)
    return phrases[0][0] if phrases and phrases[-1][1] == len(said) else None


def without_small_talk(question: str) -> str:
    """A question without the greeting or the thanks before it.

    They end where a sign stands behind them, or where a question begins.

    >>> without_small_talk("Bedankt! En wat is lef?"), without_small_talk("hoi wat is lef")
    ('En wat is lef?', 'wat is lef')
    """
    phrases = _leading_small_talk(_said(question))
    found = list(_WORDS.finditer(question))
    if phrases and phrases[-1][1] >= len(found):
        return question
    for kind, end in reversed(phrases):
        rest = question[found[end].start() :]
        is_ended = _SIGN.search(question, found[end - 1].end(), found[end].start()) is not None
        if is_ended or (kind != "about" and is_asking(rest)):
            return rest
    return question


def _said(question: str) -> list[str]:
    """The words of a message as phrases are written here."""
    return [_STRETCHED.sub(r"\1", word) for word in _WORDS.findall(fold(question).replace("’", "'"))]


def _leading_small_talk(said: list[str]) -> list[tuple[SmallTalk, int]]:
    """The kind of each phrase of small talk at the beginning, and at which word it ends."""
    phrases: list[tuple[SmallTalk, int]] = []
    at = 0
    while at < len(said):
        if phrases and said[at] in _FILLERS:
            at += 1
            phrases[-1] = (phrases[-1][0], at)
            continue
        for size in range(min(_LONGEST_PHRASE, len(said) - at), 0, -1):
            phrase = " ".join(said[at : at + size])
            match = next((one for one, phrases in _PHRASES.items() if phrase in phrases), None)
            if match is not None:
                at += size
                phrases.append((match, at))
                break
        else:
            break
    return phrases


def small_talk_language(question: str) -> str:
    """The language to answer small talk in: Dutch, unless it holds a word that only another language has.

    >>> small_talk_language("hallo"), small_talk_language("thanks!"), small_talk_language("Guten Tag")
    ('nl', 'en', 'de')
    """
    said = set(re.findall(r"[a-z']+", fold(question)))
    return next((language for language, own in _OWN_WORDS.items() if said & own), "nl")


def request(question: str) -> Request | None:
    """Whether a message asks for the assistant's own opinion or for an act, rather than what the essays say.

    >>> request("Wat vind jij van lefmarketing?"), request("schrijf een gedicht"), request("Wat is lef?")
    ('opinion', 'act', None)
    """
    asked = " ".join(fold(without_frame(question)).replace("’", "'").split())
    patterns = _patterns()
    if patterns["opinion"].search(asked):
        return "opinion"
    if patterns["act"].match(asked) or patterns["act_anywhere"].search(asked):
        return "act"
    asks_how = _ASKING.search(asked)  # "hoe kun je een tekst schrijven?"
    return "act" if patterns["act_last"].match(asked) and not asks_how else None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The patterns of data/requests.toml."""
    lists = tomllib.loads(files("assistant").joinpath("data/requests.toml").read_text(encoding="utf-8"))
    one_of = {name: f"(?:{'|'.join(patterns)})" for name, patterns in lists.items()}
    one_of["opinion"] = one_of["opinion"].replace("%telling%", one_of["telling"])
    start = rf"(?:{one_of['polite']},? )*"
    return {
        "opinion": re.compile(rf"(?<!\w){one_of['opinion']}(?!\w)"),
        "act": re.compile(rf"{start}(?:{one_of['between']} ){{0,6}}{one_of['act']}(?!\w)"),
        "act_last": re.compile(rf"{start}(?<= )(?<!\ben ).*(?<!\w){one_of['act_last']}\W*$"),
        "act_anywhere": re.compile(rf"(?<!\w){one_of['act_anywhere']}(?!\w)"),
    }
