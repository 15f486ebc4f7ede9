"""A message is sent at once or not at all: a step that waits may be another worker's by then."""

from time import monotonic

from connectors.calling import NotSent

MOST = 8.0
"""Seconds from the call to the sending: for the WSDL, and for a signing server."""


def check_prompt(asked: str, began: float) -> None:
    """See that a call which began then, on the monotonic clock, may still be sent.

    Raises:
        NotSent: too much time has gone by.
    """
    took = monotonic() - began
    if took > MOST:
        raise NotSent(
            asked,
            f"it took {took:.0f} s to prepare the message, so it was not sent",
            "It is sent anew; see why the WSDL or the signing server is slow",
        )
