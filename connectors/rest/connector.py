"""The REST connector: pages of records from a system that speaks JSON over HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from connectors.bounds import record_filter
from connectors.lifecycle import Openable
from connectors.protocol import Description, Health, Page, SourceContext, Window
from connectors.rest.answer import Answer
from connectors.rest.client import Params, RestClient
from connectors.rest.options import PagedRequest, RestConnection, RestRequest
from connectors.rest.paging import start_paging
from connectors.rest.records import records_in, total_in
from connectors.sample import SAMPLE_SIZE, describe_records


class Getter(Protocol):
    """What asks for a page."""

    def get(self, url: str, params: Params, attempts: int | None = None) -> Answer:
        """The answer, known to be JSON."""
        ...


class RestConnector(Openable):
    """Reads the pages of one path.

    A page's size and hash are over the answer's body, unzipped.
    """

    name: ClassVar[str] = "rest"
    Connection: ClassVar[type[BaseModel]] = RestConnection
    Request: ClassVar[type[BaseModel]] = RestRequest

    def __init__(
        self, connection: RestConnection, request: PagedRequest, context: SourceContext
    ) -> None:
        super().__init__(context)
        self.connection = connection
        self.request = request
        self._client: Getter | None = None

    @property
    def moves(self) -> bool:
        """Pages that are counted shift when a record before them changes its place.

        That is so with page and offset, and with links where `page.param` says that the system
        numbers its pages (the link to the next page then is such a number).
        """
        return self.request.paging in ("page", "offset") or (
            self.request.paging == "next" and self.request.page.param is not None
        )

    def _acquire(self, held: ExitStack) -> None:
        client = RestClient(self.connection, self.context.folder, self.context.tell)
        held.callback(client.close)
        self._client = client

    def _open_client(self, held: ExitStack | None = None) -> Getter:
        self._must_be_open(held)
        assert self._client is not None  # made by _acquire
        return self._client

    def pages(self, window: Window) -> Iterator[Page]:
        """The records in the window.

        `since_param` and `until_param` ask the system for the window. What they do not cover is
        picked here by the cursor field; so is `until` in any case, which systems take for
        inclusive as often as not.
        """
        held = self._must_be_open()
        wanted = record_filter(self.context, self._picked_here(window))
        step, pager = start_paging(self.request, self._url(), self._params(window))
        number = 0
        following: Any = step
        while following is not None:
            answer = self._open_client(held).get(following.url, following.params)
            records, total = self._read(answer)
            following = pager.after(answer, len(records), total)
            number += 1
            kept = [record for record in records if wanted(record)] if wanted else records
            announced = total if self._asks_all(window) else None
            yield Page(number, kept, answer.size, answer.sha256, announced)

    def _read(self, answer: Answer) -> tuple[list[dict[str, Any]], int | None]:
        """The records in an answer, and the total that it announces."""
        return records_in(answer, self.request.items), total_in(answer, self.request.total)

    def _url(self) -> str:
        assert isinstance(self.request, RestRequest)  # checked where the source is read
        return self.connection.url + self.request.path

    def _params(self, window: Window) -> dict[str, Any]:
        bounds = {self.request.since_param: window.since, self.request.until_param: window.until}
        asked = {name: value for name, value in bounds.items() if name and value is not None}
        return {**self.request.params, **asked}

    def _picked_here(self, window: Window) -> Window:
        asked_until = self.request.until_param and self.context.cursor_field is None
        return Window(
            since=None if self.request.since_param else window.since,
            until=None if asked_until else window.until,
        )

    def _asks_all(self, window: Window) -> bool:
        """Whether the system was asked for the whole window, so that its total is for it."""
        return (window.since is None or self.request.since_param is not None) and (
            window.until is None or self.request.until_param is not None
        )

    def health(self) -> Health:
        """Whether one record can be read now, at the first attempt."""
        return self._timed_health(self._probe)

    def _probe(self) -> str:
        step, _ = start_paging(self.request, self._url(), self._params(Window()))
        params = dict(step.params)
        if self.request.page.size is not None:
            params[self.request.page.size_param] = 1
        answer = self._open_client().get(step.url, params, attempts=1)
        return f"answered with {answer.size} bytes of JSON"

    def describe(self) -> Description:
        """The fields and kinds of values on the first page."""
        with self._opened():
            step, _ = start_paging(self.request, self._url(), self._params(Window()))
            answer = self._open_client().get(step.url, step.params)
        records, total = self._read(answer)
        notes = [] if total is None else [f"{total} records announced"]
        return describe_records(records[:SAMPLE_SIZE], notes)
