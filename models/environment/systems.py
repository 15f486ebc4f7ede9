"""`systems.yaml`: the bodies' information systems."""

from typing import Any

from pydantic import Field

from models.environment.contracts import Contract
from models.environment.probes import Target
from models.environment.values import Cron, Duration, Names, Strict


class Objectives(Strict):
    """What the system's passport promises."""

    availability: float | None = Field(default=None, gt=0, le=1)
    answer_within: Duration | None = None
    recovery_within: Duration | None = None


class Maintenance(Strict):
    """A window in which the system may be away."""

    schedule: Cron = Field(description="When it begins, in the environment's time zone")
    lasts: Duration


class System(Strict):
    """One information system: whose it is, whom to call, how it is reached."""

    names: Names
    owner: str = Field(description="The organisation that answers for it")
    contact: str = Field(description="Whom to call when it fails")
    connector: str = Field(description="How it is spoken to: file, rest, sql")
    connection: dict[str, Any] = Field(
        default_factory=dict, description="Address, credentials, limits: as the connector says"
    )
    at_once: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="So many steps of composite services are sent to it at once, by one worker;"
        " else `composite_services: {threads: …}`",
    )
    objectives: Objectives = Objectives()
    maintenance: list[Maintenance] = Field(default_factory=list)
    depends_on: list[str] = Field(
        default_factory=list, description="Systems without which this one does not work"
    )
    services: list[str] = Field(
        default_factory=list,
        description="Codes of services that cannot be rendered without it, beside those whose"
        " applications are pulled from it",
    )
    probes: list[Target] = Field(default_factory=list)
    contracts: list[Contract] = Field(
        default_factory=list, description="Descriptions that are compared with the accepted ones"
    )


class Systems(Strict):
    """The file: systems by name."""

    systems: dict[str, System] = Field(default_factory=dict)
