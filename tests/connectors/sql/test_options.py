"""What may be written in YAML."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.sql import SqlConnection, SqlRequest
from connectors.sql.readonly import check_select

GOOD = [
    "SELECT * FROM a",
    "select a.b::text, 'x; delete :y %s' from a -- drop it\n where c <> \"update\"",
    "WITH t AS (SELECT 1 AS x) SELECT * FROM t",
    "/* insert */ SELECT created_at, deleted, updated_by, replace(a, 'b', 'c') FROM callers",
    "SELECT a FROM b WHERE c LIKE 'x%'",
]


@pytest.mark.parametrize("query", GOOD)
def test_a_select_is_allowed(query: str) -> None:
    assert check_select(query) == query
    assert check_select(f"  {query} ;\n") == query


BAD = [
    ("DELETE FROM a", "only a SELECT"),
    ("", "only a SELECT"),
    ("SELECT 1; DROP TABLE a", "one statement"),
    ("WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", "'DELETE'"),
    ("SELECT * INTO b FROM a", "'INTO'"),
    ("SELECT * FROM a FOR UPDATE", "'UPDATE'"),
    ("SELECT * FROM a WHERE b > :since", "placeholders.*:since"),
    ("SELECT * FROM a WHERE b > %s", "placeholders.*%s"),
    ("SELECT * FROM a WHERE b > %(since)s", "placeholders"),
    ("SELECT 'it''s'; SELECT 1", "one statement"),
]


@pytest.mark.parametrize(("query", "says"), BAD)
def test_anything_else_is_refused(query: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        SqlRequest(query=query, key="a")


WRONG_REQUESTS = [
    ({"key": "id"}, "exactly one of table or query"),
    ({"key": "id", "table": "a", "query": "SELECT 1"}, "exactly one of table or query"),
    ({"table": "a"}, "Field required"),
    ({"table": "a", "key": "id", "columns": []}, "at least 1 item"),
    ({"table": "a", "key": "id", "where": "x"}, "Extra inputs"),
]


@pytest.mark.parametrize(("request_", "says"), WRONG_REQUESTS)
def test_wrong_requests_are_refused(request_: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        SqlRequest.model_validate(request_)


WRONG_CONNECTIONS = [
    ({"url": "postgresql://me:secret@host/db"}, "leave the password out"),
    ({"url": "postgresql://me@host/db?password=secret"}, "leave the password out"),
    ({"url": "nothing"}, "give an address such as"),
    ({"url": "sqlite:///x.db", "password": {"env": "X"}}, "names no user"),
]


@pytest.mark.parametrize(("connection", "says"), WRONG_CONNECTIONS)
def test_wrong_connections_are_refused(connection: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says) as caught:
        SqlConnection.model_validate(connection)
    assert "secret" not in str(caught.value)
