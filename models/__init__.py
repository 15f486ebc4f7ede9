"""What is known: the tables, one file per aggregate, and the environment that declares it."""

from models.alerts import Alert, AlertChange, AlertGroup, Notice
from models.applications import Application, ApplicationEvent, ClockStop
from models.audit import AuditEntry, AuditHead
from models.base import Base
from models.clocks import Clock, ClockOutage
from models.composites import (
    AssistanceCase,
    CallBack,
    Circuit,
    CompositeApplication,
    CompositeAttempt,
    CompositeChange,
    CompositeDefinition,
    CompositeNotAccepted,
    CompositeStep,
)
from models.console import ConsoleSession, ConsoleUser
from models.contracts import KnownContract
from models.delays import Breach, Tick, TimelinessChange
from models.exchanges import (
    Exchange,
    ExchangeDay,
    ExchangeFault,
    ExchangeHour,
    ExchangeNetwork,
    ExchangeSeries,
    ExchangeSlice,
    ExchangeSource,
    QuarantinedExchange,
)
from models.findings import Finding, FindingChange, FindingEvidence
from models.forecast import Forecast, ForecastGroup, ForecastLook, ForecastModel
from models.hidden_services import (
    Candidate,
    CandidateChange,
    FunctionJudgement,
    ObservedFunction,
)
from models.life_events import Consent, LifeEvent
from models.on_call import HandOver, NoticeAttempt, Silence
from models.probing import ProbeResult, ProbeTarget
from models.pulls import Pull, QuarantinedRow, SourceHabits, SourceState
from models.register import Channel, Office, Organisation, Region, Service
from models.reviews import Review, ReviewCase, ReviewChange
from models.runs import JobRun, WatchRound
from models.standards import CalendarDay, Standard, StandardInForce, SyncedCalendar

__all__ = [
    "Alert",
    "AlertChange",
    "AlertGroup",
    "Application",
    "ApplicationEvent",
    "AssistanceCase",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Breach",
    "CalendarDay",
    "CallBack",
    "Candidate",
    "CandidateChange",
    "Channel",
    "Circuit",
    "Clock",
    "ClockOutage",
    "ClockStop",
    "CompositeApplication",
    "CompositeAttempt",
    "CompositeChange",
    "CompositeDefinition",
    "CompositeNotAccepted",
    "CompositeStep",
    "Consent",
    "ConsoleSession",
    "ConsoleUser",
    "Exchange",
    "ExchangeDay",
    "ExchangeFault",
    "ExchangeHour",
    "ExchangeNetwork",
    "ExchangeSeries",
    "ExchangeSlice",
    "ExchangeSource",
    "Finding",
    "FindingChange",
    "FindingEvidence",
    "Forecast",
    "ForecastGroup",
    "ForecastLook",
    "ForecastModel",
    "FunctionJudgement",
    "HandOver",
    "JobRun",
    "KnownContract",
    "LifeEvent",
    "Notice",
    "NoticeAttempt",
    "ObservedFunction",
    "Office",
    "Organisation",
    "ProbeResult",
    "ProbeTarget",
    "Pull",
    "QuarantinedExchange",
    "QuarantinedRow",
    "Region",
    "Review",
    "ReviewCase",
    "ReviewChange",
    "Service",
    "Silence",
    "SourceHabits",
    "SourceState",
    "Standard",
    "StandardInForce",
    "SyncedCalendar",
    "Tick",
    "TimelinessChange",
    "WatchRound",
]
