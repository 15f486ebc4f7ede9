"""The fleet itself: its bodies' parts, made for one clock and one board of orders."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.body import Settings
from sandbox.clock import Clock
from sandbox.fleet.board import Board, Order
from sandbox.fleet.certificates import Authority
from sandbox.fleet.exchanges import Exchanges
from sandbox.fleet.gates import Gate, Gates, SecureGate
from sandbox.fleet.kinds import BODIES, bodies_with
from sandbox.fleet.lists import Applicants
from sandbox.fleet.monitoring import Monitoring
from sandbox.fleet.rhythm import Rhythm
from sandbox.fleet.visible import visible_at
from sandbox.history.local_time import iso, naive
from sandbox.history.profiles import STATE_CORPORATION
from sandbox.history.working_time import WorkingTime
from sandbox.history.world import World

_YEARS = 4
RATE = 8.0
"""Requests of a service in an hour of the weight 1: ten times as many in a busy hour."""


@dataclass
class Fleet:
    """Every part of every body."""

    settings: Settings
    clock: Clock
    board: Board = field(default_factory=Board)
    authority: Authority = field(default_factory=Authority)

    def __post_init__(self) -> None:
        """Make the parts."""
        given = self.settings
        time = WorkingTime(naive(int(given.anchor)).year - 1, _YEARS)
        self.gates: list[Gate] = [
            *(Gate(name, self.board, self.clock, given.host) for name in bodies_with("health")),
            *(
                SecureGate(name, self.board, self.clock, given.host, self.authority)
                for name in bodies_with("tls")
            ),
        ]
        self.services = {name: self._service(name, time) for name in bodies_with("service")}
        self.monitoring = Monitoring(self.services.values(), self.clock)
        self.lists = {name: self._list(name) for name in bodies_with("list")}
        self._threads = Gates(self.gates)

    def follow(self) -> None:
        """Let every address be as the present asks."""
        self._threads.follow()

    def order(self, given: dict[str, Any]) -> dict[str, Any]:
        """Take an order to fail.

        Raises:
            ValueError: it is not understood.
        """
        order = self.board.add(given)
        self._changed()
        return self.told(order)

    def foresee(self, given: dict[str, Any]) -> dict[str, Any]:
        """What `order` would answer, without taking the order.

        Raises:
            ValueError: it is not understood.
        """
        return self.told(self.board.foresee(given))

    def clear(self) -> list[dict[str, Any]]:
        """Withdraw all orders."""
        gone = [self.told(order) for order in self.board.clear()]
        self._changed()
        return gone

    def told(self, order: Order) -> dict[str, Any]:
        """An order, and from when on it could be seen."""
        seen = visible_at(order, self.services.get(order.body), self.lists.get(order.body))
        return order.as_json() | {"visible": iso(max(seen, order.begins))}

    def about(self, url: str) -> dict[str, Any]:
        """Where everything is."""
        bodies: dict[str, dict[str, str]] = {name: {} for name in BODIES}
        for gate in self.gates:
            bodies[gate.body]["tls" if gate.scheme == "https" else "health"] = gate.url
        for name, exchanges in self.services.items():
            bodies[name]["service"] = exchanges.service
        for name in self.lists:
            bodies[name]["list"] = f"{url}/{name}"
        for name in bodies_with("document"):
            bodies[name]["document"] = f"{url}/{name}/openapi.json"
        return {
            "bodies": bodies,
            "authority": self.authority.pem,
            "monitoring": f"{url}/monitoring",
        }

    def _changed(self) -> None:
        for exchanges in self.services.values():
            exchanges.forget()
        self.follow()

    def _service(self, name: str, time: WorkingTime) -> Exchanges:
        seed = (self.settings.seed, list(BODIES).index(name))
        return Exchanges(name, self.board, Rhythm(time, seed, RATE), seed)

    def _list(self, name: str) -> Applicants:
        given = self.settings
        seed = given.seed * 1_000 + list(BODIES).index(name)
        world = World(STATE_CORPORATION, seed, given.volume, given.anchor, given.days)
        return Applicants(name, self.board, self.clock, world)
