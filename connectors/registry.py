"""The connectors there are, by the name that a source's YAML gives."""

from connectors.file import FileConnector
from connectors.opendata import OpendataConnector
from connectors.protocol import Connector
from connectors.rest import RestConnector
from connectors.shep import ShepConnector
from connectors.soap import SoapConnector
from connectors.sql import SqlConnector
from connectors.xroad import XRoadConnector
from models.errors import ConfigurationError

CONNECTORS: dict[str, type[Connector]] = {
    connector.name: connector
    for connector in (
        FileConnector,
        OpendataConnector,
        RestConnector,
        ShepConnector,
        SoapConnector,
        SqlConnector,
        XRoadConnector,
    )
}


def connector_class(name: str) -> type[Connector]:
    """The connector of this name.

    Raises:
        ConfigurationError: there is none; lists those there are.
    """
    if name not in CONNECTORS:
        raise ConfigurationError(
            f"Looking for the connector {name!r}",
            "there is no such connector",
            f"Write one of: {', '.join(sorted(CONNECTORS))}",
        )
    return CONNECTORS[name]
