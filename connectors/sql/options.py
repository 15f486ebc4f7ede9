"""What a database and a source in it may say of themselves in YAML."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from connectors.options import Options
from connectors.sql.readonly import check_select
from models.environment.secrets import SecretRef


def _check_url(url: str) -> str:
    try:
        parts = make_url(url)
    except ArgumentError as error:
        raise ValueError("give an address such as postgresql://user@host/database") from error
    if parts.password is not None or "password" in parts.query:
        raise ValueError("leave the password out of the address and name it as `password:`")
    return url


def _check_query(query: str | None) -> str | None:
    return None if query is None else check_select(query)


class SqlConnection(Options):
    """`connection:` of a system whose database is read."""

    url: Annotated[str, AfterValidator(_check_url)] = Field(
        description="SQLAlchemy's address of the database, without password, such as "
        "postgresql://reader@host/database, mysql+pymysql://… or sqlite:///file.db (relative to "
        "the environment's folder)."
    )
    password: SecretRef | None = Field(
        default=None, description="The password, where one is needed."
    )
    connect_within: int = Field(
        default=10, ge=1, description="Seconds until the connection stands."
    )
    statement_timeout: int = Field(
        default=120,
        ge=1,
        description="Seconds for one page's statement, where the database can be told so "
        "(PostgreSQL, MySQL, MariaDB).",
    )

    @model_validator(mode="after")
    def _password_has_a_user(self) -> Self:
        if self.password is not None and make_url(self.url).username is None:
            raise ValueError("password: the address names no user whose password it could be")
        return self


class SqlRequest(Options):
    """`request:` of a source that is a table or a query."""

    table: str | None = Field(
        default=None, min_length=1, description="Name of a table or view, also schema.table."
    )
    query: Annotated[str | None, AfterValidator(_check_query)] = Field(
        default=None, description="A SELECT without placeholders; the window is put around it."
    )
    columns: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="Columns to read; all where not given. Cursor and key are always read.",
    )
    key: str = Field(
        min_length=1,
        description="Column that is filled and tells rows apart; orders rows of one cursor value.",
    )
    page_size: int = Field(default=5000, ge=1, description="Rows in a page.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give exactly one of table or query")
        return self
