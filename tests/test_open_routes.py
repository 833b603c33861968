"""The list of open routes in docs/server.md against what a real server answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from browser.fake_assistant import FakeAssistant
from browser.running import running

from assistant.gate import FOLDERS, PATHS
from assistant.server import create_app

DOCUMENT = Path(__file__).parents[1] / "docs" / "server.md"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FILES = {  # one that is there for each folder of files, and other words for what a path leaves open
    "/page/": "/page/chat.css",
    "/static/": "/static/img/logo.svg",
    "/gradio_api/heartbeat/": "/gradio_api/heartbeat/tab",
    "/api/sources/": "/api/sources/lefmarketing.txt",
}


def paths_of(routes: Any, prefix: str = "") -> Iterator[str]:
    """The paths of routes, of those within them, and of the routers that were put into them."""
    for route in routes:
        inner = getattr(getattr(route, "app", None), "routes", None)
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from paths_of(router.routes, prefix)
        elif inner:
            yield from paths_of(inner, prefix + getattr(route, "path", ""))
        elif hasattr(route, "path"):
            yield prefix + route.path


def listed() -> set[str]:
    """The routes of the table, such as "GET /api/sources/..."."""
    rows = re.findall(r"^\| (`(?:GET|POST).*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    return {route for row in rows for route in re.findall(r"`([A-Z]+ \S+)`", row)}


def test_the_list_of_open_routes_is_the_truth() -> None:
    """Every route of the server, of Gradio and of the gate is tried with every method; what answers is listed."""
    app = create_app(FakeAssistant())  # type: ignore[arg-type]
    candidates = {re.sub(r"\{[^}]*\}", "x", path) for path in paths_of(app.routes)} | PATHS | {*FILES.values()}
    assert len(candidates) > 60, "Gradio's routes were not found"
    assert {folder for folder in FOLDERS if folder != "/assets/"} == FILES.keys(), "name a file for each folder"
    found = set()
    with running(app) as url, httpx.Client(base_url=url, timeout=20) as client:
        asset = re.search(r'src="\./(assets/[^"]+\.js)"', client.get("/").text)
        assert asset
        for path in sorted(candidates | {f"/{asset[1]}"}):
            for method in METHODS:
                with client.stream(method, path) as response:
                    if response.status_code == 405:
                        continue
                    if response.status_code == 404 and path != "/metrics":
                        response.read()
                        if "path_not_found" in response.text or path in ("/page", "/api/sources/x"):
                            continue
                        if response.json().get("code") != "feedback_off":
                            continue
                found.add(f"{method} {shown(path)}")
    assert found == listed()


def shown(path: str) -> str:
    """A path as the table shows it."""
    folder = next(filter(path.startswith, FOLDERS), None)
    return f"{folder}..." if folder else path


def test_no_route_is_listed_twice() -> None:
    """A route stands in one row, and every row says what a stranger can do."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| `(GET|POST)", line)]
    assert all(len(row) == 3 and all(cell.strip("| ") for cell in row) for row in rows)
    routes = [route for row in rows for route in re.findall(r"`([A-Z]+ \S+)`", row[0])]
    assert len(routes) == len(set(routes))
