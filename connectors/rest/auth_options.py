"""The ways in which a REST system may want to know who asks."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from connectors.options import Options
from models.environment.secrets import SecretRef


def _check_token_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
        raise ValueError("give an address such as https://id.example.org/token, without password")
    return url


class NoAuth(Options):
    """Nobody needs to be known."""

    kind: Literal["none"] = "none"


class HeaderAuth(Options):
    """A secret in a header, such as X-Api-Key."""

    kind: Literal["header"]
    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9-]+$", description="Name of the header.")
    value: SecretRef = Field(description="Its value.")


class QueryAuth(Options):
    """A secret among the query parameters, such as apiKey."""

    kind: Literal["query"]
    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9_.-]+$", description="The parameter.")
    value: SecretRef = Field(description="Its value.")


class BasicAuth(Options):
    """User and password with every request (RFC 7617)."""

    kind: Literal["basic"]
    user: str = Field(description="Name of the user.")
    password: SecretRef = Field(description="The user's password.")


class BearerAuth(Options):
    """A token with every request (RFC 6750)."""

    kind: Literal["bearer"]
    token: SecretRef = Field(description="The token.")


class OAuth2ClientCredentials(Options):
    """A token that is fetched, and fetched anew when it expires (RFC 6749, section 4.4)."""

    kind: Literal["oauth2_client_credentials"]
    token_url: Annotated[str, AfterValidator(_check_token_url)] = Field(
        description="Address that hands out tokens."
    )
    client_id: str = Field(description="Our name there.")
    client_secret: SecretRef = Field(description="Our secret there.")
    scope: str | None = Field(default=None, description="What the token shall be good for.")


Auth = Annotated[
    NoAuth | HeaderAuth | QueryAuth | BasicAuth | BearerAuth | OAuth2ClientCredentials,
    Field(discriminator="kind"),
]
