"""The log: one line an event, nothing of a stranger's that could pass for another line, no address."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from assistant.logs import JsonLines, Lines, fields, pseudonym

NASTY = 'a\n2026-01-01 error forged=1 \x1b[31m"quoted" \u2028 \ud800'


def record(message: str = "request", **values: object) -> logging.LogRecord:
    made = logging.LogRecord("assistant.gate", logging.INFO, "gate.py", 1, message, (), None)
    made.__dict__.update(fields(**values))
    return made


@pytest.mark.parametrize("formatter", [JsonLines(), Lines()], ids=["json", "lines"])
@pytest.mark.parametrize("place", ["message", "value"])
def test_an_event_is_one_line_of_visible_signs(formatter: logging.Formatter, place: str) -> None:
    """A path or a question with line ends and control characters cannot forge a line or colour a terminal."""
    line = formatter.format(record(NASTY) if place == "message" else record(path=NASTY))
    assert line.isprintable()
    assert line.encode("ascii")


def test_json_lines_can_be_read_back() -> None:
    """Each line is an object with time, level, logger, event and the values of the event."""
    entry = json.loads(JsonLines().format(record(path="/api/ask", status=200)))
    assert {name: entry[name] for name in ("level", "logger", "event", "path", "status")} == {
        "level": "info",
        "logger": "assistant.gate",
        "event": "request",
        "path": "/api/ask",
        "status": 200,
    }
    assert entry["time"].endswith("Z")


def test_a_bug_keeps_its_traceback() -> None:
    """The traceback is a value of the JSON object, and follows the line for people."""
    made = record("failed")
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        made.exc_info = sys.exc_info()
    assert "RuntimeError: broken" in json.loads(JsonLines().format(made))["traceback"]
    assert "RuntimeError: broken" in Lines().format(made)


def test_lines_for_people_name_their_values() -> None:
    """A plain word stands as it is, any other in quotation marks."""
    line = Lines().format(record(path="/api/ask", status=200, question="wat is lef?"))
    assert line.endswith('info    request path=/api/ask status=200 question="wat is lef?"')


def test_a_long_word_is_cut() -> None:
    """A path of a megabyte does not become a line of a megabyte."""
    assert len(JsonLines().format(record(path="/" + "a" * 1_000_000))) < 1_000


def test_a_client_has_a_name_that_says_nothing() -> None:
    """The same client has the same name, another another; a name is made of eight hexadecimal digits."""
    assert pseudonym("192.0.2.1") == pseudonym("192.0.2.1") != pseudonym("192.0.2.2")
    assert len(pseudonym("192.0.2.1")) == 8
