"""What a whole server costs: CPU seconds of all its processes, its peak memory."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


@dataclass
class Meter:
    """Web, workers, courier and database, with all their children.

    A process that ended between two looks keeps the CPU it had at the last one: RQ forks a process
    for each job, so the looks are frequent.
    """

    roots: Sequence[int]
    peak: int = 0
    """Bytes, shared pages counted once for each process."""
    _spent: dict[tuple[int, float], float] = field(default_factory=dict)

    def family(self) -> list[psutil.Process]:
        found = []
        for pid in self.roots:
            try:
                root = psutil.Process(pid)
                found += [root, *root.children(recursive=True)]
            except GONE:
                continue
        return found

    def look(self) -> float:
        """CPU seconds so far, children that have ended included."""
        memory = 0
        for process in self.family():
            try:
                with process.oneshot():
                    spent = process.cpu_times()
                    name = (process.pid, process.create_time())
                    memory += process.memory_info().rss
                self._spent[name] = spent.user + spent.system
            except GONE:
                continue
        self.peak = max(self.peak, memory)
        return sum(self._spent.values())

    @contextmanager
    def watching(self, every: float = 0.05) -> Iterator["Meter"]:
        """Look again and again meanwhile; the peak counts from here."""
        self.peak, stop = 0, threading.Event()

        def watch() -> None:
            while not stop.wait(every):
                self.look()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()
            self.look()
