"""SQL: tables and queries of any database that SQLAlchemy knows, read-only."""

from connectors.sql.connector import SqlConnector
from connectors.sql.options import SqlConnection, SqlRequest

__all__ = ["SqlConnection", "SqlConnector", "SqlRequest"]
