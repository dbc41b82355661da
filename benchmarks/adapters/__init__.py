"""What every measured server can be asked, so that peers stand in one table.

An adapter starts its server, bound to this machine alone, and speaks to it over HTTP. A record is a
document of about 2 kB (`benchmarks.visits`); a peer stores it whole under the record's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmarks.meter import Meter
from benchmarks.wire import Wire


@dataclass
class Seat:
    """One device's place at a server."""

    wire: Wire
    device: int
    cursor: str = ""
    n: int = 0
    held: dict[str, str] = field(default_factory=dict)
    """{record: what the server calls its version}, of what was created or pulled here"""


@dataclass(frozen=True)
class Pulled:
    """One whole pull: ids of what came, and what it took."""

    records: tuple[str, ...]
    requests: int
    down: int


Documents = Sequence[dict[str, Any]]


class Adapter(Protocol):
    """One server under measurement."""

    name: str
    batch: int
    """How many records one request of this server takes best."""
    meter: Meter
    """All processes."""
    front: Meter
    """Without those that work afterwards: web and database."""

    def seat(self, device: int) -> Seat: ...

    def creates(self, device: int, count: int) -> Documents:
        """New records, ready to be sent by `push`."""

    def push(self, seat: Seat, documents: Documents) -> int:
        """Send one batch; how many the server acknowledged."""

    def edits(self, seat: Seat, records: Sequence[str], path: str, value: Any) -> Documents:
        """Changes of one answer in records that the seat holds."""

    def again(self, seat: Seat) -> int:
        """The last push once more, byte for byte: how many effects it had."""

    def pull(self, seat: Seat) -> Pulled: ...

    def settle(self) -> None:
        """Wait until all work that the server does afterwards is done."""

    def value(self, seat: Seat, record: str, path: str) -> Any:
        """What stands at an answer of a record now."""

    def disputes(self) -> int:
        """Values that wait for a person."""
