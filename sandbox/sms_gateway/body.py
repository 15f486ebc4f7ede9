"""The SMS gateway: takes messages, each once for its key."""

from starlette.applications import Starlette
from starlette.responses import Response

from sandbox.acts.desk import Acting, Desk
from sandbox.acts.faults import Struck
from sandbox.acts.rest import Content, route, told, wrong

NAME = "sms_gateway"


def build(settings: Acting) -> "SmsGateway":
    """The gateway with these options."""
    return SmsGateway(Desk(NAME, settings))


class SmsGateway:
    """`POST /messages {key, phone, text}` answers `{id}`; `GET /messages/{key}` what became."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                route(self.desk, "POST", "/messages", self._send, ("key", "phone", "text")),
                route(self.desk, "GET", "/messages/{key}", self._sent),
                *self.desk.routes(),
            ]
        )

    def _send(self, asked: Content, hit: Struck) -> Response:
        if "refuse" in hit or not str(asked["phone"]).startswith("+"):
            return wrong(400, "no number to send to: write +7…")
        entry = self.desk.ledger.last(asked["key"])
        if entry is None:
            number = f"SMS-{self.desk.ledger.count('send') + 1:06d}"
            told_of = {"id": number, "phone": asked["phone"], "text": asked["text"]}
            entry = self.desk.ledger.write("send", asked["key"], told_of)
        return told({"id": entry.what["id"], "state": "sent"}, 201)

    def _sent(self, asked: Content, hit: Struck) -> Response:  # noqa: ARG002 - as all work
        entry = self.desk.ledger.last(asked["key"])
        if entry is None:
            return wrong(404, "no such message")
        return told({"id": entry.what["id"], "state": "sent"})
