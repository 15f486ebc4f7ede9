"""Assistance cases: opened by whatever cannot go on, resolved by a person, or withdrawn."""

from flows.composite_services.assistance.needed import case_for
from flows.composite_services.assistance.opening import (
    CaseKind,
    NewCase,
    open_case,
    open_cases,
    withdraw,
)

__all__ = ["CaseKind", "NewCase", "case_for", "open_case", "open_cases", "withdraw"]
