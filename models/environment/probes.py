"""`probes.yaml`: modules say how to look; `probes:` of a system says at what.

Module and target stand apart as in Prometheus' blackbox_exporter, so that one way of looking
serves hundreds of targets.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.environment.probe_targets import check_identifier, check_server
from models.environment.secrets import SecretRef
from models.environment.settings import Pattern
from models.environment.values import Duration, Strict, parse_duration

LONGEST = parse_duration("50s")
"""A look is to be judged within its minute."""


def _within_its_minute(timeout: timedelta) -> timedelta:
    if not timedelta(0) < timeout <= LONGEST:
        raise ValueError("a look may take between 1s and 50s, so that it ends within its minute")
    return timeout


class _Module(Strict):
    """What every kind has."""

    timeout: Annotated[Duration, AfterValidator(_within_its_minute)] = Field(
        default=parse_duration("10s"),
        description="For the whole look: name, connection, handshake, redirects, answer",
    )


class Trust(Strict):
    """How far the other side's certificate is believed."""

    verify: bool = Field(default=True, description="Whether the certificate is checked")
    ca_file: Path | None = Field(
        default=None,
        description="Authorities to trust (PEM) instead of the machine's own, relative to the"
        " environment's folder",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.ca_file and not self.verify:
            raise ValueError("ca_file has no meaning with `verify: false`")
        return self


class HttpProbe(_Module):
    """Asks an address; its answer has a status, a body and a time."""

    prober: Literal["http"]
    method: str = Field(default="GET", pattern=r"^[A-Z]+$")
    headers: dict[str, str] = Field(default_factory=dict, description="Sent with each request")
    secret_headers: dict[str, SecretRef] = Field(
        default_factory=dict, description="Sent to the target's own origin only"
    )
    body: str | None = Field(default=None, description="What is sent")
    status: list[int] = Field(
        default_factory=list, description="Status codes that are good; none: 200 to 299"
    )
    contains: list[str] = Field(default_factory=list, description="The body has all of these")
    lacks: list[str] = Field(default_factory=list, description="The body has none of these")
    matches: Pattern | None = Field(
        default=None, description="A regular expression found in the body"
    )
    answer_within: Duration | None = Field(
        default=None, description="A later answer is a failure, though it came before `timeout`"
    )
    max_redirects: int = Field(default=5, ge=0, le=20, description="Followed; 0: none")
    max_bytes: int = Field(default=1 << 20, ge=1, le=64 << 20, description="A longer body fails")
    tls: Trust = Trust()


class TcpProbe(_Module):
    """Opens a connection; may say something and expect an answer."""

    prober: Literal["tcp"]
    send: str | None = None
    expect: str | None = Field(
        default=None, description="The first 64 KB that come have this in them"
    )


class TlsProbe(_Module):
    """Shakes hands and looks at the certificate: days left, chain, name of the host."""

    prober: Literal["tls"]
    warn_before: Duration = parse_duration("30d")
    critical_before: Duration = parse_duration("7d")
    ca_file: Path | None = Field(default=None, description="As in `tls:` of http")
    server_name: str | None = Field(
        default=None, description="The name that is asked for; none: the target's host"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.critical_before > self.warn_before:
            raise ValueError("critical_before cannot be longer than warn_before")
        return self


class SoapProbe(_Module):
    """Reads the WSDL of a service, and makes a call that changes nothing."""

    prober: Literal["soap"]
    wsdl: str | None = Field(
        default="?wsdl", description="Appended to the target; null: the WSDL is not looked at"
    )
    operation: str | None = Field(
        default=None, description="Called without arguments, as the WSDL describes it"
    )
    envelope: str | None = Field(default=None, description="Sent instead: a whole envelope")
    action: str = Field(default="", description="SOAPAction of the envelope")
    contains: list[str] = Field(default_factory=list, description="The answer has all of these")
    secret_headers: dict[str, SecretRef] = Field(default_factory=dict)
    max_bytes: int = Field(default=4 << 20, ge=1, le=64 << 20)
    tls: Trust = Trust()

    @model_validator(mode="after")
    def _something_to_look_at(self) -> Self:
        if self.operation and (self.envelope or not self.wsdl):
            raise ValueError("an operation needs the wsdl, and no envelope beside it")
        if not (self.wsdl or self.envelope):
            raise ValueError("give a wsdl or an envelope: else there is nothing to look at")
        return self


class XroadProbe(_Module):
    """Asks a security server for the services of a subsystem (X-Road REST metaservice)."""

    prober: Literal["xroad"]
    server: Annotated[str, AfterValidator(check_server)] = Field(
        description="Address of our own security server"
    )
    client: Annotated[str, AfterValidator(check_identifier)] = Field(
        description="Who asks: INSTANCE/CLASS/MEMBER/SUBSYSTEM"
    )
    max_bytes: int = Field(default=4 << 20, ge=1, le=64 << 20)
    tls: Trust = Trust()


class SqlProbe(_Module):
    """Asks a database a question that has at least one row for an answer."""

    prober: Literal["sql"]
    query: str = Field(default="SELECT 1", description="A SELECT; it is run read-only")
    password: SecretRef | None = Field(
        default=None, description="Where the target is an address of its own"
    )


class ConnectorProbe(_Module):
    """Reads one record through the system's connector, as a pull of the source would."""

    prober: Literal["connector"]


Module = Annotated[
    HttpProbe | TcpProbe | TlsProbe | SoapProbe | XroadProbe | SqlProbe | ConnectorProbe,
    Field(discriminator="prober"),
]


class Probes(Strict):
    """The file: modules by name."""

    modules: dict[str, Module] = Field(default_factory=dict)


class Target(Strict):
    """One thing of a system that is looked at."""

    module: str = Field(description="Its name in probes.yaml")
    target: str | None = Field(default=None, description="At what, as the module's kind reads it")
    name: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9_.-]*$",
        description="What people call it; none: the module's name",
    )
    services: list[str] = Field(
        default_factory=list, description="X-Road: service codes that have to be listed"
    )

    @property
    def called(self) -> str:
        """The name that findings use: `probe:<called>`."""
        return self.name or self.module
