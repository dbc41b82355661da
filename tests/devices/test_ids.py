"""Ids: version 7, ordered by time, repeatable with a salt."""

from __future__ import annotations

import re
import uuid

from devices.ids import row_id, uuid7


def test_uuid7_has_version_variant_and_its_time_in_front() -> None:
    made = uuid.UUID(uuid7(1_772_590_830.25))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == 1_772_590_830_250


def test_later_ids_sort_after_earlier_ones() -> None:
    ids = [uuid7(1_772_590_830 + second) for second in range(50)]
    assert ids == sorted(ids)


def test_without_a_salt_ids_differ_and_with_one_they_repeat() -> None:
    assert uuid7(1.0) != uuid7(1.0)
    assert uuid7(1.0, b"a") == uuid7(1.0, b"a") != uuid7(1.0, b"b")


def test_row_ids_are_eight_plain_characters() -> None:
    assert re.fullmatch(r"[a-z0-9]{8}", row_id(b"member"))
    assert row_id(b"member") != row_id(b"other")
