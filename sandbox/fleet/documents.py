"""The OpenAPI document of a body, and how it drifts."""

from typing import Any

TEXT = {"type": "string"}
FIELDS: dict[str, dict[str, Any]] = {
    "application_id": TEXT,
    "service_code": TEXT,
    "channel": TEXT,
    "region": TEXT,
    "applicant_iin": TEXT,
    "received_at": {"type": "string", "format": "date-time"},
    "completed_at": {"type": "string", "format": "date-time", "nullable": True},
    "result": {"type": "string", "nullable": True},
    "changed_at": {"type": "string", "format": "date-time"},
}
VANISHES = "received_at"


def document(body: str, *, drifted: bool) -> dict[str, Any]:
    """What `/applications` answers, as the body declares it."""
    fields = {name: kind for name, kind in FIELDS.items() if not (drifted and name == VANISHES)}
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Application"}},
            "next": {"type": "string", "nullable": True},
            "total": {"type": "integer"},
        },
    }
    answer = {"description": "A page", "content": {"application/json": {"schema": page}}}
    parameters = [
        {"name": name, "in": "query", "schema": TEXT}
        for name in ("page", "size", "changed_since", "changed_until")
    ]
    return {
        "openapi": "3.0.3",
        "info": {"title": f"Applications of {body}", "version": "1"},
        "paths": {
            "/applications": {"get": {"parameters": parameters, "responses": {"200": answer}}}
        },
        "components": {"schemas": {"Application": {"type": "object", "properties": fields}}},
    }
