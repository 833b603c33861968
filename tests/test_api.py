"""The routes of the HTTP interface: its objects are those of Python, and every error says what is wrong."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from browser.fake_assistant import FakeAssistant, read_blocks
from browser.running import running
from over_http import JSON, POSTS, error_of
from pydantic import TypeAdapter

from assistant import bodies, types
from assistant.assistant import Assistant
from assistant.rendering import as_json
from assistant.server import create_app
from assistant.types import Document

ROOT = Path(__file__).parents[1]
QUESTION = "wat is betekenismarketing?"


@pytest.mark.parametrize(
    "question", [QUESTION, "what is the capital of France?", "hoi", "asdf qwer", "wat vind jij van lef?"]
)
def test_an_answer_is_that_of_python(client: httpx.Client, assistant: Assistant, question: str) -> None:
    """POST /api/ask gives the very Answer of `Assistant.ask`, whatever its kind, and its model takes it whole."""
    history = [types.Turn("wat is lef?", "[1] Lef is lef.")]
    body = {"question": question, "history": [dataclasses.asdict(turn) for turn in history]}
    answer = client.post("/api/ask", json=body).json()
    assert answer == as_json(assistant.ask(question, history=history))
    bodies.Answer.model_validate(answer, strict=True, extra="forbid")


def test_a_citation_points_at_its_words(client: httpx.Client) -> None:
    """The characters of the file from start to end are the quote."""
    citations = client.post("/api/ask", json={"question": QUESTION}).json()["citations"]
    assert citations
    for citation in citations:
        text = (ROOT / "corpus" / citation["source"]).read_bytes().decode()
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_follow_up_leans_on_the_history(client: httpx.Client) -> None:
    """With the turn before it, a question that points back is understood."""
    before = {"question": "wat is participatiemarketing?"}
    answer = client.post("/api/ask", json={"question": "En hoe begin je daaraan?", "history": [before]}).json()
    assert "participatiemarketing" in answer["understood"]


@pytest.mark.parametrize("top_k", [1, 3, 3.0, bodies.MAX_HITS], ids=str)
def test_hits_are_those_of_python(client: httpx.Client, assistant: Assistant, top_k: float) -> None:
    """POST /api/search gives the Hits of `Assistant.search`, as many as asked for; 3.0 is 3, as in JSON."""
    hits = client.post("/api/search", json={"question": QUESTION, "top_k": top_k}).json()
    assert hits == as_json(assistant.search(QUESTION, top_k=int(top_k)))
    TypeAdapter(list[bodies.Hit]).validate_python(hits, strict=True, extra="forbid")


def test_every_essay_is_listed_and_can_be_read(client: httpx.Client, assistant: Assistant) -> None:
    """GET /api/sources lists each essay with its length in characters; its posts lie in it; each can be read."""
    listed = client.get("/api/sources").json()
    TypeAdapter(list[bodies.Source]).validate_python(listed, strict=True, extra="forbid")
    assert [source["source"] for source in listed] == list(assistant.documents)
    assert any(source["posts"] for source in listed)
    for source in listed:
        document = assistant.documents[source["source"]]
        assert source["length"] == len(document.text)
        assert (source["title"], source["author"], source["year"]) == (document.title, document.author, document.year)
        for post in source["posts"]:
            assert document.text[post["start"] : post["end"]].split()[0] in post["title"]
        view = client.get(f"/api/sources/{source['source']}").json()
        bodies.EssayView.model_validate(view, strict=True, extra="forbid")
        assert view["places"] == []
        assert not any(part["marked"] for block in view["blocks"] for part in block["segments"])


def test_an_essay_comes_with_the_cited_places_marked(client: httpx.Client) -> None:
    """GET /api/sources/{file} marks exactly the characters from start to end, and those of `also`."""
    hits = client.post("/api/search", json={"question": QUESTION, "top_k": 50}).json()
    first, second = [hit["passage"]["sentences"][0] for hit in hits if hit["passage"]["source"].startswith("ident")][:2]
    also = f"{second['start']}-{second['end']}"
    place = {"start": first["start"], "end": first["end"], "also": also}
    view = client.get("/api/sources/identiteitsmarketing.txt", params=place).json()
    text = (ROOT / "corpus/identiteitsmarketing.txt").read_bytes().decode()
    for number, sentence in enumerate((first, second), 1):
        lines = [line for block in view["blocks"] for line in (block["segments"], *block["items"])]
        marked = "".join(part["text"] for line in lines for part in line if number in part["spans"])
        assert " ".join(marked.split()) == " ".join(text[sentence["start"] : sentence["end"]].split())
        assert view["places"][number - 1]["start"] == sentence["start"]


ODD = "Odd \U0001f600\U0001f600 titel\n\nDe \U0001f468\u200d\U0001f4bb zin ervoor. Hier staat een zonderling woord."


@pytest.mark.parametrize("slashes", ["", "/"], ids=["encoded", "plain"])
@pytest.mark.parametrize(
    "source",
    [
        "map/odd #1.txt",
        "En toen...txt",
        "100% zeker?.txt",
        "é ü ‘citaat’.txt",
        "\U0001f600/a+b&c=d;e.txt",
        "%2e%2e.txt",
    ],
)
def test_any_file_name_can_be_read(source: str, slashes: str) -> None:
    """An essay is found by its name however odd that is, and offsets count characters, not UTF-16 units."""
    essay = Document(source, ODD, "Odd", blocks=tuple(read_blocks(ODD)))
    start = ODD.index("zonderling")
    with running(create_app(FakeAssistant(documents={source: essay}))) as url:  # type: ignore[arg-type]
        address = f"{url}/api/sources/{quote(source, safe=slashes)}"
        view = httpx.get(address, params={"start": start, "end": start + 10}).json()
        (listed,) = httpx.get(f"{url}/api/sources").json()
    assert view["source"] == listed["source"] == source
    assert listed["length"] == len(ODD)
    marked = [part["text"] for block in view["blocks"] for part in block["segments"] if part["marked"]]
    assert marked == ["zonderling"]


def test_half_a_character_is_answered_like_any_other(client: httpx.Client) -> None:
    """JSON can name half of a pair, which no answer could repeat: it becomes the sign for an unknown one."""
    body = b'{"question": "\\ud800 engagementsmarketing", "history": [{"question": "\\udfff"}]}'
    response = client.post("/api/ask", content=body, headers=JSON)
    assert response.status_code == 200
    assert response.json()["question"] == "\ufffd engagementsmarketing"


# --- Errors


def body(**keys: Any) -> bytes:
    return json.dumps(keys).encode()


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "invalid_json", "not JSON"),
        (b"{", "invalid_json", "not JSON"),
        (b"\xff\xfe", "invalid_json", "not JSON"),
        (b"[" * 100_000, "invalid_json", "nested too deep"),
        (b"1" * 5_000, "invalid_json", "not JSON"),
        (b"[]", "invalid_request", "Expected the JSON"),
        (b"null", "invalid_request", "Expected the JSON"),
        (b"{}", "invalid_request", "question: Field required"),
        (body(question=3), "invalid_request", "question: "),
        (body(question=None), "invalid_request", "question: "),
        (body(question="a", vraag="b"), "invalid_request", "vraag: "),
        (body(question=""), "question_empty", "empty"),
        (body(question=" \n\u00a0\ufeff\x1c\x85"), "question_empty", "empty"),
        (body(question="a" * 1_001), "question_too_long", "1,001 characters; at most 1,000"),
        (body(question="a" + " " * 1_000), "question_too_long", "1,001 characters"),
        (body(question="\u0958" * 600), "question_too_long", "1,200 characters"),  # two each, once normalised
    ],
    ids="none open bytes deep digits list null missing number nothing stranger blank white long wide grows".split(),
)
def test_a_wrong_body_gets_a_code_and_one_line(
    client: httpx.Client, path: str, content: bytes, code: str, words: str
) -> None:
    """Whatever is wrong with a body, the answer says what it is, to a program and to a person."""
    response = client.post(path, content=content, headers=JSON)
    assert error_of(response) == code
    assert words in response.json()["error"]


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("/api/ask", body(question="a", history="b"), "history: "),
        ("/api/ask", body(question="a", history=["b"]), "history.0: "),
        ("/api/ask", body(question="a", history=[{"answer": "b"}]), "history.0.question: "),
        ("/api/ask", body(question="a", history=[{"question": "b", "antwoord": "c"}]), "history.0.antwoord: "),
        ("/api/ask", body(question="a", history=[{"question": "b"}] * 51), "history: "),
        *(("/api/search", body(question="a", top_k=top_k), "top_k: ") for top_k in (0, 51, 10**30, "5", 2.5, True)),
    ],
)
def test_a_wrong_key_is_named(client: httpx.Client, path: str, content: bytes, words: str) -> None:
    """What is wrong inside a body is named by its place in it; nothing is taken for something else."""
    response = client.post(path, content=content, headers=JSON)
    assert error_of(response) == "invalid_request"
    assert response.json()["error"].startswith(words)


def test_an_earlier_question_has_the_same_limit(client: httpx.Client) -> None:
    """No turn brings more to work on than a question may; the answer of one may be long."""
    turns = [{"question": "a", "answer": "a" * 50_000}, {"question": "a" * 1_001}]
    response = client.post("/api/ask", json={"question": "waarom?", "history": turns})
    assert error_of(response) == "question_too_long"
    assert response.json()["error"].startswith("history.1.question has 1,001 characters; at most 1,000")
    turns[1]["question"] = "a" * 1_000
    assert client.post("/api/ask", json={"question": "waarom?", "history": turns}).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        *((f"start={start}&end={end}", "place_not_in_essay") for start, end in [(5, 3), (0, 10**9), (7, 7), (5, 0)]),
        ("end=1000000000", "place_not_in_essay"),
        ("start=5", "place_not_in_essay"),
        ("also=5-3", "place_not_in_essay"),
        ("start=0&end=3&also=0-999999999999", "place_not_in_essay"),
        *(
            (f"start={start}&end=9", "invalid_request")
            for start in ("-1", "%2B1", "1.0", "", "een", "%D9%A3", "9" * 30)
        ),
        ("also=5", "invalid_request"),
        ("&".join(["also=1-2"] * 51), "invalid_request"),
    ],
)
def test_a_place_that_is_not_in_the_essay_is_said_so(client: httpx.Client, query: str, code: str) -> None:
    """Offsets that are none are 422, and those of no place in this essay 400."""
    response = client.get(f"/api/sources/lefmarketing.txt?{query}")
    assert error_of(response) == code
    assert "xpected" in response.json()["error"]


@pytest.mark.parametrize(
    "source", ["weg.txt", "", "..%2Fpyproject.toml", "corpus%2Flefmarketing.txt", "LEFMARKETING.TXT"]
)
def test_another_essay_is_not_there(client: httpx.Client, source: str) -> None:
    """Only the name of an essay gives one; a path to a file is a name like any other."""
    response = client.get(f"/api/sources/{source}")
    assert error_of(response) in ("source_not_found", "path_not_found")
    assert "pyproject" not in response.text.replace("'../pyproject.toml'", "").replace("sources/../pyproject.toml", "")
