"""What a REST system and a source of it may say of themselves in YAML."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from connectors.options import Options
from connectors.rest.auth_options import Auth, NoAuth
from models.environment.values import Expression

PageKind = Literal["page", "offset", "cursor", "next", "none"]
_FIRST = {"page": 1, "offset": 0}


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("give an address such as https://api.example.org/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("give only scheme, host and path; credentials belong in `auth:`")
    return url.rstrip("/")


class Timeouts(Options):
    """How long to wait, in seconds."""

    connect: float = Field(default=5, gt=0, description="Seconds until the connection stands.")
    read: float = Field(default=30, gt=0, description="Seconds between two bytes of an answer.")


class Rate(Options):
    """How often the system may be asked."""

    per_second: float | None = Field(
        default=None, gt=0, description="Requests a second at most; no limit where not given."
    )


class Retry(Options):
    """How often and when a request is tried again."""

    attempts: int = Field(default=4, ge=1, le=20, description="Attempts, the first included.")
    first_wait: float = Field(default=1, ge=0, description="Seconds before the second attempt.")
    max_wait: float = Field(
        default=30,
        ge=0,
        description="Seconds at most between attempts; a longer Retry-After ends the pull.",
    )


class HttpConnection(Options):
    """What the `connection:` of every system has that is asked over HTTP."""

    url: Annotated[str, AfterValidator(_check_url)] = Field(
        description="Address that the paths of requests are appended to."
    )
    verify: bool = Field(default=True, description="Whether the certificate is checked.")
    ca_file: Path | None = Field(
        default=None,
        description="Certificates to trust (PEM), relative to the environment's folder.",
    )
    timeouts: Timeouts = Field(default=Timeouts(), description="How long to wait.")
    answer_within: float = Field(
        default=120, gt=0, description="Seconds for one whole answer, however it drips."
    )
    max_bytes: int = Field(
        default=64 << 20, gt=0, description="Bytes of one answer at most, unzipped."
    )
    rate: Rate = Field(default=Rate(), description="Limit to how often we ask.")
    retry: Retry = Field(default=Retry(), description="What is tried again, and when.")

    @model_validator(mode="after")
    def _one_way_of_trust(self) -> Self:
        if self.ca_file and not self.verify:
            raise ValueError("ca_file has no meaning with `verify: false`")
        return self


class RestConnection(HttpConnection):
    """`connection:` of a system with a REST interface."""

    auth: Auth = Field(default=NoAuth(), description="How the system knows us.")


class Paging(Options):
    """How the source is cut into pages."""

    kind: PageKind | None = Field(
        default=None,
        description="page, offset, cursor, next or none; found from the other keys: next where "
        "the request has `next:`, cursor where there is `cursor:`, page where there is `param:`.",
    )
    param: str | None = Field(
        default=None, description="Query parameter of the page's number, offset or cursor."
    )
    start: int | None = Field(
        default=None, ge=0, description="Number of the first page (1) or first offset (0)."
    )
    size: int | None = Field(default=None, ge=1, description="Records asked for in a page.")
    size_param: str = Field(default="size", description="Query parameter of the size.")
    cursor: Expression | None = Field(
        default=None, description="JMESPath of the next page's cursor in an answer."
    )


class PagedRequest(Options):
    """What every source has that is asked for page by page."""

    params: dict[str, str | int | float | bool] = Field(
        default={}, description="Query parameters of every request (not for secrets)."
    )
    items: Expression | None = Field(
        default=None,
        description="JMESPath of the list of records; the answer itself where not given.",
    )
    next: Expression | None = Field(
        default=None,
        description="JMESPath of the link to the next page; the Link header where paging is of "
        "the kind next and this is not given.",
    )
    page: Paging = Field(default=Paging(), description="The way the source is cut into pages.")
    since_param: str | None = Field(
        default=None,
        description="Query parameter for the first cursor wanted (inclusive); where not given, "
        "all is fetched and picked from by the cursor field.",
    )
    until_param: str | None = Field(
        default=None, description="Query parameter for the first cursor no longer wanted."
    )
    total: Expression | None = Field(
        default=None, description="JMESPath of the number of records that the system announces."
    )

    @property
    def paging(self) -> PageKind:
        """The declared kind of paging, or the one that the other keys tell."""
        if self.page.kind:
            return self.page.kind
        if self.next:
            return "next"
        if self.page.cursor:
            return "cursor"
        return "page" if self.page.param else "none"

    @property
    def first(self) -> int:
        """The number of the first page, or the first offset."""
        return _FIRST.get(self.paging, 1) if self.page.start is None else self.page.start

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.next and self.paging != "next":
            raise ValueError(f"next: has no meaning with paging of the kind {self.paging}")
        if (self.page.cursor is not None) != (self.paging == "cursor"):
            raise ValueError("page.cursor: needed with the kind cursor, and only with it")
        if self.paging in ("page", "offset", "cursor") and not self.page.param:
            raise ValueError(f"page.param: name the parameter of the {self.paging}")
        if self.paging == "offset" and self.page.size is None:
            raise ValueError("page.size: needed with offsets")
        return self


class RestRequest(PagedRequest):
    """`request:` of a source of a REST system."""

    path: str = Field(description="Path of the records, appended to the system's address.")

    @model_validator(mode="after")
    def _begins_with_a_slash(self) -> Self:
        if not self.path.startswith("/"):
            raise ValueError("path: begin with a slash, such as /applications")
        return self
