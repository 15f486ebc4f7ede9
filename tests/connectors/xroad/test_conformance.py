"""Reading on X-Road, as every connector has to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

import pytest
from lxml import etree
from pydantic import ValidationError

from connectors.errors import RetryLater, WillNeverWork
from connectors.protocol import SourceContext, Window
from connectors.xroad import XRoadConnection, XRoadConnector, XRoadRequest
from tests.connectors.conformance import PAGE_SIZE, SECRET, SECRET_VARIABLE, Conformance, Harness
from tests.connectors.rest.server import Reply, Seen, Server


class Member(Harness):
    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.context = SourceContext("land.rows", "land", folder, "changed_at")
        self.path = "/r1/KZ/GOV/LAND/%D1%80%D0%B5%D0%B5%D1%81%D1%82%D1%80/v1/rows"

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        def route(seen: Seen) -> Reply:
            assert seen.headers["X-Road-Client"] == "KZ/GOV/AGENCY/tereze"
            assert UUID(seen.headers["X-Road-Id"])
            if seen.headers.get("Authorization") != f"Bearer {SECRET}":
                return Reply({"error": "who?"}, 401)
            start = (int(seen.params["page"]) - 1) * int(seen.params["size"])
            return Reply({"items": records[start : start + int(seen.params["size"])]})

        self.server.routes[self.path] = route

    def connector(self, page_size: int = PAGE_SIZE) -> XRoadConnector:
        connection = {
            "url": self.server.url,
            "client": "KZ/GOV/AGENCY/tereze",
            "user_id": "KZ-17",
            "auth": {"kind": "bearer", "token": {"env": SECRET_VARIABLE}},
            "retry": {"attempts": 1},
        }
        request = {
            "service": "KZ/GOV/LAND/реестр/v1",
            "path": "/rows",
            "page": {"param": "page", "size": page_size},
            "items": "items",
        }
        return XRoadConnector(
            XRoadConnection.model_validate(connection),
            XRoadRequest.model_validate(request),
            self.context,
        )

    def break_down(self) -> None:
        self.server.routes[self.path] = lambda seen: Reply(str(seen.headers).encode())


class SoapMember(Member):
    """The same rows over SOAP: window, page and size are fields of the request."""

    def __init__(self, server: Server, folder: Path) -> None:
        super().__init__(server, folder)
        self.path = "/"

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        def route(seen: Seen) -> Reply:
            root = etree.fromstring(seen.body.encode())
            if seen.headers.get("Authorization") != f"Bearer {SECRET}":
                return Reply(b"who?", 401)
            asked = {etree.QName(each).localname: each.text or "" for each in root[1][0]}
            number = root.findtext(".//{http://x-road.eu/xsd/xroad.xsd}id")
            rows = [r for r in records if asked.get("since", "") <= r["changed_at"]]
            start = (int(asked["page"]) - 1) * int(asked["size"])
            part = rows[start : start + int(asked["size"])]
            return envelope(number, f"<rows><total>{len(rows)}</total>{written(part)}</rows>")

        self.server.routes[self.path] = route

    def connector(self, page_size: int = PAGE_SIZE) -> XRoadConnector:
        rest = super().connector(page_size)
        request = {
            "service": "KZ/GOV/LAND/реестр/rows",
            "protocol": "soap",
            "namespace": "urn:rows",
            "lists": ["row"],
            "page": {"param": "page", "size": page_size},
            "items": "row || `[]`",
            "since_param": "since",
        }
        return XRoadConnector(
            XRoadConnection.model_validate(rest.connection),
            XRoadRequest.model_validate(request),
            self.context,
        )

    def break_down(self) -> None:
        self.server.routes[self.path] = lambda seen: Reply(str(seen.headers).encode())


def written(rows: Sequence[dict[str, Any]]) -> str:
    return "".join(
        "<row>" + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items()) + "</row>"
        for row in rows
    )


def envelope(number: str | None, body: str) -> Reply:
    text = f"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
      xmlns:x="http://x-road.eu/xsd/xroad.xsd"><e:Header><x:id>{number}</x:id></e:Header>
      <e:Body>{body}</e:Body></e:Envelope>"""
    return Reply(text.encode(), headers={"Content-Type": "text/xml"})


class TestXRoad(Conformance):
    @pytest.fixture(params=[Member, SoapMember])
    def harness(self, request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Member:
        made: Member = request.param(server, tmp_path)
        return made


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Server.ServerProxy.AccessDenied", WillNeverWork),
        ("Server.ClientProxy.UnknownMember", WillNeverWork),
        ("Server.ServerProxy.NetworkError", RetryLater),
    ],
)
def test_a_failed_exchange_says_where(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, kind: type
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    member = Member(server, tmp_path)
    server.routes[member.path] = lambda _: Reply({"type": code}, 500, {"X-Road-Error": code})
    connector = member.connector()
    connector.open()
    with pytest.raises(kind, match=f"the exchange failed with {code}"):
        list(connector.pages(Window()))
    connector.close()


SERVICE = "KZ/GOV/LAND/cadastre/rows"
WRONG: list[dict[str, Any]] = [
    {"namespace": "urn:rows"},
    {"protocol": "soap"},
    {"protocol": "soap", "namespace": "n", "path": "/rows"},
    {"protocol": "soap", "namespace": "n", "next": "next"},
    {"path": "rows"},
]


@pytest.mark.parametrize("request_", WRONG)
def test_a_source_is_of_one_protocol(request_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        XRoadRequest.model_validate({"service": SERVICE, **request_})
