"""Operations that systems offer: what the contracts that were read list (WSDL, OpenAPI)."""

from sqlalchemy import Connection

from flows.hidden_services.observe.write import write

SOURCE = "collected.catalogues"

_SELECT = """
    SELECT c.system, 'operation' AS kind, c.name || ':' || o.key AS code,
        jsonb_build_object('en', o.key) AS names, min(c.seen_at) AS first_seen,
        max(c.seen_at) AS last_seen
    FROM contracts c CROSS JOIN LATERAL jsonb_each(
        CASE WHEN jsonb_typeof(c.seen -> 'operations') = 'object' THEN c.seen -> 'operations'
            ELSE '{}' END) o (key, value)
    WHERE c.kind IN ('wsdl', 'openapi')
    GROUP BY 1, 3, 4
"""


def collect(connection: Connection) -> int:
    """Write each operation; answers how many are new or changed."""
    return write(connection, _SELECT, {}, SOURCE)
