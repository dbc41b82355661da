"""`python -m benchmarks.media`: what a 12 MP photo costs, and how well fingerprints find copies.

Prints the whole pipeline (the check at upload, then facts, fingerprints, small copies) beside a
plain Pillow thumbnail(512) in turns within one run, then recall and false pairs of
`media.prints.same` on drawn photos. See benchmarks/README.md.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from PIL import Image

from benchmarks.forgeries import FORGERIES, measure
from devices.photos import Lens, Scene, photo
from media.decode import check
from media.inspect import look

WHEN = datetime(2026, 10, 18, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--photos", type=int, default=20, help="of each scene; 0: speed only")
    given = parser.parse_args()
    speed(given.rounds)
    if given.photos:
        for line in measure(given.photos, FORGERIES):
            print(line, flush=True)


def speed(rounds: int) -> None:
    """CPU milliseconds, medians of alternating rounds."""
    data = photo(Scene.HOUSE, "12MP", WHEN, None, Lens(size=(4000, 3000), quality=88))
    plain, whole, checked = [], [], []
    for _ in range(rounds):
        plain.append(_cpu(lambda: thumbnail(data)))
        checked.append(_cpu(lambda: check(data)))
        whole.append(_cpu(lambda: look(data)))
    base, both = statistics.median(plain), statistics.median(whole) + statistics.median(checked)
    print(f"12 MP JPEG, {len(data) / 1e6:.1f} MB, CPU ms, medians of {rounds}")
    print(f"  plain Pillow thumbnail(512)   {base:6.1f}")
    print(f"  check at upload               {statistics.median(checked):6.1f}")
    print(f"  facts, prints, small copies   {statistics.median(whole):6.1f}")
    print(f"  whole pipeline / thumbnail    {both / base:6.2f}")


def thumbnail(data: bytes) -> bytes:
    """The plainest small copy that Pillow makes."""
    image = Image.open(io.BytesIO(data))
    image.thumbnail((512, 512))
    kept = io.BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
