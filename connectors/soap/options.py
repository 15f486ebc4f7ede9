"""What a SOAP service, an operation of it and a source of it may say of themselves in YAML."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from connectors.options import Options
from connectors.rest.options import PagedRequest, RestConnection
from connectors.signatures.options import SignatureTrust, Signing

HeaderName = Annotated[str, Field(pattern=r"^(\{[^{}]+\})?[A-Za-z_][A-Za-z0-9_.-]*$")]


class SoapConnection(RestConnection):
    """`connection:` of a system with a SOAP interface; messages go to `url`."""

    wsdl: str | None = Field(
        default=None,
        description="Address of the WSDL on the same host, or a file relative to the "
        "environment's folder; `url` with `?wsdl` where not given.",
    )
    sign: Signing | None = Field(default=None, description="How our messages are signed.")
    trust: SignatureTrust | None = Field(
        default=None, description="Whose signature answers bear; without it none is asked for."
    )


class SoapOperation(Options):
    """`operation:` of a step."""

    operation: str = Field(min_length=1, description="The operation's name in the WSDL.")
    port: str | None = Field(
        default=None, description="The port's name, where several have this operation."
    )
    headers: dict[HeaderName, str] = Field(
        default={},
        description="Elements of the SOAP header: `name` or `{namespace}name`, each with a text "
        "(not for secrets).",
    )


class SoapRequest(PagedRequest, SoapOperation):
    """`request:` of a source with a SOAP interface."""

    params: dict[str, str | int | float | bool] = Field(
        default={}, description="Fields of every request (not for secrets)."
    )

    @model_validator(mode="after")
    def _no_links(self) -> Self:
        if self.paging == "next":
            raise ValueError("page: a message has no links; use page, offset or cursor")
        return self
