"""What the options of every connector have in common."""

from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """Options from YAML: unknown keys are refused, values do not change.

    Errors do not show what was written: it may be a secret in the wrong place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
