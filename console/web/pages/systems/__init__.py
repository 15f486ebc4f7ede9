"""Systems: how each stands, one page for each, its findings, and the letter to its owner."""

from fastapi import APIRouter

from console.web.pages.systems import findings, letter, listing, one, trying

router = APIRouter()
for _part in (listing, one, trying, findings, letter):
    router.include_router(_part.router)
