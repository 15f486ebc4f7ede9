"""What happens next with a step, who has it, and by when: in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.composite_services.engine.transitions import ENDS, IN_DOUBT
from flows.composite_services.loading import Loaded, in_language
from flows.composite_services.words import said
from models.environment.loader import Environment

OURS = "tereze"


@dataclass(frozen=True)
class Next:
    """What comes next for a step: a sentence, who has it (a body or an office), by when."""

    sentence: str
    has_it: str
    due_at: datetime | None


@dataclass(frozen=True)
class Words:
    """Who is called what, in one language."""

    environment: Environment
    offices: Mapping[str, Mapping[str, str]]
    language: str

    def office(self, code: str) -> str:
        """The name of a body or an office; its code where the register has none."""
        return in_language(self.offices[code], self.language) if code in self.offices else code

    def body(self, system: str | None) -> str:
        """The body whose system it is."""
        known = self.environment.systems.get(system or "")
        return self.office(known.owner) if known else system or OURS

    def moment(self, moment: datetime) -> str:
        """The moment in the environment's time zone."""
        local = moment.astimezone(ZoneInfo(self.environment.settings.timezone))
        return f"{local:%Y-%m-%d %H:%M}"


def next_of(
    loaded: Loaded, step: str, words: Words, cases: Mapping[str, Mapping[str, Any]]
) -> Next | None:
    """What comes next for the step; None where it has ended. `cases` are the open ones by step."""
    row = loaded.steps[step]
    if row["state"] in ENDS:
        return None
    case = cases.get(step)
    if case is not None:
        due = words.moment(case["due_at"])
        office = words.office(case["office"])
        sentence = said("next_office", words.language, office=office, due=due)
        return Next(sentence, office, case["due_at"])
    return Next(_sentence(loaded, row, words), words.body(row["system"]), row["due_at"])


def _sentence(loaded: Loaded, row: Mapping[str, Any], words: Words) -> str:
    body, state = words.body(row["system"]), row["state"]
    if state == "pending":
        open_ = [
            in_language(loaded.step(each).names, words.language)
            for each in loaded.step(row["step"]).requires
            if loaded.steps[each]["state"] not in ENDS
        ]
        return said("next_after", words.language, steps=", ".join(open_))
    if state in ("held", "person"):  # their own sentence says it all
        return str(row["sentence"])
    if state == "waiting" and row["kind"] == "wait":
        return said("next_until", words.language, at=words.moment(row["next_at"]))
    if state == "waiting" and row["next_at"] is not None and row["reason"] != IN_DOUBT:
        return said("next_asked", words.language, body=body, at=words.moment(row["next_at"]))
    code = {"ready": "next_sent", "calling": "next_answer", "undoing": "next_undo"}.get(state)
    return said(code or "next_result", words.language, body=body)
