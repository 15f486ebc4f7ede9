"""What an X-Road member, a source of it and a step may say of themselves in YAML."""

from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.rest.operation import RestOperation
from connectors.rest.options import PagedRequest, RestConnection
from connectors.xroad.identifiers import Client, Service


class XRoadConnection(RestConnection):
    """`connection:` of a member of X-Road; `url` is that of our own security server."""

    client: Client = Field(description="Who asks: instance/class/member/subsystem of our own.")
    user_id: str | None = Field(
        default=None,
        pattern=r"^[\x21-\x7e]+$",
        description="X-Road-UserId: who asks within our own organisation.",
    )


class XRoadRequest(PagedRequest):
    """`request:` of a source behind X-Road, read over its REST protocol."""

    service: Service = Field(description="What is asked: instance/class/member/subsystem/service.")
    path: str = Field(
        default="", pattern=r"^(/[^?#\s]*)?$", description="Path of the records in the service."
    )


class XRoadOperation(RestOperation):
    """`operation:` of a step that calls a service on X-Road."""

    service: Service = Field(description="What is called: instance/class/member/subsystem/service.")
    protocol: Literal["rest", "soap"] = Field(
        default="rest", description="The message protocol: rest, or soap (4.0)."
    )
    path: str = Field(
        default="",
        pattern=r"^(/[^?#\s]*)?$",
        description="Of rest: appended to the service; `{name}` is filled in from the data.",
    )
    issue: str | None = Field(
        default=None,
        description="The datum that is X-Road-Issue, such as the application's number.",
    )
    namespace: str | None = Field(
        default=None, description="Of soap: the namespace of the request's element; needed there."
    )
    version: str | None = Field(default=None, description="Of soap: the service's version.")
    lists: list[str] = Field(
        default=[], description="Of soap: names that are lists in an answer, also with one element."
    )

    @model_validator(mode="after")
    def _of_one_protocol(self) -> Self:
        if self.protocol == "rest" and (self.namespace or self.version or self.lists):
            raise ValueError("namespace, version and lists belong to `protocol: soap`")
        if self.protocol == "soap":
            of_rest = {"method", "path", "params", "query", "headers", "body", "key_header"}
            if given := sorted(of_rest & self.model_fields_set):
                raise ValueError(f"{', '.join(given)} belong to `protocol: rest`")
            if self.namespace is None:
                raise ValueError("namespace: needed with `protocol: soap`")
        return self
