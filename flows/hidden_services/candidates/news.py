"""What has to be judged: observations that are new, or that would be judged otherwise now."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.shipped import signs_of
from models.environment.hidden_services import HiddenServices

_COLUMNS = """o.system, o.kind, o.code, o.names, o.description, o.organisation, o.regions,
    o.service, o.result, o.term, o.fee, o.documents, o.fields, o.volume, o.recipients, o.refused,
    o.first_seen, o.last_seen"""


def content_sql(settings: HiddenServices) -> str:
    """A digest of all that decides: the words, and whether figures reach what a sign asks for.

    The figures themselves grow every day and decide nothing by that.
    """
    reached = sorted(
        {f"o.{n} >= {least}" for s in signs_of(settings).values() for n, least in s.figures.items()}
    )
    words = "o.names, o.description, o.organisation, o.service, o.result, o.term, o.fee"
    return f"md5(jsonb_build_array({', '.join([words, 'o.documents', *reached])})::text)"


def asked_of(connection: Connection, settings: HiddenServices) -> str:
    """A digest of what observations are judged by: the register and the settings."""
    register = connection.execute(
        text("""
            SELECT coalesce(md5(string_agg(row(code, names, organisation, sub_types)::text, ','
                ORDER BY code)), '') FROM services
        """)
    ).scalar_one()
    signs = sorted((name, sign.model_dump_json()) for name, sign in signs_of(settings).items())
    decisive = settings.model_dump_json(exclude={"tick", "bundles", "regulations", "dormant_after"})
    return hashlib.sha256(repr((register, signs, decisive)).encode()).hexdigest()


def news(connection: Connection, settings: HiddenServices, asked: str) -> list[Observed]:
    """The observations to be judged, in the order of their keys."""
    content = content_sql(settings)
    rows = connection.execute(
        text(f"""
            SELECT {_COLUMNS}, {content} AS content FROM observed_functions o
            LEFT JOIN function_judgements j USING (system, kind, code)
            WHERE j.content IS DISTINCT FROM {content} OR j.asked <> :asked
            ORDER BY 1, 2, 3
        """),
        {"asked": asked},
    )
    return list(_observed(rows.mappings()))


def members(connection: Connection, candidates: list[int]) -> dict[int, list[Observed]]:
    """The observations of these candidates, each with what was made of it in `extra`."""
    rows = connection.execute(
        text(f"""
            SELECT {_COLUMNS}, j.content, j.candidate_id, j.in_register, j.p_absent, j.why,
                j.signs, j.nearest
            FROM function_judgements j JOIN observed_functions o USING (system, kind, code)
            WHERE j.candidate_id = ANY(:candidates) ORDER BY 1, 2, 3
        """),
        {"candidates": candidates},
    )
    found: dict[int, list[Observed]] = {}
    for each in _observed(rows.mappings()):
        found.setdefault(each.extra["candidate_id"], []).append(each)
    return found


def _observed(rows: Any) -> Iterator[Observed]:
    for row in rows:
        own = {name: value for name, value in row.items() if name in Observed.__annotations__}
        extra = {name: value for name, value in row.items() if name not in own}
        yield Observed(**own, extra=extra)
