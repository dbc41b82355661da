"""That the checks over many have run for a township, on which input, and what came of it."""

from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Json, Moment, Sha


class NightRun(Base):
    """One run; the same input is not judged twice."""

    __tablename__ = "night_runs"
    township: Mapped[Code] = mapped_column(primary_key=True)
    input: Mapped[Sha] = mapped_column(primary_key=True)
    """SHA-256 of everything that the result depends on."""
    asof: Mapped[Moment]
    ran_at: Mapped[Moment]
    seconds: Mapped[float]
    """Reading and judging, not the wait before."""
    visits: Mapped[int]
    findings: Mapped[Json]
    """{rule: how many visits or households}; never by person."""
