"""Start what is needed, keep it running, stop it in order."""

import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from console.printing import err
from console.up.child import Child
from console.up.state import Process, UpState, forget, write
from deployments import lifeline

LOOK = 0.5
"""Seconds between two looks at the children."""
WRITE_EVERY = 5.0
"""Seconds after which the children's own children are written down anew."""


class Stopped(BaseException):
    """SIGINT or SIGTERM has come. Like KeyboardInterrupt, no error handler may catch it."""


@dataclass
class Supervisor:
    """The children of one home folder. Used as a context: leaving it stops them all."""

    home: Path
    environment: str
    children: list[Child] = field(default_factory=list)
    watched: list[Callable[[], str | None]] = field(default_factory=list)
    held: list[socket.socket] = field(default_factory=list)
    prefect_api: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    _written_at: float = 0.0

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        self.write()
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not leave half of it running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(self.children):
            child.stop()
        for each in self.held:
            each.close()
        forget(self.home)

    def start(
        self,
        name: str,
        command: list[str],
        environment: Mapping[str, str],
        keeps: tuple[int, ...] = (),
    ) -> Child:
        """Start a child; the last one started is the first one stopped."""
        ours = {**os.environ, **environment, lifeline.PARENT: str(os.getpid())}
        child = Child(name, command, ours, self.home / "logs" / f"{name}.log", keeps)
        child.start()
        self.children.append(child)
        self.write()
        return child

    def write(self) -> None:
        """Write down what runs, so that it is found after a `kill -9`."""
        me = Process.of("supervisor", os.getpid())
        assert me is not None, "this process lives"
        processes = [each for child in self.children for each in child.processes()]
        state = UpState(
            supervisor=me,
            environment=self.environment,
            prefect_api=self.prefect_api,
            variables=self.variables,
            children=processes,
        )
        write(self.home, state)
        self._written_at = time.monotonic()

    def look(self) -> None:
        """Start again what has ended, and say so."""
        news = [child.look() for child in self.children] + [watch() for watch in self.watched]
        said = [each for each in news if each is not None]
        for each in said:
            err.print(f"[yellow]{each}[/]")
        if said or time.monotonic() - self._written_at > WRITE_EVERY:
            self.write()

    def stay(self) -> None:
        """Watch until SIGINT or SIGTERM.

        Raises:
            Stopped: one of them came.
        """
        while True:
            self.look()
            time.sleep(LOOK)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped
