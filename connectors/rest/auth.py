"""Credentials on a request, resolved when the connector opens."""

from base64 import b64encode
from collections.abc import Callable
from threading import Lock
from time import monotonic
from urllib.parse import quote_plus

from requests import PreparedRequest
from requests.auth import AuthBase

from connectors.rest.auth_options import (
    Auth,
    BasicAuth,
    BearerAuth,
    HeaderAuth,
    NoAuth,
    OAuth2ClientCredentials,
    QueryAuth,
)
from models.environment.secrets import remember
from models.errors import ConfigurationError

Token = tuple[str, float]  # the token, and for how many seconds it is good
_EARLY = 30.0  # seconds before a token ends in which it is not used any more


class Credentials(AuthBase):
    """Puts credentials on a request."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Spellings of secrets beside those in the environment, to be taken out of texts."""
        return ()


class Nobody(Credentials):
    """No credentials, and none from ~/.netrc either (which requests reads without any auth)."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Leave the request as it is."""
        return request


class Header(Credentials):
    """A value in a header."""

    def __init__(self, name: str, value: str) -> None:
        if not value.isprintable() or not value.isascii():
            # http.client would say so as well, and print the value.
            raise ConfigurationError(
                f"Putting a secret into the header {name}",
                "it has a line break, or letters that a header cannot have",
                "Look at the secret: often a file's last line break has come along",
            )
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the value into the header."""
        request.headers[self._name] = self._value
        return request


class Query(Credentials):
    """A value among the query parameters: put there last, so that no text of ours has it."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value
        remember(quote_plus(value))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the value into the address."""
        request.prepare_url(request.url or "", {self._name: self._value})
        return request


class Renewable(Credentials):
    """A bearer token that is fetched when it is needed, and anew when it is no longer good.

    Threads share it: one fetches, the others wait for that.
    """

    def __init__(self, fetch: Callable[[], Token]) -> None:
        self._fetch = fetch
        self._lock = Lock()
        self._token: str | None = None
        self._good_until = 0.0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token into the header; fetched first where there is none that is good."""
        with self._lock:
            if self._token is None or monotonic() >= self._good_until:
                self._token, good_for = self._fetch()
                self._good_until = monotonic() + max(good_for - _EARLY, good_for / 2)
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def forget(self) -> None:
        """Fetch a new token for the next request."""
        self._token = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token, to be taken out of texts."""
        return (self._token,) if self._token else ()


class Basic(Header):
    """User and password, in UTF-8 (RFC 7617): requests would write them as latin-1."""

    def __init__(self, user: str, password: str) -> None:
        self._spelled = b64encode(f"{user}:{password}".encode()).decode()
        super().__init__("Authorization", f"Basic {self._spelled}")

    @property
    def secrets(self) -> tuple[str, ...]:
        """User and password as they are sent, to be taken out of texts."""
        return (self._spelled,)


def credentials(
    auth: Auth, fetch_token: Callable[[OAuth2ClientCredentials, str], Token]
) -> Credentials:
    """What puts the credentials on a request.

    Raises:
        ConfigurationError: a secret is missing; names it.
    """
    match auth:
        case NoAuth():
            return Nobody()
        case HeaderAuth():
            return Header(auth.name, auth.value.resolve())
        case QueryAuth():
            return Query(auth.name, auth.value.resolve())
        case BasicAuth():
            return Basic(auth.user, auth.password.resolve())
        case BearerAuth():
            return Header("Authorization", f"Bearer {auth.token.resolve()}")
        case OAuth2ClientCredentials():
            secret = auth.client_secret.resolve()
            return Renewable(lambda: fetch_token(auth, secret))
