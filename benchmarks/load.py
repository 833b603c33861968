"""What the server does under load: many users at once over real HTTP, by the interface and by the real chat route.

    python benchmarks/load.py                       # 100 users of 10 questions each, then 400, both ways
    python benchmarks/load.py --users 100 --way chat
    python benchmarks/load.py --steady 3000         # memory over so many questions, one after another

For each run it starts a server of its own over the index, with the limits as they are set, and gives each user an
address by X-Forwarded-For, as a trusted proxy would. Of the chat it does what the page does: it opens the page, a
heartbeat, and for each question the queue and its stream. A user who is asked for patience (429 or 503 with
Retry-After) waits and asks again. Every answer is checked: it must be to the question asked.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 300  # that a user goes on asking
TIMEOUT = httpx.Timeout(120, connect=30)


@dataclass(slots=True)
class Tally:
    """What happened to the questions of one run."""

    seconds: list[float] = field(default_factory=list)  # of each answer, from the request that was let in
    waited: list[float] = field(default_factory=list)  # of each answer, from the first try
    asked_to_wait: Counter[int] = field(default_factory=Counter)  # by status
    failures: Counter[str] = field(default_factory=Counter)


class BusyError(Exception):
    """The server asks for patience."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(status)
        self.status = status
        self.seconds = seconds


def questions() -> list[str]:
    """The questions of the test file, those in other languages and those without an answer among them."""
    lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


async def ask_interface(client: httpx.AsyncClient, question: str, user: str) -> None:
    """One question by POST /api/ask."""
    response = _let_in(await client.post("/api/ask", json={"question": question}))
    answer = response.json()
    if answer["question"] != question or not answer["text"]:
        raise ValueError("an answer to another question")


async def ask_chat(client: httpx.AsyncClient, question: str, user: str) -> None:
    """One question as the page asks it: into the queue, then the stream until the answer is complete."""
    body = {"data": [question, None], "event_data": None, "fn_index": 0, "trigger_id": None, "session_hash": user}
    event = _let_in(await client.post("/gradio_api/queue/join", json=body)).json()["event_id"]
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": user}) as stream:
        _let_in(stream)
        last = {}
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            last = json.loads(line.removeprefix("data:"))
            if last["msg"] == "process_completed" and last.get("event_id") == event:
                break
    if last.get("msg") != "process_completed" or not last.get("success"):
        raise ValueError(f"the stream ended with {last.get('msg')}")
    shown = " ".join(_texts(last["output"]))
    if not re.search(r'class="(?:answer|refusal|talk)', shown) or escape(question) not in shown:
        raise ValueError("an answer to another question: " + shown[:200])


def _texts(value: object) -> Iterator[str]:
    """Every string in what the queue gave."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _let_in(response: httpx.Response) -> httpx.Response:
    if response.status_code in (429, 503) and "retry-after" in response.headers:
        raise BusyError(response.status_code, float(response.headers["retry-after"]))
    response.raise_for_status()
    return response


async def user(url: str, number: int, way: str, asked: Sequence[str], tally: Tally) -> None:
    """One visitor, from opening the page to the last answer."""
    address = f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}"  # RFC 2544: for tests
    name = f"load{os.getpid()}x{number}x{way}"
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT, headers={"X-Forwarded-For": address}) as client:
        heart = None
        if way == "chat":
            try:
                await _patiently(lambda: _open_page(client), tally)
            except Exception as error:
                tally.failures[f"page: {type(error).__name__} {error}"[:100]] += len(asked)
                return
            heart = asyncio.create_task(_heartbeat(client, name))
        ask = ask_chat if way == "chat" else ask_interface
        for question in asked:
            began = time.perf_counter()
            try:
                took = await _patiently(lambda question=question: ask(client, question, name), tally)
            except Exception as error:
                tally.failures[f"{type(error).__name__} {error}"[:100]] += 1
                continue
            tally.seconds.append(took)
            tally.waited.append(time.perf_counter() - began)
        if heart:
            heart.cancel()
            with contextlib.suppress(asyncio.CancelledError, httpx.HTTPError):
                await heart


async def _patiently(ask, tally: Tally) -> float:  # type: ignore[no-untyped-def]
    """Ask until the server lets one in; the seconds of the try that it answered."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while (began := time.perf_counter()) < until:
        try:
            await ask()
            return time.perf_counter() - began
        except BusyError as busy:
            tally.asked_to_wait[busy.status] += 1
            await asyncio.sleep(busy.seconds)
    raise TimeoutError("out of patience")


async def _open_page(client: httpx.AsyncClient) -> None:
    _let_in(await client.get("/"))


async def _heartbeat(client: httpx.AsyncClient, name: str) -> None:
    async with client.stream("GET", f"/gradio_api/heartbeat/{name}") as stream:
        async for _ in stream.aiter_bytes():
            pass


async def crowd(url: str, users: int, each: int, way: str) -> Tally:
    """So many users at once."""
    pool, tally = questions(), Tally()
    own = [[pool[(number * each + turn) % len(pool)] for turn in range(each)] for number in range(users)]
    await asyncio.gather(*(user(url, number, way, asked, tally) for number, asked in enumerate(own)))
    return tally


@contextlib.contextmanager
def server(settings: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A server of its own: its address and the number of its process."""
    environment = os.environ | {"ASSISTANT_PORT": "0", "ASSISTANT_PROXIES": "127.0.0.1"} | settings
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        if not found:
            sys.exit("The server did not start; build the index first: python -m assistant index")
        yield found[0], process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(15)


def memory(pid: int) -> float:
    """Megabytes that a process holds in memory (Linux)."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) / 1024 if found else float("nan")
    return float("nan")


def row(what: str, tally: Tally, wall: float, before: float, after: float) -> str:
    """One line of the table."""
    seconds, waited = sorted(tally.seconds), sorted(tally.waited)
    cells = [
        what,
        len(seconds),
        sum(tally.failures.values()),
        f"{_share(seconds, 0.5):.2f}",
        f"{_share(seconds, 0.95):.2f}",
        f"{_share(waited, 0.95):.1f}",
        f"{tally.asked_to_wait[429]} / {tally.asked_to_wait[503]}",
        f"{len(seconds) / wall:.1f}",
        f"{before:.0f} / {after:.0f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


HEAD = (
    "| run | answered | failed | p50 (s) | p95 (s) | p95 with waiting (s) | told to wait 429 / 503 | answers/s "
    "| memory before / after (MB) |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def main() -> None:
    """Run what the options say and print a table."""
    parser = argparse.ArgumentParser(description="Measure the server under load.")
    parser.add_argument("--users", type=int, nargs="+", default=[100, 400])
    parser.add_argument("--each", type=int, default=10, help="questions of each user (default: 10)")
    parser.add_argument("--way", choices=("api", "chat"), nargs="+", default=["api", "chat"])
    parser.add_argument("--steady", type=int, default=0, help="instead: so many chat questions by 4 users at a time")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of the server")
    options = parser.parse_args()
    settings = {f"ASSISTANT_{name.upper()}": value for name, _, value in (one.partition("=") for one in options.set)}
    print(HEAD, flush=True)
    runs = [[(way, users, options.each)] for way in options.way for users in options.users]
    if options.steady:
        runs = [[("chat", 4, 25)] * (options.steady // 100)]
    for group in runs:
        with server(settings) as (url, pid):
            for way in ("api", "chat"):
                asyncio.run(crowd(url, 2, 2, way))  # warm
            for way, users, each in group:
                measure(url, pid, way, users, each)


def measure(url: str, pid: int, way: str, users: int, each: int) -> None:
    """Print what one crowd met."""
    before, began = memory(pid), time.perf_counter()
    tally = asyncio.run(crowd(url, users, each, way))
    print(row(f"{way}, {users} x {each}", tally, time.perf_counter() - began, before, memory(pid)), flush=True)
    for failure, times in tally.failures.most_common(5):
        print(f"  {times} x {failure}", file=sys.stderr)


if __name__ == "__main__":
    main()
