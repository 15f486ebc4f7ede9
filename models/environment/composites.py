"""`composites/*.yaml`: composite services, "one application" for several services."""

from pydantic import Field

from models.environment.composite_forms import Form, Name
from models.environment.composite_steps import Step
from models.environment.values import Expression, Names, Strict


class Proactive(Strict):
    """A life event that starts the application without one being filed.

    Law on public services: a proactive service needs the person's phone number and consent.
    """

    event: str = Field(description="The kind of life event, as the dataset life_events has it")
    form: dict[Name, Expression] = Field(
        description="The form's fields, over `event` (its columns and `details`) and `consent`"
    )


class Composite(Strict):
    """A composite service: its form and its steps. Adding one is one such file."""

    composite: str = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
    names: Names
    life_event: str = Field(description="The life event that it serves")
    legal_basis: Names
    service: str | None = Field(
        default=None, description="Its own code, where the register has one for the whole"
    )
    form: Form
    steps: dict[Name, Step] = Field(min_length=1)
    proactive: Proactive | None = None
