"""Applications: found by number or by person, how each stands, and whose clock it was."""

from fastapi import APIRouter

from console.web.pages.applications import cancelling, composite, listed, timeline

router = APIRouter()
for each in (listed, timeline, cancelling, composite):
    router.include_router(each.router)
