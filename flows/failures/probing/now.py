"""Look right now, for a person who asks; nothing is stored."""

from flows.failures.probing.aims import aims_of
from flows.failures.probing.look import Look
from flows.failures.probing.round import look_at_all
from models.environment.loader import Environment


def look_at(environment: Environment, system: str) -> list[Look]:
    """One look at each target of the system, in the order of its file; none where it has none."""
    return look_at_all(environment, aims_of(environment, system))
