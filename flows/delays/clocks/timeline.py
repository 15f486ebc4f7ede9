"""An application's time in pieces: from when to when, whose, and by which evidence.

Cut at every event, and at the bounds of everything that lies over it. Applications with nothing
over them, which are nearly all, need no look at each piece: that is quicker by far.
"""

from flows.delays.clocks.chosen import WORKED
from flows.delays.clocks.odd import RANKS
from flows.delays.clocks.overlays import covers_sql
from flows.delays.clocks.parties import KINDS
from flows.delays.clocks.slots import second_sql, slot_sql, worked_sql

RANK = f"""CASE e.kind WHEN 'registered' THEN {RANKS["registered"]}
        WHEN 'stopped' THEN {RANKS["stopped"]} WHEN 'restarted' THEN {RANKS["restarted"]}
        WHEN 'completed' THEN {RANKS["completed"]} ELSE {RANKS["stage"]} END"""

COVERED = "EXISTS (SELECT FROM clock_overlays o WHERE o.id = s.id)"
"""Whether something lies over the application `s` of `splitting`."""

# The end of a holder's time is the next event; of events at one moment the last one counts.
_CUTS = f"""
    SELECT s.id, least(s.ended_at, greatest(s.received_at, c.at)) AS at
    FROM splitting s CROSS JOIN LATERAL (
        SELECT e.at FROM application_events e WHERE e.system = s.system AND e.number = s.number
        UNION ALL SELECT unnest(ARRAY[o.since, o.till]) FROM clock_overlays o WHERE o.id = s.id
        UNION ALL SELECT unnest(ARRAY[s.received_at, s.ended_at])
    ) c WHERE {COVERED}
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


# The same where nothing lies over it: then every piece is from one event to the next.
_AT = "least(s.ended_at, greatest(s.received_at, e.at))"
_SECOND = second_sql("p.since")
_PLAIN = f"""
    SELECT id, since, until, event, stage, party AS holder, kind,
        coalesce(party, 'unknown') AS party, NULL::bigint AS finding_id, seconds
    FROM (
        SELECT p.id, p.since, p.event, p.stage, h.party,
            coalesce(h.kind, {KINDS["unknown"]}) AS kind,
            lead(p.since, 1, p.ended_at) OVER turns AS until,
            lead({worked_sql(_SECOND, "k")}, 1, p.worked_to) OVER turns
                - {worked_sql(_SECOND, "k")} AS seconds
        FROM (
            SELECT s.id, s.place, s.ended_at, s.worked_to, e.kind AS event, e.stage, e.holder,
                e.at AS was, {RANK} AS rank, {_AT} AS since
            FROM {WORKED} s JOIN application_events e USING (system, number)
            WHERE NOT {COVERED}
            UNION ALL
            SELECT s.id, s.place, s.ended_at, s.worked_to, 'received', NULL, s.office,
                '-infinity', {RANKS["received"]}, s.received_at
            FROM {WORKED} s WHERE NOT {COVERED}
        ) p
        LEFT JOIN clock_parties h ON h.code = p.holder
        JOIN clock_slots k ON k.slot = {slot_sql(_SECOND, "p.place")}
        WINDOW turns AS (PARTITION BY p.id
            ORDER BY p.was, p.rank, coalesce(h.party, 'unknown'))
    ) p WHERE since < until
"""

COVERED_TIMELINE = f"({_TIMELINE})"
"""The pieces of those applications of `splitting` that something lies over."""

TIMELINE = f"({_PLAIN} UNION ALL {_TIMELINE})"
"""The pieces of all applications of `splitting`.

Columns: id, since, until, event (the kind of the event that gave it to the holder), stage, holder
(null where unknown), kind (a number of KINDS), party, finding_id, seconds worked.
"""
