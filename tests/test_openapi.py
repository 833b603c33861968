"""The OpenAPI document: complete, of this very server, and true, as schemathesis finds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.fake_assistant import FakeAssistant
from browser.running import running
from over_http import error_of

from assistant import bodies
from assistant.problems import CODES
from assistant.server import create_app
from assistant.settings import Settings
from assistant.types import Document

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def document(site: str) -> dict[str, Any]:
    """The OpenAPI document of the real thing."""
    return dict(httpx.get(f"{site}/openapi.json").json())


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
    command += ["run", f"{site}/openapi.json", "--checks", "all", "--max-examples", "20", "--no-color"]
    command += ["--generation-deterministic", "--continue-on-failure"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", done.stdout)
    assert tested
    assert set(tested.groups()) == {"7"}
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout
