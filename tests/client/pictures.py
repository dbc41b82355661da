"""Photos as a phone's camera would leave them: large, dated, with their place."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.photos import Fix, Lens, Scene, photo

LARGE = Lens(size=(2592, 1944), quality=88)
SCENES = (Scene.HOUSE, Scene.WATER, Scene.PAPER)


def draw(folder: Path, names: Iterable[str]) -> Path:
    """One picture per name in `folder`, taken now at the household's door."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    for scene, name in zip(SCENES, names, strict=True):
        seed = f"{folder.name}/{name}"
        data = photo(scene, seed, now, Fix(33.0712, 107.0234, 8.0), LARGE)
        (folder / f"{name}.jpg").write_bytes(data)
    return folder
