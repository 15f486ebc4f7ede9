"""What a page works with: the database, the environment, and the way to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import Connection, Engine, text
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.web import database
from console.web.access.rights import Person
from console.web.background.starting import Background
from console.web.language import Speaker
from console.web.rendering import Pages
from console.web.sharing import Shared
from models.environment.loader import Environment

PATIENCE = database.PATIENCE
"""So long may a page's query take; then the page says that the database is away."""


@dataclass(frozen=True)
class Site:
    """One request for a page."""

    request: Request

    @cached_property
    def pages(self) -> Pages:
        """The templates."""
        pages: Pages = self.request.app.state.pages
        return pages

    @cached_property
    def environment(self) -> Environment:
        """The environment that is served."""
        return self.pages.environment

    @cached_property
    def moment(self) -> datetime:
        """When it was asked."""
        return datetime.now(UTC)

    @property
    def engine(self) -> Engine:
        """The database.

        Raises:
            CouldNotRun: it does not answer.
        """
        engine: Engine = self.request.app.state.database.engine()
        return engine

    @property
    def shared(self) -> Shared:
        """Numbers that many pages show, counted seldom."""
        shared: Shared = self.request.app.state.shared
        return shared

    @property
    def background(self) -> Background:
        """Work that takes longer than a page."""
        background: Background = self.request.app.state.background
        return background

    def speaker(self, person: Person) -> Speaker:
        """The reader's language."""
        return self.pages.speaker(self.request, person)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that changes nothing, and waits for no query for ever.

        Each statement stands by itself; what needs a transaction is not for it.
        """
        lazy: database.LazyDatabase = self.request.app.state.database
        with lazy.reader().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def counting(self) -> Iterator[Connection]:
        """A transaction for reading that needs temporary tables; no query takes for ever."""
        with self.engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            yield connection

    def render(self, person: Person, template: str, status: int = 200, **values: Any) -> Response:
        """The page."""
        return self.pages.render(self.request, person, template, status=status, **values)

    def query(self, name: str, otherwise: str = "") -> str:
        """A value of the address."""
        return self.request.query_params.get(name, otherwise).strip()


def goes_to(path: str) -> Response:
    """After something was done: on to a page, so that a reload does nothing twice."""
    return RedirectResponse(path, 303)


def none_of(what: str) -> HTTPException:
    """The error for what is not there."""
    return HTTPException(404, what)


async def _here(request: Request) -> Site:
    return Site(request)  # not in a thread: there is nothing to wait for


Here = Annotated[Site, Depends(_here)]
"""The site of this request."""
