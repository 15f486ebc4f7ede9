"""One database, and it is PostgreSQL: the embedded one or a server's."""

from models.database.engine import Database, locate
from models.database.migrate import ensure_database, upgrade

__all__ = ["Database", "ensure_database", "locate", "upgrade"]
