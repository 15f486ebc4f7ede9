"""The connector of the open data portal, as every connector has to be."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.opendata import OpendataConnection, OpendataConnector, OpendataRequest
from connectors.protocol import SourceContext
from tests.connectors.conformance import PAGE_SIZE, SECRET, SECRET_VARIABLE, Conformance, Harness
from tests.connectors.rest.server import Reply, Seen, Server

Rows = Sequence[dict[str, Any]]
PATH = "/api/v4/offices/v2"


def as_list(rows: Rows, page: Rows) -> Any:  # noqa: ARG001 - all answers are made of both
    return page


def as_envelope(rows: Rows, page: Rows) -> Any:
    hits = [{"_id": str(row["number"]), "_source": row} for row in page]
    return {"hits": {"total": {"value": len(rows), "relation": "eq"}, "hits": hits}}


class Portal(Harness):
    def __init__(
        self, server: Server, folder: Path, shape: Callable[[Rows, Rows], Any], window: bool
    ) -> None:
        self.server = server
        self.shape = shape
        self.window = {"window": "changed_at"} if window else {}
        self.context = SourceContext("portal.offices", "portal", folder, "changed_at")

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        def route(seen: Seen) -> Reply:
            if seen.params.get("apiKey") != SECRET:
                return Reply({"error": "no key"}, 403)
            source = json.loads(seen.params["source"])
            span = source.get("query", {}).get("range", {}).get("changed_at", {})
            wanted = [
                row
                for row in records
                if span.get("gte", "") <= row["changed_at"] < span.get("lt", "9")
            ]
            page = wanted[source["from"] : source["from"] + source["size"]]
            return Reply(self.shape(wanted, page))

        self.server.routes[PATH] = route

    def connector(self, page_size: int = PAGE_SIZE) -> OpendataConnector:
        connection = {
            "url": self.server.url,
            "api_key": {"env": SECRET_VARIABLE},
            "retry": {"attempts": 1},
        }
        request = {"dataset": "offices", "version": "v2", "size": page_size, **self.window}
        return OpendataConnector(
            OpendataConnection.model_validate(connection),
            OpendataRequest.model_validate(request),
            self.context,
        )

    def break_down(self) -> None:
        self.server.routes[PATH] = lambda seen: Reply(str(seen.params).encode())


SHAPES = {
    "list": (as_list, False),
    "envelope": (as_envelope, True),
}


class TestOpendata(Conformance):
    @pytest.fixture(params=SHAPES)
    def harness(self, request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Portal:
        return Portal(server, tmp_path, *SHAPES[request.param])
