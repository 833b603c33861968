"""A reader of files that misbehaves on request: what `assistant.isolation` is tried with."""

from __future__ import annotations

import os
import signal
import sys
import time

from assistant.errors import UnreadableError
from assistant.formats import Extract, Paragraph


def extract(raw: bytes, suffix: str) -> Extract:
    """Whatever the bytes of the file ask for."""
    match raw:
        case b"hang":
            time.sleep(600)
        case b"spin":
            while True:
                pass
        case b"crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case b"leave":
            os._exit(3)
        case b"eat":
            kept = []
            while True:
                kept.append(bytearray(10_000_000))
        case b"eat at once":
            bytearray(60_000_000_000)
        case b"recurse":
            extract(raw, suffix)
        case b"refuse":
            raise UnreadableError("It is empty.")
        case b"fail":
            raise KeyError("word/document.xml")
        case b"print":
            print("not an answer", flush=True)
            sys.stderr.write("a warning")
            os.write(1, b"\x00\x00\x00\x00\x00\x00\x00\x02{}")
    return Extract((Paragraph(raw.decode(errors="replace"), "item", 2, "3.", 0, os.getpid()),), notes=(suffix,))
