"""Versions of definitions: a running application keeps the one that it began with.

A definition is stored when the first application needs it. A file that says something else is a
new version; one that says again what it once said is that version again.
"""

import hashlib
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from models import trail
from models.environment.composites import Composite
from models.errors import ConfigurationError, CouldNotRun

_LOADED: "WeakKeyDictionary[Engine, dict[tuple[str, int], Composite]]" = WeakKeyDictionary()


def definition_of(connection: Connection, composite: str, version: int) -> Composite:
    """The definition as it was accepted under this version; read once by each process.

    Raises:
        CouldNotRun: there is no such version.
    """
    loaded = _LOADED.setdefault(connection.engine, {})
    found = loaded.get((composite, version))
    if found is None:
        found = loaded[composite, version] = _read(connection, composite, version)
    return found


def _read(connection: Connection, composite: str, version: int) -> Composite:
    stored = connection.execute(
        text(
            "SELECT definition FROM composite_definitions"
            " WHERE composite = :composite AND version = :version"
        ),
        {"composite": composite, "version": version},
    ).scalar()
    if stored is None:
        raise CouldNotRun(
            f"Reading version {version} of the composite service {composite}",
            "the database has no such version",
            "Was the database restored from an older copy? `tereze audit verify` tells",
        )
    return Composite.model_validate(stored)


def accepted(
    connection: Connection, composites: Mapping[str, Composite], name: str, actor: str
) -> int:
    """The version of the definition as the environment's file says it now, stored if new.

    Raises:
        ConfigurationError: the environment has no composite service of this name.
    """
    definition = named(composites, name)
    written = _written(definition)
    digest = hashlib.sha256(written.encode()).hexdigest()
    version = _version(connection, name, digest)
    return version if version is not None else _store(connection, name, digest, written, actor)


def named(composites: Mapping[str, Composite], name: str) -> Composite:
    """The environment's composite service of this name.

    Raises:
        ConfigurationError: there is none; names those there are.
    """
    if name in composites:
        return composites[name]
    raise ConfigurationError(
        f"Looking for the composite service {name!r}",
        "the environment has none of this name",
        f"There are: {', '.join(sorted(composites)) or 'none; add composites/NAME.yaml'}",
    )


def _written(definition: Composite) -> str:
    return definition.model_dump_json(by_alias=True)


def _version(connection: Connection, name: str, digest: str) -> int | None:
    return connection.execute(
        text(
            "SELECT max(version) FROM composite_definitions"
            " WHERE composite = :name AND digest = :digest"
        ),
        {"name": name, "digest": digest},
    ).scalar()


def _store(connection: Connection, name: str, digest: str, written: str, actor: str) -> int:
    # Two that start at the same moment queue here, and the second finds what the first stored.
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('definition ' || :name, 0))"),
        {"name": name},
    )
    version = _version(connection, name, digest)
    if version is not None:
        return version
    version = connection.execute(
        text(
            "INSERT INTO composite_definitions (composite, version, digest, definition)"
            " SELECT :name, coalesce(max(version), 0) + 1, :digest, CAST(:written AS json)"
            " FROM composite_definitions WHERE composite = :name RETURNING version"
        ),
        {"name": name, "digest": digest, "written": written},
    ).scalar_one()
    trail.record(
        connection,
        actor=actor,
        action="composite.accepted",
        subject=f"composite:{name}",
        details={"version": version, "digest": digest},
    )
    return int(version)
