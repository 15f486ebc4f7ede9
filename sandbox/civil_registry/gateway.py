"""The asynchronous channel: messages that are answered later, and fetched."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.civil_registry.envelopes import Asked
from sandbox.civil_registry.registry import Told


@dataclass
class Message:
    """A message that was taken, and its answer from `ready_at` on."""

    asked: Asked
    message_id: str
    correlation_id: str
    ready_at: float
    at: str
    told: Told | None = None
    delivered: bool = False


class Queue:
    """Messages of the asynchronous channel, in memory as long as the gateway runs.

    A message is passed on when it is due; its body is asked for what it did by `Clinics.Status`.
    """

    def __init__(self, do: Callable[[Asked, str], Told], after: float) -> None:
        self._do = do
        self._after = after
        self._messages: dict[str, Message] = {}
        self._waiting: list[Message] = []

    def take(self, asked: Asked, now: float, at: str, told: Told | None = None) -> dict[str, Any]:
        """Take a message, with its answer where that is known: the gateway's own ids of it."""
        message = Message(asked, str(uuid.uuid4()), str(uuid.uuid4()), now + self._after, at, told)
        self._messages[message.message_id] = message
        if told is None:
            self._waiting.append(message)
        return {
            "messageId": message.message_id,
            "correlationId": message.correlation_id,
            "responseDate": at,
            "sessionId": f"{{{uuid.uuid4()}}}",
        }

    def work(self, now: float, at: str) -> None:
        """Pass on what is due."""
        for message in self._waiting:
            if message.ready_at <= now:
                message.told = self._do(message.asked, at)
        self._waiting = [message for message in self._waiting if message.told is None]

    def holds(self, key: str) -> bool:
        """Whether a message with this key waits to be passed on."""
        return any(each.asked.key == key for each in self._waiting)

    def answers(self, asked: Asked, now: float, at: str) -> dict[str, Any]:
        """The answers that were asked for and are there: all that were not fetched before,
        or those to one message or chain."""
        wanted = {name: asked.data.get(name) for name in ("messageId", "correlationId")}
        named = any(wanted.values())
        found = []
        for message in self._messages.values():
            fits = not named or wanted["messageId"] == message.message_id
            fits = fits or (named and wanted["correlationId"] == message.correlation_id)
            if (
                message.told is not None
                and message.ready_at <= now
                and fits
                and (named or not message.delivered)
            ):
                message.delivered = True
                found.append(_answer(message, at))
        return {"responseDate": at, "messages": found}

    def status(self, asked: Asked, at: str) -> dict[str, Any] | None:
        """The state of a message; None where there is none of that id."""
        message = self._messages.get(asked.data.get("messageId", ""))
        if message is None:
            return None
        state = "ON_DELIVERY" if message.told is None else "DELIVERED"
        return {
            "messageState": state,
            "status": {"code": state, "message": state},
            "responseDate": at,
        }


def _answer(message: Message, at: str) -> dict[str, Any]:
    assert message.told is not None  # only such are answered
    return {
        "messageInfo": {
            "messageId": str(uuid.uuid4()),
            "correlationId": message.correlation_id,
            "serviceId": message.asked.service,
            "messageType": "RESPONSE",
            "messageDate": at,
        },
        "messageData": {"data": message.told.data},
    }
