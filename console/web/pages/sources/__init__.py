"""Sources: what is pulled, how fresh it is, what is held back, and what changed in its shape."""

from fastapi import APIRouter

from console.web.pages.sources import contracts, held, listing, one, records

router = APIRouter()
for each in (listing, one, contracts, held, records):
    router.include_router(each.router)
