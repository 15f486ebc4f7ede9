"""The applications whose time is split now: from the receipt to the end, in which calendar."""

from flows.delays.clocks.slots import second_sql, slot_sql, worked_sql

# The calendar is that of the standard; else, as standards have it, the channel's or the default.
# LEFT: else the planner takes it that few applications have a calendar, and reads them all.
# In the order of their keys: events are read, and splits written, at one place after the other.
_CHOSEN = """
    SELECT (row_number() OVER (ORDER BY a.system, a.number))::int AS id, a.system, a.number,
        a.service, a.office, a.received_at,
        coalesce(a.completed_at <= :moment, false) AS done,
        CASE WHEN a.completed_at <= :moment THEN a.completed_at ELSE :moment END AS ended_at,
        k.name AS calendar, k.place
    FROM {relation} a
    LEFT JOIN standards s ON s.id = a.standard_id
    LEFT JOIN channels h ON h.code = a.channel
    LEFT JOIN clock_calendars k
      ON k.name = coalesce(s.calendar, h.calendar, CAST(:calendar AS text))
    WHERE a.received_at <= :moment
    ORDER BY a.system, a.number
"""


def chosen_sql(relation: str) -> str:
    """The relation `splitting` of the applications of `relation`.

    `:moment` ends the open ones, and what was received after it is left out. `relation` is a
    table or a sub-query with the columns of `applications`.
    """
    return _CHOSEN.format(relation=relation)


_FROM, _TO = second_sql("s.received_at"), second_sql("s.ended_at")

WORKED = f"""
    (SELECT s.*, {worked_sql(_FROM, "b")} AS worked_from, {worked_sql(_TO, "e")} AS worked_to
     FROM splitting s
     JOIN clock_slots b ON b.slot = {slot_sql(_FROM, "s.place")}
     JOIN clock_slots e ON e.slot = {slot_sql(_TO, "s.place")})
"""
"""`splitting`, with the working seconds until the receipt and until the end."""
