"""Judge observations: is it a service, is it in the register; and keep what came out."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from flows.hidden_services.candidates.register import Registered
from flows.hidden_services.matching.entries import Match
from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.likeness import Likeness, Signs

NEAREST = 3
"""Entries of the register that are kept with a judgement."""
AT_ONCE = 20_000


@dataclass(frozen=True)
class Judged:
    """An observation with what was made of it."""

    observed: Observed
    likeness: Likeness
    match: Match

    @property
    def is_registered(self) -> bool:
        """Whether the register has it under this name or code."""
        return self.match.kind == "present"


def judge(observed: Sequence[Observed], signs: Signs, registered: Registered) -> list[Judged]:
    """Judge each, in the same order."""
    matches = registered.match(observed)
    return [
        Judged(each, signs.judge(each), match)
        for each, match in zip(observed, matches, strict=True)
    ]


_KEEP = """
    INSERT INTO function_judgements AS j (system, kind, code, content, asked, in_register,
        p_absent, why, signs, nearest)
    SELECT system, kind, code, content, :asked, in_register, p_absent, why, signs, nearest
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (system text, kind text, code text,
        content text, in_register text, p_absent float, why text, signs jsonb, nearest jsonb)
    ON CONFLICT (system, kind, code) DO UPDATE SET content = excluded.content,
        asked = excluded.asked, in_register = excluded.in_register, p_absent = excluded.p_absent,
        why = excluded.why, signs = excluded.signs, nearest = excluded.nearest,
        judged_at = clock_timestamp()
"""


def keep(connection: Connection, judged: Sequence[Judged], asked: str) -> None:
    """Write the judgements; which candidate each belongs to stays as it was."""
    for first in range(0, len(judged), AT_ONCE):
        rows = [_row(each) for each in judged[first : first + AT_ONCE]]
        connection.execute(text(_KEEP), {"rows": json.dumps(rows), "asked": asked})


def _row(judged: Judged) -> dict[str, Any]:
    observed, match = judged.observed, judged.match
    return {
        "system": observed.system,
        "kind": observed.kind,
        "code": observed.code,
        "content": observed.content,
        "in_register": match.kind,
        "p_absent": match.p_absent,
        "why": match.why,
        "signs": [dataclasses.asdict(each) for each in judged.likeness.signs],
        "nearest": [dataclasses.asdict(each) for each in match.nearest[:NEAREST]],
    }
