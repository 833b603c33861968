"""Makes tests/data/formats/: the five essays as a teacher's programs write them.

    python benchmarks/make_formats.py [FOLDER]

Two of each: "plain", the bare text opened in LibreOffice Writer and saved; "styled", a page with headings
and lists built of our own blocks, opened and saved. And rich.fodt, which has all that a word processor knows:
notes, tables, numbered lists, text boxes, comments and tracked changes. Needs `soffice`, which is in Debian's
libreoffice-writer-nogui.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

import _here  # noqa: F401
from assistant.documents import read_corpus
from assistant.lines import BULLET
from assistant.types import Block, Document

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "data" / "formats"
ENCODINGS = {"windows-1252": "cp1252", "utf-16": "utf-16", "utf-8-bom": "utf-8-sig"}
_FILTERS = {
    "docx": "docx:Office Open XML Text",
    "odt": "odt:writer8",
    "pdf": "pdf:writer_pdf_Export",
    "epub": "epub:EPUB",
}


def main() -> None:
    """Writes the files anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    documents = read_corpus(ROOT / "corpus").documents
    for name in ("plain", "styled", *ENCODINGS):
        (folder / name).mkdir(parents=True, exist_ok=True)
    texts = [ROOT / "corpus" / document.source for document in documents]
    pages = []
    for document, path in zip(documents, texts, strict=True):
        stem = folder / "styled" / path.stem
        page = stem.with_suffix(".html")
        page.write_text(as_html(document), encoding="utf-8")
        pages.append(page)
        stem.with_suffix(".md").write_text(as_markdown(document), encoding="utf-8")
        shutil.copy(path, folder / "plain" / f"{path.stem}.md")
        for name, codec in ENCODINGS.items():
            text = path.read_text(encoding="utf-8")
            (folder / name / path.name).write_bytes(text.encode(codec, "replace"))
    convert(texts, folder / "plain", "Text (encoded):UTF8,LF,,,", (*_FILTERS.values(), "html:HTML (StarWriter)"))
    rich = tuple(_FILTERS[suffix] for suffix in ("docx", "odt"))
    convert([Path(__file__).with_name("rich.fodt")], folder, "OpenDocument Text Flat XML", rich)
    convert(pages, folder / "styled", "HTML (StarWriter)", tuple(_FILTERS.values()))


def convert(paths: list[Path], folder: Path, opened_as: str, filters: tuple[str, ...]) -> None:
    """Each file opened in LibreOffice Writer and saved in each format."""
    with tempfile.TemporaryDirectory() as profile:
        for saved_as in filters:
            command = ["soffice", "--headless", f"-env:UserInstallation={Path(profile).as_uri()}"]
            command += [f"--infilter={opened_as}", "--convert-to", saved_as, "--outdir", str(folder), *map(str, paths)]
            subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL)


def as_html(document: Document) -> str:
    """A page with the headings and lists of a document; lines that are left out stand in it as paragraphs."""
    deeper = 2 if any(block.kind == "post" for block in document.blocks) else 1
    parts: list[str] = []
    for kind, blocks in groupby(document.blocks, key=lambda block: block.kind):
        if kind == "item":
            parts += _html_lists(document, list(blocks))
            continue
        for block in blocks:
            tag = {"title": "h1", "post": "h2", "heading": f"h{block.level + deeper}"}.get(kind, "p")
            parts.append(f"<{tag}>{escape(_text(document, block), quote=False)}</{tag}>")
    head = f'<meta charset="utf-8">\n<title>{escape(document.title)}</title>'
    if document.author:
        head += f'\n<meta name="author" content="{escape(document.author)}">'
    return (
        f'<!DOCTYPE html>\n<html lang="nl">\n<head>\n{head}\n</head>\n<body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def as_markdown(document: Document) -> str:
    """The same in Markdown, with front matter."""
    deeper = 2 if any(block.kind == "post" for block in document.blocks) else 1
    parts, tight = [], False
    for block in document.blocks:
        text, is_item = _text(document, block), block.kind == "item"
        level = {"title": 1, "post": 2, "heading": block.level + deeper}.get(block.kind, 0)
        if is_item and not _is_numbered(text):
            text = f"- {_unmarked(text)}"
        parts.append(("\n" if tight and is_item else "\n\n") + "#" * level + " " * (level > 0) + text)
        tight = is_item
    front = {"titel": document.title, "auteur": document.author, "jaar": document.year}
    lines = [
        f'{key}: "{value}"' if isinstance(value, str) else f"{key}: {value}" for key, value in front.items() if value
    ]
    return "---\n" + "\n".join(lines) + "\n---" + "".join(parts) + "\n"


def _html_lists(document: Document, blocks: list[Block]) -> Iterator[str]:
    """Neighbouring items as lists, numbered or not."""
    for numbered, items in groupby(blocks, key=lambda block: _is_numbered(_text(document, block))):
        tag = "ol" if numbered else "ul"
        texts = [_unmarked(_text(document, block)) for block in items]
        yield f"<{tag}>" + "".join(f"<li>{escape(text, quote=False)}</li>" for text in texts) + f"</{tag}>"


def _text(document: Document, block: Block) -> str:
    return " ".join(document.text[block.start : block.end].split())


def _is_numbered(text: str) -> bool:
    return BULLET.match(text) is not None and text[:1].isdigit()


def _unmarked(text: str) -> str:
    return BULLET.sub("", text, count=1) if BULLET.match(text) else text


if __name__ == "__main__":
    main()
