"""Reviews to look at: LAND had one application of Almaty too long, an office one of Astana."""

from typing import Any

from tests.flows.failures.waiting.outage import REGISTER, Outage

ALMATY, ASTANA = "75", "71"
BODIES: dict[str, Any] = {
    "register": {
        **REGISTER,
        "organisations": {
            **REGISTER["organisations"],
            "LAND": {"names": {"en": "Land <b>committee</b>", "ru": "Комитет земель"}},
        },
        "offices": {"12": {"names": {"en": "Front office 12"}}},
        "regions": {ASTANA: {"names": {"en": "Astana"}}, ALMATY: {"names": {"en": "Almaty"}}},
    },
    "environment": {"delays": {"review": {"departments": {ALMATY: "Almaty", "*": "Headquarters"}}}},
}
CLOSING = {
    "do": "close",
    "cause": "late_at_body",
    "body": "LAND",
    "measure": "A second clerk reads the plans",
    "answer-0": "One clerk was ill",
    "answer-1": "There are two now",
    "restored": "yes",
    "seen": "0",
}
DISPUTE = {
    "do": "dispute",
    "by": "LAND",
    "says": "not_ours",
    "why": "The office kept it over the weekend",
    "seen": "0",
}
REVISION = {
    "do": "revise",
    "probable": "own_staff",
    "party": "12",
    "because": "The stages say so",
    "seen": "1",
}


def examined(outage: Outage) -> dict[str, int]:
    """The numbers of the two reviews, by region."""
    outage.change(**BODIES)
    outage.received("1", "06-02 10:00", office="12", region=ALMATY)
    outage.event("1", "stage", "06-02 11:00", "LAND")
    outage.received("2", "06-02 10:00", office="12", region=ASTANA)
    outage.event("2", "registered", "06-02 10:00", "12")
    outage.round("06-05 10:00")
    return {region: number for number, region in outage.all("SELECT id, region FROM reviews")}
