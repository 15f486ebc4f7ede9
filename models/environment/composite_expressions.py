"""What the expressions of a step read: fields, facts and results that are there, and by then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from models.environment.composite_steps import (
    Answers,
    CallStep,
    NotifyStep,
    PersonStep,
    SendStep,
    Step,
    UndoByCall,
    UndoByLetter,
    WaitStep,
)
from models.environment.composites import Composite
from models.environment.document import Location
from models.environment.expressions import Path, reads

Wrong = tuple[Location, str, str]
APPLICATION = ("number", "received_at", "language", "office", "region", "channel")
STEP = ("state", "result", "reference", "refusal")
REFUSAL = ("reason", "grounds")
_ANSWER = ("answer", "code", "status")
_NEVER = "`false`"


def wrong_expressions(
    composite: Composite, name: str, step: Step, before: set[str]
) -> Iterator[Wrong]:
    """What is wrong with the expressions of a step; `before` are the steps that come before."""
    own = _Reader(composite, name, frozenset(before))
    if step.when is not None:
        yield from own.wrong(("when",), step.when)
    if isinstance(step, CallStep | SendStep):
        yield from _service(own, step)
    elif isinstance(step, PersonStep):
        yield from _person(own, step)
    elif isinstance(step, WaitStep) and step.until is not None:
        yield from own.wrong(("until",), step.until)
    elif isinstance(step, NotifyStep):
        address = [each for each in (composite.form.phone, composite.form.email) if each]
        yield from own.mapping(("input",), step.input, ("key", "text", "phone", "email", *address))
        yield from own.wrong(("done",), step.done, _ANSWER)
        yield from own.texts(("text",), step.text, before)


def results_of(step: Step) -> set[str]:
    """The names of what the step leaves for later ones."""
    if isinstance(step, PersonStep):
        return {each.name for each in step.fields}
    if isinstance(step, CallStep | SendStep):
        return {name for _, answers in readings(step) for name in answers.result}
    return set()


def readings(step: CallStep | SendStep) -> list[tuple[Location, Answers]]:
    """Every way in which the step's end is read: its answer, its call-back, its asking."""
    found: list[tuple[Location, Answers]] = [(("answers",), step.answers)]
    if isinstance(step, SendStep) and step.call_back is not None:
        found.append((("call_back",), step.call_back))
    if step.ask is not None:
        found.append((("ask", "answers"), step.ask.answers))
    return found


def _service(own: "_Reader", step: CallStep | SendStep) -> Iterator[Wrong]:
    after = _Reader(own.composite, own.name, own.before | {own.name})
    if step.sub_type is not None:
        yield from own.wrong(("sub_type",), step.sub_type)
    yield from own.mapping(("input",), step.input, ("key", "reply_to"))
    if step.ask is not None:
        yield from after.mapping(("ask", "input"), step.ask.input, ("key",))
    for place, answers in readings(step):
        yield from after.answers(place, answers)
        yield from _same_results(place, answers, results_of(step))
    if isinstance(step.undo, UndoByCall):
        undo = step.undo
        yield from after.mapping(("undo", "input"), undo.input, ("key",))
        yield from after.wrong(("undo", "done"), undo.done, _ANSWER)
        if undo.ask is not None:
            yield from after.mapping(("undo", "ask", "input"), undo.ask.input, ("key",))
            yield from after.answers(("undo", "ask", "answers"), undo.ask.answers)
    if isinstance(step.undo, UndoByLetter):
        yield from own.texts(("undo", "text"), step.undo.text, set(), ("reference",))


def _same_results(place: Location, answers: Answers, all_: set[str]) -> Iterator[Wrong]:
    """Whichever way tells that a step is done, later ones read the same of it."""
    missing = sorted(all_ - answers.result.keys())
    if missing and answers.done != _NEVER:
        found = f"another way of reading this step's end gives {', '.join(missing)}, this does not"
        right = f"Add them, or write `done: '{_NEVER}'` where it never ends this way"
        yield (*place, "result"), found, right
    for name in answers.optional:
        if name not in answers.result:
            found = f"no result {name!r}"
            yield (*place, "optional"), found, f"Known: {', '.join(answers.result) or 'none'}"


def _person(own: "_Reader", step: PersonStep) -> Iterator[Wrong]:
    if step.refused_when is not None:
        yield from own.wrong(("refused_when",), step.refused_when, ("answer",))
        names = results_of(step)
        for path in reads(step.refused_when):
            if path[0] == "answer" and (len(path) < 2 or path[1] not in names):
                found = f"it reads `{'.'.join(path)}`"
                known = ", ".join(f"answer.{each}" for each in sorted(names))
                yield ("refused_when",), found, f"Known: {known}"


@dataclass(frozen=True)
class _Reader:
    """Checks what a step's expressions read, when those in `before` have ended."""

    composite: Composite
    name: str
    before: frozenset[str]

    def mapping(
        self, at: Location, inputs: Mapping[str, str], more: tuple[str, ...]
    ) -> Iterator[Wrong]:
        for name, expression in inputs.items():
            yield from self.wrong((*at, name), expression, more)

    def answers(self, at: Location, answers: Answers) -> Iterator[Wrong]:
        given: list[tuple[Location, str | None]] = [
            (("done",), answers.done),
            (("waits",), answers.waits),
            (("absent",), answers.absent),
            (("reference",), answers.reference),
        ]
        if answers.refused is not None:
            refused = answers.refused
            given += [(("refused", each), getattr(refused, each)) for each in ("when", *REFUSAL)]
        given += [(("result", name), expression) for name, expression in answers.result.items()]
        for place, expression in given:
            if expression is not None:
                yield from self.wrong((*at, *place), expression, (*_ANSWER, "key"))

    def wrong(self, at: Location, expression: str, more: tuple[str, ...] = ()) -> Iterator[Wrong]:
        for path in sorted(reads(expression)):
            problem = self._path(path, more)
            if problem is not None:
                found, right = problem
                yield at, f"`{'.'.join(path)}`: {found}", right

    def texts(
        self, at: Location, texts: Mapping[str, str], before: set[str], more: tuple[str, ...] = ()
    ) -> Iterator[Wrong]:
        """Braces in words: the number, and results of the steps before."""
        steps = self.composite.steps
        known = {"number", *more, *(n for each in before for n in results_of(steps[each]))}
        for language, words in texts.items():
            try:
                named = [field for _, field, _, _ in Formatter().parse(words) if field is not None]
            except ValueError as error:
                yield (*at, language), f"not words with names in braces: {error}", "Close each {"
                continue
            for name in named:
                if name not in known:
                    listed = ", ".join(f"{{{each}}}" for each in sorted(known))
                    yield (*at, language), f"no {{{name}}}", f"Known: {listed}"

    def _path(self, path: Path, more: tuple[str, ...]) -> tuple[str, str] | None:
        """What is wrong with the path, and what would be right."""
        root, *rest = path
        if root in more:
            return None
        known = {
            "form": [each.name for each in self.composite.form.fields],
            "facts": list(self.composite.form.facts),
            "application": list(APPLICATION),
            "steps": list(self.composite.steps),
        }
        if root not in known:
            return "nothing of this name is there", f"Known: {', '.join([*known, *more])}"
        if not rest:
            right = f"Name what is read, like `{root}.…`; after `!` in parentheses: `!({root}.…)`"
            return f"it reads all of `{root}`", right
        if rest[0] not in known[root]:
            return f"no {rest[0]!r} in `{root}`", f"Known: {', '.join(known[root]) or 'none'}"
        if root == "form":
            return self._field(rest[0])
        return self._step(rest) if root == "steps" else None

    def _field(self, name: str) -> tuple[str, str] | None:
        known = next(each.known for each in self.composite.form.fields if each.name == name)
        paths = reads(known) if known else frozenset()
        return next(filter(None, (self._step(list(path[1:])) for path in paths)), None)

    def _step(self, rest: list[str]) -> tuple[str, str] | None:
        step, part, *more = [*rest, *([""] if len(rest) == 1 else [])]
        if step not in self.before:
            right = f"Add {step} to `requires`"
            return f"the step {step} need not have ended before {self.name}", right
        if part not in STEP:
            return f"a step has no {part!r}", f"Known: {', '.join(STEP)}"
        if part == "result" and more:
            names = results_of(self.composite.steps[step])
            if more[0] not in names:
                known = ", ".join(sorted(names)) or "none"
                return f"{step} leaves no {more[0]!r}", f"Known: {known}"
        if part == "refusal" and more and more[0] not in REFUSAL:
            return f"a refusal has no {more[0]!r}", f"Known: {', '.join(REFUSAL)}"
        return None
