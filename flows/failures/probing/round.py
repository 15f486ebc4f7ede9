"""A round: every target looked at once, each in its own time, none waiting for another."""

import asyncio
import logging
import resource
from collections.abc import Sequence
from dataclasses import replace

from flows.failures.probing.aims import Aim
from flows.failures.probing.look import ATTEMPT, Attempt, CouldNotLook, Failed, Look, Seen
from flows.failures.probing.probers import PROBERS
from flows.failures.probing.threads import Loop
from flows.failures.probing.trusted import Contexts
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import TerezeError
from models.masking import Masker

PACE = 0.01
"""Seconds between the beginnings of two looks: together they would slow down, and so falsify,
each other's answer times."""

AT_ONCE = 20
"""So many begin at once: what they cost each other is a few milliseconds."""

SPREAD = 8.0
"""Seconds in which all looks have begun, however many: the more there are, the closer. With the
longest time-out, all have ended within a minute."""

LONGEST = 500
"""Characters of a sentence: some of them quote the other side."""

DESCRIPTORS = 3
"""Open files that one look needs at most: two addresses tried side by side, one to spare."""

_log = logging.getLogger(__name__)


def look_at_all(environment: Environment, aims: Sequence[Aim]) -> list[Look]:
    """One look at each, in the order given. Takes as long as the slowest time-out, and SPREAD."""
    loop = Loop()
    try:
        return loop.run_until_complete(_round(environment, aims))
    finally:
        loop.close()


async def _round(environment: Environment, aims: Sequence[Aim]) -> list[Look]:
    contexts, masker = Contexts(environment.folder), Masker(environment.settings.identifiers)
    room = asyncio.Semaphore(_room(len(aims)))
    pace = min(PACE, SPREAD / max(len(aims), 1))

    async def later(nth: int, aim: Aim) -> Look:
        await asyncio.sleep(max(0, nth - AT_ONCE) * pace)
        async with room:
            look = await _look(Attempt(aim, environment, contexts))
        return replace(look, sentence=masker.mask(redact(look.sentence))[:LONGEST])

    return await asyncio.gather(*(later(nth, aim) for nth, aim in enumerate(aims)))


def _room(wanted: int) -> int:
    """How many looks may be going on at once, by the files that this process may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = DESCRIPTORS * wanted + 256
    if soft < needed and soft < hard:
        soft = min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(wanted, (soft - 256) // DESCRIPTORS))


async def _look(attempt: Attempt) -> Look:
    """The look, whatever happens, within the module's time."""
    ATTEMPT.set(attempt)
    aim = attempt.aim
    limit = aim.module.timeout.total_seconds()
    try:
        async with asyncio.timeout(limit):
            seen = await PROBERS[aim.module.prober](attempt, aim.module)
    except TimeoutError:
        sentence = f"no answer within {limit:g} s: it was still {attempt.doing}"
        return _ended(attempt, Failed("timeout", sentence))
    except Failed as failed:
        return _ended(attempt, failed)
    except TerezeError as error:
        return _ended(attempt, CouldNotLook("configuration", str(error)))
    except Exception as error:  # one prober's mistake is not to cost the others their look
        _log.exception("The probe %s of %s broke", aim.probe, aim.system)
        found = f"the prober broke: {type(error).__name__}: {redact(str(error))}"
        return _ended(attempt, CouldNotLook("prober", found))
    return _ended(attempt, seen)


def _ended(attempt: Attempt, end: Seen | Failed) -> Look:
    return Look(
        *attempt.aim.key,
        outcome="good" if isinstance(end, Seen) else end.outcome,
        reason="" if isinstance(end, Seen) else end.reason,
        sentence=end.sentence,
        took=attempt.elapsed(),
        status=end.status,
        ends_at=end.ends_at,
        reached=attempt.reached,
    )
