"""A window with something of everything in it, so that every list has a row and every page one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from flows.composite_services.intake.apply import Way, apply
from flows.hidden_services.candidates import state
from flows.ingest.pull import pull
from tests.console.web.country import applied
from tests.console.web.front_office import MOTHER, FrontOffice
from tests.flows.composite_services.bodies import Body

ALMATY = "75"
SOURCE = "office.applications"
ROWS = """number,service,channel,received_at,completed_at
P-1,00100101,portal,2025-06-02 10:00,2025-06-03 12:00
P-2,00100101,portal,2025-06-02 10:00,2025-06-20 12:00
P-3,00100101,portal,2025-06-02 10:00,
P-4,99999999,portal,2025-06-02 10:00,
"""
"""On time, late, overdue; and one of a service that the register does not know."""
_CANDIDATE = """
    INSERT INTO candidates (kind, names, regions, organisations, score, probability, why, signs,
        nearest, volume, found_at, changed_at)
    VALUES ('hidden', '{"en": "A <b>paper</b> for a tree", "ru": "Справка"}', '{75}', '{ECOLOGY}',
        1, 0.9, 'It looks like one.',
        '[{"sign": "fee", "weight": 1, "basis": "law", "evidence": ["1 MCI"]}]',
        '[{"id": "00100101", "name": "Birth", "similarity": 0.2, "shared": [], "lacks": ["tree"]}]',
        40, now(), now())
    RETURNING id
"""


class Furnished(FrontOffice):
    """Applications, breaches with reviews and alerts, a failure, held rows, a candidate."""

    def __init__(self, engine: Engine, folder: Path, body: Body) -> None:
        super().__init__(engine, folder, body)
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / "applications.csv").write_text(ROWS, encoding="utf-8")
        pull(engine, self.environment, SOURCE, actor="test")
        self.received("R-1", "06-02 10:00", region=ALMATY)
        for timeliness in ("on_time", "late", "at_risk"):
            applied(self, 2, ALMATY, timeliness)
        self._fail()
        self.round("12-01 10:00")
        self._find()
        now = datetime.now(UTC)
        data = {"mother_iin": MOTHER, "born_on": "2026-11-18", "school": False}
        way = Way("test", "en", "test", channel="state_corporation", region=ALMATY)
        self.number = apply(engine, self.environment, "small", data, way, now).number

    def _fail(self) -> None:
        over = self.found("gateway", "06-02 10:00", "06-02 12:00")
        self.saw(over, "06-02 10:00", "The connection was <b>refused</b>")
        self.found("office", "11-30 10:00")

    def _find(self) -> None:
        at = datetime.now(UTC) - timedelta(days=1)
        with self.engine.begin() as connection:
            found = int(connection.execute(text(_CANDIDATE)).scalar_one())
            state.begin(connection, [found], "flow:hidden_services", at)
