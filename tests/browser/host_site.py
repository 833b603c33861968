"""Somebody else's site: pages on an origin of their own, which load the widget."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE_CHAT = b"http://127.0.0.1:7860"  # where the examples expect the chat
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}


@dataclass
class HostSite:
    """A site at `origin` with the files of examples/ and the pages that a test adds."""

    origin: str = ""
    chat: str = ""  # the address of the chat that its pages name
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def page(self, body: str = "", *, policy: str = "", **options: str) -> str:
        """The address of a new page with `body` and the script; `options` are its data- attributes."""
        data = "".join(f' data-{name}="{escape(value)}"' for name, value in options.items())
        html = (
            '<!doctype html><html lang="nl"><head><title>Cursus</title><link rel="icon" href="data:,">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<script src="{self.chat}/widget.js"{data} defer></script></head><body>{body}</body></html>'
        )
        path = f"/{len(self.pages)}.html"
        self.pages[path] = (html, {"content-security-policy": policy} if policy else {})
        return self.origin + path

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of the page at `path`."""
        if path in self.pages:
            html, headers = self.pages[path]
            return 200, html.encode(), {"content-type": KINDS[".html"], **headers}
        file = EXAMPLES / path.lstrip("/")
        if file.suffix in KINDS and file.is_file():
            return (
                200,
                file.read_bytes().replace(EXAMPLE_CHAT, self.chat.encode()),
                {"content-type": KINDS[file.suffix]},
            )
        return 404, b"", {}


@contextlib.contextmanager
def host_site(name: str = "localhost") -> Iterator[HostSite]:
    """A running site; browsers take `localhost` and `127.0.0.1` for different sites."""
    site = HostSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = site.answer(self.path.partition("?")[0])
            self.send_response(status)
            for header, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.origin = f"http://{name}:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
