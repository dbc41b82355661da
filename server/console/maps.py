"""What a map is to draw, as plain values for the page's script."""

from collections.abc import Iterable
from typing import Any

from server.console.words import t
from server.services import services
from store.units import Anchor
from verify.geo import Point

Mark = dict[str, Any]


def drawing(marks: Iterable[Mark]) -> dict[str, Any] | None:
    """Marks and the ground below them; None where there is nothing to mark."""
    points = list(marks)
    if not points:
        return None
    return {
        "points": points,
        "tiles": services().settings.tiles_url,
        "grid": t("每格 {n}", "{n} per square"),
    }


def of_anchor(anchor: Anchor) -> Mark:
    approved = anchor.state == "approved"
    return _mark(
        Point(anchor.lat, anchor.lon, anchor.acc),
        anchor.state,
        t("核准的户址", "Approved position") if approved else t("待核准", "Proposed position"),
    )


def of_fix(fix: Point, words: str) -> Mark:
    return _mark(fix, "fix", words)


def _mark(point: Point, kind: str, words: str) -> Mark:
    told = f"{words} ±{point.acc:.0f} m" if point.acc else words
    return {"lat": point.lat, "lon": point.lon, "acc": point.acc, "kind": kind, "words": told}
