"""Audit: the trail of who did what, who read whose record, and whether nobody touched it."""

from fastapi import APIRouter

from console.web.pages.audit import entries, readings, verification

router = APIRouter()
for each in (verification, readings, entries):
    router.include_router(each.router)
