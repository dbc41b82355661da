"""Waiting for other processes: until it is so, or a clear failure."""

import time
from collections.abc import Callable

SECONDS = 60.0


def until(so: Callable[[], object], seconds: float = SECONDS, told: str = "") -> None:
    """Ask again and again; fails when it is still not so at the end."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, f"not within {seconds} s: {told or so}"
        time.sleep(0.05)
