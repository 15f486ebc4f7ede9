"""Errors of the network as codes: the target's, and those that are ours."""

import errno
import os
import socket
import ssl

import pytest

from flows.failures.probing.reasons import failure


def numbered(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "failed dns"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "failed dns"),
        (numbered(errno.ECONNREFUSED), "failed refused"),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 101]"),
         "failed refused"),
        (numbered(errno.EHOSTUNREACH), "failed unreachable"),
        (numbered(errno.ETIMEDOUT), "failed timeout"),
        (numbered(errno.ECONNRESET), "failed reset"),
        (numbered(errno.EPIPE), "failed reset"),
        (ConnectionAbortedError("SSL handshake is taking longer"), "failed reset"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), "failed tls"),
        (OSError("something else"), "failed network"),
        (numbered(errno.EIO), "failed network"),
        (numbered(errno.EMFILE), "not_looked our_limits"),
        (numbered(errno.EADDRNOTAVAIL), "not_looked our_limits"),
        (OSError("Multiple exceptions: [Errno 24] Too many open files"), "not_looked our_limits"),
    ],
)  # fmt: skip
def test_reason(error: OSError, expected: str) -> None:
    found = failure(error, "connecting", "land.example:443")
    assert f"{found.outcome} {found.reason}" == expected
    assert "None" not in found.sentence


def test_a_password_in_an_error_is_not_told() -> None:
    found = failure(OSError("cannot open http://me:hunter2@host/"), "connecting", "host:80")
    assert "hunter2" not in found.sentence
