"""Every route of the application, and the right that stands before it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from console.web.access.rights import RIGHTS, Right
from models.environment.console import Role

OPEN = {
    ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", "/language"),
    ("GET", "/password"), ("POST", "/password"), ("GET", "/metrics"), ("GET", "/healthz"),
    ("GET", "/sign-in/open-id"), ("GET", "/sign-in/open-id/back"), ("POST", "/call-backs/{token}"),
}  # fmt: skip
"""Routes that need no right: the way in and out, what is one's own, and what machines ask."""
INSIDE: dict[tuple[str, str], frozenset[Right]] = {
    ("POST", "/sources/{source}/held/{row}"): frozenset({"people", "sources"}),
}
"""Routes that more than one right opens: their pages look themselves."""
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Route:
    """One way to ask for one address."""

    method: str
    template: str
    rights: frozenset[Right]
    """Each of them is enough; none at all is a hole."""

    def allows(self, role: Role) -> bool:
        """Whether the table of rights lets this role through."""
        return not self.rights.isdisjoint(RIGHTS[role])

    def address(self, known: dict[str, list[str]]) -> str:
        """One that exists, where the walk came by one; else one that might."""
        there = known.get(self.template)
        return there[0] if there else self.template.replace("{", "").replace("}", "")


def routes_of(app: FastAPI) -> list[Route]:
    """All of them."""
    return sorted(_flat(app.routes, ""), key=lambda each: (each.template, each.method))


def _flat(routes: Iterable[Any], prefix: str) -> Iterator[Route]:
    for each in routes:
        inner = getattr(each, "original_router", None)
        if inner is not None:
            yield from _flat(inner.routes, prefix + each.include_context.prefix)
        elif isinstance(each, APIRoute):
            for method in each.methods or ():
                template = prefix + each.path
                rights = _rights(each.dependant) or INSIDE.get((method, template), frozenset())
                yield Route(method, template, rights)


def _rights(dependant: Dependant) -> frozenset[Right]:
    own = getattr(dependant.call, "right", None)
    inner = (_rights(each) for each in dependant.dependencies)
    return frozenset({own} if own is not None else ()).union(*inner)
