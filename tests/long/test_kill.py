"""`kill -9` of every part in the middle of the demo: what was acknowledged is there, once."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.kit.launched import OPEN, Launched
from tests.kit.wait import until

pytestmark = pytest.mark.long

PARTS = (
    ("granian", "wsgi:app"),
    ("worker.py", "work"),
    ("worker.py", "relay"),
    ("valkey",),
    ("granian", "wsgi:app"),
    ("worker.py", "work"),
    ("valkey",),
)
TWISTS = Counter({"D01": 2, "D07": 1, "D08": 1})
"""What the demo's itinerary holds: a photo at two households, a dark one, a visit far away.
What the pack's own rules say of the answers grows with the pack, and is no matter here."""


VISITS = "SELECT id FROM records WHERE type = 'submission' AND outcome IS NOT NULL"
OPS = "SELECT op FROM op_results"


@pytest.fixture
def ruhu(tmp_path: Path) -> Iterator[Launched]:
    ruhu = Launched(tmp_path / "home")
    ruhu.home.mkdir()
    ruhu.start()
    yield ruhu
    if ruhu.process is not None and ruhu.process.poll() is None:
        ruhu.stop()


def phones(ruhu: Launched, query: str) -> set[str]:
    """One column of every phone's own store."""
    found: set[str] = set()
    for path in ruhu.home.glob("demo/phones/*/phone.sqlite"):
        with sqlite3.connect(path) as phone:
            found |= {str(row[0]) for row in phone.execute(query)}
    return found


def column(ruhu: Launched, query: str) -> set[str]:
    return {str(row[0]) for row in ruhu.ask(query)}


def settled(ruhu: Launched) -> bool:
    """The demo has ended, and no work is open but what is planned for later."""
    return (ruhu.home / "demo" / "finished").exists() and ruhu.ask(OPEN) == [(0,)]


def tally(ruhu: Launched) -> dict[str, object]:
    """Everything that must agree before and after."""
    return {
        "ops": ruhu.ask("SELECT origin, op, outcome FROM op_results ORDER BY origin, op"),
        "records": ruhu.ask("SELECT id, version, state FROM records ORDER BY id"),
        "photos": ruhu.ask("SELECT sha256, state FROM blobs ORDER BY sha256"),
        "findings": ruhu.ask("SELECT rec, rule, path, state FROM findings ORDER BY 1, 2, 3"),
        "conflicts": ruhu.ask("SELECT rec, path, state FROM conflicts ORDER BY 1, 2"),
    }


def check(ruhu: Launched) -> None:
    acknowledged = phones(ruhu, "SELECT op FROM ops WHERE acked IS NOT NULL")
    assert acknowledged
    assert acknowledged == phones(ruhu, "SELECT op FROM ops")
    assert acknowledged <= column(ruhu, "SELECT op FROM op_results")
    visits = column(
        ruhu, "SELECT id FROM records WHERE type = 'submission' AND outcome IS NOT NULL"
    )
    assert visits == phones(ruhu, "SELECT rec FROM drafts")
    photos = phones(ruhu, "SELECT sha256 FROM blobs")
    assert photos == column(ruhu, "SELECT sha256 FROM blobs WHERE state = 'stored'")
    assert ruhu.flask("media", "fsck").returncode == 0
    rules = Counter(str(r[0]) for r in ruhu.ask("SELECT rule FROM findings WHERE state = 'open'"))
    assert {rule: rules[rule] for rule in TWISTS} == TWISTS
    same = "SELECT rec FROM findings WHERE state = 'open' GROUP BY rec, rule, path"
    doubled = f"{same} HAVING count(*) > 1"
    assert ruhu.ask(doubled) == []
    assert ruhu.ask("SELECT count(*) FROM outbox WHERE state = 'dead'") == [(0,)]
    evaluated = "SELECT count(*), count(DISTINCT rec) FROM evaluations"
    [(rows, recs)] = ruhu.ask(evaluated)
    assert rows == recs


def test_nothing_acknowledged_is_lost(ruhu: Launched) -> None:
    until(lambda: (ruhu.home / "ruhu.sqlite").exists() and _some(ruhu, VISITS), 120)
    for part in PARTS:
        before = len(ruhu.ask(OPS))
        killed = ruhu.kill(part)
        until(lambda pid=killed: not psutil.pid_exists(pid))  # type: ignore[misc]
        until(lambda n=before: _done(ruhu) or len(ruhu.ask(OPS)) > n, 120)  # type: ignore[misc]
    until(lambda: settled(ruhu), 400, told=ruhu.terminal[-2000:])
    check(ruhu)

    first = tally(ruhu)
    assert ruhu.process is not None
    ruhu.process.kill()
    ruhu.process.wait()
    until(lambda: not _left(ruhu), 30, told="children outlived their launcher")
    ruhu.start()
    until(lambda: ruhu.terminal.count("Ruhu is up") == 2, 60, told=ruhu.terminal[-500:])
    assert tally(ruhu) == first
    assert ruhu.stop() == 0
    assert not _left(ruhu)


def _some(ruhu: Launched, query: str) -> bool:
    try:
        return bool(ruhu.ask(query))
    except sqlite3.OperationalError:
        return False


def _done(ruhu: Launched) -> bool:
    return (ruhu.home / "demo" / "finished").exists()


def _left(ruhu: Launched) -> list[int]:
    """Processes that still belong to this installation."""
    found = []
    for process in psutil.process_iter(["pid", "environ", "status"]):
        environment = process.info["environ"] or {}
        alive = process.info["status"] != psutil.STATUS_ZOMBIE
        if environment.get("RUHU_HOME") == str(ruhu.home) and alive:
            found.append(process.info["pid"])
    return found
