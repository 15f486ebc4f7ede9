"""What a member of staff may do from Prefect's own forms: by number and code, never by name.

A form's fields are kept by Prefect and shown to whoever may look there. So they are numbers and
codes; words about a person, and results that name one, go through the command or the console.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field
from sqlalchemy import Engine

from flows.composite_services.assistance.resolving import resolve
from flows.composite_services.assistance.resuming import resume
from flows.composite_services.engine.carry import carry
from flows.composite_services.status import ACTOR
from flows.composite_services.undoing.cancel import cancel
from flows.shell import Told, Work, told
from models.environment.loader import Environment

Number = Annotated[str, Field(pattern=r"^OA-\d{4}-\d{6,}-\d$", description="The application's")]
Who = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$", description="The login name of who does it")
]
CancelReason = Literal["asked_by_applicant", "entered_twice", "entered_wrongly"]
ResumeReason = Literal["body_is_back", "asked_by_applicant", "put_right"]
Done = Literal["asked_the_body", "put_right_at_the_body", "not_needed_any_more", "letter_answered"]
_WORDS = {
    "asked_by_applicant": "the applicant asked for it",
    "entered_twice": "it had been entered twice",
    "entered_wrongly": "it had been entered wrongly",
    "body_is_back": "the body says that its system works again",
    "put_right": "what stood in the way was put right",
    "asked_the_body": "the body was asked",
    "put_right_at_the_body": "the body has put it right",
    "not_needed_any_more": "it is no longer needed",
    "letter_answered": "the letter was answered",
}
"""Codes of the forms as the audit trail says them."""


@flow(name="resume_application", flow_run_name="{number}", persist_result=False)
async def resume_application(
    environment: str, number: Number, who: Who, reason: ResumeReason
) -> State[Any]:
    """Try and ask now what an application waits for; sends nothing twice.

    `number` is the application's number, as `tereze application show` takes it.
    """

    return await _by_hand(environment, _carried(resume, number, who, reason), number)


@flow(name="cancel_application", flow_run_name="{number}", persist_result=False)
async def cancel_application(
    environment: str, number: Number, who: Who, reason: CancelReason
) -> State[Any]:
    """Withdraw an application and take back what was done, the last first.

    `tereze application cancel NUMBER` without a reason says beforehand what it would mean.
    """

    return await _by_hand(environment, _carried(cancel, number, who, reason), number)


@flow(name="resolve_case", flow_run_name="case {case}", persist_result=False)
async def resolve_case(
    environment: str,
    case: Annotated[int, Field(ge=1, description="Its number in `tereze assistance list`")],
    who: Who,
    how: Literal["go_on", "again", "drop"],
    done: Done,
) -> State[Any]:
    """Close an assistance case: the body is asked, it is sent again, or the step is dropped.

    Where a result or a refusal has to be filled in, `tereze assistance resolve` asks for it.
    """

    def work(engine: Engine, loaded: Environment) -> Told:
        with engine.begin() as connection:
            resolve(
                connection,
                loaded,
                case,
                how=how,
                resolution=_WORDS[done],
                answers={},
                actor=f"person:{who}",
                moment=datetime.now(UTC),
            )
        return Told(f"Case {case} is closed ({how}); its application goes on by itself")

    return await _by_hand(environment, work, f"case {case}")


def _carried(act: Callable[..., object], number: str, who: str, reason: str) -> Work:
    """What `resume` and `cancel` share: the act, and the application carried on from there."""

    def work(engine: Engine, loaded: Environment) -> Told:
        given = {"reason": _WORDS[reason], "actor": f"person:{who}", "moment": datetime.now(UTC)}
        with engine.begin() as connection:
            act(connection, loaded, number, **given)
        return Told(f"{number}: {carry(engine, loaded, number).sentence}")

    return work


async def _by_hand(environment: str, work: Work, subject: str) -> State[Any]:
    return await told(environment, ACTOR, work, subject=subject, sync_register=False)
