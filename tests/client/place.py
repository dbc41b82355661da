"""Where a phone is tried: an installation with its demo done, the road to it, photos."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.client.road import Road
from tests.kit.launched import Launched


@dataclass
class Place:
    """One installation with its demo done, the road to it, photos to be taken."""

    ruhu: Launched
    road: Road
    photos: Path

    def password(self, login: str) -> str:
        users = orjson.loads((self.ruhu.home / "demo-logins.json").read_bytes())["users"]
        return str(next(user["password"] for user in users if user["login"] == login))

    def counts(self, rec: str) -> tuple[object, ...]:
        """(ops, photos attached, of these with their bytes) of one visit."""
        [ops] = self.ruhu.ask(f"SELECT count(*) FROM revisions WHERE rec = '{rec}'")
        [files] = self.ruhu.ask(
            "SELECT count(*), sum(blobs.state = 'stored') FROM attachments"
            f" JOIN blobs ON blobs.sha256 = attachments.sha256 WHERE rec = '{rec}'"
        )
        return (*ops, *files)
