"""Who may have an application: the codes of the register, each with its kind.

An event says who has the application from then on. The holder is the applicant, Tereze, an
office or a body of the register; whoever else is named, or nobody, leaves the time `unknown`:
it is never given to somebody by a guess.
"""

APPLICANT = "applicant"
"""The holder of an application that waits for the person's documents."""
TEREZE = "tereze"
"""The holder of an application that waits in Tereze."""

KINDS = {"unknown": 0, "office": 1, "body": 2, APPLICANT: 3, TEREZE: 4, "outage": 5}
"""The kinds of shares; numbers, because they are sorted and summed by the million."""

_OWN = f"('{APPLICANT}', '{TEREZE}')"

# One code may be an office's and a body's: then it is the office, which is nearer to the person.
PARTIES = f"""
    SELECT code, kind, code AS party
    FROM (VALUES ('{APPLICANT}', {KINDS[APPLICANT]}), ('{TEREZE}', {KINDS[TEREZE]})) v (code, kind)
    UNION ALL
    SELECT code, {KINDS["office"]}, 'office:' || code FROM offices WHERE code NOT IN {_OWN}
    UNION ALL
    SELECT code, {KINDS["body"]}, 'body:' || code FROM organisations r
    WHERE code NOT IN {_OWN} AND NOT EXISTS (SELECT FROM offices f WHERE f.code = r.code)
"""
"""The relation `clock_parties`: code, kind (a number of KINDS), party."""
