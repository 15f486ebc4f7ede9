"""`tereze life-events`, where a body told of a birth that lacks something."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flows.composite_services.proactive.start import start_proactively
from flows.environment import open_environment
from models.database import Database
from tests.console.conftest import Tereze
from tests.flows.composite_services.proactive.conftest import MOTHER, PROACTIVE, consents, tells
from tests.flows.composite_services.small import SMALL


@pytest.fixture
def held(tereze: Tereze, folder: Path, synced: Database, monkeypatch: pytest.MonkeyPatch) -> Tereze:
    """The command, in an environment where a birth of tomorrow was told of yesterday."""
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    path, yaml = folder / "environment.yaml", YAML()
    settings = yaml.load(path)
    yaml.dump({**settings, "composite_services": {"office": "office 1"}}, path)
    path = folder / "systems.yaml"
    systems = yaml.load(path)["systems"]
    body = {**systems["office"], "connector": "rest", "connection": {"url": "http://127.0.0.1:1"}}
    yaml.dump({"systems": {**systems, "body": body}}, path)
    steps = {name: {**each, "system": "body"} for name, each in SMALL["steps"].items()}
    (folder / "composites").mkdir()
    definition = {**SMALL, "steps": steps, "proactive": PROACTIVE}
    yaml.dump(definition, folder / "composites" / "small.yaml")
    engine, now = synced.engine(), datetime.now(UTC)
    tells(engine, details=f'{{"born_on": "{now + timedelta(days=9):%Y-%m-%d}"}}')
    consents(engine)
    start_proactively(engine, open_environment(folder), now)
    engine.dispose()
    return tereze


def test_an_office_starts_what_a_body_told_of(held: Tereze) -> None:
    [row] = held("life-events", "list", "--json").json
    assert (row["system"], row["event"], row["office"]) == ("maternity", "1", "office 1")
    assert "life-events list" in held("assistance", "list").out
    shown = held("life-events", "show", "maternity", "1", "--basis", "my case")
    assert MOTHER not in shown.out
    assert "born_on" in shown.out
    wrong = held("life-events", "start", "maternity", "1")
    assert (wrong.code, "Day" in wrong.err) == (2, True)
    done = held("life-events", "start", "maternity", "1", "--answer", "born_on=2026-03-03")
    assert (done.code, "started" in done.out) == (0, True)
    assert held("life-events", "list", "--json").json == []


def test_nothing_is_to_be_started(held: Tereze) -> None:
    name = ("set-aside", "maternity", "1", "--resolution")
    assert held("life-events", *name, "Born abroad").code == 0
    again = held("life-events", *name, "Born abroad")
    assert again.code == 2
