"""Alerts: what needs somebody, one page for each, what is kept quiet, and the runbooks."""

from fastapi import APIRouter

from console.web.pages.alerts import deeds, listing, one, runbooks, silences

router = APIRouter()
# What has a name of its own before what is named by a fingerprint.
for _part in (listing, silences, runbooks, one, deeds):
    router.include_router(_part.router)
