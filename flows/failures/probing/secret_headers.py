"""Headers whose values are secrets."""

from collections.abc import Mapping

from flows.failures.probing.threads import in_thread
from models.environment.secrets import SecretRef


async def resolved(headers: Mapping[str, SecretRef]) -> dict[str, str]:
    """The headers with their values, looked up in a thread: a Prefect block is asked for over
    the network, and answers otherwise inside a running event loop.

    Raises:
        ConfigurationError: a secret is missing.
    """
    if not headers:
        return {}
    return await in_thread(lambda: {name: each.resolve() for name, each in headers.items()})
