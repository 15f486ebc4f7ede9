"""The bodies of a round: one process, every fault on, and their ledgers as files."""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.chaos.house import BODIES, CERTIFICATES, VARIABLES
from sandbox import orders, processes

UNDO = ".undo"
UNDOING = {"CivilRegistry.AnnulBirth", "Clinics.Detach", "CancelRegistration"}
"""Operations that take back another's work, beside those that end with `.undo`."""

TOO_SLOW = "too slow"
"""So slow that nobody waits, and still within the lease."""
Order = tuple[str, dict[str, Any]]
_COMMON: tuple[Order, ...] = (
    ("lose_answer", {"share": 0.04}),
    ("lose_answer", {"share": 0.02, "how": "half"}),
    ("slow", {"share": 0.02, "seconds": 1}),
    (TOO_SLOW, {"share": 0.01, "how": "before"}),
    (TOO_SLOW, {"share": 0.01}),
    ("500", {"share": 0.03}),
    ("500", {"share": 0.02, "how": "after"}),
    ("fault_inside", {"share": 0.03}),
    ("fault_inside", {"share": 0.02, "how": "after"}),
    ("refuse", {"share": 0.01}),
    ("oversized", {"share": 0.003, "value": 1_200_000}),
)
_XML: tuple[Order, ...] = (
    ("unsigned", {"share": 0.01}),
    ("wrongly_signed", {"share": 0.01}),
    ("xml_bomb", {"share": 0.005}),
)
_CALL_BACKS: tuple[Order, ...] = tuple(
    ("call_back", {"share": 0.1, "how": how, "seconds": 4})
    for how in ("twice", "out_of_order", "late", "never", "unknown")
)
_EXCHANGE: tuple[Order, ...] = (
    ("exchange_failed", {"share": 0.03, "value": "Server.ClientProxy.NetworkError"}),
    ("exchange_failed", {"share": 0.02, "value": "Server.ServerProxy.Failed", "how": "after"}),
)
ORDERS: dict[str, tuple[Order, ...]] = {
    "civil_registry": _COMMON + _XML,
    "social_protection": _COMMON + _EXCHANGE,
    "education": _COMMON + _CALL_BACKS,
    "business_register": _COMMON,
    "migration_service": _COMMON,
    "sms_gateway": _COMMON,
}


@dataclass(frozen=True)
class Deed:
    """A line of a ledger; `key` is the step's, whatever was done under it."""

    body: str
    at: str
    key: str
    operation: str
    undo: bool


def by_key(deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
    """What was done under each key, in order."""
    found: dict[str, list[Deed]] = {}
    for deed in deeds:
        found.setdefault(deed.key, []).append(deed)
    return found


@dataclass
class Bodies:
    """The acting bodies in one process, with control beside them."""

    folder: Path
    seed: int
    handle: processes.Handle
    addresses: dict[str, str] = field(default_factory=dict)
    ordered: Counter[str] = field(default_factory=Counter)

    @classmethod
    def start(cls, folder: Path, seed: int) -> "Bodies":
        """Start them; their certificates are put where the environment looks for them."""
        handle = processes.start("acting", seed=seed, ledger=folder / "ledgers", after=1)
        made = cls(folder, seed, handle)
        made.addresses = made._get("/")["bodies"]
        threading.Thread(target=made._drain, daemon=True).start()
        certificates = folder / "certificates"
        certificates.mkdir(exist_ok=True)
        with urlopen(f"{made.addresses['civil_registry']}/certificate", timeout=10) as answer:
            (certificates / "civil_registry.pem").write_bytes(answer.read())
        return made

    @property
    def variables(self) -> dict[str, str]:
        """What the environment's files are filled in with."""
        found = {VARIABLES[name]: url for name, url in self.addresses.items()}
        return found | {CERTIFICATES: str(self.folder / "certificates")}

    def spoil(self, lease: int) -> None:
        """Every fault on, each for a share of the requests."""
        for body in BODIES:
            for kind, options in ORDERS[body]:
                if kind == TOO_SLOW:
                    self._order(body, "slow", {**options, "seconds": lease / 2})
                else:
                    self._order(body, kind, options)

    def switch_off(self, draw: random.Random) -> None:
        """One body is down for some seconds: nothing listens, or it answers 503."""
        how = draw.choice(("refuse", "503"))
        seconds = draw.uniform(2, 8)
        self._order(draw.choice(BODIES), "down", {"seconds": seconds, "how": how})

    def heal(self) -> None:
        """No faults any more."""
        for body in BODIES:
            orders.clear(f"{self.handle.url}/{body}")

    def deeds(self) -> Iterator[Deed]:
        """All that was really done."""
        for body in BODIES:
            path = self.folder / "ledgers" / f"{body}.jsonl"
            for line in path.read_text("utf-8").splitlines() if path.exists() else ():
                entry = json.loads(line)
                operation, key = entry["operation"], entry["key"].removesuffix(":undo")
                undo = operation.endswith(UNDO) or operation in UNDOING
                yield Deed(body, entry["at"], key, operation, undo)

    def stop(self) -> None:
        """End the process."""
        self.handle.stop()

    def _order(self, body: str, kind: str, options: dict[str, Any]) -> None:
        orders.send(
            f"{self.handle.url}/{body}", "/control/faults", "POST", {"kind": kind, **options}
        )
        self.ordered[kind] += 1

    def _get(self, path: str) -> Any:
        with urlopen(self.handle.url + path, timeout=10) as answer:
            return json.loads(answer.read())

    def _drain(self) -> None:
        """Lines that nobody reads would stop it when the pipe is full."""
        assert self.handle.process.stdout is not None
        for _ in self.handle.process.stdout:
            pass
