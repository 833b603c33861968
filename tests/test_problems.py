"""The errors of the HTTP interface: codes that stay the same, and lines."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

import pytest

from assistant.problems import CODES, Problem, code_of, error_line

# Codes are never renamed or taken away: programs go by them. A new one comes to this list.
GIVEN_OUT = """
bad_request host_not_allowed invalid_json place_not_in_essay origin_not_allowed path_not_found source_not_found
feedback_off method_not_allowed too_slow body_too_large unsupported_media_type invalid_request question_empty
question_too_long too_many_requests internal_error unavailable busy not_ready
"""


def test_no_code_is_ever_taken_back() -> None:
    """Every code that was given out is still there."""
    assert set(GIVEN_OUT.split()) <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_a_word_with_a_status_and_a_sentence(code: str) -> None:
    """A code is words in small letters, its status that of an error, its meaning one sentence."""
    status, meaning = CODES[code]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
    assert HTTPStatus(status).value >= 400
    assert re.fullmatch(r"[A-Z`][^\n]*\.", meaning)
    assert Problem(code, "Zo is het.").status_code == status


def test_an_error_is_one_line() -> None:
    """Whatever stands in a message, its line ends become spaces; headers go along."""
    response = error_line(404, "Er is\r\n\n geen\tessay.", headers={"Allow": "GET"})
    assert json.loads(bytes(response.body)) == {"code": "path_not_found", "error": "Er is geen essay."}
    assert (response.status_code, response.headers["allow"]) == (404, "GET")


@pytest.mark.parametrize("status", [400, 404, 405, 413, 418, 422, 429, 500, 502, 503])
def test_an_error_without_a_code_gets_one(status: int) -> None:
    """Every status has a code, of its own or that of its hundred."""
    assert CODES[code_of(status)].status in (status, status // 100 * 100)
