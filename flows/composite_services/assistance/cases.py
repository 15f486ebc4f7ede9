"""Assistance cases: opened by whatever cannot go on, resolved by a person, or withdrawn."""

from flows.composite_services.assistance.following import How
from flows.composite_services.assistance.needed import case_for
from flows.composite_services.assistance.opening import (
    CaseKind,
    NewCase,
    open_case,
    open_cases,
    withdraw,
)
from flows.composite_services.assistance.resolving import Resolved, resolve

__all__ = [
    "CaseKind",
    "How",
    "NewCase",
    "Resolved",
    "case_for",
    "open_case",
    "open_cases",
    "resolve",
    "withdraw",
]
