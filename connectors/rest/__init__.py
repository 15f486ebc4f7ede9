"""REST: JSON over HTTP, in pages."""

from connectors.rest.connector import RestConnector
from connectors.rest.options import RestConnection, RestRequest

__all__ = ["RestConnection", "RestConnector", "RestRequest"]
