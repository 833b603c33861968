"""Read files that are made to break readers; print for each its line, its time and the memory that it took.

    python benchmarks/hostile.py [NAME ...] [--seconds 60]

Each is a corpus of its own, read as `python -m assistant index` reads one. Memory is the most that this process and
the child that reads files held at a time. The large ones are written to a folder of their own and removed again.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import _here  # noqa: F401
from assistant import isolation
from assistant.chunker import chunk
from assistant.documents import list_corpus, read_file
from assistant.errors import CorpusError, UnreadableError
from assistant.settings import Settings

SECRET = "geheim-dat-niemand-mag-lezen"  # the content of a file that entities point to
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
_BOMB = b"0" * 10_000_000


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file of those members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def docx(body: str, *, before: str = "", others: dict[str, bytes] | None = None) -> bytes:
    """A Word document with this XML as its body."""
    return zipped(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            b'wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            b'officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": (
                f'<?xml version="1.0"?>{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
            ).encode(),
            **(others or {}),
        }
    )


def word(text: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, *, before: str = "", others: dict[str, bytes] | None = None) -> bytes:
    """An OpenDocument text with this XML as its body."""
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    spaces += ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = f'<?xml version="1.0"?>{before}<office:document-content {spaces}><office:body><office:text>{body}'
    content += "</office:text></office:body></office:document-content>"
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content.encode(), **(others or {})})


def epub(body: str, *, before: str = "", others: dict[str, bytes] | None = None) -> bytes:
    """A book of one chapter with this XHTML as its body."""
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            b'<rootfiles><rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles>'
            b"</container>",
            "a.opf": b'<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest><item id="c" href="c.xhtml" '
            b'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>',
            "c.xhtml": (
                f'<?xml version="1.0"?>{before}<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
            ).encode(),
            **(others or {}),
        }
    )


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def pdf_of_stream(packed: bytes, *, filters: str = "/FlateDecode") -> bytes:
    """A PDF of one page with this stream."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter[%s]>>stream\n" % (len(packed), filters.encode()) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def deflated(block: bytes, times: int) -> bytes:
    """What deflate makes of a block that many times over, without ever holding it."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()


def lying_zip() -> bytes:
    """A Word document whose header says that its text of 100 MB unpacks to 100 bytes."""
    raw = bytearray(docx(word("a" * 100_000_000)))
    size = (raw.rfind(b"word/document.xml") - 46) + 24  # in the central directory
    raw[size : size + 4] = (100).to_bytes(4, "little")
    return bytes(raw)


def overlapping_zip() -> bytes:
    """A Word document with 5,000 parts that are all the same bytes of the file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", _BOMB)
        first = archive.infolist()[0]
        for number in range(5_000):
            copy = zipfile.ZipInfo(f"word/{number}.xml")
            copy.compress_type, copy.CRC = first.compress_type, first.CRC
            copy.compress_size, copy.file_size = first.compress_size, first.file_size
            copy.header_offset = first.header_offset
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
    return out.getvalue()


def outside(kind: str, target: str) -> str:
    """A document type that points outside, by an entity or by a parameter entity."""
    if kind == "parameter":
        return f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{target}">%p;<!ENTITY e "leeg">]>'
    return f'<!DOCTYPE r [<!ENTITY e SYSTEM "{target}">]>'


def laughing() -> str:
    """A document type with an entity of a thousand million laughs."""
    return f"<!DOCTYPE r [{_LAUGHS}]>"


def quadratic() -> str:
    """A document type with one entity of 100,000 characters."""
    return f'<!DOCTYPE r [<!ENTITY e "{"a" * 100_000}">]>'


SENTENCES = "Dit is een gewone zin van een opstel over marketing en betekenis. " * 20


def files(target: str = "file:///etc/hostname") -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Each hostile file by its name: its ending, and what makes its bytes."""
    made: dict[str, tuple[str, Callable[[], bytes]]] = {
        "500 MB of text": (".txt", lambda: b"woord en " * 55_000_000),
        "40 MB of text": (".txt", lambda: b"Een zin van zes woorden hier. " * 1_300_000),
        "zero bytes": (".txt", lambda: b"\0" * 10_000_000),
        "one word of 40 MB": (".txt", lambda: b"a" * 40_000_000),
        "one word of 4 MB": (".txt", lambda: b"a" * 4_000_000),
        "5 million lines": (".txt", lambda: b"ja\n" * 5_000_000),
        "1 million lines": (".txt", lambda: b"ja ja\n" * 700_000),
        "1 million nested divs": (".html", lambda: b"<div>" * 1_000_000 + b"tekst"),
        "nested divs, closed": (".html", lambda: b"<div>" * 100_000 + b"tekst" + b"</div>" * 100_000),
        "30 MB of HTML on one line": (".html", lambda: b"<p>Een zin in een alinea.</p>" * 1_050_000),
        "1 million attributes": (".html", lambda: b"<p " + b"a=1 " * 1_000_000 + b">tekst</p>"),
        "html entity laughs": (".xhtml", lambda: f"{laughing()}<html><body>&l9;</body></html>".encode()),
        "docx, nested zips": (".docx", lambda: docx(word("a"), others={"word/media/a.zip": zipped({"b": _BOMB * 30})})),
        "docx, overlapping parts": (".docx", overlapping_zip),
        "docx, lying header": (".docx", lying_zip),
        "docx, 1 million paragraphs": (".docx", lambda: docx(word("Een zin.") * 1_000_000)),
        "docx, deep": (".docx", lambda: docx("<w:sdt>" * 100_000)),
        "no zip": (".docx", lambda: b"PK\x03\x04" + b"x" * 1_000),
        "md, front matter bomb": (
            ".md",
            lambda: (
                "---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n"
                + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
                + f"title: *a9\n---\n{SENTENCES}"
            ).encode(),
        ),
        "md, nested quotes": (".md", lambda: b">" * 1_000_000 + b" tekst"),
        "md, open brackets": (".md", lambda: b"[" * 1_000_000),
        "pdf, deflate bomb": (".pdf", lambda: pdf_of_stream(deflated(b"0 " * 5_000_000, 200))),
        "pdf, bomb in a bomb": (
            ".pdf",
            lambda: pdf_of_stream(zlib.compress(deflated(_BOMB, 1_000), 9), filters="/FlateDecode/FlateDecode"),
        ),
        "pdf, 4 million letters": (
            ".pdf",
            lambda: pdf_of_stream(
                zlib.compress(b"BT /F 10 Tf 1 0 0 1 50 700 Tm " + b"(een zin.) Tj 0 -9 Td " * 500_000)
            ),
        ),
        "pdf, 1 million empty pages": (
            ".pdf",
            lambda: pdf(
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[" + b"3 0 R " * 1_000_000 + b"]/Count 1000000>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>",
            ),
        ),
        "pdf, loop in its pages": (
            ".pdf",
            lambda: pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 4>>"),
        ),
        "pdf, half": (".pdf", lambda: pdf_of_stream(b"")[:200]),
    }
    makers = (("docx", docx, word("&e;")), ("odt", odt, "<text:p>&e;</text:p>"), ("epub", epub, "<p>&e;</p>"))
    for name, maker, body in makers:
        suffix, plain = f".{name}", body.replace("&e;", "tekst")

        def make(
            body: str, *, before: str = "", others: dict[str, bytes] | None = None, maker: Callable[..., bytes] = maker
        ) -> Callable[[], bytes]:
            return lambda: maker(body, before=before, others=others)

        made |= {
            f"{name}, entity of a file": (suffix, make(plain + body, before=outside("entity", target))),
            f"{name}, parameter entity": (suffix, make(plain + body, before=outside("parameter", target))),
            f"{name}, entity of the network": (
                suffix,
                make(plain + body, before=outside("entity", "http://127.0.0.1:9/secret")),
            ),
            f"{name}, billion laughs": (suffix, make(plain + body.replace("&e;", "&l9;"), before=laughing())),
            f"{name}, quadratic entities": (
                suffix,
                make(plain + body.replace("&e;", "&e;" * 5_000), before=quadratic()),
            ),
            f"{name}, 10 GB unpacked": (suffix, make(plain, others={f"big{n}": _BOMB for n in range(1_000)})),
        }
    for name, text in slow_texts().items():
        made[f"txt, {name}"] = (".txt", lambda text=text: (text * (1 + 1_000_000 // len(text)))[:1_000_000].encode())  # type: ignore[misc]
    return made


def slow_texts() -> dict[str, str]:
    """Runs of signs that make careless patterns slow, each to be repeated."""
    return {
        "spaces": " ",
        "dots": ".",
        "opening brackets": "(",
        "opening quotes": "“ ",
        "straight quotes": "'a ",
        "digits": "1",
        "capitals": "A",
        "capitals with dots": "A.",
        "words with dots": "a.b. ",
        "dashes": "-",
        "hyphenated words": "a-",
        "accents": "é",
        "invisible signs": "\u200b",
        "lines of one letter": "a\n",
        "empty lines": "\n",
        "carriage returns": "\r",
        "bullets": "- a\n",
        "numbers in a list": "1. \n",
        "headings": "# \n",
        "short sentences": "Ja. ",
        "names": "Jan de ",
        "question marks": "?!",
        "colons": "a:\n",
        "links": "http://a.nl/ ",
        "zero-width joins": "👩\u200d",
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    line: str
    text: str
    seconds: float
    own_mb: float  # the most that this process grew by
    child_mb: float  # the most that the child held


def outcome(path: Path, settings: Settings) -> Outcome:
    """Read the one file of a folder as an index does, and cut it into passages."""
    text = ""
    with _Watch() as watch:
        started = time.perf_counter()
        try:
            listing = list_corpus(path.parent, settings)
            line = "; ".join(f"{one.source} {one.reason}" for one in listing.skipped)
            for source in listing.files:
                document, _ = read_file(listing, source, settings)
                passages = chunk(document, settings)
                text = document.text
                line = f"{len(text):,} characters, {len(passages):,} passages"
        except (UnreadableError, CorpusError) as error:
            line = str(error)
        seconds = time.perf_counter() - started
    return Outcome(line, text, seconds, watch.own_mb, watch.child_mb)


class _Watch:
    """Looks at the memory of this process and of the child, every hundredth of a second."""

    def __enter__(self) -> _Watch:
        self.own_mb = self.child_mb = 0.0
        self._start = _resident_mb(os.getpid())
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self.own_mb = max(self.own_mb, _resident_mb(os.getpid()) - self._start)
            child = isolation.child_process()
            self.child_mb = max(self.child_mb, _resident_mb(child) if child else 0.0)


def _resident_mb(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def outcomes(names: list[str], settings: Settings) -> Iterator[tuple[str, Outcome]]:
    """Each hostile file that is asked for, and what became of it."""
    with TemporaryDirectory(prefix="hostile-") as place:
        secret = Path(place) / "secret.txt"
        secret.write_text(SECRET)
        for name, (suffix, make) in files(secret.as_uri()).items():
            if names and not any(one in name for one in names):
                continue
            folder = Path(place) / "corpus"
            folder.mkdir()
            path = folder / f"essay{suffix}"
            path.write_bytes(make())
            yield name, outcome(path, settings)
            path.unlink()
            folder.rmdir()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of the names of files to read; all without")
    parser.add_argument("--seconds", type=int, default=60, help="that one file may take")
    given = parser.parse_args()
    print("| file | what became of it | seconds | MB here | MB child |\n|---|---|--:|--:|--:|")
    for name, found in outcomes(given.names, replace(Settings(), max_file_seconds=given.seconds)):
        leak = " **SECRET**" if SECRET in found.text else ""
        line = found.line.replace("|", "/")
        print(
            f"| {name} | {line}{leak} | {found.seconds:.1f} | {found.own_mb:.0f} | {found.child_mb:.0f} |", flush=True
        )


if __name__ == "__main__":
    main()
