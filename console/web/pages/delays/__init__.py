"""Delays: what is at risk and overdue, and where; what will be late; whose time; standards."""

from fastapi import APIRouter

from console.web.pages.delays import clocks, forecast, listed, standards, where

router = APIRouter()
for _part in (listed, where, forecast, clocks, standards):
    router.include_router(_part.router)
