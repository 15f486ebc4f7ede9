"""Secrets: named in YAML, read from the process environment or a Prefect block, never shown."""

import os
import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.errors import ConfigurationError

MASK = "********"
_known: set[str] = set()


class SecretRef(BaseModel):
    """Where a secret is to be found: `{env: NAME}` or `{prefect_secret: block-name}`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    # The pattern keeps most passwords that were written here by mistake from being a name.
    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    prefect_secret: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "SecretRef":
        if (self.env is None) == (self.prefect_secret is None):
            raise ValueError("give exactly one of env or prefect_secret")
        return self

    def resolve(self) -> str:
        """The secret's value, remembered so that `redact` can take it out of every text.

        Raises:
            ConfigurationError: the variable or the block is missing; names it.
        """
        value = self._from_env() if self.env else self._from_prefect()
        _known.add(value)
        return value

    def _from_env(self) -> str:
        value = os.environ.get(self.env or "")
        if not value:
            raise ConfigurationError(
                f"Reading the secret {self.env}",
                "the environment variable is not set or is empty",
                f"Set {self.env} for this process, for example `export {self.env}=…`",
            )
        return value

    def _from_prefect(self) -> str:
        from prefect.blocks.system import Secret

        name = self.prefect_secret or ""
        try:
            return str(Secret.load(name).get())  # type: ignore[union-attr]
        except ValueError as error:
            raise ConfigurationError(
                f"Reading the Prefect Secret block {name!r}",
                "the Prefect server knows no such block",
                f"Create it: Blocks → Secret → name it {name!r}",
            ) from error


def remember(spelling: str) -> None:
    """Have `redact` take out another spelling of a secret, such as the one in an address."""
    _known.add(spelling)


def redact(text: str, extra: Iterable[str] = ()) -> str:
    """The text without any secret that this process has resolved, and without URL passwords."""
    for secret in sorted({*_known, *extra}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return re.sub(r"(://[^/\s:@]*):[^/\s@]+@", rf"\1:{MASK}@", text)
