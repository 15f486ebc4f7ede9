"""`alerts.yaml`: who is told, through what, and how much at once."""

from typing import Literal, Self

from pydantic import Field, model_validator

from models.environment.secrets import SecretRef
from models.environment.values import Strict

AlertSeverity = Literal["critical", "warning", "info"]


class Receiver(Strict):
    """Where notices go: an Apprise URL, the terminal, or a JSON Lines file."""

    terminal: bool = False
    file: str | None = Field(default=None, description="Relative to Tereze's home folder")
    url: SecretRef | None = Field(
        default=None, description="An Apprise URL; a secret, because it carries a password"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum((self.terminal, self.file is not None, self.url is not None)) != 1:
            raise ValueError("give exactly one of terminal, file and url")
        return self


class Route(Strict):
    """Which alerts go to which receivers: the first route that fits decides."""

    receivers: list[str] = Field(min_length=1)
    severity: list[AlertSeverity] | None = None
    labels: dict[str, str] = Field(default_factory=dict, description="All of them must be so")


class Notices(Strict):
    """How notices are kept few."""

    at_most: int = Field(
        default=20, ge=1, description="In one round; what is beyond goes into one summary"
    )
    oldest: int = Field(default=5, ge=0, description="How many of the oldest cases are named")
    runbooks: str = Field(default="docs/runbooks", description="Where runbook links lead")


class Alerts(Strict):
    """The file."""

    receivers: dict[str, Receiver] = Field(default_factory=dict)
    routes: list[Route] = Field(default_factory=list)
    notices: Notices = Notices()

    @model_validator(mode="after")
    def _known_receivers(self) -> Self:
        for route in self.routes:
            unknown = set(route.receivers) - set(self.receivers)
            if unknown:
                known = ", ".join(sorted(self.receivers)) or "none"
                raise ValueError(f"unknown receiver {sorted(unknown)[0]!r}; declared are: {known}")
        return self
