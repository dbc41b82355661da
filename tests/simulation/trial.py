"""A push that is only tried: its answers, and what it left behind."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import feed
from store.accounts import Device
from store.records import Record
from store.schema import TABLES
from tests.simulation.hand import Hand
from tests.simulation.ledger import PUSH

TRIAL = f"{PUSH}?check=1"


def ask(hand: Hand, bodies: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """(the answers this phone would get, what is other than before)."""
    phone = hand.phone
    asked = {"device": hand.device, "epoch": phone.epoch, "sent_at": phone.clock.iso(),
             "uptime": round(phone.clock.uptime(), 3), "ops": bodies}  # fmt: skip
    with hand.server.read() as session:
        before = trace(session)
    told: Any = phone.wire.post_json(TRIAL, asked)
    with hand.server.read() as session:
        after = trace(session)
    left = [f"a push that was only tried left {name} behind" for name in before
            if before[name] != after[name]]  # fmt: skip
    return told["results"], left


def trace(session: Session) -> dict[str, Any]:
    """How many rows every table has, where the feed and all records stand, when phones came."""
    found: dict[str, Any] = {
        name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in TABLES.items()
    }
    phones = select(Device.id, Device.last_seen_at, Device.counter, Device.clock_offset)
    found["contacts"] = [tuple(row) for row in session.execute(phones.order_by(Device.id))]
    versions = select(func.sum(Record.version), func.max(Record.seq))
    found["versions"] = tuple(session.execute(versions).one())
    found["the feed"] = feed.head(session)
    return found
