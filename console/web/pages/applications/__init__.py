"""Applications: found by number or by person, how each stands, and whose clock it was."""

from fastapi import APIRouter

from console.web.pages.applications import cancelling, composite, listed, resuming, timeline

router = APIRouter()
for each in (listed, timeline, cancelling, resuming, composite):
    router.include_router(each.router)
