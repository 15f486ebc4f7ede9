"""How the target of a probe is written, for each kind of prober."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_HOST = re.compile(r"[^\s/?#@\[\]]+|\[[0-9a-fA-F:.]+\]")


def check_url(url: str) -> str:
    """An http or https address without credentials.

    Raises:
        ValueError: anything else; says how it is written.
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        parts.hostname and parts.hostname.encode("idna")
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("give an address such as https://api.example.org/health")
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave user and password out of the address")
    return url


def check_server(url: str) -> str:
    """Scheme, host and port of a server, without a path.

    Raises:
        ValueError: anything else; says how it is written.
    """
    parts = urlsplit(check_url(url))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("give only the server, such as https://security-server.example.org")
    return url.rstrip("/")


def check_identifier(text: str) -> str:
    """An X-Road identifier of four parts.

    Raises:
        ValueError: anything else; says how it is written.
    """
    parts = text.split("/")
    if len(parts) != 4 or not all(parts):
        raise ValueError("write INSTANCE/CLASS/MEMBER/SUBSYSTEM, such as KZ/GOV/70000001/land")
    return text


def check_address(text: str) -> str:
    """A host and a port.

    Raises:
        ValueError: anything else; says how it is written.
    """
    host, _, port = text.rpartition(":")
    if not _HOST.fullmatch(host) or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("write host:port, such as api.example.org:443")
    return text


def address(text: str) -> tuple[str, int]:
    """Host and port of what `check_address` has passed."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def check_database(url: str) -> str:
    """SQLAlchemy's address of a database, without a password.

    Raises:
        ValueError: anything else; says how it is written.
    """
    try:
        parts = make_url(url)
    except ArgumentError as error:
        raise ValueError("give an address such as postgresql://user@host/database") from error
    if parts.password is not None or "password" in parts.query:
        raise ValueError("leave the password out and name it as `password:` of the module")
    return url


CHECKS: dict[str, Callable[[str], str]] = {
    "http": check_url,
    "tcp": check_address,
    "tls": check_address,
    "soap": check_url,
    "xroad": check_identifier,
    "sql": check_database,
}
"""By prober; a connector's target is the name of a source."""
