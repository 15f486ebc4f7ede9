"""What may be wrong with an application's events; each has its answer, and is counted.

| code | the answer |
|---|---|
| before_receipt | taken as if it had happened at the receipt |
| after_completion | changes nothing: the application's own record says that it had ended |
| in_future | not known yet; counts from its own moment on |
| completed_but_open | the record decides: the clock runs on, with whom the event names |
| repeated | the same thing twice at one moment: counts once |
| stops_unmatched | a stop while stopped, or a restart while running: changes no stop |
| stranger | the register knows no such holder: the time is unknown |
"""

SENTENCES = {
    "before_receipt": "An event lies before the receipt; it is taken as of the receipt",
    "after_completion": "An event lies after the completion; it changes nothing",
    "in_future": "An event lies in the future; it counts from then on",
    "completed_but_open": "An event says completed, the application does not; its record decides",
    "repeated": "The same event came twice; it counts once",
    "stops_unmatched": "Stops and restarts do not take turns; a second one changes nothing",
    "stranger": "A holder is not in the register; the time is unknown",
}
"""The codes in `clocks.odd`, each with its sentence for a person."""

RANKS = {"received": 0, "registered": 1, "stopped": 2, "restarted": 3, "stage": 4, "completed": 5}
"""The order of events of one moment, by kind."""

BEFORE, AFTER, COMPLETED, STRANGER, STOPPED, RESTARTED = (1 << place for place in range(6))

FLAGS = f"""
    (CASE WHEN p.was < p.received_at AND p.rank > 0 THEN {BEFORE} ELSE 0 END
     | CASE WHEN p.was > p.ended_at THEN {AFTER}
        WHEN p.rank = {RANKS["completed"]} THEN {COMPLETED}
        WHEN p.rank = {RANKS["stopped"]} THEN {STOPPED}
        WHEN p.rank = {RANKS["restarted"]} THEN {RESTARTED} ELSE 0 END
     | CASE WHEN p.holder IS NOT NULL AND h.code IS NULL AND p.rank > 0 THEN {STRANGER} ELSE 0 END)
"""
"""What may be odd about the point `p` of an application, whose holder is the row `h`."""

COUNTED = f"""
    bit_or(g.flags) AS flags,
    count(*) FILTER (WHERE g.flags & {STOPPED} > 0) AS stops,
    count(*) FILTER (WHERE g.flags & {RESTARTED} > 0) AS restarts,
    bool_or(g.was = g.next_was AND g.rank = g.next_rank AND g.party = g.next_party) AS repeated
"""
"""The same of all points of an application."""

CODES = f"""
    nullif(array_remove(ARRAY[
        CASE WHEN f.flags & {BEFORE} > 0 THEN 'before_receipt' END,
        CASE WHEN f.flags & {AFTER} > 0 THEN
            CASE WHEN s.done THEN 'after_completion' ELSE 'in_future' END END,
        CASE WHEN f.flags & {COMPLETED} > 0 AND NOT s.done THEN 'completed_but_open' END,
        CASE WHEN f.repeated THEN 'repeated' END,
        CASE WHEN f.flags & {STRANGER} > 0 THEN 'stranger' END,
        CASE WHEN f.stops + f.restarts > 0 AND (f.stops, f.restarts) <> (
            SELECT count(*), count(*) FILTER (WHERE c.restarted_at <= s.ended_at)
            FROM clock_stops c WHERE c.system = s.system AND c.number = s.number
              AND c.finding_id IS NULL AND c.stopped_at <= s.ended_at
        ) THEN 'stops_unmatched' END], NULL), '{{}}') AS odd
"""
"""The codes, from what was counted (`f`) of an application of `splitting` (`s`)."""
