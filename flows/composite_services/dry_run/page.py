"""A dry run as a page that is printed: one HTML file, in the applicant's language."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment as Templates
from jinja2 import FileSystemLoader, StrictUndefined

from flows.composite_services.dry_run.model import Expected, Plan, PlannedStep
from flows.composite_services.words import said

FOLDER = Path(__file__).parent / "templates"


def page(plan: Plan, timezone: str, title: str) -> str:
    """The page. `timezone` is the office's, `title` what people call the environment.

    Everything in it is escaped; it loads nothing from elsewhere and prints on paper of A4.
    """
    templates = Templates(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words = Words(plan, timezone)
    return templates.get_template("page.html.j2").render(plan=plan, words=words, title=title)


class Words:
    """What a page or a terminal says of a plan, in its language and the office's time."""

    def __init__(self, plan: Plan, timezone: str) -> None:
        self.plan = plan
        self._zone = ZoneInfo(timezone)

    def said(self, code: str, **values: object) -> str:
        """The words of a code that begins with `plan_`."""
        return said(f"plan_{code}", self.plan.language, **values)

    def moment(self, at: datetime) -> str:
        """A moment on the office's clocks."""
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def expected(self, expected: Expected) -> str:
        """A moment, and in how many working days that is."""
        at, days = self.moment(expected.at), expected.working_days
        return self.said("in_days", at=at, days=days) if days else self.said("today", at=at)

    def facts(self, step: PlannedStep) -> list[tuple[str, str]]:
        """What is said of a step: each with its heading."""
        if step.taken == "no":
            return []
        said: list[tuple[str, str | None]] = [
            ("body", step.body),
            ("now", step.health.sentence if step.health else None),
            ("after", ", ".join(step.after)),
            ("term", self._term(step)),
            ("lawful", self.expected(step.lawful) if step.lawful else None),
            ("typical", self._typical(step)),
            *(("shared", f"{', '.join(each.data)} ({each.basis})") for each in step.shares),
            ("looked_up", ", ".join(step.looked_up)),
            ("if_refused", step.refusal_means),
            ("if_cancelled", step.undo_sentence),
        ]
        return [(self.said(code), words) for code, words in said if words]

    def _term(self, step: PlannedStep) -> str | None:
        none = None if step.undo == "nothing" else self.said("no_term")
        return none if step.term is None else step.term

    def _typical(self, step: PlannedStep) -> str | None:
        if step.typical is None or not step.past:
            return None
        return self.said("typical_of", at=self.expected(step.typical), past=step.past)

    def end(self) -> str:
        """When all of it ends at the latest."""
        end = self.plan.lawful_end
        if end is None:
            return self.said("end_unknown")
        return f"{self.said('lawful')}: {self.moment(end)}"

    def lasting(self) -> list[PlannedStep]:
        """Steps that could not be taken back."""
        return [each for each in self.plan.steps if each.undo == "none" and each.taken != "no"]
