"""An alert's fingerprint, computed alike in Python and in SQL.

SHA-256 (hex) over `{"name": …, "labels": {…}}` as PostgreSQL writes jsonb: keys in order of
their length, then of their bytes; one space after each `:` and `,`; nothing escaped but what
JSON demands.
"""

import hashlib
import json
from collections.abc import Mapping


def canonical(labels: Mapping[str, str]) -> str:
    """The labels as PostgreSQL writes them; also the key of a group."""
    ordered = sorted(labels.items(), key=lambda each: (len(each[0].encode()), each[0].encode()))
    return json.dumps(dict(ordered), ensure_ascii=False)


def fingerprint(name: str, labels: Mapping[str, str]) -> str:
    """The fingerprint of the alert `name` with these labels, 64 hex digits."""
    written = f'{{"name": {json.dumps(name, ensure_ascii=False)}, "labels": {canonical(labels)}}}'
    return hashlib.sha256(written.encode()).hexdigest()


def fingerprint_sql(name: str, labels: str) -> str:
    """The SQL expression of the same, from the SQL of a text and of a jsonb object of texts."""
    said = f"CAST(to_json(CAST({name} AS text)) AS text)"
    written = f"""'{{"name": ' || {said} || ', "labels": ' || CAST({labels} AS text) || '}}'"""
    return f"encode(sha256(convert_to({written}, 'UTF8')), 'hex')"
