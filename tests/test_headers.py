"""The headers of every answer, and the policy with a nonce of its own for each page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from browser.fake_assistant import FakeAssistant
from browser.running import running

from assistant.headers import with_nonce
from assistant.server import create_app

NASTY = "</script><script>alert(1)</script><style>*{display:none}</style>\"'&lt;script&gt;"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A chat whose example question, which stands in the page's settings, looks like markup."""
    assistant: Any = FakeAssistant()
    assistant.examples = (NASTY,)
    with running(create_app(assistant)) as url:
        yield url


def policy(response: httpx.Response) -> dict[str, str]:
    """The parts of the content security policy by their names."""
    parts = response.headers["content-security-policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


def test_every_script_and_style_of_the_page_has_its_nonce(site: str) -> None:
    """The page's own scripts carry the nonce that its policy names, and no word of an essay became one."""
    response = httpx.get(site)
    nonce = re.search(r"'nonce-([\w-]{20,})'", policy(response)["script-src"])
    assert nonce
    tags = re.findall(r"<(?:script|style)\b[^>]*>", response.text)
    assert len(tags) >= 5
    assert all(f'nonce="{nonce[1]}"' in tag for tag in tags)
    assert "alert(1)" in response.text
    assert "<script>alert" not in response.text
    assert len(tags) == len(re.findall(r"</(?:script|style)>", response.text))


def test_a_nonce_is_for_once(site: str) -> None:
    """Two visits have two nonces, and no cache may keep a page with one."""
    first, second = httpx.get(site), httpx.get(site)
    assert policy(first)["script-src"] != policy(second)["script-src"]
    assert first.headers["cache-control"] == "no-store"


def test_nothing_is_evaluated_and_nothing_comes_from_elsewhere(site: str) -> None:
    """The page's policy has no eval, no inline script, no other host; whatever is no page may load nothing."""
    of_page = policy(httpx.get(site))
    assert of_page["default-src"] == "'none'"
    assert re.fullmatch(r"'self' 'nonce-[\w-]+'", of_page["script-src"])
    assert of_page["script-src-attr"] == "'none'"
    assert "unsafe-inline" not in of_page["style-src-elem"]
    assert of_page["connect-src"] == "'self'"
    assert "http" not in " ".join(of_page.values())
    of_other = policy(httpx.get(f"{site}/healthz"))
    assert of_other["default-src"] == of_other["script-src"] == "'none'"


@pytest.mark.parametrize("path", ["/", "/healthz", "/page/chat.css", "/nowhere", "/gradio_api/app_id", "/api/ask"])
def test_every_answer_is_wrapped(site: str, path: str) -> None:
    """Errors and files too: nothing is sniffed, told, shared with another site's page or window."""
    headers = httpx.get(site + path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "set-cookie" not in headers


def test_answers_are_kept_by_no_cache(site: str) -> None:
    """What was answered to one reader is no other's."""
    response = httpx.post(f"{site}/api/ask", json={"question": "engagementsmarketing"})
    assert response.headers["cache-control"] == "no-store"


def test_a_tag_that_has_a_nonce_gets_no_second() -> None:
    """Each tag gets one nonce, and words that only begin like one get none."""
    html, nonce = with_nonce('<script src="a.js"></script><STYLE></STYLE><scripture><p>style</p>')
    assert html == f'<script nonce="{nonce}" src="a.js"></script><STYLE nonce="{nonce}"></STYLE><scripture><p>style</p>'
    assert with_nonce(html)[0] == html
