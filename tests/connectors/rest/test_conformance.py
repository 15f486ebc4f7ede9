"""The REST connector with all its ways of paging, as every connector has to be."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.protocol import SourceContext
from connectors.rest import RestConnection, RestConnector, RestRequest
from tests.connectors.conformance import PAGE_SIZE, SECRET, SECRET_VARIABLE, Conformance, Harness
from tests.connectors.rest.server import Reply, Seen, Server

Rows = Sequence[dict[str, Any]]
Pages = Callable[[Seen, Rows], Reply]


def by_page(seen: Seen, rows: Rows) -> Reply:
    start = (int(seen.params["page"]) - 1) * int(seen.params["size"])
    return Reply({"items": rows[start : start + int(seen.params["size"])], "total": len(rows)})


def by_offset(seen: Seen, rows: Rows) -> Reply:
    start = int(seen.params["from"])
    return Reply(rows[start : start + int(seen.params["limit"])])


def by_cursor(seen: Seen, rows: Rows) -> Reply:
    start, size = int(seen.params.get("after", 0)), int(seen.params["size"])
    more = {"cursor": str(start + size)} if start + size < len(rows) else {}
    return Reply({"hits": {"rows": rows[start : start + size], **more}})


def by_link(seen: Seen, rows: Rows) -> Reply:
    page, size = int(seen.params["page"]), int(seen.params["size"])
    link = f"/rows?page={page + 1}&size={size}" if page * size < len(rows) else None
    return Reply({"items": rows[(page - 1) * size : page * size], "next": link})


def by_header(seen: Seen, rows: Rows) -> Reply:
    start, size = int(seen.params.get("at", 0)), int(seen.params.get("size", PAGE_SIZE))
    link = f'<?at={start + size}&size={size}>; rel="next"'
    return Reply(
        rows[start : start + size], headers={"Link": link} if start + size < len(rows) else {}
    )


WAYS: dict[str, tuple[Pages, dict[str, Any]]] = {
    "page": (by_page, {"page": {"param": "page"}, "items": "items", "total": "total"}),
    "offset": (by_offset, {"page": {"kind": "offset", "param": "from", "size_param": "limit"}}),
    "cursor": (
        by_cursor,
        {"page": {"param": "after", "cursor": "hits.cursor"}, "items": "hits.rows"},
    ),
    "next": (by_link, {"page": {"param": "page"}, "items": "items", "next": "next"}),
    "header": (by_header, {"page": {"kind": "next"}}),
    "since": (
        by_page,
        {
            "page": {"param": "page"},
            "items": "items",
            "since_param": "changed_since",
            "until_param": "changed_until",
        },
    ),
}


class RestHarness(Harness):
    def __init__(self, server: Server, folder: Path, pages: Pages, request: dict[str, Any]) -> None:
        self.server = server
        self.pages = pages
        self.request = request
        self.context = SourceContext("office.rows", "office", folder, "changed_at")

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        def route(seen: Seen) -> Reply:
            if seen.headers.get("X-Api-Key") != SECRET:
                return Reply({"error": "who?"}, 401)
            since = seen.params.get("changed_since", "")
            until = seen.params.get("changed_until", "9")
            # Like many systems, this one takes the end for inclusive.
            return self.pages(seen, [r for r in records if since <= r["changed_at"] <= until])

        self.server.routes["/rows"] = route

    def connector(self, page_size: int = PAGE_SIZE) -> RestConnector:
        auth = {"kind": "header", "name": "X-Api-Key", "value": {"env": SECRET_VARIABLE}}
        connection = {"url": self.server.url, "auth": auth, "retry": {"attempts": 1}}
        paging = {**self.request["page"], "size": page_size}
        return RestConnector(
            RestConnection.model_validate(connection),
            RestRequest.model_validate({"path": "/rows", **self.request, "page": paging}),
            self.context,
        )

    def break_down(self) -> None:
        self.server.routes["/rows"] = lambda seen: Reply(str(seen.headers).encode())


class TestRest(Conformance):
    @pytest.fixture(params=WAYS)
    def harness(
        self, request: pytest.FixtureRequest, server: Server, tmp_path: Path
    ) -> RestHarness:
        return RestHarness(server, tmp_path, *WAYS[request.param])
