"""End what a killed supervisor left running: its own processes, and no others."""

from collections.abc import Callable
from pathlib import Path

import psutil

from console.up.state import Process, descendants, forget, read

GRACE = 5.0
"""Seconds between asking and killing."""


def end_leftovers(home: Path) -> list[str]:
    """End every process that the last supervisor here wrote down; answers their names.

    To be called with the home folder held: then that supervisor is known to be gone.
    """
    state = read(home)
    if state is None:
        return []
    ended = end(descendants(state.children))
    forget(home)
    return ended


def end(processes: list[Process], grace: float = GRACE) -> list[str]:
    """Ask the processes to end, kill those that do not within `grace` seconds; their names."""
    alive = [(each.name, found) for each in processes if (found := each.find()) is not None]
    for _, found in alive:
        _signal(found.terminate)
    _, left = psutil.wait_procs([found for _, found in alive], timeout=grace)
    for found in left:
        _signal(found.kill)
    psutil.wait_procs(left, timeout=grace)
    return sorted({name for name, _ in alive})


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return  # it ended by itself meanwhile, which is what was wanted
