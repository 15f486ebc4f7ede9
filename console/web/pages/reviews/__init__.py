"""Reviews of breaches: the work list, one review with all it rests on, and what people do."""

from fastapi import APIRouter

from console.web.pages.reviews import listed, one

router = APIRouter()
for _part in (listed, one):
    router.include_router(_part.router)
