"""One request sent once, with it being certain whether it can have reached the system."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Response
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict

from connectors.calling import Copy, NotSent, Unanswered, Untrusted
from connectors.calls import Call, Told, untold
from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.rest.answer import Answer, TooLong, read_answer
from connectors.rest.auth import Renewable
from connectors.rest.client import RestClient
from connectors.rest.network import network_error, too_late
from connectors.rest.options import RestConnection
from connectors.rest.watchdog import Watchdog, WatchedAdapter
from models.environment.secrets import redact

_CONNECTIONS = 64  # kept open at once; more are opened and closed again
_AGAIN = "Nothing to do if it passes; else ask the system's owner whether it is up"
_KEPT = 1 << 16


class Sender(RestClient):
    """Sends requests to one system; serves many threads, and tries nothing twice.

    No cookie is kept, and no redirect is followed.
    """

    def __init__(self, connection: RestConnection, folder: Path, tell: Told = untold) -> None:
        super().__init__(connection, folder, tell)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(pool_maxsize=_CONNECTIONS))
        self._settings: dict[str, Any] | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Spellings of credentials, to be taken out of copies."""
        return self._auth.secrets

    def send(
        self,
        call: Call,
        asked: str,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> tuple[int, Mapping[str, str], Answer]:
        """The status, the headers and the whole answer, whatever they say.

        Raises:
            NotSent: it certainly did not reach the system, or a token had run out.
            Unanswered: no whole answer came.
            Untrusted: the answer is longer than `max_bytes`.
            WillNeverWork: the credentials are refused, or the address cannot be asked.
        """
        self._keep_rate()
        with Watchdog(self._connection.answer_within) as dog:
            try:
                with self._sent(method, url, body, headers) as response:
                    call.status = response.status_code
                    self._check_known(asked, response)
                    answer = self._whole(asked, response)
            except requests.RequestException as error:
                raise self._unheard(asked, error, dog) from error
            if dog.fired:  # headers that break off look like headers that end
                raise _unanswered(too_late(asked, self._connection))
        call.size = answer.size
        return response.status_code, response.headers, answer

    def _sent(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Response:
        """Past the session, which would read the whole body of a redirect, however long."""
        timeouts = self._connection.timeouts
        try:
            prepared = self._prepared(method, url, body, headers)
            prepared.prepare_auth(self._auth, url)
        except (RetryLater, WrongAnswer) as error:  # of fetching a token
            raise _not_sent(error) from error
        if self._settings is None:  # of one host; costs half a call
            self._settings = dict(
                self._session.merge_environment_settings(url, {}, True, self._verify, None)
            )
        return self._session.get_adapter(url).send(
            prepared, timeout=(timeouts.connect, timeouts.read), **self._settings
        )

    def _prepared(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> PreparedRequest:
        """By hand: `Request.prepare()` costs as much as sending, most of it for the address."""
        prepared = PreparedRequest()
        prepared.method, prepared.body = method, body
        if self._settings is None or not url.isascii() or " " in url:
            prepared.prepare_url(url, None)
        else:
            prepared.url = url
        prepared.headers = CaseInsensitiveDict(headers)
        prepared.prepare_content_length(body)
        prepared.hooks = default_hooks()
        return prepared

    def _check_known(self, asked: str, response: Response) -> None:
        if response.status_code != 401:
            return
        if isinstance(self._auth, Renewable):
            self._auth.forget()
            raise NotSent(asked, "the token was not taken any more", "Nothing: a new one is got")
        step = "See that the secret is the right one and has not expired"
        raise WillNeverWork(asked, "the system answered 401: it does not know us", step)

    def _whole(self, asked: str, response: Response) -> Answer:
        try:
            return read_answer(asked, response, self._connection.max_bytes, self.secrets)
        except TooLong as error:
            begins = error.beginning[:_KEPT]
            text = redact(begins.decode("utf-8", "replace"), self.secrets)
            step = "Ask the body what it did; or raise `max_bytes` of the connection"
            raise Untrusted(asked, error.found, step, Copy.of(begins, text)) from error

    def _unheard(
        self, asked: str, error: requests.RequestException, dog: Watchdog
    ) -> ConnectorError:
        if dog.fired and dog.sent:
            return _unanswered(too_late(asked, self._connection))
        known = network_error(asked, error, self._connection)
        if dog.sent:
            return _unanswered(known)
        refused = isinstance(known, WillNeverWork)
        if refused and not isinstance(error, requests.exceptions.SSLError):
            return known
        return _not_sent(known)


class _Adapter(WatchedAdapter):
    """Remembers the pool of a host: looking it up costs a tenth of a call."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pools: dict[tuple[str, str], Any] = {}

    def get_connection_with_tls_context(
        self, request: PreparedRequest, *args: Any, **kwargs: Any
    ) -> Any:
        """The pool; certificates and proxies are the same for every request of a sender."""
        host = urlsplit(str(request.url))[:2]
        pool = self._pools.get(host)
        if pool is None:
            pool = super().get_connection_with_tls_context(request, *args, **kwargs)
            self._pools[host] = pool
        return pool

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        """What is asked for: to which proxy it goes is looked up only where there are any."""
        if proxies:
            return super().request_url(request, proxies)
        path = request.path_url
        return f"/{path.lstrip('/')}" if path.startswith("//") else path

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """As requests does, but for the cookies, of which none is kept."""
        response = Response()
        response.status_code, response.reason = resp.status, resp.reason
        response.headers = CaseInsensitiveDict(resp.headers)
        response.url, response.raw, response.request = str(req.url), resp, req
        response.connection = self
        return response

    def close(self) -> None:
        """Let go of the pools: one that is remembered keeps its connections open."""
        self._pools.clear()
        super().close()


def _not_sent(known: ConnectorError) -> NotSent:
    wait = known.retry_after if isinstance(known, RetryLater) else None
    return NotSent(known.tried, f"{known.found}; nothing was sent", known.next_step, wait)


def _unanswered(known: ConnectorError) -> Unanswered:
    return Unanswered(known.tried, f"{known.found}; it may have been done", _AGAIN)
