"""The examples of asking over HTTP, run against the real thing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import playwright
import pytest
from browser.running import running

ROOT = Path(__file__).parents[1]
QUESTION = "wat is betekenismarketing?"


def node() -> str:
    """A node to run the JavaScript with: the one of this machine where it is new enough, else Playwright's own."""
    own = shutil.which("node")
    if own:
        version = subprocess.run([own, "--version"], capture_output=True, text=True, check=True).stdout
        own = own if int(version.removeprefix("v").split(".")[0]) >= 20 else None
    return own or shutil.which("node", path=Path(playwright.__file__).parent / "driver") or "node"


EXAMPLES = {"python": [sys.executable, "examples/ask.py"], "javascript": [node(), "examples/ask.mjs"]}


def run_example(language: str, site: str, *questions: str) -> subprocess.CompletedProcess[str]:
    """An example, run as its first lines say; Python without any of our packages."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONIOENCODING")}
    options = ["-I", "-X", "utf8"] if language == "python" else []
    program, file = EXAMPLES[language]
    return subprocess.run(
        [program, *options, file, f"--server={site}/", *questions],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.mark.parametrize("language", EXAMPLES)
def test_an_example_shows_quotes_and_where_they_stand(language: str, site: str, client: httpx.Client) -> None:
    """The examples print each quote, its place and the address that opens it; a second question is a follow-up."""
    done = run_example(language, site, "wat is participatiemarketing?", "En hoe begin je daaraan?")
    assert (done.returncode, done.stderr) == (0, "")
    first = client.post("/api/ask", json={"question": "wat is participatiemarketing?"}).json()
    for citation in first["citations"]:
        address = f"{site}/#bron/{citation['source']}/{citation['start']}/{citation['end']}"
        assert f"[{citation['number']}] {citation['quote']}" in done.stdout
        assert address in done.stdout
    second = done.stdout.partition("> En hoe begin je daaraan?")[2]
    assert "Opgevat als" in second
    assert "[1] " in second


@pytest.mark.parametrize("language", EXAMPLES)
def test_an_example_ends_with_the_line_of_an_error(language: str, site: str) -> None:
    """An error of the server is its code and sentence, one of the connection a line: exit code 1, no traceback."""
    done = run_example(language, site, "a" * 2_000)
    assert done.returncode == 1
    assert re.fullmatch(r"question_too_long: The question has 2,000 characters; .*\n", done.stderr)
    gone = run_example(language, "http://127.0.0.1:9", "lef")
    assert gone.returncode == 1
    assert re.fullmatch(r"http://127.0.0.1:9 cannot be reached: .*\n", gone.stderr)
    assert gone.stdout == ""


def test_the_examples_say_the_same(site: str) -> None:
    """Python and JavaScript print the same lines."""
    python, javascript = (run_example(language, site, QUESTION).stdout for language in EXAMPLES)
    assert python == javascript


@pytest.mark.parametrize("language", EXAMPLES)
def test_an_example_waits_where_it_is_told_to(language: str) -> None:
    """A 429 or 503 with Retry-After is asked again after that time; one without is an error at once."""
    answers = iter([429, 503, 200])
    seen: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        await receive()
        status = next(answers, 503)
        seen.append(status)
        answer = {"code": "busy", "error": "Busy.", "frame": "Hallo", "text": "Hallo", "citations": []}
        headers = [(b"content-type", b"application/json")]
        headers += [(b"retry-after", b"1")] if len(seen) < 4 else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    with running(app) as url:  # type: ignore[arg-type]
        assert run_example(language, url, "hoi").stdout == "> hoi\nHallo\n\n"
        assert seen == [429, 503, 200]
        assert run_example(language, url, "hoi").stderr == "busy: Busy.\n"
        assert len(seen) == 4
