"""The bones of a JPEG file, read without decoding it: does it end, how many scans has it.

ITU-T T.81 Annex B. In coded data a byte FF is followed by 00, so FF D9 there is the end and nothing
else; a file cut short lacks it. Bytes after it (a second picture, a maker's trailer) are allowed.
"""

from dataclasses import dataclass

MAX_SCANS = 100
"""A progressive photo has about ten scans; a thousand of them cost a decoder minutes."""
_END, _SCAN = 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_IN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})


@dataclass(frozen=True, slots=True)
class Bones:
    whole: bool
    """The end marker of the first picture was met."""
    scans: int


def bones(data: bytes) -> Bones:
    """Walk the markers of the first picture in `data`, at most MAX_SCANS + 1 scans of it."""
    at, scans = 2, 0
    while scans <= MAX_SCANS and 0 <= at < len(data) - 1:
        if data[at] != 0xFF:
            at = data.find(b"\xff", at)
            continue
        marker = data[at + 1]
        if marker == _END:
            return Bones(True, scans)
        if marker in _ALONE or marker in (0x00, 0xFF):
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == _SCAN:
            scans += 1
            at = _after_scan(data, at)
    return Bones(False, scans)


def _after_scan(data: bytes, at: int) -> int:
    """Where the next real marker stands; -1 for none."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] not in _IN_SCAN:
            return at
        at += 2
    return -1
