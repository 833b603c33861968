"""Which file formats are read, and by what: the ending of a file's name decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from assistant.errors import UnreadableError
from assistant.formats import MAX_CHARS, Extract

Reader = Callable[[bytes], Extract]
TEXT_SUFFIX = ".txt"
SUFFIXES = (TEXT_SUFFIX, ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx", ".odt", ".epub", ".pdf")
TOO_LONG = f"holds more than {MAX_CHARS:,} characters of text: split it into several files"

# How to bring another file into one of these formats.
_ADVICE = {
    **dict.fromkeys((".doc", ".rtf", ".wpd", ".docm", ".dot", ".dotx", ".wps", ".sxw"), "save it as .docx"),
    **dict.fromkeys((".fodt", ".ott"), "save it as .odt"),
    **dict.fromkeys((".pages", ".gdoc"), "export it as .docx or .pdf"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key", ".xls", ".xlsx", ".ods", ".xps"), "export it as .pdf"),
    **dict.fromkeys((".mobi", ".azw", ".azw3", ".fb2"), "convert it to .epub"),
    **dict.fromkeys((".mht", ".mhtml", ".webarchive"), "save the page as .html"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tgz"), "unpack it here"),
    **dict.fromkeys((".tex", ".rst", ".adoc", ".org"), "convert it to .html or .md"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".heic", ".webp"), "an image holds no text"),
}


def is_read(name: str) -> bool:
    """Whether a file with this name is read, going by its ending."""
    return suffix_of(name) in SUFFIXES


def suffix_of(name: str) -> str:
    """The ending of a file's name, in lower case: ".docx"."""
    return PurePosixPath(name).suffix.lower()


def why_not(name: str) -> str:
    """Why a file with this name is not read, and what helps."""
    suffix = suffix_of(name)
    kind = f"{suffix} files are not read" if suffix else "a file without an ending is not read"
    read = ", ".join(one for one in SUFFIXES if one not in (".markdown", ".htm", ".xhtml"))
    return f"{kind}: {_ADVICE.get(suffix, f'those that are end in {read}')}"


def extract(raw: bytes, suffix: str) -> Extract:
    """What the bytes of a file hold that is not plain text, by the ending of its name.

    Raises:
        UnreadableError: it cannot be read, for the reason that the error gives.
    """
    try:
        found = _reader(suffix)(raw)
    except RecursionError:
        raise UnreadableError("is nested too deeply to be read; save it again with the program that made it") from None
    if sum(len(one.text) for one in found.paragraphs) > MAX_CHARS:
        raise UnreadableError(TOO_LONG)
    return found


def _reader(suffix: str) -> Reader:
    """The function that reads a format; its libraries are loaded now."""
    if suffix in (".md", ".markdown"):
        from assistant.formats.markdown import read_markdown as reader
    elif suffix in (".html", ".htm", ".xhtml"):
        from assistant.formats.html import read_html as reader
    elif suffix == ".docx":
        from assistant.formats.docx import read_docx as reader
    elif suffix == ".odt":
        from assistant.formats.odt import read_odt as reader
    elif suffix == ".epub":
        from assistant.formats.epub import read_epub as reader
    elif suffix == ".pdf":
        from assistant.formats.pdf import read_pdf as reader
    else:
        raise UnreadableError(why_not(f"x{suffix}"))
    return reader
