"""Files that a body drops: CSV, JSON Lines and Excel, gzipped or not, in any encoding."""

from connectors.file.connector import FileConnector
from connectors.file.options import FileConnection, FileRequest

__all__ = ["FileConnection", "FileConnector", "FileRequest"]
