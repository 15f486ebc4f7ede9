"""Life events and consents as bodies tell of them."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.composite_services.small import composite

MOMENT = datetime(2026, 3, 5, 5, tzinfo=UTC)
MOTHER = "850101400011"
PROACTIVE = {
    "event": "birth",
    "form": {
        "mother_iin": "event.person",
        "born_on": "event.details.born_on || event.happened_on",
        "note": "event.details.note",
    },
}


@pytest.fixture
def house(tmp_path: Path) -> Environment:
    """The small environment, whose office helps, with the small service started by births."""
    small = environment(tmp_path, environment={"composite_services": {"office": "office 1"}})
    return dataclasses.replace(small, composites={"small": composite(proactive=PROACTIVE)})


def tells(engine: Engine, name: str = "1", **changes: Any) -> None:
    """The maternity hospital tells of a birth."""
    row = {
        "event": name,
        "kind": "birth",
        "person": MOTHER,
        "happened_at": datetime(2026, 3, 2, 20, tzinfo=UTC),
        "details": json.dumps({"note": "girl"}),
    } | changes
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO life_events (system, event, kind, person, happened_at, details,"
                " source, pull_id) VALUES ('maternity', :event, :kind, :person, :happened_at,"
                " :details, 'maternity.births', 1)"
            ),
            row,
        )


def consents(engine: Engine, **changes: Any) -> None:
    """The portal tells of the mother's consent."""
    row = {
        "system": "portal",
        "phone": "+77010000000",
        "language": "kk",
        "given_at": MOMENT - timedelta(days=9),
        "withdrawn_at": None,
    } | changes
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO consents (system, person, phone, language, given_at, withdrawn_at,"
                f" source, pull_id) VALUES (:system, '{MOTHER}', :phone, :language, :given_at,"
                " :withdrawn_at, 'portal.consents', 1) ON CONFLICT (system, person) DO UPDATE SET"
                " phone = excluded.phone, withdrawn_at = excluded.withdrawn_at,"
                " given_at = excluded.given_at"
            ),
            row,
        )
