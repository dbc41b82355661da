"""Small copies for people to look at: upright, and without EXIF."""

import io

from PIL import Image

from media.decode import loaded, opened, orientation, turned

THUMB = "thumb.jpg"
SCREEN = "screen.jpg"
SIDES = {THUMB: 512, SCREEN: 1600}


def copies(data: bytes) -> dict[str, bytes]:
    """{variant: JPEG bytes}; raises NotAnImage."""
    return encoded(shown(loaded(opened(data), SIDES[SCREEN])))


def shown(image: Image.Image) -> dict[str, Image.Image]:
    """{variant: RGB picture} of a decoded one. Each is cut from the one before and turned last:
    turning few pixels is cheap."""
    turn = orientation(image)
    large = image if image.mode == "RGB" else image.convert("RGB")
    pictures = {}
    for variant in (SCREEN, THUMB):
        large = _within(large, SIDES[variant])
        pictures[variant] = turned(large, turn)
    return pictures


def _within(image: Image.Image, side: int) -> Image.Image:
    """No longer than `side`, never enlarged, at least one pixel each way."""
    scale = side / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR)


def encoded(pictures: dict[str, Image.Image]) -> dict[str, bytes]:
    """{variant: JPEG bytes} that say nothing beside the picture."""
    return {variant: _jpeg(picture) for variant, picture in pictures.items()}


def _jpeg(picture: Image.Image) -> bytes:
    kept, bare = io.BytesIO(), picture.copy()
    bare.info.clear()
    bare.save(kept, "JPEG", quality=82)
    return kept.getvalue()
