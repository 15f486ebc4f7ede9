"""What a body behind SHEP, an operation of it and a source of it may say of themselves in YAML."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.options import Options
from connectors.rest.options import PagedRequest, RestConnection
from connectors.signatures.options import SignatureTrust, Signing
from models.environment.secrets import SecretRef

Channel = Literal["sync", "async"]
Code = Annotated[str, Field(min_length=1)]


class Sender(Options):
    """The name, and the password where there is one, by which the gateway knows us."""

    id: str = Field(description="`senderId`.")
    password: SecretRef | None = Field(default=None, description="Its password.")


class ShepCodes(Options):
    """What the codes in an answer mean: they are free strings of the receiving system."""

    success: list[Code] = Field(default=["SCSS001"], description="It was done.")
    answered: list[Code] = Field(
        default=["SCSE002"], description="The body's own answer, to be read like a success."
    )
    not_done: list[Code] = Field(
        default=["SCSE001"], description="Certainly not done: it may be sent again."
    )


class ShepConnection(RestConnection):
    """`connection:` of a system behind the e-government gateway."""

    sync_path: str = Field(
        default="", description="Path of the synchronous channel, appended to `url`."
    )
    async_path: str | None = Field(
        default=None, description="Path of the asynchronous channel, where it is used."
    )
    sender: Sender = Field(description="Who we are on the gateway.")
    codes: ShepCodes = Field(default=ShepCodes(), description="What codes mean.")
    sign: Signing | None = Field(default=None, description="How our messages are signed.")
    trust: SignatureTrust | None = Field(
        default=None, description="Whose signature answers bear; without it none is asked for."
    )


class Message(Options):
    """What a message says beside its data."""

    service: str | None = Field(default=None, description="`serviceId` in the register.")
    form: Literal["element", "text"] = Field(
        default="element", description="`data` as an element, or as a text that holds XML."
    )
    type: str | None = Field(default=None, description="Name of the `xsi:type` of `data`.")
    namespace: str | None = Field(
        default=None, description="Namespace of that type, or of the XML in a text."
    )
    root: str | None = Field(
        default=None, description="Of the form text: name of the XML's outermost element."
    )
    qualified: bool = Field(
        default=False, description="Whether the fields stand in the namespace as well."
    )
    properties: dict[str, str] = Field(
        default={}, description="Properties of the message: key up to 30, value up to 500 letters."
    )
    key_property: str | None = Field(
        default=None,
        max_length=30,
        description="Property that carries the idempotency key, beside `messageId`.",
    )
    route: str | None = Field(default=None, description="`routeId`, where the gateway wants one.")
    lists: list[str] = Field(
        default=[], description="Fields of the answer that are lists, also with one thing in them."
    )

    @model_validator(mode="after")
    def _as_the_gateway_takes_it(self) -> Self:
        if self.form == "text" and self.root is None:
            raise ValueError("root: needed with `form: text`")
        if self.form == "text" and self.type is not None:
            raise ValueError("type: belongs to `form: element`; a text is always xs:string")
        if self.type is not None and self.namespace is None:
            raise ValueError("namespace: needed with a type")
        if any(len(key) > 30 or len(value) > 500 for key, value in self.properties.items()):
            raise ValueError("properties: a key has up to 30 letters, a value up to 500")
        return self


class ShepOperation(Message):
    """`operation:` of a step."""

    channel: Channel = Field(default="sync", description="The channel: sync or async.")
    does: Literal["send", "get_messages", "get_message_status", "send_delivery_notification"] = (
        Field(default="send", description="Which operation of the asynchronous channel.")
    )
    message_id: Literal["key", "new"] = Field(
        default="key", description="`messageId`: the idempotency key, or a new one each time."
    )
    message_type: Literal["REQUEST", "RESPONSE", "NOTIFICATION", "UPDATE"] = Field(
        default="REQUEST", description="Of a message on the asynchronous channel."
    )

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.channel == "sync" and self.does != "send":
            raise ValueError(f"does: {self.does} is an operation of `channel: async`")
        if self.does == "send" and self.service is None:
            raise ValueError("service: name the service, as the gateway's register has it")
        return self


class ShepRequest(PagedRequest, Message):
    """`request:` of a source behind the gateway, on the synchronous channel."""

    service: str = Field(description="`serviceId` in the register.")
    params: dict[str, str | int | float | bool] = Field(
        default={}, description="Fields of the data in every request (not for secrets)."
    )

    @model_validator(mode="after")
    def _no_links(self) -> Self:
        if self.paging == "next":
            raise ValueError("page: a message has no links; use page, offset or cursor")
        return self
