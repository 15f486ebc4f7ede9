"""Redirects, followed by hand so that credentials stay with the host they are for."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from requests import Response

from connectors.errors import WrongAnswer
from models.environment.secrets import redact

MOST = 5
Send = Callable[[str, bool], Response]


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: what credentials are for."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:  # a port that is none: the address of nobody
        return "", None, None
    return parts.scheme, parts.hostname, port


def follow(asked: str, url: str, send: Send) -> Response:
    """The answer at the end of the redirects.

    `send` asks an address, with credentials only where the flag says so: they are never sent to
    another origin, nor again after one was passed through.

    Raises:
        WrongAnswer: the redirects lead in a circle or are more than five.
    """
    seen, trusted, home = {url}, True, origin(url)
    for _ in range(MOST + 1):
        response = send(url, trusted)
        if not response.is_redirect:
            return response
        response.close()
        try:
            url = urljoin(url, response.headers["Location"])
        except ValueError as error:
            raise _astray(asked, "a redirect to what is no address") from error
        trusted = trusted and origin(url) == home
        if url in seen:
            raise _astray(asked, f"redirects in a circle, back to {redact(url)}")
        seen.add(url)
    raise _astray(asked, f"more than {MOST} redirects")


def _astray(asked: str, found: str) -> WrongAnswer:
    return WrongAnswer(
        asked, f"the system answers with {found}", "Ask its owner for the address to use"
    )
