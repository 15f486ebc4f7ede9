"""The routes of all pages in one list.

A router within a router is searched anew, lists and locks and all, by every request that passes
by it; with a hundred routes that costs more than most pages.
"""

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.routing import BaseRoute


def flat(router: APIRouter) -> Iterator[BaseRoute]:
    """The routes of a router and of those within it; none of these adds to its routes' paths."""
    for route in router.routes:
        within = getattr(route, "original_router", None)
        if within is None:
            yield route
        else:
            yield from flat(within)
