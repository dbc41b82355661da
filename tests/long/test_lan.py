"""The same visit over the LAN address with TLS, in a network that belongs to this test alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.trees import ROOT
from tests.kit.browser import where

pytestmark = pytest.mark.long
ALONE = "192.168.77.1"
OWN_NETWORK = ["unshare", "--net", "--", "sh", "-c"]
SETTLE = f'ip link set lo up && ip addr add {ALONE}/24 dev lo && exec "$@"'
STEPS = (
    "the demo came over https",
    "the start page gave the certificate",
    "before trust the browser refuses https",
    "enrolled by the address of the picture, the app is kept",
    "filled, closed and opened again without a server",
    "sent, seen in the console, approved",
    "without being asked for, the demo's people are refused",
    "walked",
)


def _alone() -> list[str]:
    """What a command begins with to have a network of its own; nothing where that is refused."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return []
    words = [*OWN_NETWORK, SETTLE, "sh"]
    tried = subprocess.run([*words, "true"], capture_output=True)
    return words if tried.returncode == 0 else []


WORDS = _alone()
PLACE = (
    pytest.param(ALONE, id="a-network-of-its-own")
    if WORDS
    else pytest.param("127.0.0.2", id="127.0.0.2-since-namespaces-are-not-permitted")
)


@pytest.mark.skipif(not shutil.which("certutil"), reason="apt-get install libnss3-tools")
@pytest.mark.parametrize("address", [PLACE])
def test_a_phone_learns_to_trust_the_machine_and_a_visit_goes_all_the_way(
    address: str, tmp_path: Path
) -> None:
    where()
    command = [*WORDS, sys.executable, "-m", "tests.long.lan_walk", str(tmp_path), address]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUHU_")}
    walk = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=570)
    assert walk.returncode == 0, walk.stdout + walk.stderr
    assert walk.stdout.splitlines() == list(STEPS)
