"""The errors of the network, in plain words: no class of a library, no number of the system."""

import errno
import os
import re
import socket
import ssl
from collections.abc import Iterator
from http.client import BadStatusLine

from urllib3 import exceptions as urllib3

from models.environment.secrets import redact

_BY_NUMBER = {
    errno.ECONNREFUSED: ("refused", "the connection to {} was refused: nothing listens there"),
    errno.ENETUNREACH: ("unreachable", "there is no way to the network of {}"),
    errno.EHOSTUNREACH: ("unreachable", "there is no way to {}"),
    errno.ETIMEDOUT: ("timeout", "{} does not answer"),
}
_BROKEN_OFF = ("reset", "the connection to {} was broken off")
_CERTIFICATE = {
    9: ("certificate_not_yet_valid", "the certificate is not valid yet"),
    10: ("certificate_expired", "the certificate has expired"),
    18: ("certificate_self_signed", "the certificate is signed by itself, not by an authority"),
    19: ("certificate_untrusted", "the chain ends in an authority that is not trusted"),
    20: ("certificate_untrusted", "the authority is not known, or its certificate is not sent"),
    21: ("certificate_untrusted", "the authority is not known, or its certificate is not sent"),
    23: ("certificate_revoked", "the certificate was revoked"),
    62: ("certificate_wrong_host", "the certificate is for another host"),
    64: ("certificate_wrong_host", "the certificate is for another address"),
}
"""By OpenSSL's X509_V_ERR numbers."""


def said(error: OSError, where: str) -> tuple[str, str]:
    """A code and words for an error on the way to `where`, which is `host:port`."""
    match error:
        case socket.gaierror():
            return "dns", f"the name {where.rpartition(':')[0] or where} does not resolve"
        case ssl.SSLCertVerificationError():
            broken = "certificate_broken", f"the certificate is not valid ({error.verify_message})"
            return _CERTIFICATE.get(error.verify_code, broken)
        case ssl.SSLError():
            reason = getattr(error, "reason", None) or "no reason given"  # not every one has it
            return "tls", f"TLS with {where} fails ({reason.replace('_', ' ').lower()})"
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            code, words = _BROKEN_OFF
            return code, words.format(where)
    number = number_of(error)
    if number in _BY_NUMBER:
        code, words = _BY_NUMBER[number]
        return code, words.format(where)
    reason = os.strerror(number) if number else redact(str(error)) or type(error).__name__
    return "network", f"the connection to {where} failed ({reason})"


def number_of(error: OSError) -> int:
    """The error's number, 0 where it has none; asyncio hides it in words for several addresses."""
    if error.errno is not None:
        return error.errno
    hidden = re.search(r"\[Errno (\d+)\]", str(error))
    return int(hidden[1]) if hidden else 0


def plainly(error: BaseException, where: str) -> str:
    """What went wrong on the way to `where` and back, from whatever a library has wrapped it in."""
    inner = list(_within(error))
    for each in inner:
        if isinstance(each, urllib3.ProxyError):
            return f"the proxy on the way to {where} fails"
        if isinstance(each, urllib3.IncompleteRead) and each.expected:
            return f"it broke off {each.expected:,} bytes before its end"
        if isinstance(each, BadStatusLine) and not isinstance(each, ConnectionError):
            return f"what answers at {where} is not HTTP"
    for each in reversed(inner):
        if isinstance(each, TimeoutError | urllib3.TimeoutError):
            return f"nothing came from {where} in time"
        if isinstance(each, OSError) and (each.errno is not None or _telling(each)):
            return said(each, where)[1]
    if any(isinstance(each, urllib3.ProtocolError) for each in inner):
        return _BROKEN_OFF[1].format(where)
    return f"the connection to {where} failed"


def _telling(error: OSError) -> bool:
    return isinstance(error, socket.gaierror | ssl.SSLError | ConnectionError)


def _within(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, from the outside in, each once."""
    seen: list[BaseException] = []
    found = [error]
    for each in found:  # it grows while it is walked
        if any(each is known for known in seen):
            continue
        seen.append(each)
        yield each
        wrapped = [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
        found += [inner for inner in wrapped if isinstance(inner, BaseException)]
