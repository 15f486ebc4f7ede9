"""Those whose time it may be, in words; and their shares as a bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from console.web.language import Speaker
from console.web.navigation import N_
from console.web.pages.today.regions import Names, names
from console.web.site import Site

KINDS = {
    "applicant": N_("The applicant"),
    "tereze": N_("Tereze itself"),
    "unknown": N_("Not known"),
}


@dataclass(frozen=True)
class Parties:
    """Says who `body:LAND`, `office:12` or `outage:7` is, by the register's names."""

    bodies: dict[str, Names]
    offices: dict[str, Names]

    def words(self, say: Speaker, party: str | None) -> str:
        """The name of a party; of one that the register does not know, its code."""
        kind, _, code = (party or "unknown").partition(":")
        if kind == "body":
            return say.name(self.bodies.get(code), code)
        if kind == "office":
            return say.name(self.offices.get(code), say.say("Office %(code)s", code=code))
        if kind == "outage":
            return say.say("A system was away (finding %(number)s)", number=code)
        return say.say(KINDS.get(kind, kind))

    def code(self, say: Speaker, code: str) -> str:
        """The name of a body or an office by its code alone; an office comes first."""
        if code == "tereze":
            return self.words(say, code)
        return self.words(say, f"office:{code}" if code in self.offices else f"body:{code}")

    def choices(self, say: Speaker) -> list[tuple[str, str]]:
        """Every code that may answer for something, with its name."""
        known = [*sorted(self.bodies), *sorted(self.offices), "tereze"]
        return [(code, self.code(say, code)) for code in known]

    def knows(self, code: str) -> bool:
        """Whether the register has a body or an office of this code, or it is Tereze."""
        return code == "tereze" or code in self.bodies or code in self.offices


def parties(site: Site) -> Parties:
    """The register's bodies and offices, as they were a while ago."""
    return Parties(names(site, "organisations"), names(site, "offices"))


def kind_of(party: str) -> str:
    """Which of the shares a party's time belongs to: `body` of `body:LAND`."""
    return party.partition(":")[0]


def bar(parts: Sequence[tuple[str, float]]) -> Markup:
    """Shares as one bar, each in the colour of its kind; what it says stands in the table."""
    whole = sum(value for _, value in parts)
    drawn, at = [], 0.0
    for kind, value in parts:
        if value > 0:
            width = 100 * value / whole
            drawn.append(
                f'<rect class="share-{escape(kind)}" x="{at:.2f}%" width="{width:.2f}%"'
                ' height="100%"/>'
            )
            at += width
    return Markup(f'<svg class="bar" aria-hidden="true" focusable="false">{"".join(drawn)}</svg>')


def hours(say: Speaker, seconds: float | None) -> str:
    """Working time in hours, with one digit."""
    if seconds is None:
        return "–"
    return say.say("%(hours)s h", hours=say.number(round(seconds / 3600, 1)))
