"""The pages, one module or folder each; a page answers in words and is the same without scripts."""

from fastapi import APIRouter

from console.web.pages.alerts import router as alerts
from console.web.pages.applications import router as applications
from console.web.pages.apply import router as apply
from console.web.pages.audit import router as audit
from console.web.pages.cases import router as cases
from console.web.pages.delays import router as delays
from console.web.pages.hidden_services import router as hidden_services
from console.web.pages.quality import router as quality
from console.web.pages.reviews import router as reviews
from console.web.pages.sources import router as sources
from console.web.pages.systems import router as systems
from console.web.pages.today import router as today

ROUTERS: tuple[APIRouter, ...] = (
    today,
    alerts,
    systems,
    apply,
    applications,
    cases,
    delays,
    reviews,
    quality,
    hidden_services,
    sources,
    audit,
)
