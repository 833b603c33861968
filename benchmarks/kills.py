"""Kills the indexer at random moments and looks at what is left: nothing may be unreadable, lost or stale.

    python benchmarks/kills.py --kills 200
    python benchmarks/kills.py --kills 5 --essays 4      # a short look

Each round changes the folder (an essay is added, changed, renamed or removed), starts a process that does what
`python -m assistant index` does and kills it (SIGKILL) at a random moment after it has taken the lock. The process is
forked off one that has loaded the model, since a start of Python takes longer than all that is to be killed;
--command starts the real command instead. Then the index is opened and checked file by
file: each essay in it must be, word for word, one that the folder held before or holds now. Now and then a run is let
end: then the index must hold just what the folder holds, and a question that a removed essay answered must not cite it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import _here  # noqa: F401
from assistant import cli
from assistant.assistant import Assistant
from assistant.embedder import load_embedder
from assistant.index import Index, open_index, verify
from assistant.index_files import CURRENT, LOCK
from assistant.settings import Settings
from made_up_essays import PRACTICE, essay

WHOLE_RUN_EVERY = 10


def main() -> None:
    """Read the command line, kill, print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="default: 200")
    parser.add_argument("--essays", type=int, default=12, metavar="N", help="that the folder begins with (default: 12)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (default: 1)")
    parser.add_argument("--command", action="store_true", help="start the command anew for each kill (slow)")
    options = parser.parse_args()
    torch.set_num_threads(1)  # a process with more threads cannot be forked
    with TemporaryDirectory() as folder:
        trial = Trial(Path(folder), options.essays, random.Random(options.seed), is_forked=not options.command)
        found = trial.run(options.kills)
    print("\n".join(f"{number:5} {what}" for what, number in found.items()))
    if trial.problems:
        sys.exit("\n".join(trial.problems))


class Trial:
    """A folder of essays, its index, and what was seen of them."""

    def __init__(self, folder: Path, essays: int, draw: random.Random, *, is_forked: bool) -> None:
        self.corpus, self.index = folder / "corpus", folder / "index"
        self.problems: list[str] = []
        self._draw = draw
        self._is_forked = is_forked
        self._log = folder / "log"
        self._seconds = 0.5  # that a run took lately
        self._practice = [json.loads(line) for line in PRACTICE.read_text(encoding="utf-8").splitlines()]
        self._number = 0
        self.corpus.mkdir()
        for _ in range(essays):
            self._add()
        self.before: dict[str, str] = {}  # what the index may still hold, by source

    def run(self, kills: int) -> Counter[str]:
        """Kill so many runs, and count what was found."""
        found: Counter[str] = Counter()
        self._whole_run(found)
        while found["kills"] < kills:
            removed = self.change()
            if self._killed_run(self._draw.uniform(0, 1.1 * self._seconds)):
                found["kills"] += 1
                self.look(found)
            else:
                found["runs that ended before they were killed"] += 1
                self.before = self.texts()
            if found["kills"] % WHOLE_RUN_EVERY == 0 or removed:
                self._whole_run(found)
                self._ask(removed, found)
        return found

    def _add(self) -> None:
        self._number += 1
        text = " ".join(essay(self._practice, self._number).split("\n\n")[:6])
        (self.corpus / f"essay-{self._number:04}.txt").write_text(f"Essay {self._number}\n\n{text}\n", encoding="utf-8")

    def change(self) -> str:
        """Change the folder; the text of the essay that was removed, if one was."""
        essays = sorted(self.corpus.iterdir())
        one = self._draw.choice(essays)
        kind = self._draw.choice(["add", "change", "rename", "remove"] if len(essays) > 3 else ["add"])
        if kind == "add":
            self._add()
        elif kind == "change":
            with one.open("a", encoding="utf-8") as file:
                file.write(f"\nDit staat er sinds wijziging {self._draw.randrange(10**9)} bij.\n")
        elif kind == "rename":
            self._number += 1
            one.rename(self.corpus / f"anders-{self._number:04}.txt")
        else:
            text = one.read_text(encoding="utf-8")
            one.unlink()
            return text
        return ""

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_bytes().decode() for path in self.corpus.iterdir()}

    def _start(self) -> int:
        """The number of a process that brings the index up to date, once it has taken the lock or ended."""
        arguments = ["index", str(self.corpus), "--into", str(self.index)]
        self.index.mkdir(exist_ok=True)
        if not self._is_forked:
            with self._log.open("wb") as log:
                process = subprocess.Popen([sys.executable, "-m", "assistant", *arguments], stderr=log).pid
        elif not (process := os.fork()):
            with self._log.open("wb") as log:
                os.dup2(log.fileno(), sys.stderr.fileno())
            try:
                cli.main(arguments)
                os._exit(0)
            except BaseException:
                os._exit(1)
        while not os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if self._is_locked():
                break
            time.sleep(0.001)
        return process

    def _is_locked(self) -> bool:
        """Whether a process holds the lock; taking it to find out would hold a process up."""
        lock = self.index / LOCK
        return lock.exists() and f":{lock.stat().st_ino} " in Path("/proc/locks").read_text()

    def _whole_run(self, found: Counter[str]) -> None:
        """Let a run end: then folder and index are the same."""
        began = time.monotonic()
        _, status = os.waitpid(self._start(), 0)
        self._seconds = 0.7 * self._seconds + 0.3 * (time.monotonic() - began)
        if status:
            self.problems.append(f"a run after a kill failed: {self._log.read_text()[-500:]}")
        self.before = self.texts()
        held = {source: document.text for source, document in self._open().documents.items()}
        if held != self.before:
            self.problems.append(f"after a whole run: {sorted(set(held) ^ set(self.before))} lost or stale")
        found["whole runs after which index and folder were the same"] += held == self.before

    def _killed_run(self, seconds: float) -> bool:
        """Kill a run so long after it took the lock; whether it had not ended by itself."""
        process = self._start()
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if os.WIFEXITED(status) and status:
            self.problems.append(f"a run after a kill failed: {self._log.read_text()[-500:]}")
        return os.WIFSIGNALED(status)

    def _open(self) -> Index:
        return open_index(self.index, load_embedder(Settings()), Settings())

    def look(self, found: Counter[str]) -> None:
        """Open what a kill left, and hold it against the folder."""
        if not (self.index / CURRENT).exists():
            return
        damaged = verify(self.index)
        held = {source: document.text for source, document in self._open().documents.items()}
        now = self.texts()
        if damaged or held not in (self.before, now):
            self.problems.append(
                f"after a kill: {damaged or [sorted(set(held) ^ set(one)) for one in (self.before, now)]}"
            )
            return
        found["readable after a kill, with the essays of before"] += held == self.before
        found["readable after a kill, with the essays of now"] += held == now != self.before
        self.before = held

    def _ask(self, removed: str, found: Counter[str]) -> None:
        """Ask for what a removed essay said; no citation may be of an essay that is not there."""
        if not removed:
            return
        question = max(removed.split(". "), key=len)[:200]
        answer = Assistant.open(self.index, Settings()).ask(f"Wat zeggen de essays over: {question}?")
        stale = [one for one in answer.citations if one.quote not in self.texts().get(one.source, "")]
        if stale:
            self.problems.append(f"cites {stale[0].source}, which is gone")
        found["questions about a removed essay, none cited it"] += not stale


if __name__ == "__main__":
    main()
