"""The HTTP interface: its objects are those of Python, its errors have codes, its document describes them all."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import playwright
import pytest
from browser.fake_assistant import SLOW, SLOW_SECONDS, FakeAssistant, read_blocks
from browser.running import running
from pydantic import BaseModel, TypeAdapter

from assistant import bodies, essay_view, readiness, sources, types
from assistant.assistant import Assistant
from assistant.errors import IndexDamagedError
from assistant.problems import CODES
from assistant.rendering import as_json
from assistant.server import create_app
from assistant.settings import Settings
from assistant.types import Document

ROOT = Path(__file__).parents[1]
JSON = {"content-type": "application/json"}
QUESTION = "wat is betekenismarketing?"
POSTS = ("/api/ask", "/api/search")
GETS = ("/api/sources", "/api/sources/lefmarketing.txt", "/healthz", "/readyz", "/openapi.json")


@pytest.fixture(scope="module")
def site(assistant: Assistant) -> Iterator[str]:
    """The address of the real thing: model, essays, server."""
    with running(create_app(assistant)) as url:
        yield url


@pytest.fixture(scope="module")
def document(site: str) -> dict[str, Any]:
    """The OpenAPI document of the real thing."""
    return dict(httpx.get(f"{site}/openapi.json").json())


@pytest.fixture
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=60) as client:
        yield client


def error_of(response: httpx.Response) -> str:
    """The code of an error, whose body is that code and one line."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["code", "error"]
    assert re.fullmatch(r"\S.*[.)]", body["error"])
    assert CODES[body["code"]].status == response.status_code
    return str(body["code"])


# --- The objects are those of Python


def shape(schema: Any) -> Any:
    """A JSON schema without what only describes or narrows: the names and kinds of its fields."""
    if isinstance(schema, list):
        return [shape(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = "title description minimum maximum minLength maxLength pattern default required examples".split()
    kept = {key: value for key, value in schema.items() if key not in dropped or isinstance(value, dict)}
    return {key: shape(value) for key, value in kept.items()}


@pytest.mark.parametrize(
    ("model", "value"),
    [
        *((getattr(bodies, name), getattr(types, name)) for name in "Sentence Citation Passage Hit Answer".split()),
        *((getattr(bodies, name), getattr(sources, name)) for name in "Post Source".split()),
        *((getattr(bodies, name), getattr(essay_view, name)) for name in "Segment ViewBlock Place EssayView".split()),
    ],
    ids=lambda one: one.__module__.partition(".")[2],
)
def test_a_model_describes_its_dataclass(model: type[BaseModel], value: Any) -> None:
    """A model and the dataclass of its name have the same fields of the same kinds in the same order."""
    assert list(model.model_fields) == [field.name for field in dataclasses.fields(value)]
    described = model.model_json_schema(mode="serialization")
    assert shape(described) == shape(TypeAdapter(value).json_schema(mode="serialization"))
    assert described["required"] == list(model.model_fields)


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


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "json"]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(client: httpx.Client, path: str, kind: str) -> None:
    """A page elsewhere could send a form without asking first: only what says that it is JSON is read."""
    response = client.post(path, content=body(question="a"), headers={"content-type": kind})
    assert error_of(response) == "unsupported_media_type"


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON;charset=UTF-8", 'application/json; charset="utf-8"']
)
def test_json_may_say_its_charset(client: httpx.Client, kind: str) -> None:
    """UTF-8 is the charset of JSON: saying so changes nothing."""
    assert client.post("/api/search", content=body(question="lef"), headers={"content-type": kind}).status_code == 200


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


@pytest.mark.parametrize("path", ["/api/essay", "/api", "/api/", "/api/ask/", "/api/nothing", "/healthz/"])
def test_another_path_is_not_there(client: httpx.Client, path: str) -> None:
    """What is no path of the interface is 404 by every method."""
    for method in ("GET", "POST", "OPTIONS"):
        assert error_of(client.request(method, path)) == "path_not_found"


# --- Methods


@pytest.mark.parametrize("path", GETS)
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    """Where GET is answered so is HEAD: the same status and headers, and no body."""
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


@pytest.mark.parametrize("path", [*POSTS, *GETS])
def test_every_method_is_answered(client: httpx.Client, path: str) -> None:
    """OPTIONS says which methods a path takes; any other method gets 405 and is told the same."""
    allow = "OPTIONS, POST" if path in POSTS else "GET, HEAD, OPTIONS"
    options = client.options(path)
    assert (options.status_code, options.content, options.headers["allow"]) == (204, b"", allow)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PURGE"} - set(allow.split(", ")):
        response = client.request(method, path)
        assert error_of(response) == "method_not_allowed"
        assert response.headers["allow"] == allow
        assert allow in response.json()["error"]
    if path in POSTS:
        head = client.head(path)
        assert (head.status_code, head.headers["allow"], head.content) == (405, allow, b"")


# --- Alive and ready


def test_alive_and_ready(client: httpx.Client) -> None:
    """Both say how many essays there are."""
    assert client.get("/healthz").json() == {"status": "ok", "essays": 5}
    assert client.get("/readyz").json() == {"status": "ready", "essays": 5}


class Fragile(FakeAssistant):
    """An assistant whose index can break."""

    is_broken = False
    searches = 0

    def search(self, question: str, top_k: int = 5) -> Any:
        self.searches += 1
        if self.is_broken:
            raise IndexDamagedError("The index is damaged. Build it again.")
        return super().search(question, top_k)


def test_a_broken_index_is_alive_but_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a search fails, /readyz is 503 until one works again; /healthz knows nothing of it."""
    monkeypatch.setattr(readiness, "READY_SECONDS", 0.0)
    assistant = Fragile()
    with running(create_app(assistant)) as url:  # type: ignore[arg-type]
        assert httpx.get(f"{url}/readyz").status_code == 200
        assistant.is_broken = True
        response = httpx.get(f"{url}/readyz")
        assert error_of(response) == "not_ready"
        assert response.headers["retry-after"].isdecimal()
        assert "damaged" not in response.text
        assert httpx.get(f"{url}/healthz").status_code == 200
        for path in POSTS[1:]:
            assert error_of(httpx.post(f"{url}{path}", json={"question": "a"})) == "unavailable"
        assistant.is_broken = False
        assert httpx.get(f"{url}/readyz").status_code == 200


def test_asking_whether_it_is_ready_costs_next_to_nothing() -> None:
    """However often and by how many /readyz is asked for, it searches once in a while."""
    assistant = Fragile()
    with running(create_app(assistant)) as url:  # type: ignore[arg-type]
        asking = [threading.Thread(target=httpx.get, args=(f"{url}/readyz",)) for _ in range(20)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert assistant.searches == 1


def test_probes_wait_for_no_question() -> None:
    """While every worker thread answers a slow question, both probes are answered at once."""
    with running(create_app(FakeAssistant())) as url:  # type: ignore[arg-type]
        slow = [
            threading.Thread(target=lambda: httpx.post(f"{url}/api/ask", json={"question": SLOW}, timeout=30))
            for _ in range(50)  # more than there are threads
        ]
        for thread in slow:
            thread.start()
        time.sleep(0.4)
        for path in ("/healthz", "/readyz"):
            assert httpx.get(f"{url}{path}", timeout=SLOW_SECONDS / 2).status_code == 200
        for thread in slow:
            thread.join()


# --- The document


def test_the_document_names_every_status_and_code(document: Mapping[str, Any]) -> None:
    """Each operation lists each status that it can give, and each error by its code, as an Error."""
    told: set[str] = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            expected = {"200", "400", "405", "429", "500", "503"}
            expected |= {"403", "408", "413", "415", "422"} if method == "post" else set()
            expected |= {"404", "422"} if "{file}" in path else set()
            assert set(operation["responses"]) == expected
            for status, response in operation["responses"].items():
                content = response["content"]["application/json"]
                if status == "200":
                    assert content["schema"]
                    continue
                assert content["schema"] == {"$ref": "#/components/schemas/Error"}
                for code, example in content["examples"].items():
                    assert CODES[code].status == int(status)
                    assert code in response["description"]
                    bodies.Error.model_validate(example["value"], strict=True, extra="forbid")
                    told.add(code)
    assert told >= set(CODES) - {"bad_request", "path_not_found", "feedback_off"}
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["schemas"]["Error"]["properties"]["code"]["enum"]) == set(CODES)


def test_the_document_describes_every_field(document: Mapping[str, Any]) -> None:
    """Every offset says what it counts, and every schema what it is."""
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        for key in {"start", "end"} & set(schema["properties"]):
            assert "code points" in schema["properties"][key]["description"], f"{name}.{key}"
    for parameter in document["paths"]["/api/sources/{file}"]["get"]["parameters"]:
        assert parameter["description"]


def test_the_document_is_that_of_this_server() -> None:
    """The limit of a question, the public address, the examples: all as this server has them."""
    essay = Document("molen.txt", "De molen\n\nHij maalt.", "De molen")
    settings = Settings(max_question_chars=77, public_url="https://course.example/chat/")
    fake = FakeAssistant(settings, {"molen.txt": essay})
    fake.examples = ()
    with running(create_app(fake)) as url:  # type: ignore[arg-type]
        made = httpx.get(f"{url}/openapi.json").json()
        assert httpx.post(f"{url}/api/search", json={"question": "a" * 77}).status_code == 200
        assert error_of(httpx.post(f"{url}/api/search", json={"question": "a" * 78})) == "question_too_long"
    question = made["components"]["schemas"]["Ask"]["properties"]["question"]
    assert (question["maxLength"], question["examples"]) == (77, ["De molen"])
    assert made["servers"] == [{"url": "https://course.example/chat"}]
    assert made["paths"]["/api/sources/{file}"]["get"]["parameters"][0]["example"] == "molen.txt"
    assert "marketing" not in json.dumps(made)


def test_schemathesis_finds_nothing(site: str, tmp_path: Path) -> None:
    """Requests made from the document, right and wrong ones: every answer is as it says, by every check there is."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "tests/data/schemathesis.toml")]
    command += ["run", f"{site}/openapi.json", "--checks", "all", "--max-examples", "30", "--no-color"]
    command += ["--generation-deterministic", "--continue-on-failure"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", done.stdout)
    assert tested
    assert set(tested.groups()) == {"6"}
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout


# --- The examples and the manual


def node() -> str:
    """A node to run the JavaScript with: the one of this machine, or the one that Playwright brings along."""
    return shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")


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


MANUAL = (ROOT / "docs/http.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(bash|json)\n(.*?)^```", MANUAL, re.M | re.S)
SHOWN = [(asked, told) for (one, asked), (two, told) in pairwise(BLOCKS) if (one, two) == ("bash", "json")]


def is_part_of(shown: Any, whole: Any) -> bool:
    """Whether `whole` holds what is shown of it: some of its fields, the first items of its lists."""
    if isinstance(shown, dict):
        return all(key in whole and is_part_of(value, whole[key]) for key, value in shown.items())
    if isinstance(shown, list):
        return len(shown) <= len(whole) and bool(shown) == bool(whole) and all(map(is_part_of, shown, whole))
    return bool(shown == pytest.approx(whole, abs=0.01) if isinstance(shown, float) else shown == whole)


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


def test_the_manual_lists_every_code_and_path(document: Mapping[str, Any]) -> None:
    """The table of errors in docs/http.md is that of the program; each path and field of an answer is named."""
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.*) \|$", MANUAL, re.M)
    assert [(int(status), code, meaning) for status, code, meaning in rows] == [
        (kind.status, code, kind.meaning) for code, kind in CODES.items()
    ]
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"`{method.upper()} {path}`" in MANUAL
    for field in bodies.Answer.model_fields:
        assert f"`{field}`" in MANUAL, field


def test_the_citation_of_the_manual_is_a_real_one(client: httpx.Client) -> None:
    """The citation that docs/http.md explains is one of those that its first request gets."""
    (shown,) = [json.loads(block) for kind, block in BLOCKS if kind == "json" and '"quote"' in block]
    citations = client.post("/api/ask", json={"question": "wat is lefmarketing?"}).json()["citations"]
    assert shown == citations[shown["number"] - 1]
