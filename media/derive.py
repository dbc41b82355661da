"""Small copies for people to look at: upright, and without EXIF."""

import io

from PIL import ExifTags, Image

from media.inspect import NotAnImage, exif_of, opened

THUMB = "thumb.jpg"
SCREEN = "screen.jpg"
SIDES = {THUMB: 512, SCREEN: 1600}
_TURN = Image.Transpose
TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}
"""{EXIF Orientation: what sets the picture upright}. Pillow's own exif_transpose writes the EXIF
anew and fails where it is broken."""


def copies(data: bytes) -> dict[str, bytes]:
    """{variant: JPEG bytes}; raises NotAnImage. The thumbnail is cut before it is turned."""
    return {variant: _small(data, side) for variant, side in SIDES.items()}


def _small(data: bytes, side: int) -> bytes:
    image = opened(data)
    turn = TURNS.get(exif_of(image).get(ExifTags.Base.Orientation, 1))
    try:
        image.thumbnail((side, side))
        upright = (image.transpose(turn) if turn is not None else image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise NotAnImage(f"the picture cannot be read to its end: {damage}") from damage
    kept = io.BytesIO()
    upright.info.clear()
    upright.save(kept, "JPEG", quality=82, optimize=True)
    return kept.getvalue()
