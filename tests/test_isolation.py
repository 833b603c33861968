from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import isolation
from assistant.errors import UnreadableError
from assistant.formats import Extract, Paragraph
from assistant.isolation import Reader, extract_isolated
from assistant.settings import Settings

PDF = Path(__file__).parent / "data" / "pdf" / "two-columns.pdf"
needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(max_memory_mb=300, module="mischief")
    yield reader
    reader.close()


def read(reader: Reader, raw: bytes, *, seconds: float = 20.0) -> Extract:
    return reader.extract(raw, ".odd", max_seconds=seconds)


def test_an_extract_comes_back_whole(reader: Reader) -> None:
    """Every field of what the reader gives arrives as it was, whatever signs it holds."""
    found = read(reader, "één\n“😀” \\ \x00".encode())
    assert found.paragraphs == (Paragraph("één\n“😀” \\ \x00", "item", 2, "3.", 0, reader.process_id),)
    assert found.notes == (".odd",)


def test_one_child_reads_many_files(reader: Reader) -> None:
    """The same process reads one file after another, and it is not this one."""
    processes = {read(reader, str(number).encode()).paragraphs[0].page for number in range(20)}
    assert len(processes) == 1
    assert processes != {os.getpid()}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"hang", "takes longer than 1 seconds to be read", id="hangs"),
        pytest.param(b"spin", "takes longer than 1 seconds to be read", id="spins"),
        pytest.param(b"crash", "crashes its reader", id="crashes"),
        pytest.param(b"leave", "crashes its reader", id="leaves"),
        pytest.param(b"eat", "more than 300 MB of memory", id="eats memory bit by bit", marks=needs_limits),
        pytest.param(b"eat at once", "more than 300 MB of memory", id="eats memory at once", marks=needs_limits),
        pytest.param(b"recurse", "RecursionError", id="recurses"),
        pytest.param(b"refuse", "It is empty.", id="refuses"),
        pytest.param(b"fail", "breaks the reader of .odd files (KeyError: 'word/document.xml')", id="fails"),
    ],
)
def test_a_bad_file_costs_itself_alone(reader: Reader, raw: bytes, reason: str) -> None:
    """Whatever a file does to its reader, it becomes one line in time, and the next file is read."""
    read(reader, b"before")
    started = time.perf_counter()
    with pytest.raises(UnreadableError) as caught:
        read(reader, raw, seconds=1.0 if raw in (b"hang", b"spin") else 20.0)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - started < 15
    assert read(reader, b"after").paragraphs[0].text == "after"


def test_what_a_library_prints_is_no_answer(reader: Reader, capfd: pytest.CaptureFixture[str]) -> None:
    """What a parser writes to standard output or error is neither taken for an answer nor seen."""
    assert read(reader, b"print").paragraphs[0].text == "print"
    assert read(reader, b"next").paragraphs[0].text == "next"
    assert capfd.readouterr() == ("", "")


def test_threads_take_turns(reader: Reader) -> None:
    """Files that several threads ask for at once each get their own answer, bad ones among them."""

    def ask(number: int) -> str:
        try:
            return read(reader, b"crash" if number % 7 == 0 else str(number).encode()).paragraphs[0].text
        except UnreadableError as error:
            return str(error)[:10]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(1, 30)))
    assert answers == ["crashes it" if number % 7 == 0 else str(number) for number in range(1, 30)]


def test_a_large_file_passes(reader: Reader) -> None:
    """Fifty megabytes, the most that a file may have, go through the pipe and back."""
    assert len(read(reader, b"x" * 50_000_000).paragraphs[0].text) == 50_000_000


def test_an_answer_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is no Extract, field by field, is a crash; nothing in it is run or kept."""
    good = {"paragraphs": [], "metadata": dict.fromkeys(("title", "author", "publisher", "url"), ""), "notes": []}
    good["metadata"]["year"] = None  # type: ignore[call-overload]
    assert isolation._extract(good) == Extract(())
    for change in ({"paragraphs": [{}]}, {"notes": [1]}, {"metadata": {}}, {"paragraphs": {"text": "x"}}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            isolation._extract(good | change)


def test_a_closed_reader_starts_again() -> None:
    """After `close` the child is gone, and the next file starts another."""
    reader = Reader(module="mischief")
    assert reader.process_id is None
    first = read(reader, b"one").paragraphs[0].page
    reader.close()
    reader.close()
    assert read(reader, b"two").paragraphs[0].page != first
    reader.close()


def test_a_fresh_child_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child is replaced after a number of files, so that what leaks goes with it."""
    monkeypatch.setattr(isolation, "_FILES_PER_CHILD", 3)
    reader = Reader(module="mischief")
    processes = [read(reader, b"x").paragraphs[0].page for _ in range(7)]
    reader.close()
    assert [processes.count(one) for one in dict.fromkeys(processes)] == [3, 3, 1]


@needs_limits
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_a_child_does_not_outlive_its_parent(tmp_path: Path, busy: bool) -> None:
    """A parent that is killed takes its child along, at once or when the time of the file is over."""
    script = tmp_path / "parent.py"  # no `if __name__` in it
    script.write_text(
        textwrap.dedent(f"""
        import sys, threading, time
        sys.path[:] = {sys.path!r}
        from assistant import isolation
        isolation._GRACE_SECONDS = 1
        reader = isolation.Reader(module="mischief")
        reader.extract(b"x", ".odd", max_seconds=5)
        print(reader.process_id, flush=True)
        if {busy}:
            threading.Thread(target=reader.extract, args=(b"spin", ".odd"), kwargs=dict(max_seconds=2)).start()
        time.sleep(600)
        """)
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 10
    while time.monotonic() < until and is_alive(child):
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked after counts as ended."""
    state = Path(f"/proc/{process}/stat")
    try:
        if state.exists():
            return state.read_text().rpartition(")")[2].split()[0] != "Z"
        os.kill(process, 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    return True


def test_the_readers_of_the_formats_are_asked() -> None:
    """`extract_isolated` reads a real PDF with the registry's reader."""
    found = extract_isolated(PDF.read_bytes(), ".pdf", Settings())
    assert any("participatiemarketing" in one.text for one in found.paragraphs)
    with pytest.raises(UnreadableError, match="damaged"):
        extract_isolated(b"%PDF-1.7 and no more", ".pdf", Settings())


def test_the_child_needs_no_model() -> None:
    """The child imports the readers of the formats alone, so that it is ready soon and small."""
    code = "import sys, assistant.isolation, assistant.formats.registry; print('torch' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "False"


def test_no_thread_is_left_behind(reader: Reader) -> None:
    """The clock of each file stops with the file."""
    read(reader, b"x")
    before = threading.active_count()
    for _ in range(10):
        read(reader, b"x")
    assert threading.active_count() <= before
