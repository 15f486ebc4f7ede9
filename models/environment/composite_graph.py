"""The graph of a composite service's steps, by what each requires."""

from models.environment.composites import Composite


def circle(composite: Composite) -> list[str] | None:
    """Steps that require each other in a circle, the first one twice; None where there is none.

    Steps that are required and are not there are passed over.
    """
    done: set[str] = set()
    for first in composite.steps:
        way: list[str] = []
        stack = [(first, iter(composite.steps[first].requires))]
        while stack:
            name, left = stack[-1]
            if not way or way[-1] != name:
                way.append(name)
            following = next((each for each in left if each in composite.steps), None)
            if following is None:
                done.add(name)
                way.pop()
                stack.pop()
            elif following in way:
                return [*way[way.index(following) :], following]
            elif following not in done:
                stack.append((following, iter(composite.steps[following].requires)))
    return None


def ancestors(composite: Composite, name: str) -> set[str]:
    """The steps that the step requires, and those that these require."""
    found: set[str] = set()
    left = list(composite.steps[name].requires)
    while left:
        each = left.pop()
        if each not in found and each in composite.steps:
            found.add(each)
            left += composite.steps[each].requires
    return found
