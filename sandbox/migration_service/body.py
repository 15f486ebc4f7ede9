"""The migration service: registers where a person lives.

It registers twice what it is sent twice. It refuses an address in a whole region or district: a
KATO code that ends in `000000` is of no place where anybody lives.
"""

from datetime import date

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.acts.answers import BOMB
from sandbox.acts.desk import Acting, Desk
from sandbox.acts.faults import Struck, how
from sandbox.acts.ledger import Entry
from sandbox.history.local_time import naive
from sandbox.migration_service.envelopes import XML, Asked, NotUnderstood, answer, fault, read
from sandbox.migration_service.wsdl import wsdl

NAME = "migration_service"
REGISTERED, CANCELLED = "residence", "residence.undo"
Told = dict[str, str | None]


def build(settings: Acting) -> "MigrationService":
    """The service with these options."""
    return MigrationService(Desk(NAME, settings, {"xml_bomb"}))


class MigrationService:
    """`RegisterResidence`, `GetRegistration` and `CancelRegistration`, by `POST /`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/", self._message, methods=["POST"]),
                Route("/wsdl", self._wsdl),
                *self.desk.routes(),
            ]
        )

    async def _wsdl(self, request: Request) -> Response:
        address = f"{request.url.scheme}://{request.url.netloc}/"
        return Response(wsdl(address), media_type=XML)

    async def _message(self, request: Request) -> Response:
        try:
            asked = read(await request.body())
        except NotUnderstood as error:
            return Response(fault("Client", str(error)), 500, media_type=XML)
        return await self.desk.answer(asked.operation, lambda hit: self._answer(asked, hit))

    def _answer(self, asked: Asked, hit: Struck) -> Response:
        inside = hit.get("fault_inside")
        told: Told = {"state": "error", "reason": "no connection to the register"}
        if inside is None or how(inside, "before") == "after":
            done = self._do(asked, hit)
            told = done if inside is None else told
        if "xml_bomb" in hit:
            return Response(BOMB, media_type=XML)
        return Response(answer(asked.operation, told), media_type=XML)

    def _do(self, asked: Asked, hit: Struck) -> Told:
        match asked.operation:
            case "RegisterResidence":
                return self._register(asked.fields, "refuse" in hit)
            case "GetRegistration":
                return self._state(self.desk.ledger.last(asked.fields["key"], REGISTERED))
            case _:
                return self._cancel(asked.fields["registrationId"])

    def _register(self, fields: dict[str, str], told_to_refuse: bool) -> Told:
        if why := "told to refuse" if told_to_refuse else _why_not(fields):
            grounds = "paragraph 4 of the rules of registration"
            return {"state": "refused", "reason": why, "grounds": grounds}
        count = self.desk.ledger.count(REGISTERED) + 1
        today: date = naive(self.desk.clock.now()).date()
        what = {**fields, "registrationId": f"RES-{count:06d}", "registeredOn": today.isoformat()}
        return self._state(self.desk.ledger.write(REGISTERED, fields["key"], what))

    def _cancel(self, number: str) -> Told:
        for entry in self.desk.ledger.entries(operation=REGISTERED):
            if entry.what["registrationId"] == number:
                if not self._cancelled(entry):
                    self.desk.ledger.write(CANCELLED, entry.key, {"registrationId": number})
                return self._state(entry)
        return self._state(None)

    def _cancelled(self, entry: Entry) -> bool:
        undone = self.desk.ledger.entries(entry.key, CANCELLED)
        return entry.what["registrationId"] in {each.what["registrationId"] for each in undone}

    def _state(self, entry: Entry | None) -> Told:
        if entry is None:
            return {"state": "absent"}
        return {
            "state": "cancelled" if self._cancelled(entry) else "registered",
            "registrationId": entry.what["registrationId"],
            "registeredOn": entry.what["registeredOn"],
        }


def _why_not(fields: dict[str, str]) -> str | None:
    kato = fields["kato"]
    if len(kato) != 9 or not kato.isdecimal():
        return "The KATO code is none"
    return "Nobody lives in a whole district" if kato.endswith("000000") else None
