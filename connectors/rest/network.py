"""What went wrong on the way to a system and back."""

import requests

from connectors.errors import ConnectorError, RetryLater, WillNeverWork
from connectors.network_words import plainly
from connectors.rest.answer import CutOff
from connectors.rest.options import RestConnection
from connectors.rest.redirects import origin
from models.environment.secrets import redact

_PASSES = "Nothing to do if it passes; else ask the system's owner whether it is up"


def network_error(
    asked: str, error: requests.RequestException, connection: RestConnection
) -> ConnectorError:
    """The kind of error that an exception of requests stands for."""
    timeouts = connection.timeouts
    reason = redact(plainly(error, asked_last(error, connection.url)))
    match error:
        case requests.exceptions.SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return WillNeverWork(
                asked,
                f"the system's certificate is not trusted: {reason}",
                "Give the authority's certificate as `ca_file`, or see whether it has expired",
            )
        case requests.exceptions.ConnectTimeout():
            return RetryLater(asked, f"no connection within {timeouts.connect:g} s", _PASSES)
        case requests.exceptions.ReadTimeout():
            return RetryLater(asked, f"nothing came for {timeouts.read:g} s", _PASSES)
        case requests.exceptions.ChunkedEncodingError():
            return RetryLater(asked, f"the answer was cut off: {reason}", _PASSES)
        case requests.exceptions.ContentDecodingError():
            return CutOff(asked, "the answer is said to be zipped, and is not", _PASSES)
        case requests.exceptions.ConnectionError():
            return RetryLater(asked, reason, _PASSES)
    return WillNeverWork(
        asked,
        f"the request cannot be made ({redact(str(error))})",
        "Compare address and path with the system's description",
    )


def asked_last(error: requests.RequestException, address: str) -> str:
    """Host and port that were asked last, those of `address` where the error does not know."""
    url = error.request.url if error.request is not None else None
    _, host, port = origin(url or address)
    return f"{host}:{port}"


def too_late(asked: str, connection: RestConnection) -> RetryLater:
    """The error that the whole answer did not come in time, however steadily it dripped."""
    found = f"the answer was not complete within {connection.answer_within:g} s"
    return RetryLater(asked, found, _PASSES)
