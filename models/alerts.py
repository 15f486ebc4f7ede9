"""Alerts in the words of Alertmanager: fingerprint, labels, group, notice, firing, resolved."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt

GOES_ON = "IN ('firing', 'acknowledged', 'silenced')"
"""States of an alert that has not ended, for SQL: each by its name, so that the index serves."""


class Alert(Base):
    """Something that needs a person, or did; its fingerprint is the digest of its labels.

    `state` is `firing`, `acknowledged`, `silenced` or `resolved`; `reason` is a code and
    `sentence` its words. `starts_at` is when the thing began (a due date that passed), not when
    it was found. `group_key` joins alerts that share a notice. `notified_at` is null unless a
    notice has said that it fires and none yet that it ended: an end is told only to those who
    were told of the beginning. `assignee` is who has it in hand, `escalated` how many steps of
    escalation it has gone through.
    """

    __tablename__ = "alerts"
    # None names `notified_at`: then a hundred thousand are marked as told within their pages,
    # which are left half empty for it, and no index is written.
    __table_args__ = (
        CheckConstraint(
            "state IN ('firing', 'acknowledged', 'silenced', 'resolved')", name="state"
        ),
        CheckConstraint("severity IN ('critical', 'warning', 'info')", name="severity"),
        Index("ix_alerts_group", "state", "group_key"),
        Index(
            "ix_alerts_number",
            text("(labels ->> 'system')"),
            text("(labels ->> 'number')"),
            postgresql_where="labels ? 'number'",
        ),
    )

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    severity: Mapped[str]
    labels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    annotations: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    group_key: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    silenced_until: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]
    changed_at: Mapped[CreatedAt]
    assignee: Mapped[str | None]
    escalated: Mapped[int] = mapped_column(server_default="0")


ALERT_NEWS = Table("alert_news", Base.metadata, Column("fingerprint", Text, nullable=False))
"""Alerts that may have to be told of: each that begins to fire or ends stands here until it is.

Written with the change of state; one may stand here more than once. No key: a storm writes it,
and that has to cost next to nothing.
"""


class AlertChange(Base):
    """One change of an alert's state, written in the transaction of the change.

    What a person says of it without changing its state stands here, too, with `was` = `became`.
    """

    __tablename__ = "alert_changes"
    __table_args__ = (Index("ix_alert_changes_fingerprint", "fingerprint"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    fingerprint: Mapped[str]
    was: Mapped[str | None]
    became: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    actor: Mapped[str]
    at: Mapped[CreatedAt]


class AlertGroup(Base):
    """What was last said about a group of alerts, so that it is said again only when it changes.

    `told` are the receivers that took a notice of it since it began: only they hear of its end.
    """

    __tablename__ = "alert_groups"
    __table_args__ = (
        Index("ix_alert_groups_told", "said_at", postgresql_where="told <> '[]'::jsonb"),
    )

    group_key: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    said: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    said_at: Mapped[datetime | None]
    told: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")


class Notice(Base):
    """A notice to a receiver, with each attempt to deliver it (the notification log).

    Committed as `pending` before it is sent, so that a crash between the two sends it again,
    marked as a repeat, rather than never. `groups` are the keys of the groups it speaks of,
    `numbers` what it says of them. Where `receiver` takes it in no attempt, a notice to the
    first of `others` follows, which `stands_for` this one. One that is `superseded` was never
    taken, and what it says was over before it could be.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'sent', 'failed', 'superseded')", name="state"),
        Index("ix_notices_state", "state"),
        Index("ix_notices_receiver", "receiver", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    receiver: Mapped[str]
    groups: Mapped[list[Any]] = mapped_column(JSONB)
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    numbers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    others: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    stands_for: Mapped[int | None] = mapped_column(BigInteger)
    next_attempt_at: Mapped[datetime | None]
