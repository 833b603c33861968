"""A real server and a real Chromium for the tests of this folder."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from fake_assistant import FakeAssistant, read_blocks
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from running import running

from assistant.server import create_app
from assistant.types import Document

SIZES = {"desktop": (1280, 800), "phone": (390, 844), "small": (320, 568)}
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

# An essay whose offsets differ between Python and a browser, and whose words look like markup.
ODD = (
    "Odd \U0001f600\U0001f600 titel\n\n"
    "De \U0001f468\u200d\U0001f4bb zin ervoor. Hier staat <b>zonderling</b> &amp; wel $5."
)

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def odd_site() -> Iterator[str]:
    """The address of a chat over one odd essay, which can also be slow or break."""
    document = Document("map/odd #1.txt", ODD, "Odd <i>titel</i>", blocks=tuple(read_blocks(ODD)))
    assistant: Any = FakeAssistant(documents={document.source: document})
    with running(create_app(assistant)) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; its absence is a failure, since nothing else tests the page."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(
            f"None of {', '.join(NAMES)} was found. Install one (Debian, Ubuntu: apt-get install chromium) "
            "or leave these tests out: -m 'not browser'",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(chromium: Browser) -> Callable[[str, str, str], BrowserContext]:
    """A function that gives the one browser profile for a size, a scheme and a language, so that files are cached."""

    @functools.cache
    def window_of(size: str, scheme: str, language: str) -> BrowserContext:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=language,
            has_touch=size != "desktop",
        )
        context.set_default_timeout(10_000)
        return context

    return window_of


@pytest.fixture
def visit(window: Callable[[str, str, str], BrowserContext], site: str) -> Iterator[Visit]:
    """A function that opens the chat; when the test ends, what every visit promises is checked.

    No request to another host, no error on the console, no uncaught error, no horizontal scrolling.
    """
    pages: list[Page] = []
    problems: list[str] = []

    def open_page(
        size: str = "desktop",
        *,
        scheme: str = "light",
        language: str = "nl-NL",  # the browser's
        url: str = site,
        path: str = "/",
        may_fail: bool = False,  # a request of the page: the browser itself notes that on the console
        before: Callable[[Page], None] = lambda page: None,  # what to do with the page before it is opened
    ) -> Page:
        page = window(size, scheme, language).new_page()
        host = urlsplit(url).netloc

        def see_request(request: Any) -> None:
            if urlsplit(request.url).netloc not in (host, ""):
                problems.append(f"request to {request.url}")

        def see_console(message: Any) -> None:
            expected = may_fail and message.text.startswith("Failed to load resource")
            if message.type in ("error", "warning") and not expected:
                problems.append(f"console {message.type}: {message.text}")

        page.on("request", see_request)
        page.on("console", see_console)
        page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
        before(page)
        page.goto(url + path)
        page.locator("#question textarea").wait_for(state="attached")
        page.locator("#send").wait_for(state="attached")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append("the page scrolls sideways")
        page.close()
    assert problems == []
