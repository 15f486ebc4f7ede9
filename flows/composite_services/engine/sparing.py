"""A system that fails uses up nobody's attempts: it is waited for, and no person is called."""

from sqlalchemy import Connection

from flows.composite_services.engine.decisions import Came, Decision, Tried, backoff, decide
from flows.composite_services.holding.circuits import failing
from models.environment.composite_steps import CallStep, SendStep, Step
from models.environment.loader import Environment


def settle(
    connection: Connection, environment: Environment, step: Step, tried: Tried, came: Came
) -> Decision:
    """What the step becomes by what came of the attempt, as its system stands."""
    decision = decide(step, tried, came)
    if not isinstance(step, CallStep | SendStep) or not _used_up(tried, came, decision):
        return decision
    if failing(connection, environment, step.system, step.retry.attempts):
        return _spared(step, tried)
    return decision


def _used_up(tried: Tried, came: Came, decision: Decision) -> bool:
    """Whether only the number of attempts, or of questions, is why it does not go on by itself."""
    if came.outcome not in ("not_sent", "failed", "unanswered"):
        return False
    silent = came.outcome in ("not_sent", "unanswered")
    asked = tried.does == "ask" and decision.reason == "unknown_whether_done" and silent
    undone = tried.does in ("undo", "ask_undo") and decision.reason == "undo_failed"
    nothing_done = came.outcome == "not_sent" or came.worked == "no"
    return decision.reason == "attempts_used_up" or asked or (undone and nothing_done)


def _spared(step: CallStep | SendStep, tried: Tried) -> Decision:
    """What it becomes instead where the system fails for all: it goes on, with all its attempts.

    As soon as the circuit is open it is held.
    """
    later = tried.moment + backoff(step.retry, step.retry.attempts)
    if tried.does == "ask":
        return Decision("waiting", "in_doubt", later, sets={"asks": 0})
    if tried.does == "ask_undo":
        return Decision("undoing", "undo_in_doubt", later, sets={"asks": 0})
    if tried.does == "undo":
        return Decision("undoing", "undo_again", later, sets={"undo_attempts": 0})
    return Decision("ready", "again", later, sets={"attempts": 0})
