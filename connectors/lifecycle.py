"""Open and closed: a connector that was closed says so instead of ending silently."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter

from connectors.errors import ConnectorError, WillNeverWork
from connectors.protocol import Health, SourceContext


class Openable:
    """Keeps what a connector holds open, and lets go of it on close.

    Subclasses write `_acquire`, which puts everything to be released on the given stack.
    """

    def __init__(self, context: SourceContext) -> None:
        self.context = context
        self._held: ExitStack | None = None

    def _acquire(self, held: ExitStack) -> None:
        raise NotImplementedError

    def open(self) -> None:
        """Resolve secrets and take what is needed; an open connector stays as it is.

        Raises:
            ConfigurationError: a secret or a variable is missing.
            ConnectorError: the system cannot be prepared for reading.
        """
        if self._held is not None:
            return
        with ExitStack() as held:
            self._acquire(held)
            self._held = held.pop_all()

    def close(self) -> None:
        """Release everything; closing twice is harmless."""
        held, self._held = self._held, None
        if held is not None:
            held.close()

    def _must_be_open(self, held: ExitStack | None = None) -> ExitStack:
        """What is held; with `held` given, only if it has not been closed since.

        Raises:
            WillNeverWork: the connector is closed (or was, and was opened anew).
        """
        if self._held is None or held not in (None, self._held):
            raise WillNeverWork(
                f"Reading {self.context.source}",
                "the connector is closed, so what was read so far is not complete",
                "Call open() first, and close() only after the last page",
            )
        return self._held

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Open for a while, where it is not open already."""
        if self._held is not None:
            yield
            return
        self.open()
        try:
            yield
        finally:
            self.close()

    def _timed_health(self, probe: Callable[[], str]) -> Health:
        """The outcome of a probe, which answers a detail or raises a connector's error."""
        start = perf_counter()
        try:
            with self._opened():
                detail, ok = probe(), True
        except ConnectorError as error:
            detail, ok = str(error), False
        return Health(ok=ok, took=perf_counter() - start, detail=detail)
