"""Whether the next pull will work with a contract as it was last seen."""

from collections.abc import Iterator
from typing import Literal

from flows.failures.contracts.diff import Difference
from flows.failures.contracts.form import Form, Part
from flows.failures.contracts.uses import Taken, Use

Outcome = Literal["works", "works_in_part", "may_fail", "fails"]
OUTCOMES: tuple[Outcome, ...] = ("works", "works_in_part", "may_fail", "fails")
"""The better ones first."""

_WORDS = {
    "works": "will work",
    "works_in_part": "will work, but not in full",
    "may_fail": "may fail",
    "fails": "will fail",
}


class Effect(Part):
    """What becomes of the next pull of one source; `because` in words, empty where it works."""

    source: str
    outcome: Outcome
    because: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For a person."""
        words = f"the next pull of {self.source} {_WORDS[self.outcome]}"
        return f"{words}: {', '.join(self.because)}" if self.because else words


def effect(use: Use, before: Form, after: Form) -> Effect:
    """What the change from one form to the other does to a source.

    What the form of before did not have either is no news, and counts for nothing.
    """
    known = {words for _, words in _problems(use, before)}
    found = [(how, words) for how, words in _problems(use, after) if words not in known]
    worst = max((OUTCOMES.index(how) for how, _ in found), default=0)
    because = tuple(words for how, words in found)
    return Effect(source=use.source, outcome=OUTCOMES[worst], because=because)


def touches(use: Use, difference: Difference) -> bool:
    """Whether a difference lies in what a source uses."""
    if not difference.side:
        return difference.operation == use.operation
    if difference.operation != use.operation:
        return False
    if difference.side == "input":
        return difference.path in use.sent or difference.code in ("now_required", "field_new")
    path = difference.path
    return any(
        taken.path == path or taken.path.startswith(f"{path}.") or not path for taken in use.taken
    )


def _problems(use: Use, form: Form) -> Iterator[tuple[Outcome, str]]:
    """Everything in a form by which a pull does not work as it should."""
    operation = form.operations.get(use.operation)
    if operation is None:
        yield "fails", f"it asks for {use.operation}, which has gone"
        return
    for name, facet in operation.input.items():
        if facet.required and "." not in name and not _sends(use, name):
            yield "fails", f"it does not send {name!r}, which has to be sent"
    for name in sorted(use.sent - operation.input.keys()):
        yield "may_fail", f"it sends {name!r}, which has gone"
    for taken in use.taken:
        yield from _field(taken, form, use)


def _sends(use: Use, name: str) -> bool:
    place = name.partition(" ")[0]
    if place in ("path", "cookie"):  # a path's are written into it; of cookies nothing is known
        return True
    return name in use.sent or (use.known and place in ("credentials", "header"))


def _field(taken: Taken, form: Form, use: Use) -> Iterator[tuple[Outcome, str]]:
    facet = form.operations[use.operation].output.get(taken.path)
    if facet is None:
        how: Outcome = "fails" if taken.required else "works_in_part"
        left = "" if taken.required else f" (`{taken.target}` stays empty)"
        yield how, f"it takes `{taken.path}`, which has gone{left}"
    elif not taken.takes(facet.kind):
        yield "fails", f"`{taken.target}` cannot be read from `{taken.path}`, now {facet.kind}"
    elif taken.text and facet.kind == "number":
        yield "may_fail", f"`{taken.path}` is now a number: its leading zeros are lost"
