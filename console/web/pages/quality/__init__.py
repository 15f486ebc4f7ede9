"""Quality: take-up and terms kept by region, service and body; causes; a scorecard to print."""

from fastapi import APIRouter

from console.web.pages.quality import causes, regions, scorecard, services

router = APIRouter()
for _part in (regions, services, causes, scorecard):
    router.include_router(_part.router)
