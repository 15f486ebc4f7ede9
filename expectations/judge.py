"""Run a suite over a staged batch: which rules are broken, in one pass over the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DataError, DBAPIError, ProgrammingError

from expectations.rules import RowRule
from models.environment.secrets import redact
from models.errors import CouldNotRun

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


@dataclass(frozen=True)
class Outcome:
    """What became of one rule."""

    code: str
    severity: str
    text: str
    kept: bool


def broken_table(view: str) -> str:
    """The table beside a judged view: a row for each that breaks a rule.

    Its columns are row_no, the codes and reasons of rules of severity error, and, in
    `beside`, the codes of the others.
    """
    return f"{view}_broken"


def create_judged_view(
    connection: Connection,
    view: str,
    table: str,
    rules: tuple[RowRule, ...],
    values: Mapping[str, str],
) -> None:
    """Evaluate each rule once for each row, and create the view that a suite judges.

    The view has the rows of `table` (with a column row_no) and, by rule, whether it is kept.
    `sound` is true for rows that break no rule of severity error. What is broken stands in
    `broken_table`; a suite asks for every rule several times, and most rows break none.

    Raises:
        CouldNotRun: a rule cannot be evaluated; nothing is called good then.
    """
    found = broken_table(view)
    connection.execute(text(f"DROP TABLE IF EXISTS {found}"))
    statement = f"CREATE UNLOGGED TABLE {found} AS {broken_sql(table, rules)}"
    try:
        with connection.begin_nested():
            connection.execute(text(statement), dict(values))
    except (DataError, ProgrammingError) as error:
        raise _cannot_judge(connection, table, rules, values, error) from error
    connection.execute(text(f"ANALYZE {found}"))
    kept = [
        f"('{rule.code}' = ANY(b.codes || b.beside)) IS NOT TRUE AS {rule.column}" for rule in rules
    ]
    columns = ", ".join(["s.*", *kept, "(b.codes <> '{}') IS NOT TRUE AS sound"])
    connection.exec_driver_sql(
        f"CREATE VIEW {view} AS SELECT {columns} FROM {table} s LEFT JOIN {found} b USING (row_no)"
    )


def _cannot_judge(
    connection: Connection,
    table: str,
    rules: tuple[RowRule, ...],
    values: Mapping[str, str],
    error: DBAPIError,
) -> CouldNotRun:
    """The error that names the rule: the first that fails when each is evaluated alone."""
    named = "the rules"
    for rule in rules:
        try:
            with connection.begin_nested():
                connection.execute(text(broken_sql(table, (rule,))), dict(values))
        except (DataError, ProgrammingError) as alone:
            named, error = f"the rule {rule.code} ({rule.text})", alone
            break
    return CouldNotRun(
        f"Judging {named}",
        redact(str(error.orig))[:500],
        "Nothing was stored; the rule's SQL has to be put right in expectations/",
    )


def judge(url: URL, view: str, suite: "ExpectationSuite") -> list[Outcome]:
    """Validate the view against the suite.

    Raises:
        CouldNotRun: Great Expectations could not evaluate a rule; nothing is called good then.
    """
    import great_expectations as gx
    from great_expectations.exceptions import GreatExpectationsError

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    address = url.render_as_string(hide_password=False).replace("$", r"\$")
    source = context.data_sources.add_sql("staging", connection_string=address)
    try:
        batch = source.add_table_asset(view, table_name=view).add_batch_definition_whole_table(
            "all"
        )
        result = batch.get_batch().validate(suite, result_format="BOOLEAN_ONLY")
    except (GreatExpectationsError, ConnectionError, DBAPIError) as error:
        raise CouldNotRun(
            f"Judging {suite.name}",
            redact(str(error))[:500],
            "Nothing was stored; is the database up?",
        ) from error
    finally:
        # It keeps two engines, and would hold their sessions until it is garbage collected.
        source.get_execution_engine().close()
        source.get_engine().dispose()
    if not result.results:
        raise CouldNotRun(
            f"Judging {suite.name}", "the suite is empty", "Write its rules in expectations/"
        )
    return [_outcome(each) for each in result.results]


def _outcome(result: "object") -> Outcome:
    configuration = result.expectation_config  # type: ignore[attr-defined]  # GX is untyped here
    raised = result.exception_info  # type: ignore[attr-defined]  # GX is untyped here
    meta = configuration.meta
    errors = [raised] if "raised_exception" in raised else list(raised.values())
    for error in errors:
        if error["raised_exception"]:
            raise CouldNotRun(
                f"Judging the rule {meta['code']} ({meta['rule']})",
                str(error["exception_message"])[:500],
                "Nothing was stored; the rule's SQL has to be put right in expectations/",
            )
    kept = bool(result.success)  # type: ignore[attr-defined]  # GX is untyped here
    return Outcome(meta["code"], meta["severity"], meta["rule"], kept)


def broken_sql(table: str, rules: tuple[RowRule, ...]) -> str:
    """A query for the rows that break any rule: row_no, codes, reasons, and codes beside."""
    errors = [rule for rule in rules if rule.severity == "error"]
    beside = [rule for rule in rules if rule.severity != "error"]
    reasons = [f"CASE WHEN {r.broken} THEN {r.reason} END" for r in errors]
    anything = " OR ".join(f"(({rule.broken}) IS TRUE)" for rule in rules) or "false"
    return f"""
        SELECT s.row_no, {_filled(_codes(errors))} AS codes, {_filled(reasons)} AS reasons,
            {_filled(_codes(beside))} AS beside
        FROM {table} s WHERE {anything}
    """


def _codes(rules: Sequence[RowRule]) -> list[str]:
    return [f"CASE WHEN {rule.broken} THEN '{rule.code}' END" for rule in rules]


def _filled(texts: Sequence[str]) -> str:
    return f"array_remove(CAST(ARRAY[{', '.join(texts)}] AS text[]), NULL)"


def counts(connection: Connection, view: str) -> dict[str, int]:
    """How many rows of a judged view break each rule, by code; none for those all keep."""
    rows = connection.execute(
        text(f"""
            SELECT code, count(*) FROM {broken_table(view)}, unnest(codes || beside) code
            GROUP BY code ORDER BY code
        """)
    )
    return {code: int(count) for code, count in rows}
