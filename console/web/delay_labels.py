"""Codes of delays and reviews in words, each with its tone."""

from console.web.navigation import N_

Words = dict[str, tuple[str, str]]

REVIEW_STATES: Words = {
    "open": (N_("To be examined"), "warn"),
    "accepted": (N_("Accepted by the body"), "calm"),
    "disputed": (N_("Disputed"), "bad"),
    "closed": (N_("Closed"), "good"),
    "withdrawn": (N_("Withdrawn"), "calm"),
}
REVIEW_STEPS: Words = {
    "accept": (N_("The body accepts it"), "calm"),
    "not_ours": (N_("Not ours, says the body"), "bad"),
    "rule_is_wrong": (N_("The rule is wrong, says the body"), "bad"),
    "revised": (N_("Probable cause revised"), "calm"),
    "kept": (N_("Probable cause kept"), "calm"),
    "dispute_granted": (N_("Dispute granted"), "calm"),
    "dispute_refused": (N_("Dispute refused"), "calm"),
    "withdrawn": (N_("All its breaches were withdrawn"), "calm"),
    "breached_again": (N_("A breach of it has come back"), "warn"),
    "more_is_known": (N_("More is known: the probable cause is another"), "calm"),
}
TIMELINESS: Words = {
    "overdue": (N_("Overdue"), "bad"),
    "at_risk": (N_("At risk"), "warn"),
}
BREACHES: Words = {
    "open": (N_("Overdue"), "bad"),
    "closed_late": (N_("Completed late"), "warn"),
    "withdrawn": (N_("Withdrawn"), "calm"),
}
SHARES: Words = {
    "body": (N_("Bodies"), "calm"),
    "office": (N_("Front offices"), "calm"),
    "applicant": (N_("The applicant"), "calm"),
    "tereze": (N_("Tereze itself"), "calm"),
    "outage": (N_("Systems that were away"), "calm"),
    "unknown": (N_("Not known"), "calm"),
}
FORECAST_GROUPS: Words = {
    "service_region": (N_("Such cases are those of this service in this region."), "calm"),
    "service_body": (N_("Such cases are those of this service at this body."), "calm"),
    "service": (N_("Such cases are all those of this service."), "calm"),
}
NO_FORECAST: Words = {
    "too_few_cases": (N_("Too few such cases are decided."), "calm"),
    "clock_stopped": (N_("Its clock stands still."), "calm"),
    "not_scored_yet": (N_("The next check tells it."), "calm"),
}
OUTCOMES: Words = {
    "late": (N_("Late"), "bad"),
    "on_time": (N_("In time"), "good"),
    "withdrawn": (N_("Without a standard"), "calm"),
}
UNITS: Words = {
    "working_days": (N_("working days"), "calm"),
    "calendar_days": (N_("calendar days"), "calm"),
    "working_hours": (N_("working hours"), "calm"),
}
QUESTIONS = (
    N_("Why did the body need longer?"),
    N_("What keeps it from happening again?"),
    N_("When was the result ready, and why did it leave later?"),
    N_("Why was the system away?"),
    N_("Who was told, and when?"),
    N_("Which documents were missing, and when was the person told?"),
    N_("Why did it lie at the office?"),
    N_("Is the office short of staff?"),
    N_("Why was it not registered on the lawful day?"),
    N_("Which record is right, and who mends the other?"),
    N_("What did Tereze hold, and why?"),
    N_("Who had the application, and why do the stages not say so?"),
)
"""What reviews ask where the environment asks nothing of its own."""
TABLES: dict[str, Words] = {
    "unit": UNITS,
    "forecast_group": FORECAST_GROUPS,
    "no_forecast": NO_FORECAST,
    "outcome": OUTCOMES,
    "review_state": REVIEW_STATES,
    "review_step": REVIEW_STEPS,
    "timeliness": TIMELINESS,
    "breach": BREACHES,
    "share": SHARES,
}
