"""Who may have an application: the codes of the register, each with its kind.

An event says who has the application from then on. The holder is the applicant, Tereze, an
office or a body of the register; whoever else is named, or nobody, leaves the time `unknown`:
it is never given to somebody by a guess.
"""

from sqlalchemy import Connection, text

APPLICANT = "applicant"
"""The holder of an application that waits for the person's documents."""
TEREZE = "tereze"
"""The holder of an application that waits in Tereze."""

KINDS = {"unknown": 0, "office": 1, "body": 2, APPLICANT: 3, TEREZE: 4, "outage": 5}
"""The kinds of shares; numbers, because they are sorted and summed by the million."""

# One code may be an office's and a body's: then it is the office, which is nearer to the person.
_MAKE = f"""
    CREATE TEMP TABLE clock_parties ON COMMIT DROP AS
    SELECT DISTINCT ON (code) code, kind, CASE kind
        WHEN {KINDS["office"]} THEN 'office:' || code
        WHEN {KINDS["body"]} THEN 'body:' || code ELSE code END AS party
    FROM (
        VALUES ('{APPLICANT}', {KINDS[APPLICANT]}), ('{TEREZE}', {KINDS[TEREZE]})
        UNION ALL SELECT code, {KINDS["office"]} FROM offices
        UNION ALL SELECT code, {KINDS["body"]} FROM organisations
    ) known (code, kind)
    ORDER BY code, kind IN ({KINDS["office"]}, {KINDS["body"]}), kind
"""


def make_parties(connection: Connection) -> None:
    """Make the temporary table `clock_parties`: code, kind (a number of KINDS), party."""
    connection.execute(text("DROP TABLE IF EXISTS clock_parties"))
    connection.execute(text(_MAKE))
    connection.execute(text("CREATE INDEX ON clock_parties (code)"))
    connection.execute(text("ANALYZE clock_parties"))
