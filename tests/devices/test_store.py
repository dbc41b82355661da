"""Killed at any moment and opened again, a phone's folder holds all that was promised."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from devices.mediaqueue import MediaQueue
from devices.outbox import Outbox
from devices.store import Store

SCRIPT = """
import os, sys
from pathlib import Path
from devices.mediaqueue import MediaQueue
from devices.outbox import Outbox
from devices.store import Store

store = Store(Path(sys.argv[1]))
outbox, media = Outbox(store), MediaQueue(store)
outbox.add({"op": "kept", "rec": "r"}, "u")
media.attach("r", [media.add(b"photo", "image/jpeg", "a.jpg")])
with store.together():
    outbox.add({"op": "half", "rec": "r"}, "u")
    os.kill(os.getpid(), 9)
"""


def test_a_kill_loses_nothing_finished_and_keeps_nothing_half(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -9
    store = Store(tmp_path)
    assert [o.op for o in Outbox(store).batch(9, 9**9)] == ["kept"]
    [blob] = MediaQueue(store).waiting()
    assert MediaQueue(store).read(blob.sha256) == b"photo"


def test_an_error_undoes_the_whole_of_together(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(KeyError), store.together():
        store.put("a", "1")
        with store.together():
            store.put("b", "2")
        raise KeyError
    assert (store.get("a"), store.get("b")) == (None, None)


def test_a_value_put_away_as_none_is_gone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("a", "1")
    store.put("a", None)
    assert store.get("a") is None


ROOT = Path(__file__).resolve().parents[2]
