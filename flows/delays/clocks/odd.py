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
    (CASE WHEN p.was < p.received_at THEN {BEFORE} ELSE 0 END
     | CASE WHEN p.was > p.ended_at THEN {AFTER}
        WHEN p.rank = {RANKS["completed"]} THEN {COMPLETED}
        WHEN p.rank = {RANKS["stopped"]} THEN {STOPPED}
        WHEN p.rank = {RANKS["restarted"]} THEN {RESTARTED} ELSE 0 END
     | CASE WHEN p.holder IS NOT NULL AND h.code IS NULL THEN {STRANGER} ELSE 0 END)
"""
"""What may be odd about the event `p` of an application, whose holder is the row `h`."""

COUNTED = f"""
    bit_or(g.flags) AS flags,
    count(*) FILTER (WHERE g.flags & {STOPPED} > 0) AS stops,
    count(*) FILTER (WHERE g.flags & {RESTARTED} > 0) AS restarts,
    bool_or(g.same = g.next_same) AS alike
"""
"""The same of all events of an application; `alike` where two have one second and one kind."""

# Looked at only where two are alike, which is rare.
_REPEATED = """
    EXISTS (SELECT FROM application_events e WHERE e.system = s.system AND e.number = s.number
        GROUP BY e.at, e.kind, e.holder HAVING count(*) > 1)
"""

STOPS = """
    SELECT s.id, count(*) AS stops,
        count(*) FILTER (WHERE c.restarted_at <= s.ended_at) AS restarts
    FROM splitting s JOIN clock_stops c ON c.system = s.system AND c.number = s.number
     AND c.stopped_at <= s.ended_at AND c.finding_id IS NULL
    GROUP BY s.id
"""
"""How often the clock of each application of `splitting` stood still, and ran on."""

CODES = f"""
    nullif(array_remove(ARRAY[
        CASE WHEN f.flags & {BEFORE} > 0 THEN 'before_receipt' END,
        CASE WHEN f.flags & {AFTER} > 0 THEN
            CASE WHEN s.done THEN 'after_completion' ELSE 'in_future' END END,
        CASE WHEN f.flags & {COMPLETED} > 0 AND NOT s.done THEN 'completed_but_open' END,
        CASE WHEN f.alike AND {_REPEATED} THEN 'repeated' END,
        CASE WHEN f.flags & {STRANGER} > 0 THEN 'stranger' END,
        CASE WHEN (f.stops, f.restarts) <> (coalesce(c.stops, 0), coalesce(c.restarts, 0))
            AND f.stops + f.restarts > 0 THEN 'stops_unmatched' END], NULL), '{{}}') AS odd
"""
"""The codes, from what was counted (`f`) of an application (`s`), and its stops (`c`)."""
