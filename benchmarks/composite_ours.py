"""Ours, in processes of its own: `python -m benchmarks.composite_ours FOLDER CALLS`.

A worker as `tereze up` starts it; with CALLS `none` its callers answer without a network.
"""

import signal
import sys
import threading
from pathlib import Path

from connectors.calling import Copy, Reply, Request
from connectors.rest.calling import RestCaller
from deployments.composite_worker import carry_on, tune
from flows.composite_services.engine.calls import Callers
from flows.prepare import prepared
from models.environment.loader import load


class Nowhere(RestCaller):
    """A caller, and where callers are found, that makes no call."""

    def __init__(self, *_: object) -> None:
        pass

    def of(self, _system: str) -> "Nowhere":
        """Itself, whatever the system."""
        return self

    def call(self, _request: Request) -> Reply:
        """What a body would answer that takes no time at all."""
        return REPLY

    def close(self) -> None:
        """Nothing is open."""


REPLY = Reply({"state": "done", "number": 7}, "200", 200, Copy.of(b""), Copy.of(b""))


def main(folder: str, made: str) -> None:
    """Carry applications until SIGTERM; says when it is there."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    environment = load(Path(folder))
    with prepared(environment, "benchmark", sync_register=False) as engine:
        with engine.connect():
            print("here", flush=True)
        tune()
        carry_on(engine, environment, stop, Nowhere if made == "none" else Callers)


if __name__ == "__main__":
    main(*sys.argv[1:3])
