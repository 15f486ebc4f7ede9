"""The gateway's application: two channels, a certificate, a ledger."""

from collections.abc import Callable
from typing import Any

from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.acts.answers import BOMB
from sandbox.acts.desk import Acting, Desk
from sandbox.acts.faults import XML, Struck, how
from sandbox.acts.ledger import written
from sandbox.civil_registry import envelopes
from sandbox.civil_registry.envelopes import ASYNC, SYNC, Asked, NotUnderstood
from sandbox.civil_registry.gateway import Queue
from sandbox.civil_registry.keys import kept_pair, new_pair
from sandbox.civil_registry.registry import ATTACH, DATA, DONE, Registry, Told
from sandbox.ncanode.wsse import SOAP, sign, verify

NAME = "civil_registry"
_XML = "text/xml; charset=utf-8"
_WORDS = {DONE: "Message has been processed successfully", DATA: "Business data"}
Answering = Callable[[Asked, Struck], Any]


def build(settings: Acting) -> "CivilRegistry":
    """The registry with these options."""
    return CivilRegistry(Desk(NAME, settings, XML))


class CivilRegistry:
    """The registry behind its gateway."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        ledger = desk.settings.ledger
        self._pair = kept_pair(NAME, ledger.parent if ledger else None)
        self._other = new_pair("another body")
        self._registry = Registry(desk.ledger)
        self._queue = Queue(self._pass_on, desk.settings.after)

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/sync", self._channel(SYNC, self._sync), methods=["POST"]),
                Route("/async", self._channel(ASYNC, self._async), methods=["POST"]),
                Route("/certificate", self._certificate),
                *self.desk.routes(),
            ]
        )

    async def _certificate(self, _request: Request) -> Response:
        return Response(self._pair.pem, media_type="application/x-pem-file")

    def _channel(self, namespace: str, answering: Answering) -> Any:
        async def handle(request: Request) -> Response:
            raw = await request.body()
            try:
                asked = envelopes.read(raw, namespace)
                self._check_signature(raw)
            except NotUnderstood as error:
                return self._fault("SCGE001", str(error))
            where = asked.service or asked.operation
            return await self.desk.answer(where, lambda hit: self._signed(answering, asked, hit))

        return handle

    @staticmethod
    def _check_signature(raw: bytes) -> None:
        """A message may come unsigned; one that is signed has to be so rightly."""
        root = etree.fromstring(raw)
        signed = root.find(f"{{{SOAP}}}Header/{{*}}Security") is not None
        if signed and verify(root) is None:
            raise NotUnderstood("the signature is wrong")

    def _signed(self, answering: Answering, asked: Asked, hit: Struck) -> Response:
        self._queue.work(self.desk.clock.exact(), self._now())
        envelope = answering(asked, hit)
        if envelope is None:
            return self._fault("SCGE002", "no such message")
        if "xml_bomb" in hit:
            return Response(BOMB, media_type=_XML)
        if "unsigned" in hit:
            return Response(etree.tostring(envelope), media_type=_XML)
        if (wrong := hit.get("wrongly_signed")) and wrong.options.get("value") == "another":
            return Response(
                sign(envelope, self._other.key, self._other.certificate), media_type=_XML
            )
        raw = sign(envelope, self._pair.key, self._pair.certificate)
        if wrong:  # changed on the way, as somebody between would do it
            raw = raw.replace(b"Date>2", b"Date>3", 1)
        return Response(raw, media_type=_XML)

    def _sync(self, asked: Asked, hit: Struck) -> Any:
        told = self._told(asked, hit)
        words = _WORDS.get(told.code, "The message was not processed")
        return envelopes.sync_answer(asked, told.code, words, told.data, self._now())

    def _told(self, asked: Asked, hit: Struck) -> Told:
        inside = hit.get("fault_inside")
        if inside is None or how(inside, "before") == "after":
            told = self._do(asked, hit, self._now())
        if inside is None:
            return told
        code = str(inside.options.get("value", "SCSE003"))
        return Told(code, {"resultCode": "99999", "reasonEn": "no connection to the registry"})

    def _do(self, asked: Asked, hit: Struck, at: str) -> Told:
        if "refuse" in hit:
            return self._registry.refuse(asked.key)
        told = self._registry.do(asked.service, asked.key, asked.data, at)
        underway = told.data.get("state") == "absent" and self._queue.holds(asked.data["key"])
        return Told(told.code, {**told.data, "state": "accepted"}) if underway else told

    def _pass_on(self, asked: Asked, at: str) -> Told:
        return self._registry.do(asked.service, asked.key, asked.data, at)

    def _async(self, asked: Asked, hit: Struck) -> Any:
        now, at = self.desk.clock.exact(), self._now()
        fields: dict[str, Any] | None = None
        match asked.operation:
            case "sendMessage" if asked.service == ATTACH:
                told = self._registry.refuse(asked.key) if "refuse" in hit else None
                fields = self._queue.take(asked, now, at, told)
            case "getMessages":
                fields = self._queue.answers(asked, now, at)
            case "getMessageStatus":
                fields = self._queue.status(asked, at)
            case "sendDeliveryNotification":
                fields = {"responseDate": at}
        return None if fields is None else envelopes.async_answer(asked.operation, fields)

    def _fault(self, code: str, words: str) -> Response:
        return Response(envelopes.fault(code, words, self._now()), 500, media_type=_XML)

    def _now(self) -> str:
        return written(self.desk.clock.exact())
