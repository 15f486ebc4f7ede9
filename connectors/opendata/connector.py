"""Reading a dataset of the open data portal, page by page."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel

from connectors.errors import WillNeverWork
from connectors.opendata.envelope import records_in, total_in
from connectors.opendata.options import SINCE, UNTIL, OpendataConnection, OpendataRequest
from connectors.protocol import SourceContext
from connectors.rest.answer import Answer
from connectors.rest.client import Params, RestClient
from connectors.rest.connector import RestConnector


class OpendataConnector(RestConnector):
    """Reads `GET /api/v4/<dataset>/<version>?apiKey=…&source={…}`.

    The key stands in the address, as the portal wants it: it is put there last and taken out of
    every text, and no redirect to another host takes it along.
    """

    name: ClassVar[str] = "opendata"
    Connection: ClassVar[type[BaseModel]] = OpendataConnection
    Request: ClassVar[type[BaseModel]] = OpendataRequest

    def __init__(
        self, connection: OpendataConnection, request: OpendataRequest, context: SourceContext
    ) -> None:
        super().__init__(connection.over_http(), request.over_http(), context)
        self._dataset = request

    def _acquire(self, held: ExitStack) -> None:
        client = RestClient(self.connection, self.context.folder, self.context.tell)
        held.callback(client.close)
        self._client = Portal(client, self._dataset)

    def _read(self, answer: Answer) -> tuple[list[dict[str, Any]], int | None]:
        return records_in(answer), total_in(answer)

    def _url(self) -> str:
        path = self._dataset.over_http().path
        return f"{self.connection.url}{path}"


class Portal:
    """Writes offset, size and window as the portal's `source`, and keeps to its bound.

    Behind `most` records a portal on Elasticsearch gives none, or an error; a dataset that is
    longer is refused before a part of it could be taken for the whole.
    """

    def __init__(self, client: RestClient, dataset: OpendataRequest) -> None:
        self._client = client
        self._dataset = dataset
        self._total: int | None = None

    def get(self, url: str, params: Params, attempts: int | None = None) -> Answer:
        """The page at `from`.

        Raises:
            WillNeverWork: the dataset is longer than the portal lets one read.
            ConnectorError: as `RestClient.get`.
        """
        start, most = int(params["from"]), self._dataset.most
        asked = f"Reading {self._dataset.dataset} of the portal"
        if start >= most:
            if self._total == start:
                return _empty(asked, url)
            raise self._too_long(asked, f"{start:,} records, and there are more")
        size = min(int(params["size"]), most - start)
        source = {"from": start, "size": size, **_wanted(self._dataset, params)}
        answer = self._client.get(url, {"source": orjson.dumps(source).decode()}, attempts)
        self._total = total_in(answer)
        if self._total is not None and self._total > most:
            raise self._too_long(asked, f"{self._total:,} records")
        return answer

    def _too_long(self, asked: str, found: str) -> WillNeverWork:
        return WillNeverWork(
            asked,
            f"{found}, of which the portal gives {self._dataset.most:,}",
            "Ask for less: with `query`, or with `window` and a cursor; or raise `most`",
        )


def _wanted(dataset: OpendataRequest, params: Mapping[str, Any]) -> dict[str, Any]:
    """Query and order, as Elasticsearch has them."""
    bounds = {name: params[name] for name in (SINCE, UNTIL) if name in params}
    parts = [dataset.query] if dataset.query else []
    if bounds and dataset.window:
        parts.append({"range": {dataset.window: bounds}})
    query: dict[str, Any] = {"bool": {"filter": parts}} if len(parts) > 1 else {}
    wanted = {"query": query or parts[0]} if parts else {}
    return wanted | ({"sort": [{dataset.sort: "asc"}]} if dataset.sort else {})


def _empty(asked: str, url: str) -> Answer:
    return Answer(asked, url, b"[]", "application/json", None, {})
