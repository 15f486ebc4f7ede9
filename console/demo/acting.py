"""The stand-in bodies that are told to act, as one child of the supervisor."""

import sys
from pathlib import Path

from console.up.child import Child
from console.up.ports import free_port
from console.up.supervisor import Supervisor
from models.errors import CouldNotRun

NAME = "acting"
FIRST_PORT = 8810
"""Of the process' own control; the bodies have the ports behind it."""
BODIES = (
    "civil_registry",
    "social_protection",
    "education",
    "business_register",
    "migration_service",
    "sms_gateway",
)
"""In the order of their ports, as `python -m sandbox acting` has them."""
CERTIFICATES = "SANDBOX_CERTIFICATES"
TRIES = 50


def start_acting(
    supervisor: Supervisor, folder: Path, parent: dict[str, str]
) -> tuple[Child, str, dict[str, str]]:
    """Start them; answers the child, the address of its control, and what others are told.

    What they did is kept in `folder`, with their keys: a body that is started again is the same.
    """
    certificates, ledgers = folder / "certificates", folder / "ledgers"
    certificates.mkdir(parents=True, exist_ok=True)
    port = _ports()
    command = [sys.executable, "-m", "sandbox", NAME, "--port", str(port)]
    command += ["--ledger", str(ledgers)]
    child = supervisor.start(NAME, command, {CERTIFICATES: str(certificates), **parent})
    control = f"http://127.0.0.1:{port}"
    told = {CERTIFICATES: str(certificates), "SANDBOX_ACTING": control}
    for place, body in enumerate(BODIES, 1):
        told[f"SANDBOX_{body.upper()}"] = f"http://127.0.0.1:{port + place}"
    return child, control, told


def _ports() -> int:
    """The first of as many free ports on end as there are bodies, and one for control."""
    for start in range(FIRST_PORT, FIRST_PORT + TRIES * 10, 10):
        wanted = range(start, start + len(BODIES) + 1)
        if all(free_port(port) == port for port in wanted):
            return start
    raise CouldNotRun(
        "Starting the stand-in bodies that act",
        f"no {len(BODIES) + 1} free ports on end from {FIRST_PORT} on",
        "Stop what listens there; `ss -ltn` tells",
    )
