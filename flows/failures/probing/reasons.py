"""What went wrong on the way to a target, as a code and a sentence."""

import errno
import os
import re
import socket
import ssl

from flows.failures.probing.look import BrokenCertificate, CouldNotLook, Failed
from models.environment.secrets import redact

_OUR_LIMITS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL}
_BY_NUMBER = {
    errno.ECONNREFUSED: ("refused", "the connection was refused: nothing listens there"),
    errno.ENETUNREACH: ("unreachable", "there is no way to its network"),
    errno.EHOSTUNREACH: ("unreachable", "there is no way to the host"),
    errno.ETIMEDOUT: ("timeout", "the host does not answer"),
}
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


def failure(error: OSError, doing: str) -> Failed:
    """The failure that an error of the network stands for, while we were `doing` something."""
    match error:
        case socket.gaierror():
            return Failed("dns", f"the name does not resolve ({error.strerror})")
        case ssl.SSLCertVerificationError():
            return BrokenCertificate(*_broken(error))
        case ssl.SSLError():
            words = getattr(error, "reason", None) or "no reason given"  # not every one has it
            return Failed("tls", f"TLS fails while {doing} ({words})")
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return Failed("reset", f"the connection was broken off while {doing}")
    number = _number(error)
    if number in _OUR_LIMITS:
        found = f"this machine could not connect ({os.strerror(number)})"
        return CouldNotLook("our_limits", found)
    if number in _BY_NUMBER:
        return Failed(*_BY_NUMBER[number])
    return Failed("network", f"the connection failed while {doing} ({redact(str(error))})")


def _broken(error: ssl.SSLCertVerificationError) -> tuple[str, str]:
    words = "certificate_broken", f"the certificate is not valid ({error.verify_message})"
    return _CERTIFICATE.get(error.verify_code, words)


def _number(error: OSError) -> int:
    """The error's number; asyncio hides it in words where a name has several addresses."""
    if error.errno is not None:
        return error.errno
    hidden = re.search(r"\[Errno (\d+)\]", str(error))
    return int(hidden[1]) if hidden else 0
