"""Applications that were not taken in leave a counter behind, and nothing of a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from flows.composite_services.form.check import FieldProblem

_COUNT = """
    INSERT INTO composite_not_accepted AS t (composite, field, code, count, last_at)
    SELECT :composite, f.field, f.code, count(*), :moment
    FROM unnest(CAST(:fields AS text[]), CAST(:codes AS text[])) AS f (field, code)
    GROUP BY f.field, f.code
    ON CONFLICT (composite, field, code) DO UPDATE
        SET count = t.count + excluded.count, last_at = greatest(t.last_at, excluded.last_at)
"""


def count_not_accepted(
    connection: Connection, composite: str, problems: Sequence[FieldProblem], moment: datetime
) -> None:
    """Count what was wrong, by field and code; fields that the form lacks count as one."""
    unknown = [each.code.startswith("form_unknown") for each in problems]
    fields = ["" if odd else each.field for each, odd in zip(problems, unknown, strict=True)]
    codes = ["form_unknown" if odd else p.code for p, odd in zip(problems, unknown, strict=True)]
    connection.execute(
        text(_COUNT),
        {"composite": composite, "fields": fields, "codes": codes, "moment": moment},
    )
