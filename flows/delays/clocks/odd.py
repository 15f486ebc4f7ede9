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

# Of a group of points: was, rank, holder, kind, next_was, next_rank, next_holder; s is `splitting`.
FLAGS = f"""
    bool_or(g.was < g.received_at AND g.rank > 0) AS before_receipt,
    bool_or(g.was > g.ended_at AND g.done) AS after_completion,
    bool_or(g.was > g.ended_at AND NOT g.done) AS in_future,
    bool_or(g.rank = {RANKS["completed"]} AND NOT g.done AND g.was <= g.ended_at)
        AS completed_but_open,
    bool_or(g.was = g.next_was AND g.rank = g.next_rank
        AND g.holder IS NOT DISTINCT FROM g.next_holder) AS repeated,
    bool_or(g.holder IS NOT NULL AND g.kind = 0 AND g.rank > 0) AS stranger,
    count(*) FILTER (WHERE g.rank = {RANKS["stopped"]} AND g.was <= g.ended_at) AS stops,
    count(*) FILTER (WHERE g.rank = {RANKS["restarted"]} AND g.was <= g.ended_at) AS restarts
"""
