"""The register of public services in the words of CPSV-AP: who offers what, where and how."""

from typing import Any

from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base


class Organisation(Base):
    """A state body or another provider (CPSV-AP PublicOrganisation)."""

    __tablename__ = "organisations"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kind: Mapped[str | None]
    parent: Mapped[str | None]
    region: Mapped[str | None]
    contact: Mapped[str | None]


class Service(Base):
    """A registered public service (CPSV-AP PublicService).

    In Kazakhstan `code` has 8 digits, built from sphere, life situation and ordinal number;
    an environment declares its own pattern.
    """

    __tablename__ = "services"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sphere: Mapped[str | None]
    life_situation: Mapped[str | None]
    organisation: Mapped[str | None]
    sub_types: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    form: Mapped[str | None]


class Channel(Base):
    """A way to apply (CPSV-AP Channel); `calendar` where its offices keep their own hours."""

    __tablename__ = "channels"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digital: Mapped[bool | None]
    calendar: Mapped[str | None]


class Region(Base):
    """A territorial unit, coded as the country codes it (KATO in Kazakhstan)."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    iso_code: Mapped[str | None]


class Office(Base):
    """A front office where people apply in person."""

    __tablename__ = "offices"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    region: Mapped[str | None]
    six_day_week: Mapped[bool | None]
