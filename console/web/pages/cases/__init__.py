"""Cases of an office: what the machine cannot do, and what somebody did about it."""

from fastapi import APIRouter

from console.web.pages.cases import life_events, listed, one, record

router = APIRouter()
for each in (listed, life_events, one, record):
    router.include_router(each.router)
