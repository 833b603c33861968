"""The headers that protect a page and its visitors, and the policy with a nonce of its own for each page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

# Scripts are the server's own files, on which nobody can put anything, and those in the page that carry its
# nonce: no eval, and no 'strict-dynamic', which would let those scripts bring others from any host.
# Gradio writes style attributes into its markup, hence 'unsafe-inline', for attributes alone: a style element
# needs the nonce too, but for the one in an icon of Gradio 6.31.0, ".cls-1 {fill: none;}", named by its hash.
# Browsers that do not know style-src-elem (before 2022) fall back on style-src.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; style-src-attr 'unsafe-inline'; style-src-elem 'self' 'nonce-{nonce}' "
    "'sha256-g1bHISw0wC5zPcnfBxdUydnwBkCuBpNPwannoyMIG3M='; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'none'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors {ancestors}"
)
# Whatever is no page loads nothing, should a browser ever show it as one.
OTHER_POLICY = "default-src 'none'; script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"

# What the page never asks for, so that a script that got in could not either. A copy button may write.
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope "
    "hid idle-detection magnetometer microphone midi payment picture-in-picture publickey-credentials-get "
    "screen-wake-lock serial usb xr-spatial-tracking".split()
)
FILES = ("/assets/", "/static/")  # Gradio's own, which change with its version alone
SHARED = ("/widget.js",)  # what pages of other sites load by a tag

_TAG = re.compile(r"<(script|style)\b(?![^>]*\snonce=)", re.IGNORECASE)


def with_nonce(html: str) -> tuple[str, str]:
    """A page whose scripts and styles carry a new nonce, and that nonce.

    The page must not hold words of others that look like a tag: Gradio's settings, which hold the example
    questions, have `<` as `\\u003c`.
    """
    nonce = secrets.token_urlsafe(16)
    return _TAG.sub(rf'<\1 nonce="{nonce}"', html), nonce


def with_headers(send: Send, path: str, ancestors: Sequence[str]) -> Send:
    """`send`, which gives every answer its headers; those that are there already stay."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.setdefault("content-security-policy", OTHER_POLICY.format(ancestors=" ".join(ancestors)))
            if path.startswith("/api/"):
                headers.setdefault("cache-control", "no-store")
            elif not path.startswith(FILES):
                headers.setdefault("cache-control", "no-cache")
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "no-referrer"
            headers["permissions-policy"] = PERMISSIONS
            headers["cross-origin-opener-policy"] = "same-origin"
            headers["cross-origin-resource-policy"] = "cross-origin" if path in SHARED else "same-origin"
            headers["origin-agent-cluster"] = "?1"
        await send(message)

    return send_with_headers
