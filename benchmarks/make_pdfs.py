"""Make PDFs of a folder of essays with real programs, and say how many of their sentences come back unchanged.

    python benchmarks/make_pdfs.py make FOLDER [--corpus corpus]      # writes FOLDER/PROGRAM-LAYOUT/ESSAY.pdf
    python benchmarks/make_pdfs.py measure FOLDER [--corpus corpus]   # prints the share of sentences for each file
    python benchmarks/make_pdfs.py keep FOLDER                        # copies those of the tests to tests/data/pdf

LibreOffice, Chromium and groff are asked for by their commands; a program that is not there is left out.
ReportLab (`pip install reportlab`) likewise.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import _here  # noqa: F401
from assistant.chunker import sentences_of
from assistant.documents import read_corpus
from assistant.errors import UnreadableError
from assistant.formats.pdf import read_pdf
from assistant.types import Document

_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for name, full in {
        "office": "office",
        "style": "style",
        "text": "text",
        "fo": "xsl-fo-compatible",
        "meta": "meta",
    }.items()
)
_PAPER = {"a4": ("21cm", "29.7cm"), "a5": ("14.8cm", "21cm")}
NOTE = "Noot onder aan de bladzijde bij wat zo begint:"


def shown(document: Document) -> Iterator[tuple[str, str]]:
    """What an essay shows: the kind of each block that is no page furniture, and its text."""
    for block in document.blocks:
        if block.kind != "removed":
            yield block.kind, document.text[block.start : block.end].strip("\ufeff\u200b \t\r\n").lstrip("•# ")


def flat_odt(document: Document, *, paper: str, columns: int, notes: bool) -> str:
    """An essay as an OpenDocument file in one piece: justified, hyphenated, with running head and page numbers."""
    width, height = _PAPER[paper]
    body, number = [], 0
    title = f'<text:p text:style-name="Title">{escape(document.title)}</text:p>'
    for kind, text in shown(document):
        inner = escape(text)
        if kind == "title":
            continue
        if kind in ("heading", "post"):
            body.append(
                f'<text:h text:style-name="Kop" text:outline-level="{1 + (kind == "heading")}">{inner}</text:h>'
            )
        elif kind == "item":
            body.append(f'<text:list text:style-name="L"><text:list-item><text:p text:style-name="Tekst">{inner}'
                        "</text:p></text:list-item></text:list>")  # fmt: skip
        else:
            number += 1
            note = (
                f'<text:note text:id="n{number}" text:note-class="footnote"><text:note-citation>{number}'
                f'</text:note-citation><text:note-body><text:p text:style-name="Noot">{NOTE} {inner[:40]}.</text:p>'
                "</text:note-body></text:note>"
            )
            body.append(f'<text:p text:style-name="Tekst">{inner}{note if notes and number % 4 == 0 else ""}</text:p>')
    joined = "\n".join(body)
    if columns > 1:
        joined = f'<text:section text:name="S" text:style-name="Kolommen">{joined}</text:section>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMESPACES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>
 <style:default-style style:family="paragraph"><style:text-properties style:font-name="Liberation Serif"
  fo:font-size="11pt" fo:language="nl" fo:country="NL" fo:hyphenate="true" fo:hyphenation-remain-char-count="2"
  fo:hyphenation-push-char-count="2"/></style:default-style>
 <style:style style:name="Tekst" style:family="paragraph"><style:paragraph-properties fo:text-align="justify"
  fo:margin-bottom="0.2cm" fo:hyphenation-ladder-count="no-limit"/><style:text-properties fo:hyphenate="true"
  fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/></style:style>
 <style:style style:name="Noot" style:family="paragraph"><style:text-properties fo:font-size="9pt"/></style:style>
 <style:style style:name="Kop" style:family="paragraph"><style:paragraph-properties fo:margin-top="0.4cm"
  fo:margin-bottom="0.2cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="13pt"
  fo:font-weight="bold"/></style:style>
 <style:style style:name="Title" style:family="paragraph"><style:paragraph-properties fo:text-align="center"
  fo:margin-bottom="0.6cm"/><style:text-properties fo:font-size="20pt" fo:font-weight="bold"/></style:style>
 <style:style style:name="Rand" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>
  <style:text-properties fo:font-size="9pt"/></style:style>
</office:styles>
<office:automatic-styles>
 <text:list-style style:name="L"><text:list-level-style-bullet text:level="1" text:bullet-char="•">
  <style:list-level-properties text:space-before="0.4cm" text:min-label-width="0.5cm"/>
 </text:list-level-style-bullet></text:list-style>
 <style:style style:name="Kolommen" style:family="section"><style:section-properties>
  <style:columns fo:column-count="{columns}" fo:column-gap="0.8cm"/></style:section-properties></style:style>
 <style:page-layout style:name="Blad"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}"
  fo:margin-top="1.5cm" fo:margin-bottom="1.5cm" fo:margin-left="2cm" fo:margin-right="2cm"/>
  <style:header-style><style:header-footer-properties fo:margin-bottom="0.5cm"/></style:header-style>
  <style:footer-style><style:header-footer-properties fo:margin-top="0.5cm"/></style:footer-style>
 </style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Blad">
 <style:header><text:p text:style-name="Rand">{escape(document.title)}</text:p></style:header>
 <style:footer><text:p text:style-name="Rand">Pagina <text:page-number/> van <text:page-count/></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>{title}{joined}</office:text></office:body></office:document>"""


def html(document: Document, *, columns: int = 1) -> str:
    """An essay as a styled page."""
    tags = {"title": "h1", "post": "h2", "heading": "h3", "item": "li"}
    body = "\n".join(f"<{tags.get(kind, 'p')}>{escape(text)}</{tags.get(kind, 'p')}>" for kind, text in shown(document))
    layout = f"body{{columns:{columns}}}h1{{column-span:all}}" if columns > 1 else ""
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{escape(document.title)}</title><style>'
        "body{font:11pt/1.4 'Liberation Serif',serif;hyphens:auto;text-align:justify}h1{font-size:22pt}"
        f"{layout}</style></head><body>{body}</body></html>"
    )


def roff(document: Document, *, columns: int = 1) -> str:
    """An essay as groff's ms macros want it."""
    marks = {"title": ".TL\n", "post": ".SH\n", "heading": ".SH 2\n", "item": ".IP \\(bu 3\n"}
    lines = []
    for index, (kind, text) in enumerate(shown(document)):
        safe = text.replace("\u00a0", " ").replace("\\", "\\e").replace("'", "\\(aq")
        lines.append(marks.get(kind, ".LP\n" if index % 2 else ".PP\n") + ("\\&" + safe if safe[:1] in ".'" else safe))
        if index == 0 and columns > 1:
            lines.append(f".{columns}C" if columns == 2 else ".MC")
    return ".nr PS 11\n.nr VS 14\n.ds CH\n.ds CF %\n" + "\n".join(lines) + "\n"


def with_reportlab(document: Document, out: Path) -> None:
    """Write an essay in two columns with ReportLab."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    styles = getSampleStyleSheet()
    width, height = A4
    frames = [Frame(50 + side * (width / 2 - 40), 60, width / 2 - 60, height - 120) for side in (0, 1)]
    template = BaseDocTemplate(str(out), pagesize=A4, title=document.title, author=document.author)

    def number(canvas, page):  # type: ignore[no-untyped-def]
        canvas.setFont("Times-Roman", 9)
        canvas.drawCentredString(width / 2, 30, str(page.page))

    template.addPageTemplates(PageTemplate(frames=frames, onPage=number))
    names = {"title": "Title", "post": "Heading1", "heading": "Heading2"}
    template.build([Paragraph(escape(text), styles[names.get(kind, "BodyText")]) for kind, text in shown(document)])


def _office(source: Path, out: Path) -> None:
    _call(["soffice", "--headless", f"-env:UserInstallation=file://{out.parent.parent.resolve()}/.office",
           "--convert-to", "pdf", "--outdir", str(out.parent), str(source)])  # fmt: skip


def _chromium(source: Path, out: Path) -> None:
    _call(["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}",
           "--generate-pdf-document-outline", source.resolve().as_uri()])  # fmt: skip


def _groff(source: Path, out: Path) -> None:
    command = ["groff", "-Tpdf", "-k", "-Kutf8", "-ms", "-mnl", str(source)]
    done = subprocess.run(command, capture_output=True, timeout=120)
    if done.returncode:  # groff before 1.24 has no Dutch
        done = subprocess.run([one for one in command if one != "-mnl"], capture_output=True, timeout=120, check=True)
    out.write_bytes(done.stdout)


def _call(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=180)


KEPT = {  # the PDFs of the tests: each a layout of an essay
    "two-columns": ("office-a4-two", "participatiemarketing"),
    "plain": ("office-txt", "participatiemarketing"),
    "styled": ("office-html", "participatiemarketing"),
    "small-pages": ("office-a5", "lefmarketing"),
    "footnotes": ("office-a5-notes", "lefmarketing"),
    "browser": ("chromium", "lefmarketing"),
    "browser-two-columns": ("chromium-two", "engagement-boeit-en-bindt"),
    "groff": ("groff", "lefmarketing"),
    "groff-two-columns": ("groff-two", "participatiemarketing"),
    "reportlab-two-columns": ("reportlab-two", "participatiemarketing"),
}
Maker = tuple[str, str, Callable[[Document], str] | None, Callable[[Path, Path], None] | None]
LAYOUTS: dict[str, Maker] = {
    "office-txt": ("soffice", ".txt", lambda document: document.text, _office),
    "office-html": ("soffice", ".html", html, _office),
    "office-a4": ("soffice", ".fodt", lambda one: flat_odt(one, paper="a4", columns=1, notes=False), _office),
    "office-a4-two": ("soffice", ".fodt", lambda one: flat_odt(one, paper="a4", columns=2, notes=False), _office),
    "office-a5": ("soffice", ".fodt", lambda one: flat_odt(one, paper="a5", columns=1, notes=False), _office),
    "office-a5-notes": ("soffice", ".fodt", lambda one: flat_odt(one, paper="a5", columns=1, notes=True), _office),
    "chromium": ("chromium", ".html", html, _chromium),
    "chromium-two": ("chromium", ".html", lambda one: html(one, columns=2), _chromium),
    "groff": ("groff", ".ms", roff, _groff),
    "groff-two": ("groff", ".ms", lambda one: roff(one, columns=2), _groff),
    "reportlab-two": ("", "", None, None),
}


def make(documents: tuple[Document, ...], folder: Path) -> None:
    """Write every essay in every layout whose program is here."""
    for name, (program, suffix, write, convert) in LAYOUTS.items():
        if program and not shutil.which(program):
            print(f"{name}: there is no {program} here", file=sys.stderr)
            continue
        for document in documents:
            out = folder / name / Path(document.source).with_suffix(".pdf").name
            out.parent.mkdir(parents=True, exist_ok=True)
            if write is None or convert is None:
                with_reportlab(document, out)
                continue
            with TemporaryDirectory(prefix="essays-") as place:
                source = Path(place) / Path(document.source).with_suffix(suffix).name
                source.write_text(write(document), encoding="utf-8")
                convert(source, out)


def share_of_sentences(document: Document, raw: bytes) -> tuple[int, int, list[str]]:
    """How many sentences of an essay a PDF has word for word, how many there are, and those that it lacks.

    A sentence must stand within one paragraph; white space alone may differ.
    """
    paragraphs = [_plain(" ".join((one.mark, one.text))) for one in read_pdf(raw).paragraphs]
    wanted = [
        _plain(document.text[sentence.start : sentence.end]) for run in sentences_of(document) for sentence in run
    ]
    missing = [sentence for sentence in wanted if not any(sentence in paragraph for paragraph in paragraphs)]
    return len(wanted) - len(missing), len(wanted), missing


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())


def measure(documents: tuple[Document, ...], folder: Path, *, show: bool) -> None:
    """Print for each PDF the share of its essay's sentences."""
    for name in sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        found = total = 0
        for document in documents:
            path = folder / name / Path(document.source).with_suffix(".pdf").name
            if not path.exists():
                continue
            try:
                here, all_here, missing = share_of_sentences(document, path.read_bytes())
            except UnreadableError as error:
                print(f"{name}/{path.name}: {error}")
                continue
            found, total = found + here, total + all_here
            print(f"{name:16} {path.name:34} {here:4} of {all_here:4}  {here / all_here:7.1%}")
            for sentence in missing if show else []:
                print("    lacks:", sentence)
        print(f"{name:16} {'all':34} {found:4} of {total:4}  {found / max(1, total):7.1%}")


def main() -> None:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("make", "measure", "keep"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--show", action="store_true", help="show the sentences that are missing")
    given = parser.parse_args()
    if given.command == "keep":
        for name, (layout, essay) in KEPT.items():
            shutil.copy(given.folder / layout / f"{essay}.pdf", Path("tests/data/pdf") / f"{name}.pdf")
        return
    documents = read_corpus(given.corpus).documents
    if given.command == "make":
        make(documents, given.folder)
    else:
        measure(documents, given.folder, show=given.show)


if __name__ == "__main__":
    main()
