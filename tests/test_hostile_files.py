"""Hostile files are refused in one line or read harmlessly, in little time and memory."""

from __future__ import annotations

import resource
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from assistant.errors import UnreadableError
from assistant.formats import archive
from assistant.formats.registry import extract

FILES = Path(__file__).parent / "data" / "formats"
TEXT = {".docx": "word/document.xml", ".odt": "content.xml", ".epub": "OEBPS/sections/section0001.xhtml"}
GOOD = {
    ".docx": (FILES / "rich.docx").read_bytes(),
    ".odt": (FILES / "rich.odt").read_bytes(),
    ".epub": (FILES / "plain" / "lefmarketing.epub").read_bytes(),
}


def changed(suffix: str, name: str, content: bytes, *, keep: bool = True) -> bytes:
    """A good file with one part replaced or added."""
    packed = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(GOOD[suffix])) as good,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for member in good.infolist() if keep else ():
            if member.filename != name:
                made.writestr(member.filename, good.read(member.filename))
        made.writestr(name, content)
    return packed.getvalue()


def with_entity(suffix: str, declared: str, entity: str) -> bytes:
    """A good file whose text begins with a declaration and names an entity in its first sentence."""
    with zipfile.ZipFile(BytesIO(GOOD[suffix])) as good:
        body = good.read(TEXT[suffix]).decode().partition("?>")[2]
    at = max(body.find("De molen draait op"), body.find("Social media en marketing"))
    assert at > 0
    return changed(suffix, TEXT[suffix], (declared + body[:at] + entity + body[at:]).encode())


def refusal(raw: bytes, suffix: str) -> str:
    """The one line that a file is refused with, within two seconds and 300 MB more."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableError) as error:
        extract(raw, suffix)
    assert time.monotonic() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    assert "\n" not in str(error.value)
    return str(error.value)


def outcome(raw: bytes, suffix: str, *, seconds: float) -> tuple[str, str]:
    """The text of a file and the line that it was refused with, one of them empty, within so many seconds."""
    began = time.monotonic()
    text = refused = ""
    try:
        text = "\n".join(one.text for one in extract(raw, suffix).paragraphs)
    except UnreadableError as error:
        refused = str(error)
    assert time.monotonic() - began < seconds
    assert "\n" not in refused
    return text, refused


@pytest.mark.parametrize("suffix", TEXT)
def test_a_part_that_unpacks_to_a_thousand_times_its_size(suffix: str) -> None:
    """A zip bomb is refused by the size that it declares."""
    raw = changed(suffix, TEXT[suffix], b"<a>" + b" " * 50_000_000 + b"</a>")
    assert len(raw) < 200_000
    assert "unpacks to over 100 times its size" in refusal(raw, suffix)


@pytest.mark.parametrize("suffix", TEXT)
def test_a_part_that_lies_about_its_size(suffix: str) -> None:
    """A zip bomb that declares a small size is stopped where it has grown beyond it."""
    raw = changed(suffix, TEXT[suffix], b"<a>" + b" " * 50_000_000 + b"</a>")
    true = (50_000_007).to_bytes(4, "little")
    assert raw.count(true) == 2
    said = refusal(raw.replace(true, (900).to_bytes(4, "little")), suffix)
    assert "damaged" in said or "Bad CRC" in said


def test_many_parts_that_are_large_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that are small each and large together are refused, and so are too many parts."""
    monkeypatch.setattr(archive, "MAX_BYTES", 20_000)
    assert "unpacks to more than" in refusal(GOOD[".docx"], ".docx")
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert "parts, as no essay has" in refusal(GOOD[".odt"], ".odt").replace("which no", "as no")


@pytest.mark.parametrize("suffix", TEXT)
@pytest.mark.parametrize("kind", ["file", "network", "parameter"])
def test_outside_entities(suffix: str, kind: str, tmp_path: Path) -> None:
    """An entity that stands for a file or an address brings nothing of it into the text, and nothing is fetched."""
    (tmp_path / "secret.txt").write_text("GEHEIM", encoding="utf-8")
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret, address = (tmp_path / "secret.txt").as_uri(), f"http://127.0.0.1:{server.server_port}/x"
    declared = {
        "file": f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret}">]>',
        "network": f'<!DOCTYPE x SYSTEM "{address}" [<!ENTITY e SYSTEM "{address}">]>',
        "parameter": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{address}"> %p; <!ENTITY e "GEHEIM">]>',
    }[kind]
    raw = with_entity(suffix, declared, "&e;")
    text, _ = outcome(raw, suffix, seconds=2)
    server.shutdown()
    server.server_close()
    assert "GEHEIM" not in text
    assert asked == []


@pytest.mark.parametrize("suffix", TEXT)
def test_entity_bombs(suffix: str) -> None:
    """Entities that multiply a billionfold take no time and no memory."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lines}]>'
    raw = with_entity(suffix, bomb, "&l9;")
    text, _ = outcome(raw, suffix, seconds=2)
    assert len(text) < 100_000


@pytest.mark.parametrize("suffix", [".html", ".md"])
@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote"])
def test_deep_pages(suffix: str, tag: str) -> None:
    """A page whose elements stand 100,000 deep in one another is refused or read, within seconds."""
    text, refused = outcome(f"<{tag}>".encode() * 100_000 + b"Een zin.", suffix, seconds=5)
    assert "Een zin." in text or "deep" in refused


@pytest.mark.parametrize("text", ["> " * 50_000, "[" * 50_000, "*a " * 50_000, "- " * 5_000 + "a", "`" * 50_000])
def test_hostile_markdown(text: str) -> None:
    """Marks without end are read or refused, within seconds."""
    found, refused = outcome(f"{text}\n\nEen zin.\n".encode(), ".md", seconds=5)
    assert "Een zin." in found or "holds no text" in refused


@pytest.mark.parametrize("suffix", TEXT)
@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "password"),
        (b"<html><p>Een zin.</p></html>", "damaged"),
    ],
    ids=["empty", "cut-off", "locked", "other"],
)
def test_what_is_no_such_file(suffix: str, raw: bytes, part: str) -> None:
    """A file that is empty, cut off, locked or something else is refused with what to do."""
    assert part in refusal(raw, suffix)


@pytest.mark.parametrize("suffix", TEXT)
def test_every_half_file(suffix: str) -> None:
    """A file that is cut off anywhere is refused in one line."""
    raw = GOOD[suffix]
    for length in range(0, len(raw) - 1, max(1, len(raw) // 40)):
        refusal(raw[:length], suffix)


@pytest.mark.parametrize("suffix", TEXT)
def test_damaged_bytes(suffix: str) -> None:
    """A file with changed bytes is read or refused in one line; nothing else comes out."""
    raw = bytearray(GOOD[suffix])
    for place in range(0, len(raw), max(1, len(raw) // 150)):
        raw[place] ^= 0xFF
        outcome(bytes(raw), suffix, seconds=2)
        raw[place] ^= 0xFF
