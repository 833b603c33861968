"""Behind Debian's nginx, with HTTPS, in a folder of another site: examples/nginx.conf as it stands."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fake_assistant import SLOW, FakeAssistant
from host_site import HostSite, host_site
from playwright.sync_api import Browser, Page
from running import running
from steps import ask, marked

from assistant.server import LOOPBACK, create_app, listen
from assistant.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.nginx]
EXAMPLE = Path(__file__).parents[2] / "examples" / "nginx.conf"
QUESTION = "wat is engagementsmarketing?"

AROUND = """{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream essay_assistant {{ server 127.0.0.1:{chat}; }}
    server {{
        listen 127.0.0.1:{port} ssl http2;
        server_name localhost;
        ssl_certificate {folder}/certificate.pem;
        ssl_certificate_key {folder}/key.pem;
        include {example};
        location / {{ return 200 "the site itself"; }}
    }}
}}
"""


@dataclass(frozen=True)
class Proxied:
    """The chat at `url`, which the site `course` may show; `trust` knows the certificate."""

    url: str
    course: HostSite
    trust: ssl.SSLContext


def need(program: str) -> str:
    """The path of a program; its absence is a failure, since nothing else tests the configuration."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        pytest.fail(
            f"{program} was not found. Install it (Debian, Ubuntu: apt-get install {program}) "
            "or leave these tests out: -m 'not nginx'",
            pytrace=False,
        )
    return path


def free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """nginx with HTTPS and a certificate made for the occasion, and the chat behind it."""
    nginx, openssl = need("nginx"), need("openssl")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    certificate = folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run([openssl, *make, *subject, *files], check=True, capture_output=True)

    url = f"https://localhost:{port}/chat"
    with host_site("127.0.0.1") as course:
        course.chat = url
        settings = replace(Settings(), public_url=url, sites=course.origin)
        app = create_app(FakeAssistant(settings), hosts={*LOOPBACK})  # type: ignore[arg-type]
        with running(app) as behind:
            user = "user root;" if os.geteuid() == 0 else ""
            text = AROUND.format(user=user, folder=folder, chat=urlsplit(behind).port, port=port, example=EXAMPLE)
            (folder / "nginx.conf").write_text(text, encoding="utf-8")
            log = folder / "error.log"
            process = subprocess.Popen([nginx, "-p", str(folder), "-e", str(log), "-c", str(folder / "nginx.conf")])
            try:
                wait_for(port, process, log)
                yield Proxied(url, course, ssl.create_default_context(cafile=str(certificate)))
            finally:
                process.terminate()
                process.wait(10)
    complaints = [line for line in log.read_text().splitlines() if "too large body" not in line]
    assert complaints == []


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until nginx listens, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"nginx stopped: {log.read_text() if log.exists() else ''}", pytrace=False)
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx did not listen within ten seconds", pytrace=False)


@pytest.fixture
def page(chromium: Browser, proxied: Proxied) -> Iterator[Page]:
    """A page in a browser that takes the certificate; every request to the chat's host stays in its folder."""
    context = chromium.new_context(ignore_https_errors=True, locale="nl-NL", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    own = (proxied.url, proxied.course.origin + "/")

    def see_request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and not request.url.startswith(own):
            problems.append(f"request to {request.url}")

    page.on("request", see_request)
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert problems == []


def test_the_chat_works_in_a_folder_of_the_site(page: Page, proxied: Proxied) -> None:
    """Under /chat/ one asks and reads; the address without the slash leads there; the site around it stays."""
    page.goto(proxied.url)
    assert page.url == f"{proxied.url}/"
    ask(page, QUESTION).locator("a.citation").first.click()
    assert marked(page)
    assert page.url.startswith(f"{proxied.url}/#bron/")
    assert page.evaluate("isSecureContext")


def test_events_come_through_as_they_happen(page: Page, proxied: Proxied) -> None:
    """The line that says the essays are being read is there long before a slow answer: nothing is held up."""
    page.goto(proxied.url)
    field = page.locator("#question textarea")
    field.fill(f"{SLOW} engagementsmarketing")
    field.press("Enter")
    page.locator(".waiting").wait_for(state="attached", timeout=1_200)
    assert page.locator(".answer").count() == 0
    page.locator(".answer").wait_for()


def test_the_widget_works_on_another_site(page: Page, proxied: Proxied) -> None:
    """A course page elsewhere shows the chat from its folder, answers included."""
    page.goto(f"{proxied.course.origin}/course.html")
    page.locator("essay-assistant .button").click()
    chat = page.frame_locator("essay-assistant iframe")
    chat.locator("#question textarea").fill(QUESTION)
    chat.locator("#question textarea").press("Enter")
    chat.locator("a.citation").first.click()
    chat.locator("#essay mark").first.wait_for()
    assert next(frame.url for frame in page.frames if "embed=1" in frame.url).startswith(f"{proxied.url}/?embed=1&")


def test_the_interface_works_and_is_small(proxied: Proxied) -> None:
    """The HTTP interface answers under the folder, for the allowed site too; what is large comes compressed."""
    with httpx.Client(verify=proxied.trust) as client:
        assert client.get(f"{proxied.url}/healthz").json()["status"] == "ok"
        origin = {"origin": proxied.course.origin}
        asked = client.post(f"{proxied.url}/api/ask", json={"question": QUESTION}, headers=origin)
        assert asked.json()["citations"]
        assert asked.headers["access-control-allow-origin"] == proxied.course.origin
        page = client.get(f"{proxied.url}/")
        assert f"frame-ancestors 'self' {proxied.course.origin}" in page.headers["content-security-policy"]
        for path in ("/", "/page/chat.css", "/widget.js"):
            assert client.get(proxied.url + path).headers["content-encoding"] == "gzip"
        assert client.get(f"{proxied.url}/widget.js").headers["content-type"].startswith("text/javascript")


def test_the_folder_is_all_that_it_takes(proxied: Proxied) -> None:
    """The rest of the site is its own, a path cannot climb out, and what is too large is refused."""
    with httpx.Client(verify=proxied.trust) as client:
        site = proxied.url.removesuffix("/chat")
        assert client.get(f"{site}/").text == "the site itself"
        assert client.get(f"{site}/chatter").text == "the site itself"
        assert client.get(f"{proxied.url}/gradio_api/file=/etc/passwd").status_code == 404
        assert client.get(f"{proxied.url}/page/..%2fserver.py").status_code == 404
        assert client.post(f"{proxied.url}/api/ask", content=b"a" * 2_000_000).status_code == 413
        forged = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "http", "forwarded": "host=evil.example"}
        assert "evil.example" not in client.get(f"{proxied.url}/", headers=forged).text
