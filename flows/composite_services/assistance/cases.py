"""Assistance cases: opened by whatever cannot go on, resolved by a person, or withdrawn."""

from flows.composite_services.assistance.opening import (
    CaseKind,
    NewCase,
    open_case,
    open_cases,
    withdraw,
)

__all__ = ["CaseKind", "NewCase", "open_case", "open_cases", "withdraw"]
