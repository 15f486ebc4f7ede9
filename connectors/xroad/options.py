"""What an X-Road member, a source of it and a step may say of themselves in YAML."""

from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.options import Options
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


_PATH = r"^(/[^?#\s]*)?$"


class OnXRoad(Options):
    """What a source and a step have in common."""

    service: Service = Field(description="What is asked: instance/class/member/subsystem/service.")
    protocol: Literal["rest", "soap"] = Field(
        default="rest", description="The message protocol: rest, or soap (4.0)."
    )
    namespace: str | None = Field(
        default=None, description="Of soap: the namespace of the request's element; needed there."
    )
    version: str | None = Field(default=None, description="Of soap: the service's version.")
    lists: list[str] = Field(
        default=[], description="Of soap: names that are lists in an answer, also with one element."
    )

    def check_protocol(self, of_rest: set[str]) -> None:
        """Refuse what belongs to the other protocol; `of_rest` are the keys of REST.

        Raises:
            ValueError: such a key, or soap without a namespace.
        """
        if self.protocol == "rest" and (self.namespace or self.version or self.lists):
            raise ValueError("namespace, version and lists belong to `protocol: soap`")
        if self.protocol == "soap":
            if given := sorted(of_rest & self.model_fields_set):
                raise ValueError(f"{', '.join(given)} belong to `protocol: rest`")
            if self.namespace is None:
                raise ValueError("namespace: needed with `protocol: soap`")


class XRoadRequest(PagedRequest, OnXRoad):
    """`request:` of a source behind X-Road."""

    path: str = Field(
        default="", pattern=_PATH, description="Of rest: path of the records in the service."
    )

    @model_validator(mode="after")
    def _of_one_protocol(self) -> Self:
        self.check_protocol({"path"})
        if self.protocol == "soap" and self.paging == "next":
            raise ValueError("page: a message has no links; use page, offset or cursor")
        return self


class XRoadOperation(RestOperation, OnXRoad):
    """`operation:` of a step that calls a service on X-Road."""

    path: str = Field(
        default="",
        pattern=_PATH,
        description="Of rest: appended to the service; `{name}` is filled in from the data.",
    )
    issue: str | None = Field(
        default=None,
        description="The datum that is X-Road-Issue, such as the application's number.",
    )

    @model_validator(mode="after")
    def _of_one_protocol(self) -> Self:
        self.check_protocol(set(RestOperation.model_fields))
        return self
