"""`hidden_services.yaml`: what tells a public service, and when it is a candidate.

Nothing of it must be given: the signs that come along hold, and only what is named here differs.
"""

from typing import Annotated, Literal

from pydantic import Field

from models.environment.values import Cron, Duration, Strict, parse_duration

ObservedKind = Literal[
    "application", "case", "exchange", "fee", "form", "operation", "page", "regulation"
]
Figure = Literal["volume", "recipients", "refused"]
Filled = Literal["result", "term", "fee", "documents", "fields", "service"]
Words = dict[str, list[str]]
Share = Annotated[float, Field(ge=0, le=1)]
Probability = Annotated[float, Field(gt=0, lt=1)]


class Sign(Strict):
    """Something that tells for a public service, or with a negative weight against one.

    Any one of its words, kinds, filled fields or figures carries it. A word ends with `*` where
    any ending will do; several words stand one after another.
    """

    weight: float | None = Field(default=None, description="In log-odds; negative speaks against")
    basis: str | None = Field(default=None, description="What of the law's definition it shows")
    words: Words = Field(default_factory=dict, description="By language")
    objects: Words = Field(
        default_factory=dict, description="One of these has to stand in the clause, too"
    )
    within: int | None = Field(
        default=None, ge=1, description="Only so many words from a clause's head"
    )
    kinds: list[ObservedKind] = Field(
        default_factory=list, description="What is observed like this has the sign"
    )
    eased_by: str | None = Field(
        default=None, description="A sign beside which this one weighs half"
    )
    only: list[ObservedKind] = Field(
        default_factory=list, description="Its words count only in what is observed like this"
    )
    filled: list[Filled] = Field(default_factory=list, description="Fields that are filled")
    figures: dict[Figure, int] = Field(
        default_factory=dict, description="Counts of at least so many"
    )


class Regulation(Strict):
    """A body's regulation as a text file, in which its functions are numbered."""

    file: str = Field(description="UTF-8; a path that starts at the environment's folder")
    organisation: str
    language: str


class Refusals(Strict):
    """When a service that is described counts as refused to everybody."""

    share: Share = 0.95
    at_least: int = Field(default=20, ge=1, description="So many were decided")
    results: list[str] = Field(
        default_factory=lambda: ["refused"], description="Results of applications that refuse"
    )


class Bundles(Strict):
    """When services are taken together often enough to be one."""

    within: Duration = Field(
        default=parse_duration("30d"), description="Between any two of the services"
    )
    recipients: int = Field(
        default=20, ge=2, description="Fewer who took all of it are not shown: they may be known"
    )
    lift: float = Field(default=2.0, gt=0, description="So many times as often as by chance")
    largest: int = Field(default=5, ge=2, le=8, description="Services in one bundle")
    at_most: int = Field(
        default=50, ge=2, description="Who applied more often acts for others and is left out"
    )


class HiddenServices(Strict):
    """The file."""

    tick: Cron = Field(default="30 5 * * *", description="When candidates are looked for")
    prior: Probability = Field(
        default=0.2, description="The share of services among functions without any sign known"
    )
    signs: dict[str, Sign] = Field(
        default_factory=dict, description="Other signs, or what differs in those that come along"
    )
    service_like: Probability = Field(default=0.5, description="From here on it is a service")
    absent: Probability = Field(default=0.5, description="From here on the register has none")
    same: Share = Field(
        default=0.7, description="From this similarity on, two observations are of one function"
    )
    dormant_after: Duration = Field(
        default=parse_duration("365d"), description="Registered, and so long without an application"
    )
    refusals: Refusals = Refusals()
    shrinkage: float = Field(
        default=20, gt=0, description="So many decisions weigh as much as what was set by hand"
    )
    regulations: dict[str, Regulation] = Field(default_factory=dict)
    bundles: Bundles = Bundles()
