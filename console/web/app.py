"""The web application: the console for people, /metrics and /healthz for machines."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware

from console.web import call_backs, problems, scraping
from console.web.access import guard, open_id, sign_in
from console.web.background.starting import Background
from console.web.database import AT_ONCE, LazyDatabase
from console.web.files import files
from console.web.headers import SafeHeaders
from console.web.pages import ROUTERS
from console.web.rendering import Pages
from console.web.routes import flat
from console.web.sharing import Shared, StillCounting
from console.web.speaking import Speaking
from models.environment.loader import Environment
from models.errors import TerezeError

SIGN_IN_WITHIN = 600
"""Seconds for the way to an OpenID provider and back."""
SMALLEST = 1_000
"""Bytes from which an answer is worth zipping."""
EFFORT = 4
"""Of zlib's nine: the last five take three times as long for a few bytes less."""


def create_app(environment: Environment, version: str) -> FastAPI:
    """The application of one environment; its database may come later, or go and come back."""
    app = FastAPI(
        title="Tereze",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would answer with an address made of the request's Host
        lifespan=_lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    state = app.state
    state.environment, state.database = environment, LazyDatabase(environment)
    state.metrics = scraping.Metrics(state.database, environment, version)
    state.pages, state.shared = Pages(environment, version), Shared()
    state.background = Background()
    provider = environment.console.sign_in.open_id
    app.include_router(scraping.router)
    app.include_router(call_backs.router)
    app.include_router(sign_in.router)
    if provider is not None:
        state.open_id = open_id.client(provider)
        app.include_router(open_id.router)
        _keep_the_way(app)
    for router in ROUTERS:
        app.router.routes.extend(flat(router))
    app.mount("/static", files())
    _prepare(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Pages are made in threads: as many as there are connections, and no more."""
    current_default_thread_limiter().total_tokens = AT_ONCE
    yield
    app.state.background.stop()


def _prepare(app: FastAPI) -> None:
    app.add_exception_handler(guard.NotSignedIn, problems.not_signed_in)
    app.add_exception_handler(guard.NotAllowed, problems.not_allowed)
    app.add_exception_handler(guard.NotMeant, problems.not_meant)
    app.add_exception_handler(guard.MustChange, problems.must_change)
    app.add_exception_handler(HTTPException, problems.http)
    app.add_exception_handler(RequestValidationError, problems.unfit)
    app.add_exception_handler(DataError, problems.unfit)
    app.add_exception_handler(DBAPIError, problems.away)
    app.add_exception_handler(NoConnection, problems.away)
    app.add_exception_handler(StillCounting, problems.counting)
    app.add_exception_handler(TerezeError, problems.told)
    app.add_exception_handler(Exception, problems.unforeseen)
    app.add_middleware(Speaking)
    app.add_middleware(SafeHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST, compresslevel=EFFORT)


def _keep_the_way(app: FastAPI) -> None:
    """The way to an OpenID provider and back, in a cookie that is signed for this process."""
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32),
        session_cookie="tereze_way",
        max_age=SIGN_IN_WITHIN,
        same_site="lax",
    )
