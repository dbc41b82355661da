"""Files in a bucket that speaks S3. Keys and secrets come from the environment, as boto3 reads it
(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); never from the address, which is logged.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from media.kept import ORIGINALS, StorageUnavailable, absent, digest, place, prove

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    boto3 = None
    BotoCoreError = ClientError = OSError

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_ASKED = frozenset({"endpoint", "region"})


class S3Storage:
    """`s3://bucket/folder?endpoint=https://…&region=…`; endpoint and region as boto3 has them
    where they are left out. Raises ValueError for an address it cannot use."""

    def __init__(self, url: str) -> None:
        if boto3 is None:
            raise ValueError("s3:// needs boto3: pip install -r requirements-scale.txt")
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if not parts.netloc or asked.keys() - _ASKED:
            raise ValueError("s3:// looks like s3://bucket?endpoint=https://…&region=…")
        self._bucket = parts.netloc
        folder = parts.path.strip("/")
        self._folder = f"{folder}/" if folder else ""
        self._client = _client(asked.get("endpoint"), asked.get("region"))

    def put_file(self, sha256: str, source: Path) -> bool:
        if self.exists(sha256):
            return False
        with source.open("rb") as file:
            prove(sha256, digest(file))
            file.seek(0)
            self._put(place(sha256), file, sha256)
        return True

    def _put(self, key: str, body: Any, sha256: str = "") -> None:
        """With the hash, the store proves for itself what arrived."""
        proof = base64.b64encode(bytes.fromhex(sha256)).decode()
        more = {"ChecksumSHA256": proof} if sha256 else {}
        with _told():
            self._client.put_object(Bucket=self._bucket, Key=self._folder + key, Body=body, **more)

    def open(self, sha256: str) -> BinaryIO:
        return self._get(place(sha256))

    def part(self, sha256: str, start: int, stop: int) -> bytes:
        with self._get(place(sha256), Range=f"bytes={start}-{stop - 1}") as body:
            return body.read()

    def _get(self, key: str, **more: str) -> BinaryIO:
        with _told():
            answer = self._client.get_object(Bucket=self._bucket, Key=self._folder + key, **more)
        body: BinaryIO = answer["Body"]
        return body

    def exists(self, sha256: str) -> bool:
        return place(sha256) in self._keys(place(sha256))

    def put_variant(self, sha256: str, variant: str, data: bytes) -> None:
        self._put(place(sha256, variant), data)

    def open_variant(self, sha256: str, variant: str) -> BinaryIO:
        return self._get(place(sha256, variant))

    def delete(self, sha256: str) -> None:
        for key in [*self._keys(place(sha256)), *self._keys(place(sha256, "x")[:-1])]:
            with _told():
                self._client.delete_object(Bucket=self._bucket, Key=self._folder + key)

    def names(self, before: float | None = None) -> Iterator[str]:
        return (key.rpartition("/")[2] for key in self._keys(ORIGINALS + "/", before))

    def _keys(self, start: str, before: float | None = None) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2")
        with _told():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._folder + start):
                for item in page.get("Contents", ()):
                    if before is None or item["LastModified"].timestamp() < before:
                        yield str(item["Key"])[len(self._folder) :]


def _client(endpoint: str | None, region: str | None) -> Any:
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=64,
        retries={"mode": "standard", "max_attempts": 3},
        s3={"addressing_style": "path"} if endpoint else {},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = boto3.session.Session()
    return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)


@contextmanager
def _told() -> Iterator[None]:
    """Raises NotFound and StorageUnavailable in place of the library's own words."""
    try:
        yield
    except ClientError as fault:
        if fault.response["Error"]["Code"] in _ABSENT:
            raise absent() from fault
        raise StorageUnavailable("where photos are kept refuses; try again later") from fault
    except BotoCoreError as fault:
        raise StorageUnavailable("where photos are kept does not answer") from fault
