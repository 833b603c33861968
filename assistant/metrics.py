"""What the server counts, as Prometheus reads it, for the owner alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from assistant.problems import Problem
from assistant.types import Answer

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
_BEARER = "Bearer "


class Metrics:
    """The counts of one server since it started. No question, no address and no session is among them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory, open files and processor time, on Linux
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = self._counter("requests", "Requests answered", "route", "method", "status")
        self._seconds = self._histogram("request_seconds", "Time to the end of the answer", "route")
        self._answers = self._counter("answers", "Questions answered or refused", "kind", "language")
        self._answer_seconds = self._histogram("answer_seconds", "Time of making an answer")
        self._failed = self._counter("answers_failed", "Questions that ended in an error")
        self._turned_away = self._counter("turned_away", "Requests turned away before they were read", "code")
        self._thumbs = self._counter("thumbs", "Thumbs that readers gave", "thumb")

        self._indexes = self._counter("indexes", "Indexes that came while serving", "outcome")

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, namespace="assistant", registry=self.registry)

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(name, what, labels, namespace="assistant", registry=self.registry, buckets=_SECONDS)

    def watch(self, name: str, what: str, read: Callable[[], float]) -> None:
        """Show a number that is read anew each time."""
        Gauge(name, what, namespace="assistant", registry=self.registry).set_function(read)

    def answered(self, route: str, method: str, status: int, seconds: float, *, is_stream: bool = False) -> None:
        """Count a request; `route` is one of a few names, never what a stranger wrote. Status 0: the client left."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status or "left")).inc()
        if not is_stream:
            self._seconds.labels(route).observe(seconds)

    def turned_away(self, code: str) -> None:
        """Count a request that came no further."""
        self._turned_away.labels(code or "other").inc()

    def asked(self, answer: Answer, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(answer.kind, answer.language).inc()
        self._answer_seconds.observe(seconds)

    def failed(self) -> None:
        """Count a question that ended in an error."""
        self._failed.inc()

    def index_came(self, is_good: bool) -> None:
        """Count an index that came while serving: it is in use now, or it could not be opened."""
        self._indexes.labels("used" if is_good else "refused").inc()

    def thumb(self, thumb: str) -> None:
        """Count a thumb."""
        self._thumbs.labels(thumb).inc()


def add_route(app: FastAPI, metrics: Metrics, *, token: str) -> None:
    """Put GET /metrics into `app`: for whoever sends the token or, without one, for this machine alone.

    Anybody else is told that there is nothing.
    """

    @app.get("/metrics", include_in_schema=False)
    def read(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if token:
            is_allowed = given.startswith(_BEARER) and secrets.compare_digest(
                given.removeprefix(_BEARER).encode(), token.encode()
            )
        else:
            is_allowed = bool(request.state.client.is_owner)
        if not is_allowed:
            raise Problem("path_not_found", "There is nothing at '/metrics'.")
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
