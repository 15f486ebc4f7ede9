"""Cases of an office: what the machine cannot do, and what somebody did about it."""

from fastapi import APIRouter

from console.web.pages.cases import listed, one, record

router = APIRouter()
for each in (listed, one, record):
    router.include_router(each.router)
