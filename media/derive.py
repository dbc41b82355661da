"""Small copies for people to look at: upright, and without EXIF."""

import io

from PIL import Image, ImageOps

from media.inspect import NotAnImage, opened

THUMB = "thumb.jpg"
SCREEN = "screen.jpg"
SIDES = {THUMB: 512, SCREEN: 1600}


def copies(data: bytes) -> dict[str, bytes]:
    """{variant: JPEG bytes}; raises NotAnImage. The thumbnail is cut before it is turned."""
    return {variant: _small(data, side) for variant, side in SIDES.items()}


def _small(data: bytes, side: int) -> bytes:
    image = opened(data)
    try:
        image.thumbnail((side, side))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise NotAnImage(f"the picture cannot be read to its end: {damage}") from damage
    kept = io.BytesIO()
    upright.info.clear()
    upright.save(kept, "JPEG", quality=82, optimize=True)
    return kept.getvalue()
