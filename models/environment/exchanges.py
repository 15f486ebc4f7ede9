"""`exchanges.yaml`: who records what systems ask of each other, and which services are whose."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.environment.probes import Trust
from models.environment.settings import Zone
from models.environment.sources import Cursor
from models.environment.values import Duration, Strict, parse_duration

OURS = "tereze"
"""The source of the exchanges that Tereze's own connectors make."""


def _parts(least: int, most: int, written: str) -> AfterValidator:
    def check(identifier: str) -> str:
        parts = identifier.split("/")
        if not least <= len(parts) <= most or not all(parts):
            raise ValueError(f"an X-Road identifier here is written {written}")
        return identifier

    return AfterValidator(check)


class XRoadMonitoring(Strict):
    """A security server that is asked for its operational monitoring data (PR-OPMON)."""

    url: str = Field(
        pattern=r"^https?://[^\s@]+$", description="Of our own security server, for requests"
    )
    client: Annotated[str, _parts(3, 4, "INSTANCE/CLASS/MEMBER/SUBSYSTEM")] = Field(
        description="Who asks: INSTANCE/CLASS/MEMBER/SUBSYSTEM"
    )
    server: Annotated[str, _parts(4, 4, "INSTANCE/CLASS/MEMBER/SERVER")] = Field(
        description="The server whose data are read: INSTANCE/CLASS/MEMBER/SERVER"
    )
    tls: Trust = Trust()
    answer_within: Duration = Field(
        default=parse_duration("60s"), description="For one whole answer, however it drips"
    )
    max_bytes: int = Field(default=64 << 20, ge=1, description="Of one answer")
    max_unpacked: int = Field(default=256 << 20, ge=1, description="Bytes of its records, unpacked")


class MonitoringFiles(Strict):
    """Operational monitoring data that somebody drops: `{"records": […]}`, also gzipped."""

    folder: Path = Field(description="Relative to the environment's folder")
    path: str = Field(
        default="*.json.gz", pattern=r"^[^/]+$", description="A name, or a pattern of names"
    )
    max_unpacked: int = Field(default=256 << 20, ge=1, description="Bytes of one file, unpacked")


class LogFields(Strict):
    """Where a gateway's log has what; names, or JMESPaths to them."""

    time: str
    service: str
    client: str | None = None
    message: str | None = Field(
        default=None, description="The message id; without one a record is known by all it says"
    )
    took: str | None = None
    outcome: str | None = Field(default=None, description="Whether the exchange worked")
    code: str | None = Field(
        default=None, description="What the service itself says inside a success"
    )
    size: str | None = None


class GatewayLog(Strict):
    """A gateway's log, read by the connector of the system as any other data."""

    request: dict[str, Any] = Field(description="As in sources/*.yaml")
    cursor: Cursor | None = None
    fields: LogFields
    timezone: Zone | None = Field(
        default=None, description="Of times without one; null: the environment's"
    )
    format: str | None = Field(
        default=None,
        description="Of times: a strptime format, epoch_seconds or epoch_milliseconds;"
        " null: ISO 8601",
    )
    took_in: Literal["milliseconds", "seconds"] = "milliseconds"
    worked: list[str] = Field(
        default_factory=lambda: ["true", "200", "ok"], description="Values of `outcome`"
    )


class MonitoringSource(Strict):
    """One recorder of exchanges: give exactly one of x_road, files and log."""

    system: str = Field(description="The system that records: whom to call when it cannot be read")
    x_road: XRoadMonitoring | None = None
    files: MonitoringFiles | None = None
    log: GatewayLog | None = None
    stale_after: Duration = Field(
        default=parse_duration("15m"),
        description="With nothing newer than this, nothing is concluded from it",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(each is not None for each in (self.x_road, self.files, self.log)) != 1:
            raise ValueError("give exactly one of x_road, files and log")
        return self


class Exchanges(Strict):
    """The file."""

    sources: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")], MonitoringSource] = (
        Field(default_factory=dict)
    )
    services: dict[str, str] = Field(
        default_factory=dict,
        description="Members, subsystems and services to the systems that they are; the longest"
        " that fits counts",
    )
    worked: list[str] = Field(
        default_factory=lambda: ["SCSS001", "00000"],
        description="Codes inside a success that say it is one; so are 200 to 399",
    )
    mistakes: list[str] = Field(
        default_factory=lambda: ["Client.", "Server.ServerProxy.AccessDenied"],
        description="Fault codes that begin so are the asker's mistake, not a failure",
    )

    @model_validator(mode="after")
    def _ours_is_taken(self) -> Self:
        if OURS in self.sources:
            raise ValueError(f"`{OURS}` is the source of our own calls; give it another name")
        return self
