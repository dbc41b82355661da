"""Figures that change by year or place: data with dates, never code."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.db import Base, upsert
from store.types import Code, Json

EVERYWHERE = "everywhere"


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


def as_of(session: Session, day: str, place: str = "") -> dict[str, Any]:
    """Every parameter's value in force on an ISO day, in an area by its code."""
    return of_place(by_day(session, [day])[day], place)


def by_day(session: Session, days: Collection[str]) -> dict[str, dict[str, Any]]:
    """{ISO day: every parameter's value in force then}, still for every place."""
    query = select(Parameter.since, Parameter.name, Parameter.value).order_by(Parameter.since)
    rows = session.execute(query.where(Parameter.since <= max(days, default=""))).all()
    return {
        day: {name: orjson.loads(value) for since, name, value in rows if since <= day}
        for day in days
    }


def of_place(figures: Mapping[str, Any], place: str) -> dict[str, Any]:
    """{name: value} in an area, by its code."""
    return {name: in_place(value, place) for name, value in figures.items()}


def held(figure: Mapping[str, Any], place: str) -> Any:
    """The value of a pack's figure `{value, places: {code: value}}` in an area."""
    return in_place(stored(figure), place)


def stored(figure: Mapping[str, Any]) -> Any:
    """A pack's figure as it is kept: bare where it is the same everywhere."""
    if "places" not in figure:
        return figure["value"]
    return {EVERYWHERE: figure["value"], **figure["places"]}


def in_place(value: Any, place: str) -> Any:
    """Of a value that differs by place the one with the longest code that the area begins with:
    a province's holds in its counties unless one has its own."""
    if not isinstance(value, Mapping) or EVERYWHERE not in value:
        return value
    codes = [code for code in value if code != EVERYWHERE and place.startswith(code)]
    return value[max(codes, key=len, default=EVERYWHERE)]
