"""`failures:` of environment.yaml: when the bodies' systems are watched, and what is a failure."""

from typing import Self

from pydantic import Field, model_validator

from models.environment.secrets import SecretRef
from models.environment.values import Cron, Duration, Strict, parse_duration


class BurnRate(Strict):
    """Two windows in which the error budget burns too fast: the alert needs both.

    As in the Google SRE workbook, chapter 5: a rate of 1 spends the budget exactly by the end of
    its period.
    """

    rate: float = Field(gt=0)
    long: Duration
    short: Duration

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.short >= self.long:
            raise ValueError("the short window has to be shorter than the long one")
        return self


def _rates() -> list[BurnRate]:
    pairs = (14.4, "1h", "5m"), (6, "6h", "30m"), (1, "3d", "6h")
    return [
        BurnRate(rate=rate, long=parse_duration(long), short=parse_duration(short))
        for rate, long, short in pairs
    ]


class Failures(Strict):
    """How failures of systems are found."""

    tick: Cron = Field(default="* * * * *", description="When the watch looks")
    confirm: int = Field(
        default=2, ge=1, description="So many bad looks on end make a failure certain"
    )
    flap: Duration = Field(
        default=parse_duration("10m"),
        description="A failure that comes back within this time is the same one",
    )
    own_network: float | None = Field(
        default=0.9,
        gt=0,
        le=1,
        description="Where so large a share of the systems cannot be reached at once, our own"
        " network is away; null: never",
    )
    burn_rates: list[BurnRate] = Field(default_factory=_rates, min_length=1)
    budget: Duration = Field(
        default=parse_duration("30d"), description="The period of the error budget"
    )
    heartbeat: SecretRef | None = Field(
        default=None,
        description="An address asked for after each good round, so that somebody outside"
        " notices when Tereze is dead",
    )
    keep: Duration = Field(
        default=parse_duration("30d"), description="How long single looks and calls are kept"
    )
    duty: dict[str, str] = Field(
        default_factory=dict,
        description="The article that obliges an owner to keep its systems running, as letters"
        " quote it, by language",
    )
