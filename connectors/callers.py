"""The connectors that can be told to do something, by the name that a system's YAML gives."""

from connectors.calling import Caller
from connectors.rest.calling import RestCaller
from connectors.shep import ShepCaller
from connectors.soap import SoapCaller
from connectors.xroad.calling import XRoadCaller
from models.errors import ConfigurationError

CALLERS: dict[str, type[Caller]] = {
    caller.name: caller for caller in (RestCaller, ShepCaller, SoapCaller, XRoadCaller)
}


def caller_class(name: str) -> type[Caller]:
    """The caller of this name.

    Raises:
        ConfigurationError: there is none; lists those there are.
    """
    if name not in CALLERS:
        raise ConfigurationError(
            f"Looking for a connector {name!r} that makes calls",
            "there is no such connector, or it only reads",
            f"Write one of: {', '.join(sorted(CALLERS))}",
        )
    return CALLERS[name]
