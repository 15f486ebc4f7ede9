"""The SHEP connector, as every connector has to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from connectors.protocol import SourceContext
from connectors.shep import ShepConnection, ShepConnector, ShepRequest
from tests.connectors.conformance import PAGE_SIZE, SECRET, SECRET_VARIABLE, Conformance, Harness
from tests.connectors.rest.server import Reply, Seen, Server
from tests.connectors.shep import answers

Rows = Sequence[dict[str, Any]]


def page(rows: Rows, asked: dict[str, str]) -> str:
    """What a body answers: records from a day to a day, by number of page."""
    since, until = asked.get("from", ""), asked.get("to", "9")
    found = [row for row in rows if since <= row["changed_at"] <= until]
    start = (int(asked["page"]) - 1) * int(asked["size"])
    part = "".join(
        "<act>" + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items()) + "</act>"
        for row in found[start : start + int(asked["size"])]
    )
    return f"<resultCode>00000</resultCode><acts>{part}</acts>"


class ShepHarness(Harness):
    def __init__(self, server: Server, folder: Path, form: str) -> None:
        self.server = server
        self.form = form
        self.context = SourceContext("registry.acts", "registry", folder, "changed_at")

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        def route(seen: Seen) -> Reply:
            request = etree.fromstring(seen.body.encode())
            if request.findtext(".//password") != SECRET:
                return Reply(answers.fault("s:Client"), 500)
            data = request.find(".//requestData/data")
            if self.form == "text":
                data = etree.fromstring(data.text)
            inside = page(records, {each.tag: each.text or "" for each in data})
            if self.form == "text":
                inside = escape(f"<answer>{inside}</answer>")
            return Reply(answers.sync(f"<data>{inside}</data>"))

        self.server.routes["/sync"] = route

    def connector(self, page_size: int = PAGE_SIZE) -> ShepConnector:
        sender = {"id": "tereze", "password": {"env": SECRET_VARIABLE}}
        connection = {"url": self.server.url, "sync_path": "/sync", "sender": sender}
        request = {
            "service": "CivilRegistry.Acts",
            "items": "acts.act || `[]`",
            "lists": ["act"],
            "page": {"param": "page", "size": page_size},
            "since_param": "from",
            "until_param": "to",
        }
        if self.form == "text":
            request |= {"form": "text", "root": "ask"}
        return ShepConnector(
            ShepConnection.model_validate({**connection, "retry": {"attempts": 1}}),
            ShepRequest.model_validate(request),
            self.context,
        )

    def break_down(self) -> None:
        self.server.routes["/sync"] = lambda seen: Reply(seen.body.encode())


class TestShep(Conformance):
    @pytest.fixture(params=["element", "text"])
    def harness(
        self, request: pytest.FixtureRequest, server: Server, tmp_path: Path
    ) -> ShepHarness:
        return ShepHarness(server, tmp_path, request.param)
