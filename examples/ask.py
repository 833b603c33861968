"""Asks the server questions and prints the answers with their sources. Python 3.11 or newer, no packages.

python examples/ask.py "wat is participatiemarketing?" "En hoe begin je daaraan?"
python examples/ask.py --server https://example.org/chat "wat is lef?"

Each question after the first is asked as a follow-up of those before it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

PATIENCE = 3  # times that a server which is busy is asked again


def post(server: str, path: str, body: dict[str, Any], *, patience: int = PATIENCE) -> Any:
    """What the server answers to a body; an error ends the program with its code and its sentence."""
    request = Request(f"{server}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=60) as response:
            return json.load(response)
    except HTTPError as error:
        wait = error.headers.get("Retry-After", "")
        if patience and error.code in (429, 503) and wait.isdecimal():
            time.sleep(int(wait))
            return post(server, path, body, patience=patience - 1)
        sys.exit(line_of(error))
    except (URLError, TimeoutError) as error:
        sys.exit(f"{server} cannot be reached: {getattr(error, 'reason', error)}")


def line_of(error: HTTPError) -> str:
    """What the server says is wrong; a proxy in front of it may send a page instead."""
    try:
        found = json.load(error)
        return f"{found['code']}: {found['error']}"
    except (ValueError, TypeError, KeyError):
        return f"The server answered with status {error.code}."


def show(server: str, answer: dict[str, Any]) -> None:
    """Print an answer: what the assistant says, each quote, and the address that opens the essay there."""
    print(answer["frame"])
    for citation in answer["citations"]:
        place = " › ".join(filter(None, (citation["title"], citation["heading"])))
        address = f"{server}/#bron/{quote(citation['source'], safe='')}/{citation['start']}/{citation['end']}"
        print(f"\n[{citation['number']}] {citation['quote']}\n    {place}\n    {address}")


def main() -> None:
    """Ask each question, with the turns before it."""
    parser = argparse.ArgumentParser(description="Asks the essays questions over HTTP.")
    parser.add_argument("questions", nargs="+", metavar="QUESTION")
    parser.add_argument("--server", default="http://127.0.0.1:7860", help="(default: %(default)s)")
    options = parser.parse_args()
    server = options.server.rstrip("/")
    history: list[dict[str, str]] = []
    for question in options.questions:
        answer = post(server, "/api/ask", {"question": question, "history": history[-50:]})
        print(f"> {question}")
        show(server, answer)
        print()
        history.append({"question": question, "answer": answer["text"]})


if __name__ == "__main__":
    main()
