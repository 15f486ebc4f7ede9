"""`contracts:` of a system: what it promises to answer, read now and then and compared."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from models.environment.values import Duration, Strict, parse_duration

ContractKind = Literal["wsdl", "openapi", "columns"]


class Contract(Strict):
    """A description that is compared with the one last accepted."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_.-]{0,60}$", description="A name of your choice")
    kind: ContractKind
    url: str | None = Field(
        default=None,
        description="Of a wsdl or openapi: an address, or a path of the system's own address",
    )
    source: str | None = Field(
        default=None, description="Of columns: the source whose fields are compared"
    )
    every: Duration = Field(default=parse_duration("1h"), description="How often it is read")
    max_bytes: int = Field(
        default=5_000_000, ge=1, le=50_000_000, description="A longer document is not read"
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        columns = self.kind == "columns"
        if columns != (self.url is None) or columns != (self.source is not None):
            raise ValueError("give `source` with the kind columns, and `url` with the others")
        if self.url is not None:
            parts = urlsplit(self.url)
            whole = parts.scheme in ("http", "https") and parts.hostname
            if not whole and not self.url.startswith("/"):
                raise ValueError("url: an address with http:// or https://, or a path with /")
        return self
