"""Calls as connectors make them, told to whoever keeps a record of exchanges."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from connectors.errors import ConnectorError, WillNeverWork

if TYPE_CHECKING:
    from connectors.protocol import Page


@dataclass
class Call:
    """One request to a system: what was asked, without a query; when; how it ended.

    `began` is on the monotonic clock, `took` in seconds, `size` in bytes of the answer.
    `failure` is a short code, None where it worked; `ours` says that the fault is the asker's.
    """

    service: str
    began: float
    took: float = 0.0
    size: int = 0
    status: int | None = None
    failure: str | None = None
    ours: bool = False


Told = Callable[[Call], None]


def untold(_call: Call) -> None:
    """Where nobody keeps a record."""


@contextmanager
def told(tell: Told, service: str) -> Iterator[Call]:
    """Tell of a call when it has ended, in whatever way."""
    call = Call(service, monotonic())
    try:
        yield call
    except ConnectorError as error:
        call.failure = f"HTTP {call.status}" if call.status else type(error).__name__
        call.ours = isinstance(error, WillNeverWork)
        raise
    finally:
        call.took = monotonic() - call.began
        tell(call)


def pages_told(tell: Told, service: str, pages: "Iterator[Page]") -> "Iterator[Page]":
    """The pages, each told of as a call; what is done between them is not counted."""
    while True:
        with told(tell, service) as call:
            page = next(pages, None)
            call.size = page.size if page is not None else 0
        if page is None:
            return
        yield page
