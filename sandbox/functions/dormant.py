"""25 services of the register that nobody ever applies for."""

from functools import cache

from sandbox.functions.renamed import RENAMED
from sandbox.register.services import BIRTH, services
from sandbox.register.words import SPHERES

DORMANT = 25
_OWN_SYSTEMS = ("LAND", "AGRICULTURE")
"""Bodies whose own systems would show traffic."""


@cache
def dormant() -> tuple[int, ...]:
    """Their places in the register, spread over it."""
    renamed = {row[0] for row in RENAMED}
    possible = [
        place
        for place, service in enumerate(services())
        if place >= len(BIRTH)
        and service.names[1] not in renamed
        and SPHERES[service.sphere].code not in _OWN_SYSTEMS
    ]
    step = len(possible) // DORMANT
    return tuple(possible[step // 2 :: step][:DORMANT])


def dormant_codes() -> tuple[str, ...]:
    """Their codes."""
    return tuple(services()[place].code for place in dormant())
