"""One application for several services in the demo: an answer is lost on the way, nothing twice."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, text

from console.demo.acting import NAME as ACTING
from console.demo.sandbox import Sandbox
from console.printing import out
from flows.composite_services.assistance.resuming import resume
from flows.composite_services.engine.carry import Carried, carry
from flows.composite_services.intake.apply import Way, apply
from models.environment.loader import Environment
from models.errors import CouldNotRun

TITLE = "One application for three services; the civil registry's answer is lost on the way"
COMPOSITE, BODY, STEP = "birth_of_child", "civil_registry", "registration"
WITHIN = 60.0
"""Seconds until the application has to have ended."""
# Nobody's data: an IIN of the sandbox's own series, a certificate that was never printed.
FORM = {
    "mother_iin": "850101400011",
    "sex": "female",
    "child_name": "Әлия",
    "medical_certificate": "MC-DEMO",
    "iban": "KZ86125KZT5004100111",
    "phone": "+77010000000",
}
_STORY = """
    SELECT c.sentence FROM composite_changes c JOIN composite_applications a ON a.id = c.application
    WHERE a.number = :number AND c.step IS NOT NULL ORDER BY c.id
"""
_KEY = """
    SELECT s.key FROM composite_steps s JOIN composite_applications a ON a.id = s.application
    WHERE a.number = :number AND s.step = :step
"""


@dataclass(frozen=True)
class Shown:
    """The application, how it ended, and how often the registry has registered the birth."""

    number: str
    outcome: str | None
    sentence: str
    registered: int
    story: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return asdict(self)


def show(engine: Engine, environment: Environment, sandbox: Sandbox, actor: str) -> Shown:
    """Start the application, lose one answer, and carry it to its end.

    Each demo of one home registers another child: the day and the name make the application.

    Raises:
        CouldNotRun: it has not ended in time.
    """
    control = f"{sandbox.control[ACTING]}/{BODY}"
    order = {"kind": "lose_answer", "count": 1}
    requests.post(f"{control}/control/faults", json=order, timeout=10).raise_for_status()
    now = datetime.now(UTC)
    form = FORM | {
        "born_on": (now - timedelta(days=2)).date().isoformat(),
        "child_name": f"{FORM['child_name']} {now:%H%M%S}",
    }
    way = Way(actor, environment.settings.languages[0], "demo", channel="portal")
    number = apply(engine, environment, COMPOSITE, form, way, now).number
    carried = _to_the_end(engine, environment, number, actor)
    ledger = requests.get(f"{control}/ledger", timeout=10).json()
    with engine.connect() as connection:
        key = connection.execute(text(_KEY), {"number": number, "step": STEP}).scalar_one()
        story = connection.execute(text(_STORY), {"number": number}).scalars().all()
    done = sum(entry["key"] == key for entry in ledger)
    return Shown(number, carried.outcome, carried.sentence, done, tuple(story))


def example(folder: Path, moment: datetime) -> Path:
    """Write a form that anybody may start an application with: another child for each demo."""
    file = folder / "birth_of_child.json"
    born = (moment - timedelta(days=1)).date().isoformat()
    form = FORM | {"born_on": born, "child_name": f"Айша {moment:%d%H%M%S}"}
    file.write_text(json.dumps(form, ensure_ascii=False, indent=2), encoding="utf-8")
    return file


def _to_the_end(engine: Engine, environment: Environment, number: str, actor: str) -> Carried:
    """Carry it on; what waits for its next question is asked at once, as a person may wish."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        carried = carry(engine, environment, number, within=5)
        if carried.state in ("ended", "person"):
            return carried
        time.sleep(1)
        with engine.begin() as connection:
            reason = "the demo does not wait"
            now = datetime.now(UTC)
            resume(connection, environment, number, reason=reason, actor=actor, moment=now)
    raise CouldNotRun(
        f"Carrying the application {number}",
        f"it has not ended after {WITHIN:.0f} s",
        f'`tereze application show {number} --basis "…"` tells how it stands',
    )


def tell(shown: Shown) -> None:
    """Print it in a few lines."""
    out.print(f"  {shown.number}  {shown.outcome}: {shown.sentence}", markup=False)
    for sentence in shown.story:
        out.print(f"    {sentence}", markup=False, soft_wrap=True)
    times = "once" if shown.registered == 1 else f"{shown.registered} times"
    out.print(f"  The registry's own ledger has the birth {times}.", markup=False)
    out.print(f'  `tereze application show {shown.number} --basis "…"` has the evidence.')
