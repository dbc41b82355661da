"""Figures for Prometheus: how work stands, how long it takes, what the checks find.

Read from the tables when asked, so that any server of several answers the same, and no worker has
to be reached. Numbers about work and rules only; nothing is counted by person.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports import work
from store import clock, feed, queues
from store.findings import Finding
from store.outbox import OutboxRow

RECENT_MINUTES = 60
LATEST = 20_000
"""Rows that are looked at for times, so that a long table does not make asking slow."""
QUANTILES = (0.5, 0.95, 1.0)


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def text(session: Session) -> bytes:
    """Prometheus' text format 0.0.4."""
    registry = CollectorRegistry()
    registry.register(_Families(_families(session)))
    return generate_latest(registry)


def _families(session: Session) -> list[Metric]:
    rows = GaugeMetricFamily(
        "ruhu_work_rows", "Outbox rows by state.", labels=("kind", "queue", "state")
    )
    oldest = GaugeMetricFamily(
        "ruhu_work_oldest_seconds",
        "Age of the oldest work that is due and that nobody took.",
        labels=("kind", "queue"),
    )
    for kind in work.queues(session):
        queue = queues.OF.get(kind.kind, "")
        for state in ("pending", "planned", "sent", "done", "dead"):
            rows.add_metric((kind.kind, queue, state), getattr(kind, state))
        oldest.add_metric((kind.kind, queue), kind.waiting_seconds or 0)
    head = GaugeMetricFamily("ruhu_feed_head", "The feed counter.", value=feed.head(session))
    return [rows, oldest, *_times(session), _findings(session), head]


def _times(session: Session) -> list[Metric]:
    took = GaugeMetricFamily(
        "ruhu_job_seconds",
        f"What a piece of work cost, of the latest done within {RECENT_MINUTES} minutes.",
        labels=("kind", "queue", "quantile"),
    )
    count = GaugeMetricFamily(
        "ruhu_jobs_recent",
        f"The latest pieces of work done within {RECENT_MINUTES} minutes.",
        labels=("kind", "queue"),
    )
    for kind, times in recent(session).items():
        queue = queues.OF.get(kind, "")
        count.add_metric((kind, queue), len(times))
        for quantile in QUANTILES:
            value = quantile_of(times, quantile)
            took.add_metric((kind, queue, str(quantile)), value / 1000)
    return [took, count]


def recent(session: Session) -> dict[str, list[float]]:
    """{kind: milliseconds of each piece done lately, in order}"""
    since = clock.after(clock.now(), minutes=-RECENT_MINUTES)
    newest = select(func.max(OutboxRow.id)).scalar_subquery()
    query = select(OutboxRow.kind, OutboxRow.took_ms).where(
        OutboxRow.id > newest - LATEST,
        OutboxRow.done_at >= since,
        OutboxRow.took_ms.is_not(None),
    )
    times: dict[str, list[float]] = defaultdict(list)
    for kind, took in session.execute(query):
        times[kind].append(took or 0.0)
    return {kind: sorted(each) for kind, each in sorted(times.items())}


def quantile_of(times: list[float], quantile: float) -> float:
    """The value at this share of a sorted list that is not empty."""
    return times[max(0, min(len(times) - 1, int(quantile * len(times) + 0.999999) - 1))]


def _findings(session: Session) -> Metric:
    found = GaugeMetricFamily("ruhu_findings", "Findings by rule.", labels=("rule", "state"))
    query = select(Finding.rule, Finding.state, func.count()).group_by(Finding.rule, Finding.state)
    for rule, state, count in session.execute(query.order_by(Finding.rule, Finding.state)):
        found.add_metric((rule, state), count)
    return found
