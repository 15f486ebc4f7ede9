"""The steps of a composite service: what is asked of a body, how its answer is read and undone.

Expressions are JMESPath over `form` (the fields, those that the state knows included), `facts`,
`application` (`number`, `received_at`, `language`, `office`, `region`, `channel`), `steps`
(each begun one by its name: `state`, `result`, `reference`, `refusal`), `key` (the idempotency
key of this step), `reply_to` (the address for its call-back) and, in what reads an answer,
`answer` (the document), `code` (the protocol's or the body's own code) and `status`.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from models.environment.composite_forms import FormField, Name
from models.environment.values import Duration, Expression, Names, Strict, parse_duration

Inputs = Annotated[
    dict[str, Expression], Field(description="What is sent: each name with an expression")
]
Results = Annotated[
    dict[Name, Expression], Field(description="What is kept of the answer, by our names")
]


class Refusal(Strict):
    """How a motivated refusal is told from other answers, and what it says."""

    when: Expression
    reason: Expression = Field(description="The body's reason in words")
    grounds: Expression | None = Field(default=None, description="The rule that it rests on")


class Answers(Strict):
    """How an answer is read. The first that holds decides: refused, waits, absent, done.

    An answer of which none holds is a failure of the body's side, and never the applicant's.
    """

    done: Expression
    refused: Refusal | None = None
    waits: Expression | None = Field(
        default=None, description="Taken in, and the result comes later"
    )
    absent: Expression | None = Field(
        default=None, description="Of `ask`: the body has nothing of this step"
    )
    result: Results = Field(default_factory=dict)
    optional: list[Name] = Field(
        default_factory=list, description="Results that an answer may lack"
    )
    reference: Expression | None = Field(
        default=None, description="The body's own number for it, by which it is asked later"
    )


class Ask(Strict):
    """How the body tells what became of a step: after a crash, and while its result is awaited."""

    operation: dict[str, Any] = Field(description="As the system's connector says")
    input: Inputs = Field(default_factory=dict)
    answers: Answers


class UndoByCall(Strict):
    """A call takes the step back."""

    by: Literal["call"]
    operation: dict[str, Any] = Field(description="As the system's connector says")
    input: Inputs = Field(default_factory=dict)
    done: Expression
    ask: Ask | None = Field(default=None, description="Tells whether it was taken back")


class UndoByLetter(Strict):
    """A letter of the office takes the step back; somebody says when that was done."""

    by: Literal["letter"]
    to: str = Field(description="The organisation that it goes to")
    text: Names = Field(description="What it asks for; `{number}` and `{reference}` are filled in")


class NoUndo(Strict):
    """What is done stays done."""

    by: Literal["none"]
    why: Names


Undo = Annotated[UndoByCall | UndoByLetter | NoUndo, Field(discriminator="by")]


class Retry(Strict):
    """How often a call is made again, when the body's side failed."""

    attempts: int = Field(default=5, ge=1, le=100, description="Attempts, the first included")
    first_wait: Duration = Field(default=parse_duration("2s"), description="Doubled each time")
    longest_wait: Duration = parse_duration("15m")


class Share(Strict):
    """Data of the person that go out, and the legal basis for that."""

    data: list[str] = Field(min_length=1, description="Names of fields, or of earlier results")
    basis: Names


class Help(Strict):
    """Who helps when the machine cannot go on, by when, and what there is to do."""

    office: str | None = Field(
        default=None, description="An office or organisation; null: the application's own office"
    )
    working_days: int = Field(default=1, ge=1, description="The helper's own term")
    todo: Names


class _Step(Strict):
    """What every kind of step has."""

    names: Names
    requires: list[Name] = Field(default_factory=list, description="Steps that come before")
    when: Expression | None = Field(default=None, description="Left out where this does not hold")
    on_refusal: Literal["stop", "go_on", "person"] = Field(
        default="stop", description="What a refusal means for the rest"
    )
    refusal_means: Names | None = Field(default=None, description="The same in words")
    help: Help | None = None


class _Service(_Step):
    """A step that applies for a service of a body."""

    service: str | None = Field(
        default=None, description="The service's code: the step is an application for it"
    )
    sub_type: Expression | None = None
    system: str = Field(description="Which system is called, from systems.yaml")
    operation: dict[str, Any] = Field(description="As the system's connector says")
    input: Inputs
    answers: Answers
    ask: Ask | None = Field(default=None, description="Null: the body cannot tell what became")
    repeatable: bool = Field(
        default=False,
        description="The body does nothing twice for one key: sent again without asking",
    )
    lasting: bool = Field(default=True, description="False: it only reads, and changes nothing")
    shares: list[Share] = Field(default_factory=list)
    retry: Retry = Retry()
    undo: Undo | None = Field(default=None, description="Needed where the step is lasting")
    often_refused: bool = Field(
        default=False, description="Irreversible steps before it are warned of"
    )

    @model_validator(mode="after")
    def _undo_of_what_lasts(self) -> Self:
        if self.lasting and self.undo is None:
            raise ValueError("say how it is undone: `undo: {by: call | letter | none, …}`")
        return self


class CallStep(_Service):
    """A call with its answer."""

    kind: Literal["call"]


class SendStep(_Service):
    """Sent now; the result comes by a call-back or is asked for, for minutes or weeks."""

    kind: Literal["send"]
    call_back: Answers | None = Field(
        default=None, description="How a call-back is read; null: none comes"
    )
    ask_every: Duration | None = Field(default=None, description="Null: only call-backs")
    give_up_after: Duration = Field(
        default=parse_duration("30d"), description="Then a person looks into it"
    )

    @model_validator(mode="after")
    def _some_way_back(self) -> Self:
        if self.call_back is None and (self.ask is None or self.ask_every is None):
            raise ValueError("say how the result comes: `call_back`, or `ask` with `ask_every`")
        return self


class PersonStep(_Step):
    """A task for a member of staff, with a form of its own and a term."""

    kind: Literal["person"]
    help: Help
    fields: list[FormField] = Field(min_length=1, description="What is filled in; its results")
    refused_when: Expression | None = Field(
        default=None, description="Over `answer`: the decision is a refusal"
    )


class WaitStep(_Step):
    """Nothing happens until a moment, or for a time."""

    kind: Literal["wait"]
    until: Expression | None = Field(default=None, description="A date or a moment")
    for_: Duration | None = Field(default=None, alias="for")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.until is None) == (self.for_ is None):
            raise ValueError("give exactly one of until and for")
        return self


class NotifyStep(_Step):
    """Words to the applicant through a gateway. That it fails never stops the rest."""

    kind: Literal["notify"]
    system: str = Field(description="The gateway, from systems.yaml")
    operation: dict[str, Any] = Field(description="As the system's connector says")
    input: Inputs = Field(description="`text` and the address are there as `text`, `phone`, …")
    text: Names = Field(description="`{number}` and names of results are filled in")
    done: Expression
    retry: Retry = Retry()


Step = Annotated[
    CallStep | SendStep | PersonStep | WaitStep | NotifyStep, Field(discriminator="kind")
]
