"""`python -m sandbox all`: the three bodies as processes of their own, until told to stop."""

import argparse
import signal
import threading
from datetime import UTC, datetime

from sandbox.processes import Handle, launch, wait_ready

_LOOK = 0.5  # seconds between two looks whether all bodies still live


def run(given: argparse.Namespace) -> int:
    """Start all bodies side by side, print a line for each, wait; 1 if one ended by itself.

    The land registry gets a quarter of the volume and agriculture a tenth.
    """
    # Set, not raised: an exception out of a handler may leave a lock of subprocess held for good.
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told.set())
    processes = {
        body: launch(body, api_key=given.api_key, **options)
        for body, options in _options(given).items()
    }
    handles = [Handle(body, "", process) for body, process in processes.items()]
    try:
        for body, process in processes.items():
            ready = wait_ready(process, body)
            print(f"{body} {ready.url} {ready.pid}", flush=True)
        while all(process.poll() is None for process in processes.values()):
            if told.wait(_LOOK):
                return 0
        return 1
    finally:
        for handle in handles:
            handle.stop()


def _options(given: argparse.Namespace) -> dict[str, dict[str, object]]:
    now = given.now or datetime.now(UTC).isoformat()
    common = {
        "host": given.host,
        "seed": given.seed,
        "days": given.days,
        "now": now,
        "anchor": given.anchor or now,
        "speed": given.speed,
    }
    volumes = {"state_corporation": 1, "land_registry": 4, "agriculture": 10}
    own: dict[str, dict[str, object]] = {
        "state_corporation": {},
        "land_registry": {"database_url": given.database_url},
        "agriculture": {"folder": given.folder},
    }
    return {
        body: common
        | own[body]
        | {
            "volume": max(1, given.volume // share),
            "port": given.port + place if given.port else 0,
            "truth": given.truth and given.truth.with_name(f"{body}_{given.truth.name}"),
        }
        for place, (body, share) in enumerate(volumes.items())
    }
