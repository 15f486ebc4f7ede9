"""One look at one target: what is looked at, and what came of it."""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.failures.probing.aims import Aim
from flows.failures.probing.trusted import Contexts
from models.environment.loader import Environment

Outcome = Literal["good", "failed", "certificate", "not_looked"]
"""As `models.probing.ProbeResult` has them."""


@dataclass(frozen=True)
class Seen:
    """What a good look saw: HTTP status, end of the first certificate to end, in a few words."""

    sentence: str
    status: int | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Look:
    """What came of a look; `took` in seconds until the end, also of a failure.

    `reached` says that a connection stood, whatever came then: the way there is good.
    """

    system: str
    probe: str
    outcome: Outcome
    reason: str
    sentence: str
    took: float
    status: int | None = None
    ends_at: datetime | None = None
    reached: bool = False


@dataclass
class Attempt:
    """A look that is going on. `doing` says, for a time-out, how far it came."""

    aim: Aim
    environment: Environment
    contexts: Contexts
    doing: str = "connecting"
    reached: bool = False
    started: float = field(default_factory=time.perf_counter)

    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.started


ATTEMPT: ContextVar[Attempt] = ContextVar("attempt")
"""The look that the running task is about."""


class Failed(Exception):
    """The target failed: `reason` is a code, `sentence` its words."""

    outcome: Outcome = "failed"

    def __init__(
        self,
        reason: str,
        sentence: str,
        status: int | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        super().__init__(reason, sentence)
        self.reason, self.sentence = reason, sentence
        self.status, self.ends_at = status, ends_at


class BrokenCertificate(Failed):
    """The target answers, but its certificate is not to be trusted."""

    outcome: Outcome = "certificate"


class CouldNotLook(Failed):
    """The look failed on our side; nothing is known of the target."""

    outcome: Outcome = "not_looked"
