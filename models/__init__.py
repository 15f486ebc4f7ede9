"""What is known: the tables, one file per aggregate, and the environment that declares it."""

from models.alerts import Alert, AlertChange, AlertGroup, Notice
from models.applications import Application, ApplicationEvent, ClockStop
from models.audit import AuditEntry, AuditHead
from models.base import Base
from models.delays import Breach, Tick, TimelinessChange
from models.findings import Finding, FindingChange, FindingEvidence
from models.pulls import Pull, QuarantinedRow, SourceState
from models.register import Channel, Office, Organisation, Region, Service
from models.runs import JobRun
from models.standards import CalendarDay, Standard, StandardInForce, SyncedCalendar

__all__ = [
    "Alert",
    "AlertChange",
    "AlertGroup",
    "Application",
    "ApplicationEvent",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Breach",
    "CalendarDay",
    "Channel",
    "ClockStop",
    "Finding",
    "FindingChange",
    "FindingEvidence",
    "JobRun",
    "Notice",
    "Office",
    "Organisation",
    "Pull",
    "QuarantinedRow",
    "Region",
    "Service",
    "SourceState",
    "Standard",
    "StandardInForce",
    "SyncedCalendar",
    "Tick",
    "TimelinessChange",
]
