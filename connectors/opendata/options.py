"""What the open data portal and a dataset of it may say of themselves in YAML."""

from typing import Any

from pydantic import Field

from connectors.options import Options
from connectors.rest.auth_options import QueryAuth
from connectors.rest.options import HttpConnection, RestConnection, RestRequest
from models.environment.secrets import SecretRef

MOST = 10_000
"""Records behind the first that a portal on Elasticsearch gives (`index.max_result_window`)."""

SINCE, UNTIL = "gte", "lt"
"""Bounds of a range, as Elasticsearch names them."""


class OpendataConnection(HttpConnection):
    """`connection:` of a portal; `url` is without /api."""

    api_key: SecretRef = Field(description="The key; without one the portal answers 403.")

    def over_http(self) -> RestConnection:
        """The same as a connection of REST, whose secret is among the query parameters."""
        said = {name: getattr(self, name) for name in HttpConnection.model_fields}
        key = QueryAuth(kind="query", name="apiKey", value=self.api_key)
        return RestConnection(**said, auth=key)


class OpendataRequest(Options):
    """`request:` of a dataset on the portal."""

    dataset: str = Field(
        pattern=r"^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$",
        description="The dataset's name in its address.",
    )
    version: str = Field(
        default="v1", pattern=r"^v[0-9]+$", description="The dataset's version, such as v3."
    )
    size: int = Field(default=1000, ge=1, le=MOST, description="Records asked for in a page.")
    most: int = Field(
        default=MOST,
        ge=1,
        description="Records that `from` may reach; a dataset that is longer is refused.",
    )
    query: dict[str, Any] = Field(
        default={}, description="What of the dataset is wanted, as Elasticsearch has it."
    )
    sort: str | None = Field(
        default=None, description="The field that orders records, so that pages do not shift."
    )
    window: str | None = Field(
        default=None,
        description="The field by which the portal is asked for the window; without it, all is "
        "fetched and picked from by the cursor field.",
    )

    def over_http(self) -> RestRequest:
        """The same as a request of REST, paged by offset."""
        page = {"kind": "offset", "param": "from", "size": self.size, "size_param": "size"}
        asked = {"since_param": SINCE, "until_param": UNTIL} if self.window else {}
        path = f"/api/v4/{self.dataset}/{self.version}"
        return RestRequest.model_validate({"path": path, "page": page, **asked})
