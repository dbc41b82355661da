"""How much of what is to be checked one reader may see by now, on every page alike."""

from collections.abc import Collection

from server.auth import units
from server.services import session
from verify import evidence


def named(others: Collection[str]) -> dict[str, str]:
    """{household that a finding compares with: what it is called}, where the reader may see it."""
    return evidence.households(session(), units.seen(others)) if others else {}
