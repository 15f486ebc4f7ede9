"""Run a suite over a staged batch: which rules are broken, in one pass over the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError

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


def create_judged_view(
    connection: Connection,
    view: str,
    table: str,
    rules: tuple[RowRule, ...],
    values: Mapping[str, str],
) -> None:
    """Create the view that a suite judges: the staged rows and, by rule, whether it is kept.

    `sound` is true for rows that break no rule of severity error. A view takes no parameters,
    so `values` of the rules' `:names` are written into it as literals.
    """
    kept = [f"({rule.broken}) IS NOT TRUE AS {rule.column}" for rule in rules]
    sound = " AND ".join(r.column for r in rules if r.severity == "error") or "true"
    # The suite asks for each column several times: OFFSET 0 keeps the planner from putting the
    # condition in each of these places, so that a rule is evaluated once for a row.
    judged = f"SELECT {', '.join(['s.*', *kept])} FROM {table} s OFFSET 0"
    statement = f"SELECT j.*, ({sound}) AS sound FROM ({judged}) j"
    for name, value in values.items():
        statement = statement.replace(f":{name} ", "'" + value.replace("'", "''") + "' ")
    statement = statement.replace("%", "%%")  # the driver's own sign
    connection.exec_driver_sql(f"CREATE VIEW {view} AS {statement}")


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
    """A query for the rows that break any rule of severity error: row_no, codes, reasons."""
    errors = [rule for rule in rules if rule.severity == "error"]
    codes = ", ".join(f"CASE WHEN {r.broken} THEN '{r.code}' END" for r in errors)
    reasons = ", ".join(f"CASE WHEN {r.broken} THEN {r.reason} END" for r in errors)
    anything = " OR ".join(f"(({rule.broken}) IS TRUE)" for rule in errors) or "false"
    return f"""
        SELECT s.row_no, array_remove(CAST(ARRAY[{codes}] AS text[]), NULL) AS codes,
            array_remove(CAST(ARRAY[{reasons}] AS text[]), NULL) AS reasons
        FROM {table} s WHERE {anything}
    """


def counts_sql(table: str, rules: tuple[RowRule, ...]) -> str:
    """A query for how many rows break each rule, in one row with a column for each."""
    counted = ", ".join(f"count(*) FILTER (WHERE {r.broken}) AS {r.column}" for r in rules)
    return f"SELECT {counted} FROM {table} s"


def counts(
    connection: Connection,
    table: str,
    rules: tuple[RowRule, ...],
    values: Mapping[str, str],
) -> dict[str, int]:
    """How many rows break each of these rules, by code."""
    row = connection.execute(text(counts_sql(table, rules)), dict(values)).one()
    return {rule.code: n for rule, n in zip(rules, row, strict=True) if n}
