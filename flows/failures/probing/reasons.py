"""What went wrong on the way to a target, as a code and a sentence."""

import errno
import os
import ssl

from connectors.network_words import number_of, said
from flows.failures.probing.look import BrokenCertificate, CouldNotLook, Failed

_OUR_LIMITS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL}
_ON_THE_LINE = frozenset({"reset", "tls", "network"})
"""Codes of what may happen at any time: then it tells more to say what we were doing."""


def failure(error: OSError, doing: str, where: str) -> Failed:
    """The failure that an error stands for, on the way to `host:port`, while we were `doing`."""
    if (number := number_of(error)) in _OUR_LIMITS:
        found = f"this machine could not connect ({os.strerror(number)})"
        return CouldNotLook("our_limits", found)
    code, words = said(error, where)
    if isinstance(error, ssl.SSLCertVerificationError):
        return BrokenCertificate(code, words)
    return Failed(code, f"{words} while {doing}" if code in _ON_THE_LINE else words)
