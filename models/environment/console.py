"""`console.yaml`: who may use the web console, and how they sign in."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.environment.secrets import SecretRef
from models.environment.values import Duration, Strict, parse_duration

Role = Literal["integration_engineer", "on_call", "office_staff", "region", "reviewer", "auditor"]


class OpenIdRoles(Strict):
    """Which claims of the provider say what somebody may do, and where."""

    claim: str = Field(default="groups", description="The claim that lists somebody's groups")
    groups: dict[str, list[Role]] = Field(
        description="The roles of each group; who is in none of them is not let in"
    )
    region_claim: str | None = Field(default=None, description="The claim with the region's code")
    office_claim: str | None = Field(default=None, description="The claim with the office's code")


class OpenId(Strict):
    """Sign-in at an OpenID Connect provider (OpenID Connect Core 1.0, authorization code, PKCE)."""

    issuer: str = Field(description="Its address; `/.well-known/openid-configuration` is below it")
    client_id: str
    client_secret: SecretRef | None = None
    scopes: list[str] = Field(default=["openid", "profile"])
    name_claim: str = Field(default="name", description="The claim with the name that is shown")
    roles: OpenIdRoles


class SignIn(Strict):
    """How people sign in."""

    local: bool = Field(default=True, description="By name and password, kept here")
    open_id: OpenId | None = None
    lock_after: int = Field(default=5, ge=1, description="Wrong passwords in a row")
    lock_for: Duration = parse_duration("15m")
    idle: Duration = Field(default=parse_duration("30m"), description="Signed out after this")
    longest: Duration = Field(default=parse_duration("12h"), description="And after this anyway")

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if not self.local and self.open_id is None:
            raise ValueError("nobody could sign in: give `open_id`, or `local: true`")
        return self


Place = Annotated[tuple[int, int], Field(description="Column and row, from 1 at the top left")]
WIDEST, HIGHEST = 12, 10
"""Columns and rows that a map has at most."""


class Console(Strict):
    """The file."""

    sign_in: SignIn = SignIn()
    address: str | None = Field(
        default=None,
        description="Its address for people, such as https://tereze.example.org; null: as asked",
    )
    map: dict[str, Place] = Field(
        default_factory=dict,
        description="Where each region's tile stands; without it regions stand in a list",
    )

    @model_validator(mode="after")
    def _each_in_its_place(self) -> Self:
        taken: dict[Place, str] = {}
        for region, place in self.map.items():
            column, row = place
            if not (1 <= column <= WIDEST and 1 <= row <= HIGHEST):
                raise ValueError(f"{region} is off the map: columns 1-{WIDEST}, rows 1-{HIGHEST}")
            if place in taken:
                raise ValueError(f"{region} and {taken[place]} are in the same place")
            taken[place] = region
        return self
