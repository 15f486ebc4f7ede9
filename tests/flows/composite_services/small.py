"""A small composite service for tests of definitions: a registration, then an allowance."""

from typing import Any

from models.environment.composites import Composite


def names(word: str) -> dict[str, str]:
    """The word in each language of the small environment."""
    return {language: f"{word} ({language})" for language in ("kk", "ru", "en")}


SMALL: dict[str, Any] = {
    "composite": "small",
    "names": names("A small one"),
    "life_event": "birth",
    "legal_basis": names("Article 1"),
    "form": {
        "fields": [
            {
                "name": "mother_iin",
                "type": "identifier",
                "identifier": "iin",
                "labels": names("Mother"),
            },
            {"name": "born_on", "type": "date", "labels": names("Day"), "not_after": "today"},
            {"name": "note", "type": "text", "labels": names("Note"), "required": False},
            {
                "name": "child_iin",
                "type": "identifier",
                "identifier": "iin",
                "labels": names("Child"),
                "known": "steps.birth.result.child_iin",
            },
        ],
        "applicant": "mother_iin",
        "same_when": ["mother_iin", "born_on"],
        "facts": {"days_since_birth": {"working_days_since": "form.born_on"}},
    },
    "steps": {
        "birth": {
            "kind": "call",
            "names": names("Registration"),
            "service": "00100101",
            "system": "office",
            "operation": {"method": "POST", "path": "/births"},
            "input": {"mother": "form.mother_iin", "day": "form.born_on", "note": "form.note"},
            "answers": {
                "done": "code == 'OK'",
                "refused": {
                    "when": "code == 'REFUSED'",
                    "reason": "answer.reason",
                    "grounds": "answer.grounds",
                },
                "result": {"child_iin": "answer.iin", "act": "answer.act"},
                "optional": ["act"],
                "reference": "answer.number",
            },
            "shares": [{"data": ["mother_iin", "born_on", "note"], "basis": names("Article 2")}],
            "undo": {"by": "none", "why": names("An act stays")},
        },
        "allowance": {
            "kind": "call",
            "names": names("Allowance"),
            "requires": ["birth"],
            "system": "office",
            "operation": {"method": "POST", "path": "/allowances"},
            "input": {"child": "form.child_iin", "key": "key"},
            "answers": {"done": "answer.state == 'granted'", "waits": "answer.state == 'taken'"},
            "shares": [{"data": ["child_iin"], "basis": names("Article 3")}],
            "retry": {"attempts": 3, "first_wait": "2s", "longest_wait": "15m"},
            "undo": {"by": "none", "why": names("Paid")},
        },
    },
}


def composite(**changes: Any) -> Composite:
    """The small definition, with keys of its first level replaced."""
    return Composite.model_validate({**SMALL, **changes})
