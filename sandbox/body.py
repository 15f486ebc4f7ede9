"""What every stand-in body starts from: its settings, and the world, clock and truth they make."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.clock import Clock
from sandbox.history.local_time import naive
from sandbox.history.profiles import Profile
from sandbox.history.world import World
from sandbox.truth import Truth


@dataclass(frozen=True)
class Settings:
    """The options that every body has; `now` and `anchor` in local seconds."""

    seed: int
    volume: int
    now: float
    anchor: float
    days: int = 60
    speed: float = 1.0
    host: str = "127.0.0.1"
    port: int = 0
    truth: Path | None = None

    def world(self, profile: Profile) -> World:
        """The world of a body."""
        return World(profile, self.seed, self.volume, self.anchor, self.days)

    def clock(self) -> Clock:
        """A clock that begins now."""
        return Clock(self.now, self.speed)

    def truth_of(self, world: World, letters: str = "") -> Truth:
        """The truth of a world; with letters its numbers read `SC-2026-00000123`."""
        prefix = f"{letters}-{naive(int(self.anchor)).year}-" if letters else ""
        return Truth(world, prefix, self.truth)
