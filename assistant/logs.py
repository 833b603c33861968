"""The server's log: lines for people or, with the setting `log_json`, one object of JSON a line.

A line holds no question, no answer and no address, unless the owner turned questions on: a client is a
name that was made up when the server started.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from datetime import UTC, datetime
from typing import Any

_SALT = secrets.token_bytes(16)  # new at every start, so that no line tells an address
_PLAIN = re.compile(r"[\w./:@{}=+-]+", re.ASCII)
_MAX_CHARS = 300  # of a word that a stranger wrote, such as a path


class JsonLines(logging.Formatter):
    """Records as JSON: time, level, logger, event, what belongs to it, and the traceback of a bug."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        entry: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)  # in ASCII: some readers of lines also end one at U+2028


class Lines(logging.Formatter):
    """Records as lines to read: time, level, event, then name=value; a traceback keeps its lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback of a bug."""
        fields = "".join(f" {name}={_word(value)}" for name, value in getattr(record, "fields", {}).items())
        line = f"{_time(record)} {record.levelname.lower():7} {_one_line(record.getMessage())}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(*, as_json: bool) -> None:
    """Send the log of this process to standard error: our own from `info` on, of the libraries the warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("assistant").setLevel(logging.INFO)


def fields(**values: object) -> dict[str, dict[str, object]]:
    """The `extra` of a record whose event has these values."""
    return {"fields": {name: _short(value) for name, value in values.items()}}


def pseudonym(client: str) -> str:
    """A name for a client that stays the same until the server stops and says nothing of its address."""
    return hashlib.blake2b(client.encode(), key=_SALT, digest_size=4).hexdigest()


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _short(value: object) -> object:
    return value[:_MAX_CHARS] + "…" if isinstance(value, str) and len(value) > _MAX_CHARS else value


def _word(value: object) -> str:
    """A value as it is or, where it holds anything that could look like another line or value, as JSON."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _one_line(text: str) -> str:
    return text if text.isprintable() else json.dumps(text)
