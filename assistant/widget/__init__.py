"""The widget: the script that other sites load, and the leave that the browsers of their visitors get.

`widget.js` is plain and small enough to be sent as it stands. What it shows is the chat page itself in a
frame; `static/embed.js` is the other end of it. Which sites may do so is `sites.allowed_sites`.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Collection
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SCRIPT = Path(__file__).parent / "widget.js"
CACHED_SECONDS = 3_600  # how long a browser may use the script before it asks for a newer one
API = "/api/"  # the one part that scripts of the allowed sites may read


def mount(app: FastAPI) -> None:
    """Put the script at "/widget.js" of `app`, for every site: what it does not hold, it cannot tell."""
    plain = SCRIPT.read_bytes()
    small = gzip.compress(plain, 9, mtime=0)
    tag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    shared = {
        "cache-control": f"public, max-age={CACHED_SECONDS}",
        "etag": f"W/{tag}",  # weak: the same script whether or not it is compressed
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }

    @app.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    async def widget(request: Request) -> Response:
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=shared)
        is_small = "gzip" in request.headers.get("accept-encoding", "")
        return Response(
            small if is_small else plain,
            media_type="text/javascript",
            headers={**shared, "content-encoding": "gzip"} if is_small else shared,
        )


class ApiForSites:
    """Lets scripts of `sites` use the HTTP interface, and nothing else of this server, without any cookie.

    It stands around everything else, so that an error, too, can be read where an answer can.
    """

    def __init__(self, app: ASGIApp, *, sites: Collection[str]) -> None:
        self.app = app
        self.shared = CORSMiddleware(
            app,
            allow_origins=sites,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=("Content-Type",),
            expose_headers=("Retry-After",),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with leave to read its answer where the path is one of the interface."""
        is_api = scope["type"] == "http" and scope["path"].startswith(API)
        await (self.shared if is_api else self.app)(scope, receive, send)
