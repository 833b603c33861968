"""What the properties of a file say of it, without what its program wrote there by itself."""

from __future__ import annotations

import re

from assistant.types import Metadata

_JUNK_TITLE = re.compile(
    r"(?:microsoft (?:word|office).*|(?:document|doc|presentatie|presentation|naamloos|untitled|nieuw document|"
    r"new document|titel|title|onbekend|unknown|powerpoint-presentatie|slide|dia|scan|print)[\s_-]*\d*|"
    r"(?:naamloos|untitled)\b.*|.*\.(?:docx?|odt|rtf|pdf|html?|txt|indd|pages|wpd|md|epub)|[\W\d_]*)",
    re.IGNORECASE,
)
_JUNK_AUTHOR = re.compile(
    r"(?:(?:unknown|onbekende?|anonymous|anoniem)(?: author| auteur)?|user|gebruiker|admin(?:istrator)?|beheerder|"
    r"owner|eigenaar|author|auteur|student|leerling|docent|windows|microsoft(?: office)?(?: user|-gebruiker)?|office|"
    r"libreoffice|python-docx|apache poi|pandoc|(?:pc|user|gebruiker|student|admin|docent)[\s_-]*\d+|.*@.*|[\W\d_]*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def properties(*, title: str = "", author: str = "", date: str = "", url: str = "") -> Metadata:
    """What is worth keeping of a file's properties: no "Document1", no "Unknown Author", no address that is none.

    >>> properties(title="Microsoft Word - opstel.docx", author=" Jo  Smit ", date="2012-05-01")
    Metadata(title='', author='Jo Smit', publisher='', year=2012, url='', posts=(), headings=(), keep=(), remove=())
    """
    title, author, url = (" ".join(one.split()) for one in (title, author, url))
    year = _YEAR.search(date)
    return Metadata(
        title="" if _JUNK_TITLE.fullmatch(title) or len(title) > 300 else title,
        author="" if _JUNK_AUTHOR.fullmatch(author) or len(author) > 200 else author,
        year=int(year.group()) if year else None,
        url=url if re.fullmatch(r"https?://\S+", url) else "",
    )
