"""Pages of records out of answers that are no JSON."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from connectors.calling import Reply, Untrusted
from connectors.errors import RetryLater, WillNeverWork, WrongAnswer
from connectors.rest.answer import Answer
from connectors.rest.client import Params, RestClient


class Pages:
    """Asks for pages as the REST connector does; each is what a message was answered.

    A page's size and hash are over its content as JSON: every message has an id and a time of
    its own, so the same page never comes in the same bytes.
    """

    def __init__(
        self, client: RestClient, ask: Callable[[dict[str, Any]], Reply], secrets: Sequence[str]
    ) -> None:
        self._client = client
        self._secrets = tuple(secrets)
        self._ask = ask

    def get(self, url: str, params: Params, attempts: int | None = None) -> Answer:
        """The answer; asked for again where that may help.

        Raises:
            ConnectorError: one of the three kinds.
        """
        return self._client.retried(attempts, lambda: self._attempt(url, params))

    def _attempt(self, url: str, params: Params) -> Answer:
        asked = f"Asking {url}"
        try:
            reply = self._ask(dict(params))
        except Untrusted as error:
            raise WrongAnswer(error.tried, error.found, error.next_step) from error
        if reply.fault is not None:
            found = reply.fault.sentence
            if reply.fault.worked == "no":
                raise WillNeverWork(asked, found, "Compare the request with its description")
            raise RetryLater(asked, found, "Nothing to do if it passes; else ask the owner")
        body = orjson.dumps(reply.document)
        return Answer(asked, url, body, "application/json", None, {}, self._secrets)
