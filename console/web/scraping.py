"""/metrics for Prometheus, /healthz for whoever keeps processes running."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from console.web.database import LazyDatabase
from console.web.metrics.collector import DatabaseMetrics
from models.environment.loader import Environment
from models.errors import CouldNotRun

PATIENCE = 5.0
"""Seconds that a scrape waits for another one to end."""
router = APIRouter()


class Metrics:
    """The registry of one environment, made on the first scrape that finds the database."""

    def __init__(self, database: LazyDatabase, environment: Environment, version: str) -> None:
        self._database = database
        self._environment = environment
        self._version = version
        self._registry: CollectorRegistry | None = None
        self._one_at_a_time = Lock()

    def answer(self, accept: str) -> tuple[bytes, str]:
        """The metrics in the form that was asked for, and the name of that form.

        Raises:
            CouldNotRun: the database does not answer, or another scrape takes too long.
            sqlalchemy.exc.DBAPIError: it went away, or was too slow.
        """
        encode, form = choose_encoder(accept)
        with self._alone():
            if self._registry is None:
                collector = DatabaseMetrics(
                    self._database.engine(), self._environment, self._version
                )
                self._registry = CollectorRegistry()
                self._registry.register(collector)
            return encode(self._registry), form

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._one_at_a_time.acquire(timeout=PATIENCE):
            raise CouldNotRun(
                "Reading the metrics",
                f"another scrape has been at it for {PATIENCE:.0f} s",
                "Scrape less often, or look whether the database hangs",
            )
        try:
            yield
        finally:
            self._one_at_a_time.release()


@router.get("/metrics")
def scrape(request: Request) -> Response:
    """What Prometheus reads; 503 and a sentence while the database is away."""
    metrics: Metrics = request.app.state.metrics
    body, form = metrics.answer(request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": form})


@router.get("/healthz")
def healthy(request: Request) -> PlainTextResponse:
    """200 where this process and its database answer."""
    with request.app.state.database.engine().connect() as connection:
        connection.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n")
