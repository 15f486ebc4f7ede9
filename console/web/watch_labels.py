"""Codes of alerts, findings and notices in words."""

from console.web.navigation import N_

Label = tuple[str, str]

ALERT_STATES: dict[str, Label] = {
    "firing": (N_("In nobody's hands"), "bad"),
    "acknowledged": (N_("Somebody works on it"), "calm"),
    "silenced": (N_("Kept quiet"), "calm"),
    "resolved": (N_("Ended"), "good"),
}
CHANGES: dict[str, Label] = {
    "fired": (N_("It began"), "bad"),
    "fired_again": (N_("It began anew"), "bad"),
    "commented": (N_("Said"), "calm"),
    "assigned": (N_("Handed over"), "calm"),
    "silence": (N_("Kept quiet"), "calm"),
    "silence_over": (N_("Told again"), "bad"),
    "silence_lifted": (N_("Told again"), "bad"),
}
FINDING_KINDS: dict[str, Label] = {
    "down": (N_("Does not answer"), "bad"),
    "failing": (N_("Fails in part"), "bad"),
    "slow": (N_("Slow"), "warn"),
    "silent": (N_("Success that is none"), "bad"),
    "clock": (N_("Clocks out of step"), "warn"),
    "duplicates": (N_("Messages twice"), "warn"),
    "certificate": (N_("Certificate about to end"), "warn"),
    "contract": (N_("Contract changed"), "warn"),
    "budget": (N_("Error budget running out"), "warn"),
    "not_looked_at": (N_("Not looked at"), "warn"),
}
FINDING_STATES: dict[str, Label] = {
    "suspected": (N_("Suspected"), "warn"),
    "confirmed": (N_("Confirmed"), "bad"),
    "over": (N_("Over"), "good"),
}
NOTICE_STATES: dict[str, Label] = {
    "pending": (N_("Not delivered yet"), "warn"),
    "sent": (N_("Delivered"), "good"),
    "failed": (N_("Not delivered"), "bad"),
    "superseded": (N_("Over before it was told"), "calm"),
}
NOTICE_KINDS: dict[str, Label] = {
    "firing": (N_("It began"), "calm"),
    "resolved": (N_("It ended"), "calm"),
    "summary": (N_("Summary"), "calm"),
    "escalation": (N_("Escalation"), "calm"),
    "reminder": (N_("Reminder"), "calm"),
}
OUTCOMES: dict[str, Label] = {
    "taken": (N_("taken"), "good"),
    "refused": (N_("refused"), "bad"),
    "not known": (N_("not known what came of it"), "warn"),
}
EFFECTS: dict[str, Label] = {
    "works": (N_("works"), "good"),
    "works_in_part": (N_("works in part"), "warn"),
    "may_fail": (N_("may fail"), "warn"),
    "fails": (N_("fails"), "bad"),
}
HORIZONS: dict[str, Label] = {
    "today": (N_("by the end of today"), "calm"),
    "tomorrow": (N_("by the end of tomorrow"), "calm"),
    "working_days": (N_("within three working days"), "calm"),
    "week": (N_("within a week"), "calm"),
}
TABLES: dict[str, dict[str, Label]] = {
    "alert_state": ALERT_STATES,
    "alert_change": CHANGES,
    "finding_kind": FINDING_KINDS,
    "finding_state": FINDING_STATES,
    "notice_state": NOTICE_STATES,
    "notice_kind": NOTICE_KINDS,
    "outcome": OUTCOMES,
    "effect": EFFECTS,
    "horizon": HORIZONS,
}
