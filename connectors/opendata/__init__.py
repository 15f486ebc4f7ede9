"""The open data portal."""

from connectors.opendata.connector import OpendataConnector
from connectors.opendata.options import OpendataConnection, OpendataRequest

__all__ = ["OpendataConnection", "OpendataConnector", "OpendataRequest"]
