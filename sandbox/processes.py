"""Start and stop stand-in bodies as processes.

    with start("state_corporation", volume=1000, now="2026-05-20T12:00:00+05:00", speed=0) as body:
        requests.get(body.url + "/applications", headers={"X-Api-Key": "…"})

Only the standard library is imported here, so starting costs nothing but the start.
"""

import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

_VARIABLES = {"api_key": "SANDBOX_API_KEY", "database_url": "SANDBOX_DATABASE_URL"}
_PARENT = "SANDBOX_PARENT"
_HOUSE = Path(__file__).resolve().parent.parent


class NotReady(RuntimeError):
    """The body did not say in time that it answers, or ended at once."""


@dataclass
class Handle:
    """A running body."""

    name: str
    url: str
    process: "subprocess.Popen[str]"

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self.process.pid

    def stop(self, wait: float = 30.0) -> int:
        """Ask it to end (SIGTERM) and wait; kill it if it does not. Its exit code; repeatable."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(wait)
            except subprocess.TimeoutExpired:
                self.process.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.process.wait()

    def __enter__(self) -> "Handle":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(body: str, *, wait: float = 60.0, **options: Any) -> Handle:
    """Start one body and wait until it answers.

    `options` are those of the command line, with `_` for `-`: seed, volume, port, now, anchor,
    speed, days, truth, api_key, database_url, folder; a tuple is given value by value. What may
    hold a secret goes through the environment, not the command line, where other users of the
    machine could read it.

    Raises:
        NotReady: it ended at once (its own words are on stderr) or took longer than `wait` s.
    """
    return wait_ready(launch(body, **options), body, wait)


def launch(body: str, **options: Any) -> "subprocess.Popen[str]":
    """Start one body without waiting, so that several can start side by side."""
    arguments = [sys.executable, "-m", "sandbox", body]
    environment = os.environ | {_PARENT: str(os.getpid())}
    for name, value in options.items():
        if value is not None and name in _VARIABLES:
            environment[_VARIABLES[name]] = str(value)
        elif value is not None:
            for each in value if isinstance(value, tuple) else (value,):
                arguments += [f"--{name.replace('_', '-')}", str(each)]
    environment["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(_HOUSE), os.environ.get("PYTHONPATH", "")) if part
    )
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)


def wait_ready(process: "subprocess.Popen[str]", body: str, wait: float = 60.0) -> Handle:
    """Wait for the body's line `name address pid`; more lines may follow it.

    Raises:
        NotReady: it ended at once or took longer than `wait` seconds; it is stopped then.
    """
    line = _first_line(process, wait)
    handle = Handle(body, "", process)
    words = line.partition("\n")[0].split()
    if len(words) != 3 or words[0] != body:
        code = handle.stop()
        raise NotReady(f"Starting {body}: it said {line!r} and ended with {code}; see its stderr")
    handle.url = words[1]
    return handle


def _first_line(process: "subprocess.Popen[str]", wait: float) -> str:
    """The first line of its output; what there is of it when the time is over."""
    assert process.stdout is not None
    descriptor, until, text = process.stdout.fileno(), time.monotonic() + wait, b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while b"\n" not in text and (left := until - time.monotonic()) > 0:
            if not selector.select(left):
                break
            part = os.read(descriptor, 4096)
            if not part:
                break
            text += part
    return text.decode()
