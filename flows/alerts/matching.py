"""Matchers asked of many alerts at once: the SQL of `models.environment.matchers`."""

import json
from collections.abc import Iterable

from models.environment.matchers import Matcher

_FITS = """NOT EXISTS (
    SELECT FROM jsonb_to_recordset({matchers}) AS m (label text, op text, value text)
    CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN m.label IN ('alertname', 'name') THEN {alert}.name
        WHEN m.label = 'severity' THEN {alert}.severity
        ELSE {alert}.labels ->> m.label END, '') AS found) v
    WHERE NOT CASE m.op WHEN '=' THEN v.found = m.value WHEN '!=' THEN v.found <> m.value
        WHEN '=~' THEN v.found ~ ('^(?:' || m.value || ')$')
        ELSE v.found !~ ('^(?:' || m.value || ')$') END)"""


def fits_sql(matchers: str, alert: str) -> str:
    """The SQL of whether all of `matchers` (jsonb) fit the alert of that alias."""
    return _FITS.format(matchers=matchers, alert=alert)


def as_json(matchers: Iterable[Matcher]) -> list[dict[str, str]]:
    """The matchers as the SQL reads them."""
    return [{"label": each.label, "op": each.op, "value": each.value} for each in matchers]


def dumped(matchers: Iterable[Matcher]) -> str:
    """The same as text."""
    return json.dumps(as_json(matchers))
