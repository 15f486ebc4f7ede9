"""Operations that systems offer: what the contracts that were read list (WSDL, OpenAPI)."""

from sqlalchemy import Connection

from flows.hidden_services.observe.write import write

SOURCE = "collected.catalogues"

_SELECT = """
    SELECT c.system, 'operation' AS kind, c.name || ':' || o.key AS code,
        jsonb_build_object('en', o.key) AS names,
        (SELECT array_agg(f.name ORDER BY f.name) FROM (
            SELECT k.name FROM jsonb_object_keys(CASE jsonb_typeof(o.value -> 'input')
                WHEN 'object' THEN o.value -> 'input' ELSE '{}' END) AS k (name)
            WHERE k.name <> '' ORDER BY k.name LIMIT 30) AS f) AS fields,
        c.seen_at AS first_seen, c.seen_at AS last_seen
    FROM contracts c CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(c.seen -> 'operations')
        WHEN 'object' THEN c.seen -> 'operations' ELSE '{}' END) AS o (key, value)
    WHERE c.kind IN ('wsdl', 'openapi')
"""


def collect(connection: Connection) -> int:
    """Write each operation with the names of its input's fields; answers how many are news."""
    return write(connection, _SELECT, {}, SOURCE)
