"""Photos wait with their visit and are deleted only when a backup holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.mediaqueue import MediaQueue
from devices.store import Store


@pytest.fixture
def queue(tmp_path: Path) -> MediaQueue:
    return MediaQueue(Store(tmp_path))


def test_a_photo_of_an_unfinished_visit_does_not_travel(queue: MediaQueue) -> None:
    sha = queue.add(b"x", "image/jpeg", "a.jpg")
    assert queue.waiting() == []
    queue.attach("r1", [sha])
    assert [blob.sha256 for blob in queue.waiting()] == [sha]


def test_one_file_in_two_visits_is_kept_once_and_counted_in_both(queue: MediaQueue) -> None:
    sha = queue.add(b"x", "image/jpeg", "a.jpg")
    assert queue.add(b"x", "image/jpeg", "b.jpg") == sha
    queue.attach("r1", [sha])
    queue.attach("r2", [sha])
    queue.stored(sha, "e1", 0.0)
    assert queue.progress("r1") == queue.progress("r2") == (1, 1)


def test_a_photo_taken_out_of_a_visit_counts_no_more(queue: MediaQueue) -> None:
    one, two = (queue.add(data, "image/jpeg", "a.jpg") for data in (b"x", b"y"))
    queue.attach("r1", [one, two])
    queue.attach("r1", [two])
    assert queue.progress("r1") == (0, 1)
    assert [blob.sha256 for blob in queue.waiting()] == [two]


def test_an_original_is_deleted_once_a_later_position_is_backed_up(queue: MediaQueue) -> None:
    sha = queue.add(b"x", "image/jpeg", "a.jpg")
    queue.attach("r1", [sha])
    queue.stored(sha, "e1", 0.0)
    assert queue.forget("e1", 100, 1.0) == 0  # stored perhaps after position 100
    queue.pass_position("e1", 101)
    assert queue.forget("e1", 101, 1.0) == 1
    assert queue.progress("r1") == (1, 1)
    assert queue.send_again("e2") == 0


def test_a_new_epoch_asks_again_for_files_not_backed_up(queue: MediaQueue) -> None:
    sha = queue.add(b"x", "image/jpeg", "a.jpg")
    queue.attach("r1", [sha])
    queue.stored(sha, "e1", 0.0)
    assert queue.send_again("e2") == 1
    assert queue.read(sha) == b"x"
