"""Connector: one record of a source, read as a pull would read it."""

from connectors.protocol import Health
from flows.environment import connector_for
from flows.failures.probing.look import Attempt, Failed, Seen
from flows.failures.probing.threads import in_thread
from models.environment.probes import ConnectorProbe
from models.environment.secrets import redact


async def look(attempt: Attempt, _module: ConnectorProbe) -> Seen:
    """Whether the connector reads from the source now.

    Raises:
        Failed: it does not; in the connector's own words.
        ConfigurationError: a secret is missing.
    """
    environment = attempt.environment
    source = environment.sources[attempt.aim.target or ""]
    attempt.doing = f"reading a record of {source.source}"

    def ask() -> Health:
        return connector_for(environment, source).health()

    health = await in_thread(ask)
    if not health.ok:
        raise Failed("connector", redact(health.detail))
    return Seen(health.detail)
