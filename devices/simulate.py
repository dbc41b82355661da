"""`python -m devices.simulate`: the township's phones against the real server, for many seeds.

A door only. Phones know nothing of the server, so the stage on which both stand, and the promises
that are judged there, belong to the tests: see docs/adr/013-the-simulation-plays-the-real-code.md.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])
