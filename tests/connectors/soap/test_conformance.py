"""The SOAP connector, as every connector has to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.protocol import SourceContext
from connectors.soap import SoapConnection, SoapConnector, SoapRequest
from tests.connectors.conformance import PAGE_SIZE, SECRET, SECRET_VARIABLE, Conformance, Harness
from tests.connectors.rest.server import Reply, Server
from tests.connectors.soap import service


class SoapHarness(Harness):
    def __init__(self, server: Server, folder: Path, where: str) -> None:
        self.server = server
        self.where = where
        self.folder = folder
        (folder / "residence.wsdl").write_text(service.WSDL.replace("SCHEMA", "residence.xsd"))
        (folder / "residence.xsd").write_text(service.XSD)
        self.context = SourceContext("migration.rows", "migration", folder, "changed_at")

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        def answer(sent: Any) -> Reply:
            if self.server.seen[-1].headers.get("X-Api-Key") != SECRET:
                return Reply(b"who?", 401)
            ask = service.asked(sent)
            since, until = ask.get("from", ""), ask.get("to", "9")
            found = [row for row in records if since <= row["changed_at"] <= until]
            start = (int(ask["page"]) - 1) * int(ask["size"])
            rows = "".join(
                service.element("row", **row) for row in found[start : start + int(ask["size"])]
            )
            whole = service.element("listResponse", total=len(found))
            return Reply(
                service.envelope(whole.replace("</listResponse>", f"{rows}</listResponse>"))
            )

        service.respond(self.server, answer)

    def connector(self, page_size: int = PAGE_SIZE) -> SoapConnector:
        auth = {"kind": "header", "name": "X-Api-Key", "value": {"env": SECRET_VARIABLE}}
        connection: dict[str, Any] = {"url": f"{self.server.url}/soap", "auth": auth}
        if self.where == "file":
            connection["wsdl"] = "residence.wsdl"
        request = {
            "operation": "List",
            "items": "row",
            "total": "total",
            "page": {"param": "page", "size": page_size},
            "since_param": "from",
            "until_param": "to",
        }
        return SoapConnector(
            SoapConnection.model_validate({**connection, "retry": {"attempts": 1}}),
            SoapRequest.model_validate(request),
            self.context,
        )

    def break_down(self) -> None:
        self.server.routes["/soap"] = lambda seen: Reply(str(seen.headers).encode())


class TestSoap(Conformance):
    @pytest.fixture(params=["address", "file"])
    def harness(
        self, request: pytest.FixtureRequest, server: Server, tmp_path: Path
    ) -> SoapHarness:
        return SoapHarness(server, tmp_path, request.param)
