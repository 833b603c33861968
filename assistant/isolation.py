"""Files read in a process of their own, so that one that crashes, hangs or eats memory costs itself alone.

One child reads many files. It is started at the first need, killed and started anew after a failure, and ends
when this process does: at the end of its input. What it gives back is JSON, looked at field by field, so that a
parser gone wrong can at worst give a wrong text. This is a wall against accidents and against files that break
parsers; it does not take from the child what its user may do.

A message is eight bytes of length, and then so many bytes. A request is a small JSON object and then the file; an
answer is one JSON object: {"extract": ...}, {"unreadable": reason}, {"memory": true} or {"failed": what happened}.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

from assistant.errors import UnreadableError
from assistant.formats import Extract, Paragraph
from assistant.settings import Settings
from assistant.types import Metadata

MAX_MEMORY_MB = 1_024  # of the child; a PDF of 50 MB takes some 200, a docx of a whole book 300
MAX_ANSWER_BYTES = 100_000_000  # 5 million characters, each escaped, are 60 million
_START_SECONDS = 120  # for its imports, on a machine that is busy with other things
_FILES_PER_CHILD = 500  # then a fresh one: what libraries leave behind in memory goes with the old
_GRACE_SECONDS = 5  # over its time, after which a child ends itself: its parent may be gone
_WATCH_SECONDS = 0.05  # between two looks at the memory
_OUT_OF_MEMORY = 99  # exit code
_LENGTH = struct.Struct(">Q")
Value = TypeVar("Value")


class _GoneError(Exception):
    """The child ended before it answered."""


class Reader:
    """A child process that reads files, one at a time; other threads wait for their turn."""

    def __init__(self, *, max_memory_mb: int = MAX_MEMORY_MB, module: str = "assistant.formats.registry") -> None:
        """A reader that calls `extract(raw, suffix)` of a module, in a child that is not started yet."""
        self._max_memory_mb = max_memory_mb
        self._module = module
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def extract(self, raw: bytes, suffix: str, *, max_seconds: float) -> Extract:
        """What a file holds, by `assistant.formats.registry.extract`.

        Raises:
            UnreadableError: its reader refuses it, fails or crashes on it, or takes too long or too much memory.
        """
        with self._lock:
            child = self._running()
            request = json.dumps({"suffix": suffix, "seconds": max_seconds + _GRACE_SECONDS}).encode()
            ran_out = threading.Event()
            timer = threading.Timer(max_seconds, _stop_late, (child, ran_out))
            timer.start()
            try:
                assert child.stdin is not None
                assert child.stdout is not None
                _send(child.stdin, request)
                _send(child.stdin, raw)
                answer = _parse(_receive(child.stdout))
            except (_GoneError, OSError, ValueError):
                self._stop()
                raise self._why_gone(child, ran_out, max_seconds) from None
            finally:
                timer.cancel()
                timer.join()
            self._files += 1
            if ran_out.is_set():  # just after the answer: this child is no more
                self._stop()
            if "memory" in answer:
                self._stop()
                raise self._too_large()
            if self._files >= _FILES_PER_CHILD:
                self._stop()
        if "unreadable" in answer:
            raise UnreadableError(str(answer["unreadable"]))
        if "failed" in answer:
            raise UnreadableError(
                f"breaks the reader of {suffix} files ({answer['failed']}): "
                "open it in the program that made it and save it again, or save it as plain text"
            )
        try:
            return _extract(answer["extract"])
        except (KeyError, TypeError, ValueError):
            raise self._why_gone(child, ran_out, max_seconds) from None

    def close(self) -> None:
        """Nothing; the child is gone afterwards, until there is a file to read again."""
        with self._lock:
            self._stop()

    @property
    def process_id(self) -> int | None:
        """The child's, or None while there is none."""
        child = self._child
        return child.pid if child is not None else None

    def _running(self) -> subprocess.Popen[bytes]:
        """The child, started where there is none; it has said that it is ready."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        # Our own search path, whatever script started us and whatever the folder we are in holds.
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; from assistant import isolation; answers = isolation.own_output()"
            f"; from {self._module} import extract; isolation.serve(extract, answers)"
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        self._child = subprocess.Popen(
            [sys.executable, "-c", code, str(self._max_memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._files = 0
        timer = threading.Timer(_START_SECONDS, self._child.kill)
        timer.start()
        try:
            assert self._child.stdout is not None
            _receive(self._child.stdout)
        except (_GoneError, ValueError):
            self._stop()
            raise UnreadableError(
                "cannot be read, the process that reads files does not start: close other programs, or install anew: "
                "python -m pip install -r requirements.txt"
            ) from None
        finally:
            timer.cancel()
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:  # what was left to write has no reader any more
                continue
        child.wait()

    def _too_large(self) -> UnreadableError:
        return UnreadableError(
            f"needs more than {self._max_memory_mb:,} MB of memory to be read: split it into several files, "
            "or leave it out"
        )

    def _why_gone(self, child: subprocess.Popen[bytes], ran_out: threading.Event, seconds: float) -> UnreadableError:
        """The reason of a child's end in one line."""
        if ran_out.is_set():
            return UnreadableError(
                f"takes longer than {seconds:g} seconds to be read: split it into several files, leave it out, or set "
                "ASSISTANT_MAX_FILE_SECONDS to more"
            )
        if child.returncode == _OUT_OF_MEMORY:
            return self._too_large()
        return UnreadableError(
            "crashes its reader, so it is damaged or made to do that: open it in the program that made it and save it "
            "again, or leave it out"
        )


_READER = Reader()
atexit.register(_READER.close)


def extract_isolated(raw: bytes, suffix: str, settings: Settings) -> Extract:
    """What a file holds, read in another process within the limits of the settings.

    Raises:
        UnreadableError: its reader refuses it, fails or crashes on it, or takes too long or too much memory.
    """
    return _READER.extract(raw, suffix, max_seconds=settings.max_file_seconds)


def child_process() -> int | None:
    """The process that reads the files of `extract_isolated`; None while there is none."""
    return _READER.process_id


def own_output() -> IO[bytes]:
    """Standard output for the answers alone: what a library prints goes nowhere from here on."""
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    return answers


def serve(extract: Callable[[bytes, str], Extract], answers: IO[bytes]) -> None:
    """Nothing; reads files for the process at the other end until that ends. This is what the child runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the parent, and that ends the input
    requests = sys.stdin.buffer
    _limit_memory(int(sys.argv[1]))
    _send(answers, b"{}")
    os.dup2(1, 2)  # warnings of parsers would stand between the lines of the terminal
    while True:
        try:
            request = json.loads(_receive(requests))
            raw = _receive(requests)
        except _GoneError:
            os._exit(0)
        _end_after(request["seconds"])
        answer: dict[str, Any]
        try:
            answer = {"extract": asdict(extract(raw, request["suffix"]))}
            packed = json.dumps(answer).encode()
        except UnreadableError as error:
            packed = json.dumps({"unreadable": str(error)}).encode()
        except MemoryError:
            packed = b'{"memory": true}'
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            packed = json.dumps({"failed": reason}).encode()
        del raw
        _end_after(0)
        _send(answers, packed)


def _limit_memory(max_megabytes: int) -> None:
    """Nothing; this process then gets no more memory than that, or ends, as far as its system can see to it."""
    try:
        import resource
    except ImportError:  # Windows: the time limit has to do
        return

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file as large as the memory
    limit = max_megabytes * 1_000_000
    pages = Path("/proc/self/statm")
    on_linux = pages.exists()
    if on_linux:  # for one request that is far too large; the watch below sees what grows, and says so
        resource.setrlimit(resource.RLIMIT_DATA, (2 * limit, 2 * limit))
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
    at_start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit  # may be that of the parent

    def used() -> int:
        if on_linux:
            return int(pages.read_text().split()[1]) * resource.getpagesize()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - at_start

    def watch() -> None:
        while True:
            time.sleep(_WATCH_SECONDS)
            if used() > limit:
                os._exit(_OUT_OF_MEMORY)

    threading.Thread(target=watch, daemon=True).start()


def _end_after(seconds: float) -> None:
    """Nothing; the system ends this process after so many seconds, even within a parser; 0 calls that off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _stop_late(child: subprocess.Popen[bytes], ran_out: threading.Event) -> None:
    ran_out.set()
    child.kill()


def _send(stream: IO[bytes], body: bytes) -> None:
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    """The next message.

    Raises:
        _GoneError: the other end closed before it was whole.
        ValueError: it claims to be longer than any message is.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise _GoneError
    (length,) = _LENGTH.unpack(head)
    if length > max(MAX_ANSWER_BYTES, 2_100_000_000):  # the largest file that settings allow is 2,000 MB
        raise ValueError(length)
    body = stream.read(length)
    if len(body) < length:
        raise _GoneError
    return body


def _parse(packed: bytes) -> dict[str, Any]:
    """An answer as an object.

    Raises:
        ValueError: it is none, or larger than any is.
    """
    if len(packed) > MAX_ANSWER_BYTES:
        raise ValueError(len(packed))
    answer = json.loads(packed)
    if not isinstance(answer, dict):
        raise ValueError(answer)
    return answer


def _extract(said: Any) -> Extract:
    """The Extract that a child described, each value of the kind that it must be.

    Raises:
        KeyError, TypeError, ValueError: it described something else.
    """
    paragraphs = tuple(
        Paragraph(
            _of(str, one["text"]),
            _kind(one["kind"]),
            _of(int, one["level"]),
            _of(str, one["mark"]),
            _of(int, one["gap"]),
            None if one["page"] is None else _of(int, one["page"]),
        )
        for one in _of(list, said["paragraphs"])
    )
    about = said["metadata"]
    metadata = Metadata(
        title=_of(str, about["title"]),
        author=_of(str, about["author"]),
        publisher=_of(str, about["publisher"]),
        year=None if about["year"] is None else _of(int, about["year"]),
        url=_of(str, about["url"]),
    )
    return Extract(paragraphs, metadata, tuple(_of(str, note) for note in _of(list, said["notes"])))


def _of(kind: type[Value], value: Any) -> Value:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _kind(value: Any) -> Literal["title", "heading", "item", "text"]:
    if value not in ("title", "heading", "item", "text"):
        raise ValueError(value)
    kind: Literal["title", "heading", "item", "text"] = value
    return kind
