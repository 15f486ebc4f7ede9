"""Our own network: where nearly everything fails on the way at once, no system is called down."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flows.failures.probing.look import Look
from flows.failures.probing.standing import Standing
from flows.failures.side import OWN_NETWORK, OwnFault

LEAST = 3
"""Systems that have to fail at once: two may well fail by themselves."""

ON_THE_WAY = {
    "timeout": "no connection in time",
    "refused": "connection refused",
    "unreachable": "no way to the host",
    "dns": "name not found",
    "network": "another error of the network",
}
"""Reasons of looks that came to no connection: any of them may be ours."""


@dataclass(frozen=True)
class Sifted:
    """The looks of a round, without those that tell nothing of their target; and why."""

    looks: Sequence[Look]
    fault: OwnFault | None = None


def sift(
    looks: Sequence[Look],
    known: Mapping[tuple[str, str], Standing],
    confirm: int,
    share: float | None,
) -> Sifted:
    """Take the fault for our own where `share` of the systems that should answer are away.

    At least `LEAST` of them; a system is away where no target of it was reached. Targets that
    were down for certain before say nothing for it, databases and connectors nothing at all:
    their errors do not tell the way from the end. `share` None never takes it for our own.
    """
    lost = [look for look in looks if _lost(look)]
    away = {look.system for look in lost if not _was_down(known.get(_key(look)), confirm)}
    reached = {look.system for look in looks if look.reached or look.outcome == "good"}
    away -= reached
    if share is None or len(away) < LEAST or len(away) < share * len(away | reached):
        return Sifted(looks)
    after = [
        replace(look, outcome="not_looked", reason=OWN_NETWORK) if _lost(look) else look
        for look in looks
    ]
    return Sifted(after, _fault(lost, looks))


def _lost(look: Look) -> bool:
    return look.outcome == "failed" and not look.reached and look.reason in ON_THE_WAY


def _was_down(before: Standing | None, confirm: int) -> bool:
    return before is not None and before.outcome == "failed" and before.looks >= confirm


def _key(look: Look) -> tuple[str, str]:
    return look.system, look.probe


def _fault(lost: Sequence[Look], looks: Sequence[Look]) -> OwnFault:
    reasons = Counter(look.reason for look in lost)
    found = ", ".join(f"{ON_THE_WAY[reason]}: {times}" for reason, times in reasons.most_common())
    systems = len({look.system for look in lost})
    return OwnFault(
        f"Looking at {len(looks)} targets of {len({look.system for look in looks})} systems",
        f"{len(lost)} targets of {systems} systems could not be reached at once ({found}). Most"
        " probably our own network is away, or something that all of them are behind, as a"
        " gateway. No system is called down for it",
        "Check this machine's network, name service and firewall, then the gateway; `tereze"
        " diagnose SYSTEM` tries one system",
    )
