"""What is found among many is what comparing one by one finds."""

from hypothesis import given
from hypothesis import strategies as st

from media.nearby import BLOCK, CODES, Asked, Nearby

CODE = st.binary(min_size=8, max_size=8)
PHOTO = st.lists(CODE, min_size=CODES, max_size=CODES)


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def one_by_one(photos: list[list[bytes]], asked: Asked, within: int) -> list[tuple[int, int]]:
    least = []
    for row, (whole, *cuts) in enumerate(photos):
        ways = [bits(whole, way) for way in (*asked.ways, *asked.cuts)]
        ways += [bits(cut, way) for cut in cuts for way in asked.whole]
        least.append((min(ways), row))
    return sorted((n, row) for n, row in least if n <= within)


@given(
    photos=st.lists(PHOTO, max_size=40),
    ways=st.lists(CODE, min_size=8, max_size=8),
    cuts=st.lists(CODE, min_size=8, max_size=8),
    within=st.integers(0, 40),
    split=st.integers(0, 40),
)
def test_every_near_photo_is_found_and_no_other(
    photos: list[list[bytes]], ways: list[bytes], cuts: list[bytes], within: int, split: int
) -> None:
    asked = Asked(tuple(ways), (ways[0], ways[4]), tuple(cuts))
    many = Nearby()
    for part in (photos[:split], photos[split:]):
        many.add(b"".join(photo) for photo in part)
    assert len(many) == len(photos)
    found = [(near.bits, near.row) for near in many.near(asked, within)]
    assert found == one_by_one(photos, asked, within)


def test_photos_beyond_a_block_are_found_where_they_stand() -> None:
    many = Nearby()
    far, near = b"\xff" * 8 * CODES, b"\0" * 7 + b"\1" + b"\xff" * 8 * (CODES - 1)
    many.add(near if row in (3, BLOCK, 2 * BLOCK + 5) else far for row in range(2 * BLOCK + 9))
    zero = b"\0" * 8
    found = many.near(Asked((zero,), (zero,), (zero,)), 8)
    assert [(each.row, each.bits) for each in found] == [(3, 1), (BLOCK, 1), (2 * BLOCK + 5, 1)]
