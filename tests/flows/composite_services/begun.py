"""Applications put into the database as they stand, without the intake before them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.composite_services.definition.versions import accepted
from models.environment.composites import Composite

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def begin(
    connection: Connection,
    definition: Composite,
    data: Mapping[str, Any],
    number: str = "OA-2026-000001-1",
    *,
    at: datetime = AT,
) -> int:
    """An application at its beginning; its first steps are ready. Answers its id."""
    version = accepted(connection, {definition.composite: definition}, definition.composite, "test")
    application = connection.execute(
        text(
            "INSERT INTO composite_applications (number, composite, version, state, reason,"
            " sentence, applicant, language, office, region, channel, data, facts, same, origin,"
            " received_at) VALUES (:number, :composite, :version, 'running', 'under_way', '',"
            " '900101300017', 'en', 'office 1', NULL, 'portal', :data, '{}', :number, 'person',"
            " :at) RETURNING id"
        ),
        {
            "number": number,
            "composite": definition.composite,
            "version": version,
            "data": json.dumps(dict(data)),
            "at": at,
        },
    ).scalar_one()
    for position, (name, step) in enumerate(definition.steps.items()):
        ready = not step.requires
        connection.execute(
            text(
                "INSERT INTO composite_steps (application, step, position, kind, system, service,"
                " state, reason, sentence, key, reply_token, next_at) VALUES (:application, :step,"
                " :position, :kind, :system, NULL, :state, :reason, '', :key, :token, :next_at)"
            ),
            {
                "application": application,
                "step": name,
                "position": position,
                "kind": step.kind,
                "system": getattr(step, "system", None),
                "state": "ready" if ready else "pending",
                "reason": "its_turn",
                "key": f"{number}/{name}",
                "token": f"token-{number}-{name}" if step.kind == "send" else None,
                "next_at": at if ready else None,
            },
        )
    return int(application)


def states(connection: Connection, application: int) -> dict[str, str]:
    """The state of each step; the whole under the empty name."""
    rows = connection.execute(
        text("SELECT step, state FROM composite_steps WHERE application = :id ORDER BY position"),
        {"id": application},
    )
    whole = connection.execute(
        text(
            "SELECT coalesce(state || '/' || outcome, state) FROM composite_applications"
            " WHERE id = :id"
        ),
        {"id": application},
    ).scalar_one()
    return {"": whole, **{row.step: row.state for row in rows}}
