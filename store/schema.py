"""Every table in one place, for migrations and for tests that start from nothing."""

from store import (
    accounts,
    alarms,
    areas,
    audit,
    backchecks,
    conflicts,
    digest,
    feed,
    findings,
    forms,
    health,
    hours,
    media,
    nights,
    outbox,
    parameters,
    records,
    reviews,
    seal,
    units,
    verdicts,
)
from store.db import Base

METADATA = Base.metadata
TABLES = METADATA.tables
ROOMS = (
    accounts,
    alarms,
    areas,
    audit,
    backchecks,
    conflicts,
    digest,
    feed,
    findings,
    forms,
    health,
    hours,
    media,
    nights,
    outbox,
    parameters,
    records,
    reviews,
    seal,
    units,
    verdicts,
)
