"""Prefect 3.8 inserts scheduled runs in a way that SQLAlchemy 2.1 refuses; let it pass.

The rows of its bulk inserts carry the key of a hybrid attribute (`state`) beside the columns.
SQLAlchemy 2.0 left such a key out; 2.1 raises "Can't evaluate bulk DML statement; please supply
a bulk_dml decorated function", so that no run is ever scheduled and `deploy` is answered with
500. Here each hybrid gets the function that 2.1 asks for, and it does what 2.0 did. To be removed
with the first Prefect that brings its own: `tests/console/up/test_run.py` fails without either.
"""

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy.ext.hybrid import hybrid_property


def let_bulk_inserts_pass() -> None:
    """Give the hybrids of Prefect's tables what SQLAlchemy 2.1 asks for."""
    from prefect.server.database.orm_models import Base

    for mapper in Base.registry.mappers:
        for descriptor in mapper.all_orm_descriptors:
            if isinstance(descriptor, hybrid_property) and descriptor.bulk_dml_setter is None:
                descriptor.bulk_dml_setter = _left_out


def _left_out(
    cls: Any, mapping: MutableMapping[str, Any], value: Any
) -> None:  # names are SQLAlchemy's
    """The key stays in the row and is no column, so it is not written."""
