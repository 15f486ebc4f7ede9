"""The stand-in bodies as children of the supervisor, and where they are to be found."""

import json
import os
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from console.demo.acting import NAME as ACTING
from console.demo.acting import start_acting
from console.up.child import Child
from console.up.database import Server
from console.up.ports import free_port, listens
from console.up.supervisor import Supervisor
from models.errors import CouldNotRun

FIRST_PORT = 8801
PARENT = "SANDBOX_PARENT"
"""Names the process with which a body ends."""
VOLUMES = {"state_corporation": 20_000, "land_registry": 5_000, "agriculture": 2_000}
"""Applications in the 60 days before the first start; they go on at that rate."""
WORLD = "world.json"
READY_WITHIN = 60.0  # seconds
MISTAKES: tuple[dict[str, object], ...] = (
    {"kind": "closed_before_received", "path": "/applications", "share": 0.002},
    {"kind": "unknown_services", "path": "/applications", "share": 0.001},
    {"kind": "bad_identifiers", "path": "/applications", "share": 0.003},
    {"kind": "500", "path": "/applications", "count": 2},
)
"""What the State Corporation does wrong while the first round goes on: real systems do, too."""


@dataclass(frozen=True)
class Sandbox:
    """The addresses of the bodies' control endpoints, and what the environment is told.

    `first` says that their world begins with this start.
    """

    control: dict[str, str]
    variables: dict[str, str]
    children: tuple[Child, ...]
    first: bool

    def make_mistakes(self) -> None:
        """Tell the State Corporation to do wrong from now on, in the first round of its world.

        Later rounds bring a few rows each, of which one spoilt row would stop the whole.
        """
        if not self.first:
            return
        for mistake in MISTAKES:
            self.order(mistake)

    def order(self, mistake: Mapping[str, object]) -> None:
        """Tell the State Corporation to do wrong in one way, from now on."""
        self._order("POST", json=dict(mistake))

    def make_none(self) -> None:
        """Tell it to stop that."""
        self._order("DELETE")

    def _order(self, method: str, **body: Any) -> None:
        address = f"{self.control['state_corporation']}/control/faults"
        requests.request(method, address, timeout=10, **body).raise_for_status()

    def truth(self, body: str) -> dict[str, Any]:
        """What the body says it did: received, completed, completed_late, open, overdue."""
        answer = requests.get(f"{self.control[body]}/truth/summary", timeout=10)
        answer.raise_for_status()
        return dict(answer.json())


def start_sandbox(supervisor: Supervisor, server: Server) -> Sandbox:
    """Start the three bodies, and those that act, side by side; does not wait.

    The same home folder keeps the same world: what a body told once it tells again.
    """
    folder = supervisor.home / "sandbox"
    drops = folder / "agriculture"
    drops.mkdir(parents=True, exist_ok=True)
    first = not (folder / WORLD).exists()
    registry = server.beside("land_registry")
    database = registry.render_as_string(hide_password=False)
    key = secrets.token_hex(8)
    control, children = {}, []
    for place, (body, volume) in enumerate(VOLUMES.items()):
        port = free_port(FIRST_PORT + place)
        control[body] = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "sandbox", body, "--port", str(port)]
        command += ["--volume", str(volume), "--anchor", _anchor(folder)]
        command += ["--folder", str(drops)] if body == "agriculture" else []
        secret = {
            "SANDBOX_API_KEY": key,
            "SANDBOX_DATABASE_URL": database,
            PARENT: str(os.getpid()),
        }
        children.append(supervisor.start(body.replace("_", "-"), command, secret))
    child, control[ACTING], told = start_acting(supervisor, folder, {PARENT: str(os.getpid())})
    children.append(child)
    variables = {
        **told,
        "SANDBOX_STATE_CORPORATION": control["state_corporation"],
        # A source's address has no password in it; libpq finds one in its own variable.
        "SANDBOX_LAND_REGISTRY_URL": registry._replace(password=None).render_as_string(),
        "SANDBOX_AGRICULTURE_FOLDER": str(drops),
        "SANDBOX_API_KEY": key,
    }
    if registry.password:
        variables["PGPASSWORD"] = str(registry.password)
    return Sandbox(control, variables, tuple(children), first)


def wait_for_sandbox(sandbox: Sandbox) -> None:
    """Wait until all bodies answer.

    Raises:
        CouldNotRun: one ended at once, or did not answer in time; says where its log is.
    """
    until = time.monotonic() + READY_WITHIN
    for child, address in zip(sandbox.children, sandbox.control.values(), strict=True):
        port = int(address.rsplit(":", 1)[1])
        while not (listens(child.pid, port) and _answers(address)):
            if not child.alive or time.monotonic() > until:
                raise CouldNotRun(
                    f"Starting the stand-in body {child.name}",
                    "it ended at once" if not child.alive else "it did not answer in time",
                    f"Read {child.log}",
                )
            time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def _anchor(folder: Path) -> str:
    """When this world's history ends and its present begins: the first start in this folder."""
    file = folder / WORLD
    if not file.exists():
        file.write_text(json.dumps({"anchor": datetime.now(UTC).isoformat()}))
    return str(json.loads(file.read_text())["anchor"])
