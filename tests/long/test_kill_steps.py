"""`kill -9` at every step of a push, an upload and a job, while a whole township works.

Each step is struck once, by whichever process comes to it first; the launcher starts again what
died, and phones and leases do the rest. In the end everything acknowledged is there, once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.launched import Launched
from tests.kit.wait import until
from tests.long.test_kill import VISITS, _some, check, settled, tally

pytestmark = pytest.mark.long

STEPS = (
    "store.feed:take:after",  # in the middle of writing
    "sync.push:push:before",  # nothing read yet
    "sync.push:push:after",  # decided and written, not committed
    "server.api.body:packed:before",  # committed, not answered
    "media.upload:create:after",  # an upload begun, not committed
    "media.upload:receive:after",  # bytes in the spool, the row does not count them
    "media.upload:keep:after",  # the file is kept, no row says so
    "media.upload:finish:after",  # the row says so, not committed
    "media.upload:drop_spool:before",  # said to be stored, not answered
    "jobs.relay:Relay._claim:after",  # claimed, not handed over
    "jobs.run:_do:before",  # handed over, not begun
    "verify.keep:write:after",  # done, not committed
    "jobs.run:_do:after",  # committed, the courier is not told
)


@pytest.fixture
def ruhu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Launched]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "killers"))
    monkeypatch.setenv("KILL_STEPS", " ".join(STEPS))
    monkeypatch.setenv("KILL_AT", str(tmp_path / "kill"))
    (tmp_path / "kill").mkdir()
    ruhu = Launched(tmp_path / "home")
    ruhu.home.mkdir()
    ruhu.start()
    yield ruhu
    if ruhu.process is not None and ruhu.process.poll() is None:
        ruhu.stop()


def test_killed_at_every_step_nothing_acknowledged_is_lost(ruhu: Launched) -> None:
    folder = ruhu.home.parent / "kill"
    until(lambda: (ruhu.home / "ruhu.sqlite").exists() and _some(ruhu, VISITS), 120)
    for step in STEPS:
        (folder / step).touch()
        until(lambda s=step: not (folder / s).exists(), 180, step)  # type: ignore[misc]
    until(lambda: settled(ruhu), 500, told=ruhu.terminal[-2000:])
    check(ruhu)
    first = tally(ruhu)
    assert ruhu.stop() == 0
    ruhu.start()
    until(lambda: ruhu.terminal.count("Ruhu is up") == 2, 60, told=ruhu.terminal[-500:])
    assert tally(ruhu) == first
