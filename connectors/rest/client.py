"""GET with credentials, time limits, a rate and another attempt where it may help."""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Response, Session
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from connectors.calls import Call, Told, told, untold
from connectors.errors import ConnectorError, RetryLater, WrongAnswer
from connectors.rest.answer import Answer, CutOff, read_answer
from connectors.rest.auth import Nobody, Renewable, Token, credentials
from connectors.rest.auth_options import OAuth2ClientCredentials
from connectors.rest.network import network_error, too_late
from connectors.rest.options import RestConnection
from connectors.rest.pace import Pace
from connectors.rest.redirects import follow
from connectors.rest.status import status_error
from connectors.rest.token import read_token
from connectors.rest.watchdog import Watchdog, WatchedAdapter
from models.environment.secrets import redact
from models.errors import ConfigurationError

Params = Mapping[str, Any]
_ACCEPT = {"Accept": "application/json, */*;q=0.5"}


class RestClient:
    """One session with one system."""

    def __init__(self, connection: RestConnection, folder: Path, tell: Told = untold) -> None:
        self._connection = connection
        self._tell = tell
        self._verify = _trust(connection, folder)
        self._auth = credentials(connection.auth, self._fetch_token)
        self._session = Session()
        self._session.mount("http://", WatchedAdapter())
        self._session.mount("https://", WatchedAdapter())
        self._pace = Pace(connection.rate.per_second)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, url: str, params: Params, attempts: int | None = None) -> Answer:
        """The answer, known to be JSON; asked for again where that may help.

        Raises:
            RetryLater: no answer after all attempts, or the system asks to wait for long.
            WillNeverWork: the system refuses the request.
            WrongAnswer: the answer is not JSON, too long, or leads in circles.
        """
        return self.retried(attempts, lambda: self._attempt(_full(url, params)))

    def retried(self, attempts: int | None, attempt: Callable[[], Answer]) -> Answer:
        """The answer of an attempt, made anew where that may help; raises as `get` does."""
        retrying = Retrying(
            stop=stop_after_attempt(attempts or self._connection.retry.attempts),
            wait=self._wait,
            retry=retry_if_exception(self._worth_another),
            reraise=True,
        )
        try:
            return retrying(attempt)
        except (RetryLater, CutOff) as error:
            raise _after(error, int(retrying.statistics["attempt_number"])) from error

    def raw(self, url: str) -> Answer:
        """The answer to one attempt, whatever it is: a document and no records.

        Raises:
            ConnectorError: as `get`, but for what is no JSON.
        """
        return self._exchange(f"Asking {redact(url)}", "GET", url)

    def _worth_another(self, error: BaseException) -> bool:
        if isinstance(error, RetryLater):
            return (error.retry_after or 0) <= self._connection.retry.max_wait
        return isinstance(error, CutOff)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, RetryLater) and error.retry_after is not None:
            return error.retry_after
        retry = self._connection.retry
        return wait_exponential_jitter(
            initial=retry.first_wait, max=retry.max_wait, jitter=retry.first_wait
        )(state)

    def _attempt(self, url: str) -> Answer:
        self._keep_rate()
        answer = self._exchange(f"Asking {redact(url)}", "GET", url)
        answer.document  # noqa: B018 - read here, so that what was cut off is asked for again
        return answer

    def _exchange(self, asked: str, method: str, url: str, **form: Any) -> Answer:
        with told(self._tell, urlsplit(url).path or "/") as call:
            return self._answered(call, asked, method, url, **form)

    def _answered(self, call: Call, asked: str, method: str, url: str, **form: Any) -> Answer:
        with Watchdog(self._connection.answer_within) as dog:
            try:
                with self._response(asked, method, url, **form) as response:
                    call.status = response.status_code
                    if error := self.refusal(asked, response):
                        raise error
                    limit = self._connection.max_bytes
                    answer = read_answer(asked, response, limit, self._auth.secrets)
                    call.size = answer.size
            except requests.RequestException as error:
                if dog.fired:
                    raise too_late(asked, self._connection) from error
                raise network_error(asked, error, self._connection) from error
            except ValueError as error:  # requests looks at a redirect's address in any case
                raise WrongAnswer(
                    asked,
                    f"a redirect to what is no address ({redact(str(error))})",
                    "Ask the system's owner for the address to use",
                ) from error
            if dog.fired:  # headers that break off look like headers that end
                raise too_late(asked, self._connection)
        return answer

    def _response(self, asked: str, method: str, url: str, **form: Any) -> Response:
        def send(where: str, trusted: bool) -> Response:
            return self._send(method, where, auth=self._auth if trusted else Nobody())

        if form:
            return self._send(method, url, **form)
        response = follow(asked, url, send)
        if response.status_code == 401 and isinstance(self._auth, Renewable):
            response.close()
            self._auth.forget()
            response = follow(asked, url, send)
        return response

    def _send(self, method: str, url: str, **more: Any) -> Response:
        timeouts = self._connection.timeouts
        return self._session.request(
            method,
            url,
            headers=_ACCEPT | self.headers(),
            timeout=(timeouts.connect, timeouts.read),
            verify=self._verify,
            stream=True,
            allow_redirects=False,
            **more,
        )

    def headers(self) -> dict[str, str]:
        """Headers that a protocol on top of HTTP puts on every request."""
        return {}

    def refusal(self, asked: str, response: Response) -> ConnectorError | None:
        """The error that an answer's status and headers stand for; None for what can be read."""
        return status_error(asked, response)

    def _keep_rate(self) -> None:
        self._pace.wait()

    def _fetch_token(self, auth: OAuth2ClientCredentials, secret: str) -> Token:
        form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
        asked = f"Fetching a token for {auth.client_id} from {auth.token_url}"
        who = requests.auth.HTTPBasicAuth(auth.client_id.encode(), secret.encode())
        return read_token(self._exchange(asked, "POST", auth.token_url, data=form, auth=who))


def _full(url: str, params: Params) -> str:
    """The address with its parameters."""
    request = PreparedRequest()
    request.prepare_url(url, dict(params))
    return str(request.url)


def _trust(connection: RestConnection, folder: Path) -> bool | str:
    if connection.ca_file is None:
        return connection.verify
    path = folder / connection.ca_file
    if not path.is_file():
        raise ConfigurationError(
            f"Reading the certificates for {connection.url}",
            f"there is no file {connection.ca_file}",
            "Put it there, or correct `ca_file`",
        )
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        raise ConfigurationError(
            f"Reading the certificates for {connection.url}",
            f"{connection.ca_file} holds none that can be read ({error})",
            "Give the certificates as PEM, with -----BEGIN CERTIFICATE----- above each",
        ) from error
    return str(path)


def _after(error: RetryLater | CutOff, attempts: int) -> ConnectorError:
    """The same error, saying after how many attempts."""
    if attempts == 1:
        return error
    found = f"{error.found}; {attempts} attempts"
    if isinstance(error, RetryLater):
        return RetryLater(error.tried, found, error.next_step, error.retry_after)
    return type(error)(error.tried, found, error.next_step)
