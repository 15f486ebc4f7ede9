"""Data of the person that go out: all of them told, with their basis, and nothing else."""

from collections.abc import Iterator, Mapping

from models.environment.composite_steps import CallStep, SendStep, Step, UndoByCall
from models.environment.composites import Composite
from models.environment.document import Location
from models.environment.expressions import reads

Wrong = tuple[Location, str, str]


def wrong_shares(composite: Composite, name: str, step: Step) -> Iterator[Wrong]:
    """Data that a step sends and does not tell of, or tells of and does not send."""
    if not isinstance(step, CallStep | SendStep):
        return
    out = sent(composite, name, step)
    told = [
        (i, j, each) for i, share in enumerate(step.shares) for j, each in enumerate(share.data)
    ]
    for index, place, each in told:
        if each not in out:
            listed = ", ".join(sorted(out)) or "nothing"
            at: Location = ("shares", index, "data", place)
            yield at, f"{each!r} does not go out", f"What goes out: {listed}"
    missing = sorted(each for each, personal in out.items() if personal)
    missing = [each for each in missing if each not in {told_ for _, _, told_ in told}]
    if missing:
        found = f"{', '.join(missing)}: goes out, and no share tells of it"
        yield ("shares",), found, "Add `{data: […], basis: {…}}` with the legal basis"


def sent(composite: Composite, name: str, step: CallStep | SendStep) -> dict[str, bool]:
    """Fields and earlier results that the step may send, and whether each is personal.

    Results of earlier steps are: they are about the person. What a body told of the same step
    is its own.
    """
    personal = {each.name: each.personal for each in composite.form.fields}
    found: dict[str, bool] = {}
    for inputs in _inputs(step):
        for expression in inputs.values():
            for path in reads(expression):
                if path[0] == "form" and len(path) > 1:
                    found[path[1]] = personal.get(path[1], True)
                elif path[0] == "steps" and len(path) > 3 and path[1] != name:
                    found.setdefault(path[3], True)
    own = {each.name for each in composite.form.fields if _comes_from(each.known, name)}
    return {each: is_personal for each, is_personal in found.items() if each not in own}


def _comes_from(known: str | None, step: str) -> bool:
    return known is not None and any(path[:2] == ("steps", step) for path in reads(known))


def _inputs(step: CallStep | SendStep) -> Iterator[Mapping[str, str]]:
    yield step.input
    if step.ask is not None:
        yield step.ask.input
    if isinstance(step.undo, UndoByCall):
        yield step.undo.input
        if step.undo.ask is not None:
            yield step.undo.ask.input
