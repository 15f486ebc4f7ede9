"""What systems ask of one another: services that exchanges were recorded for.

One observation for each system and service, however many ask for it. Who asks is a system, not a
recipient. Our own calls are left out: that Tereze pulls a list is no function of the body.
"""

from sqlalchemy import Connection

from flows.hidden_services.observe.write import write
from models.environment.exchanges import OURS

SOURCE = "collected.exchanges"

# An X-Road service is named by a path; its last part is the service's own name.
_SELECT = """
    SELECT coalesce(s.system, s.source) AS system, 'exchange' AS kind, s.service AS code,
        jsonb_build_object('en', regexp_replace(s.service, '^.*[/:]', '')) AS names,
        sum(h.requests)::bigint AS volume, sum(h.failed)::bigint AS refused,
        min(s.first_at) AS first_seen, max(s.last_at) AS last_seen
    FROM exchange_series s LEFT JOIN (
        SELECT series, sum(requests) AS requests, sum(failed) AS failed
        FROM exchange_hours GROUP BY series) h ON h.series = s.id
    WHERE s.source <> :ours
      AND s.side = (SELECT max(o.side) FROM exchange_series o WHERE o.service = s.service)
    GROUP BY 1, 3
"""


def collect(connection: Connection) -> int:
    """Write each service that exchanges name; answers how many are new or changed.

    Where both sides recorded it, the producer's counts are taken.
    """
    return write(connection, _SELECT, {"ours": OURS}, SOURCE)
