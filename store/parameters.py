"""Figures that change by year or place: data with dates, never code."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.db import Base, upsert
from store.types import Code, Json


class Parameter(Base):
    """One figure, good from a day on."""

    __tablename__ = "parameters"
    name: Mapped[Code] = mapped_column(primary_key=True)
    since: Mapped[Code] = mapped_column(primary_key=True)
    """ISO day, local."""
    value: Mapped[Json]
    source: Mapped[str]
    """JSON: {language: where the figure comes from}."""


def put(session: Session, name: str, since: str, value: Any, source: Mapping[str, str]) -> None:
    statement = upsert(session, Parameter).values(
        name=name,
        since=since,
        value=orjson.dumps(value).decode(),
        source=orjson.dumps(source).decode(),
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name", "since"],
            set_={"value": statement.excluded.value, "source": statement.excluded.source},
        )
    )


def in_force(session: Session, day: str) -> dict[str, Parameter]:
    """{name: the row that counts on an ISO day}, with its source."""
    query = select(Parameter).where(Parameter.since <= day).order_by(Parameter.since)
    return {row.name: row for row in session.scalars(query)}


def as_of(session: Session, day: str) -> dict[str, Any]:
    """Every parameter's value in force on an ISO day."""
    return by_day(session, [day])[day]


def by_day(session: Session, days: Collection[str]) -> dict[str, dict[str, Any]]:
    """{ISO day: every parameter's value in force then}"""
    query = select(Parameter.since, Parameter.name, Parameter.value).order_by(Parameter.since)
    rows = session.execute(query.where(Parameter.since <= max(days, default=""))).all()
    return {
        day: {name: orjson.loads(value) for since, name, value in rows if since <= day}
        for day in days
    }
