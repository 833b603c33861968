"""Kills a server that follows its folder, or the process that makes its index, at random moments.

    python benchmarks/server_kills.py --kills 20

Each round starts `python -m assistant serve --watch`, changes the folder (an essay is added, changed, renamed or
removed) and, at a random moment of the seconds after, kills the server (SIGKILL) or, every other time, all processes
below it. Then no process may be left, and the index must be readable and hold what the folder held before or holds
now. The server that is started next must come to answer from just what the folder holds; of an essay that was
removed, nothing may be cited.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from kills import Trial

_LONGEST_SECONDS = 180
_GONE_SECONDS = 5


def main() -> None:
    """Read the command line, kill, print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=20, metavar="N", help="default: 20")
    parser.add_argument("--essays", type=int, default=8, metavar="N", help="that the folder begins with (default: 8)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (default: 1)")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with TemporaryDirectory() as folder:
        trial = Trial(Path(folder), options.essays, draw, is_forked=False)
        found: Counter[str] = Counter()
        removed = ""
        for number in range(options.kills + 1):
            server = Server(trial)
            server.catch_up(removed, found)
            if number < options.kills:
                trial.before = trial.texts()
                removed = trial.change()
                time.sleep(draw.uniform(0, 15))
                server.kill(all_below=number % 2 == 1)
                found["kills of " + ("all processes below the server" if number % 2 else "the server")] += 1
                trial.look(found)
        server.end()
    print("\n".join(f"{number:5} {what}" for what, number in found.items()))
    if trial.problems:
        sys.exit("\n".join(trial.problems))


class Server:
    """A server that follows the folder of a trial."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        settings = {"ASSISTANT_CORPUS": str(trial.corpus), "ASSISTANT_WATCH_SECONDS": "1"}
        command = [sys.executable, "-m", "assistant", "serve", "--watch", "--port", "0", "--index", str(trial.index)]
        self._process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        found = re.search(r"http://\S+", self._process.stdout.readline())
        assert found, "the server did not start"
        self._client = httpx.Client(base_url=found[0], timeout=60)

    def catch_up(self, removed: str, found: Counter[str]) -> None:
        """Wait until the server answers from what the folder holds, then ask for what a removed essay said."""
        names = set(self._trial.texts())
        if not _comes_true(lambda: self._sources() == names, _LONGEST_SECONDS):
            self._trial.problems.append(f"the server did not come to {sorted(names ^ self._sources())}")
            return
        found["starts after which the server had just what the folder holds"] += 1
        if removed:
            question = max(removed.split(". "), key=len)[:200]
            answer = self._client.post("/api/ask", json={"question": f"Wat zeggen de essays over: {question}?"}).json()
            texts = self._trial.texts()
            if any(one["quote"] not in texts.get(one["source"], "") for one in answer["citations"]):
                self._trial.problems.append("an essay that is gone was cited")
            found["questions about a removed essay, none cited it"] += 1

    def kill(self, *, all_below: bool) -> None:
        """Kill the server, or first what it has started; nothing of it may be left after some seconds."""
        below = _below(self._process.pid)
        if all_below:
            for process in below:
                _kill(process)
        self._process.kill()
        self._process.wait()
        if not _comes_true(lambda: not any(Path(f"/proc/{process}").exists() for process in below), _GONE_SECONDS):
            self._trial.problems.append("processes of a killed server are left")

    def end(self) -> None:
        """Stop it in the usual way."""
        self._process.terminate()
        self._process.wait()

    def _sources(self) -> set[str]:
        try:
            return {one["source"] for one in self._client.get("/api/sources").raise_for_status().json()}
        except httpx.HTTPError:
            return set()


def _comes_true(question: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.2)
    return question()


def _below(process: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    try:
        own = [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        for task in Path(f"/proc/{process}/task").iterdir():  # children belong to the thread that started them
            own += [int(one) for one in (task / "children").read_text().split()]
    except OSError:
        return []
    own = sorted(set(own))
    return [*own, *(deeper for one in own for deeper in _below(one))]


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
