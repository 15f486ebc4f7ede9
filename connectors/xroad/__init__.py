"""X-Road: REST and SOAP through our own security server."""

from connectors.xroad.connector import XRoadConnector
from connectors.xroad.options import XRoadConnection, XRoadRequest

__all__ = ["XRoadConnection", "XRoadConnector", "XRoadRequest"]
