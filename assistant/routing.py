"""What a path takes: bodies that are JSON and say so, and an answer to every method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant.problems import Problem, error_line


class JSONRoute(APIRoute):
    """A route whose body, where it takes one, must be JSON and say so."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The route's own handler behind a check of the body."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def checked(request: Request) -> Response:
            given = request.headers.get("content-type", "")
            kind, _, parameters = given.lower().partition(";")
            if kind.strip() != "application/json" or parameters.strip(' ;"').replace('"', "") not in _UTF8:
                raise Problem(
                    "unsupported_media_type",
                    f"The Content-Type is {given[:80]!r}, but application/json was expected. Send the body as JSON.",
                )
            try:
                await request.json()  # the request keeps it for the handler
            except (ValueError, RecursionError) as error:
                reason = str(error) if isinstance(error, ValueError) else "it is nested too deep"
                raise Problem("invalid_json", f"The body is not JSON: {reason}.") from None
            return await handle(request)

        return checked


_UTF8 = ("", "charset=utf-8")  # what may follow application/json


class OtherMethods:
    """What a path says to the methods that it has no route for: HEAD as GET, OPTIONS, and 405 to the rest."""

    def __init__(self, path_routes: Sequence[APIRoute]) -> None:
        self.get = next((route for route in path_routes if "GET" in (route.methods or ())), None)
        own = {method for route in path_routes for method in route.methods or ()}
        self.allow = ", ".join(sorted(own | {"OPTIONS"} | ({"HEAD"} if self.get else set())))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. The server itself leaves out the body of an answer to HEAD."""
        if scope["method"] == "HEAD" and self.get:
            await self.get.handle({**scope, "method": "GET"}, receive, send)
            return
        headers = {"Allow": self.allow}
        response = Response(status_code=204, headers=headers)
        if scope["method"] != "OPTIONS":
            line = f"{scope['method']} came, but {scope['path'][:200]} takes {self.allow}. Use one of these."
            response = error_line(405, line, headers=headers)
        await response(scope, receive, send)


def close_methods(app: FastAPI) -> None:
    """Answer every other method at the paths that `app` has so far; without it the page's mount would."""
    by_path: dict[str, list[APIRoute]] = {}
    for route in app.routes:
        if isinstance(route, APIRoute):
            by_path.setdefault(route.path, []).append(route)
    app.router.routes.extend(Route(path, OtherMethods(found)) for path, found in by_path.items())
