"""`up.json` in the home folder: what runs here, so that commands find it and leftovers are known.

It is readable by its owner only: under `tereze demo` it lends the sandbox's addresses and its
made-up key to commands in other terminals.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from models.errors import CouldNotRun

FILE, LOCK = "up.json", "up.lock"
TOLERANCE = 1.0
"""Seconds by which a start time may be read differently."""


@dataclass(frozen=True)
class Process:
    """A process that cannot be mistaken for a later one with the same number."""

    name: str
    pid: int
    created: float

    @classmethod
    def of(cls, name: str, pid: int) -> "Process | None":
        """The process of this number; None where it has ended already."""
        try:
            return cls(name, pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None

    def find(self) -> psutil.Process | None:
        """The process itself, if it still lives."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.created) < TOLERANCE
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


@dataclass
class UpState:
    """What `tereze up` has started."""

    supervisor: Process
    environment: str
    prefect_api: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    children: list[Process] = field(default_factory=list)


def read(home: Path) -> UpState | None:
    """The state that the last supervisor wrote, if it can be read."""
    try:
        raw = json.loads((home / FILE).read_text(encoding="utf-8"))
        raw["supervisor"] = Process(**raw["supervisor"])
        raw["children"] = [Process(**each) for each in raw["children"]]
        return UpState(**raw)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # none, or of another version: the lock, not this file, says who runs


def write(home: Path, state: UpState) -> None:
    """Replace the file in one step."""
    part = home / f"{FILE}.part"
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
    part.replace(home / FILE)


def forget(home: Path) -> None:
    """Nothing runs here any more."""
    (home / FILE).unlink(missing_ok=True)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home folder; the kernel lets go when this process ends, however it ends.

    Raises:
        CouldNotRun: another supervisor holds it; says which.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _taken(home) from error
        yield


def _taken(home: Path) -> CouldNotRun:
    state = read(home)
    who = "another process"
    if state is not None:
        who = f"process {state.supervisor.pid} (environment {state.environment})"
    return CouldNotRun(
        f"Starting Tereze in {home}",
        f"{who} runs there already",
        "Stop it with Ctrl-C or SIGTERM, or give this one another folder in TEREZE_HOME",
    )


def running() -> UpState | None:
    """What runs in the home folder now."""
    from models.database.embedded import home

    state = read(home())
    return state if state is not None and state.supervisor.find() is not None else None


def prefect_api() -> str | None:
    """The address of the Prefect server that `tereze up` runs here, if it does."""
    state = running()
    return state.prefect_api if state is not None else None


def lend_variables() -> None:
    """Take over what a running `tereze demo` says of its sandbox, where nothing else is set."""
    state = running()
    for name, value in (state.variables if state is not None else {}).items():
        os.environ.setdefault(name, value)


def descendants(named: Iterable[Process]) -> list[Process]:
    """The named processes that live, and all that they started."""
    found: dict[int, Process] = {}
    for each in named:
        process = each.find()
        if process is None:
            continue
        found[each.pid] = each
        for child in process.children(recursive=True):
            known = Process.of(each.name, child.pid)
            if known is not None:
                found[child.pid] = known
    return list(found.values())
