"""docs/http.md says what comes."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from over_http import JSON

from assistant import bodies
from assistant.problems import CODES

ROOT = Path(__file__).parents[1]


MANUAL = (ROOT / "docs/http.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(bash|json)\n(.*?)^```", MANUAL, re.M | re.S)
SHOWN = [(asked, told) for (one, asked), (two, told) in pairwise(BLOCKS) if (one, two) == ("bash", "json")]


def is_part_of(shown: Any, whole: Any) -> bool:
    """Whether `whole` holds what is shown of it: some of its fields, the first items of its lists."""
    if isinstance(shown, dict):
        return all(key in whole and is_part_of(value, whole[key]) for key, value in shown.items())
    if isinstance(shown, list):
        return len(shown) <= len(whole) and bool(shown) == bool(whole) and all(map(is_part_of, shown, whole))
    return bool(shown == pytest.approx(whole, abs=0.05) if isinstance(shown, float) else shown == whole)


@pytest.mark.parametrize(("asked", "told"), SHOWN, ids=[asked.split(":7860/")[1].split()[0] for asked, _ in SHOWN])
def test_the_manual_shows_what_comes(client: httpx.Client, asked: str, told: str) -> None:
    """Each request of docs/http.md gives the answer that stands below it."""
    words = shlex.split(asked.replace("\\\n", ""))
    (address,) = [word for word in words if word.startswith("http")]
    path = address.removeprefix("http://127.0.0.1:7860")
    if "-d" in words:
        response = client.post(path, content=words[words.index("-d") + 1].encode(), headers=JSON)
    else:
        response = client.get(path)
    assert is_part_of(json.loads(told), response.json()), response.text


def test_the_manual_lists_every_code_and_path(client: httpx.Client) -> None:
    """The table of errors in docs/http.md is that of the program; each path and field of an answer is named."""
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.*) \|$", MANUAL, re.M)
    assert [(int(status), code, meaning) for status, code, meaning in rows] == [
        (kind.status, code, kind.meaning) for code, kind in CODES.items()
    ]
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in operations:
            assert f"`{method.upper()} {path}`" in MANUAL
    for field in bodies.Answer.model_fields:
        assert f"`{field}`" in MANUAL, field


def test_the_citation_of_the_manual_is_a_real_one(client: httpx.Client) -> None:
    """The citation that docs/http.md explains is one of those that its first request gets."""
    (shown,) = [json.loads(block) for kind, block in BLOCKS if kind == "json" and '"quote"' in block]
    citations = client.post("/api/ask", json={"question": "wat is lefmarketing?"}).json()["citations"]
    assert shown == citations[shown["number"] - 1]
