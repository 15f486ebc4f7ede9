"""What the options of every connector have in common."""

import jmespath
import jmespath.exceptions
from pydantic import BaseModel, ConfigDict


class Options(BaseModel):
    """Options from YAML: unknown keys are refused, values do not change.

    Errors do not show what was written: it may be a secret in the wrong place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def check_expression(expression: str | None) -> str | None:
    """The JMESPath expression as it is.

    Raises:
        ValueError: it is not one; says where it goes wrong.
    """
    if expression is not None:
        try:
            jmespath.compile(expression)
        except jmespath.exceptions.JMESPathError as error:
            raise ValueError(f"{expression!r} is not a JMESPath expression: {error}") from error
    return expression
