"""An application's time in pieces: from when to when, whose, and by which evidence.

Cut at every event and at the bounds of everything that lies over it. This is what the split means;
`flows.delays.clocks.split` does the same more quickly for applications with nothing over them.
"""

from flows.delays.clocks.odd import RANKS
from flows.delays.clocks.overlays import covers_sql
from flows.delays.clocks.parties import KINDS

RANK = f"""CASE e.kind WHEN 'registered' THEN {RANKS["registered"]}
        WHEN 'stopped' THEN {RANKS["stopped"]} WHEN 'restarted' THEN {RANKS["restarted"]}
        WHEN 'completed' THEN {RANKS["completed"]} ELSE {RANKS["stage"]} END"""

# The end of a holder's time is the next event; of events at one moment the last one counts.
_CUTS = """
    SELECT s.id, least(s.ended_at, greatest(s.received_at, c.at)) AS at
    FROM splitting s CROSS JOIN LATERAL (
        SELECT e.at FROM application_events e WHERE e.system = s.system AND e.number = s.number
        UNION ALL SELECT unnest(ARRAY[o.since, o.till]) FROM clock_overlays o WHERE o.id = s.id
        UNION ALL SELECT unnest(ARRAY[s.received_at, s.ended_at])
    ) c WHERE {which}
    GROUP BY 1, 2
"""

# The receipt itself says who has it, before anything else does: the office, where one is named.
_HOLDER = f"""
    SELECT k.kind, k.stage, k.at, h.code, coalesce(h.kind, {KINDS["unknown"]}) AS kind_no, h.party
    FROM (
        (SELECT e.kind, e.stage, e.holder, e.at, {RANK} AS rank FROM application_events e
         WHERE e.system = s.system AND e.number = s.number AND e.at <= p.since
         ORDER BY e.at DESC FETCH FIRST 1 ROW WITH TIES)
        UNION ALL
        SELECT 'received', NULL, s.office, '-infinity', {RANKS["received"]}
    ) k LEFT JOIN clock_parties h ON h.code = k.holder
    ORDER BY k.at DESC, k.rank DESC, coalesce(h.party, 'unknown') DESC LIMIT 1
"""

_OVER = f"""
    SELECT o.finding_id FROM clock_overlays o
    WHERE o.id = p.id AND o.since <= p.since AND o.till > p.since AND {covers_sql("o", "w")}
    ORDER BY o.finding_id LIMIT 1
"""

_TIMELINE = f"""
    SELECT p.id, p.since, p.until, w.event, w.stage, w.holder,
        CASE WHEN NOT o.over IS TRUE THEN w.kind
             WHEN o.finding_id IS NULL THEN {KINDS["tereze"]}
             ELSE {KINDS["outage"]} END AS kind,
        CASE WHEN NOT o.over IS TRUE THEN coalesce(w.party, 'unknown')
             WHEN o.finding_id IS NULL THEN 'tereze'
             ELSE 'outage:' || o.finding_id END AS party,
        o.finding_id,
        (coalesce(floor(worked_until(s.calendar, p.until)), 0)
         - coalesce(floor(worked_until(s.calendar, p.since)), 0))::int AS seconds
    FROM (SELECT id, at AS since, lead(at) OVER (PARTITION BY id ORDER BY at) AS until
          FROM ({_CUTS}) c) p
    JOIN splitting s ON s.id = p.id
    CROSS JOIN LATERAL (
        SELECT k.kind AS event, k.stage, k.kind_no AS kind, k.code, k.party,
            k.party AS holder
        FROM ({_HOLDER}) k) w
    LEFT JOIN LATERAL (SELECT true AS over, finding_id FROM ({_OVER}) x) o ON true
    WHERE p.until IS NOT NULL
"""


def timeline_sql(which: str = "true") -> str:
    """The pieces of those applications of `splitting` (alias `s`) for which `which` is true.

    Columns: id, since, until, event (the kind of the event that gave it to the holder), stage,
    holder (null where unknown), kind (a number of KINDS), party, finding_id, seconds worked.
    """
    return f"({_TIMELINE.format(which=which)})"
