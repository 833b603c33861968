"""The process beside the server that keeps the index up to date, so that reading essays never holds up an answer."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.settings import Settings

FIRST_PAUSE = 1.0  # seconds until a process that died is started again,
LAST_PAUSE = 300.0  # and at most this long, each pause being twice the one before
LONG_ENOUGH = 600.0  # seconds that a process must have run for its pauses to begin anew
END_SECONDS = 2.0  # that it gets to end by itself

logger = logging.getLogger(__name__)


class IndexProcess:
    """`python -m assistant index` in a process of its own: once or, with `watch`, for as long as the server runs."""

    def __init__(self, settings: Settings, *, watch: bool) -> None:
        self.settings = settings
        self.watch = watch
        self.pid: int | None = None
        self.starts = 0
        self.failed: Callable[[], None] = lambda: None  # called where its only try came to nothing
        self._stopping = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keep the process running until the block ends; it ends then, and also when this process is killed."""
        thread = threading.Thread(target=self._keep, name="index process", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join(2 * END_SECONDS)

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._run()
            if self._stopping.is_set():
                return
            if not self.watch:
                if code:
                    logger.error("The index could not be brought up to date; the lines above say why")
                    self.failed()
                return
            if time.monotonic() - began > LONG_ENOUGH:
                pause = FIRST_PAUSE
            logger.warning("The process that follows the essays ended with %s; another one starts in %g s", code, pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, LAST_PAUSE)

    def _run(self) -> int:
        """The exit code of one process, once it has ended or has been told to."""
        settings = self.settings
        command = [sys.executable, "-m", "assistant", "index", str(settings.corpus), "--into", str(settings.index)]
        command += ["--attended", *(["--watch"] if self.watch else [])]
        path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
        is_seen = sys.stderr.isatty() and not settings.log_json  # then its bar may draw itself
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # whose end tells it that this process is no more
            stdout=subprocess.DEVNULL,
            stderr=None if is_seen else subprocess.PIPE,
            env={**os.environ, **settings.to_environment(), "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8:replace"},
            start_new_session=True,  # Ctrl+C is for the server, which then tells it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.pid, self.starts = process.pid, self.starts + 1
        if process.stderr is not None:
            threading.Thread(target=_log_lines, args=(process.stderr,), daemon=True).start()
        try:
            while process.poll() is None and not self._stopping.wait(0.2):
                pass
        finally:
            self.pid = None
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return process.wait()


def _log_lines(stream: Iterator[bytes]) -> None:
    """Put what the process says into the log of the server."""
    for raw in stream:
        if line := raw.decode("utf-8", "replace").strip():
            logger.log(logging.ERROR if line.startswith("error: ") else logging.INFO, "index: %s", line)
