"""Sends one file by tus 1.0 and goes on where it stopped, whatever broke in between."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from devices.mediaqueue import Blob
from devices.network import Answer, NetworkError
from devices.wire import Wire, problem

ROOT = "/api/v1/media"
MOST_HASHES = 200
PATIENCE = 4  # broken exchanges in a row before the round is given up
OFFSETS = {"Tus-Resumable": "1.0.0"}
BODY = {**OFFSETS, "Content-Type": "application/offset+octet-stream"}
ANY = tuple(range(200, 500))  # statuses judged here; only 5xx is raised by the wire


class Refused(Exception):
    """The server will not take this file, now or later."""


@dataclass
class Upload:
    """Where a file's upload stands; `url` None: not known to the server."""

    url: str | None
    offset: int = 0
    restarts: int = 0


class Tus:
    def __init__(self, wire: Wire, chunk: int = 256 * 1024) -> None:
        self._wire, self._chunk = wire, chunk

    def have(self, hashes: Sequence[str]) -> tuple[set[str], dict[str, str]]:
        """(hashes the server has, {hash: path of an upload begun})."""
        stored: set[str] = set()
        begun: dict[str, str] = {}
        for start in range(0, len(hashes), MOST_HASHES):
            asked = list(hashes[start : start + MOST_HASHES])
            told: Any = self._wire.post_json(f"{ROOT}/have", {"hashes": asked})
            stored.update(told["have"])
            begun.update({sha: path_of(up["url"]) for sha, up in told.get("uploads", {}).items()})
        return stored, begun

    def send(self, blob: Blob, data: bytes) -> None:
        """Returns when the server has the whole file; raises Refused, NetworkError when the road
        stays broken, Problem for everything else."""
        upload, stuck = Upload(blob.url), 0
        lost = upload.url is not None
        while lost or upload.url is None or upload.offset < blob.size:
            before = (upload.url, upload.offset)
            try:
                self._step(blob, data, upload, lost)
                lost = False
                stuck = 0 if (upload.url, upload.offset) != before else stuck + 1
            except NetworkError:
                lost, stuck = upload.url is not None, stuck + 1
            if stuck >= PATIENCE:
                raise NetworkError(f"{PATIENCE} exchanges brought the upload no further")

    def _step(self, blob: Blob, data: bytes, upload: Upload, lost: bool) -> None:
        if lost:
            self._find(upload)
        elif upload.url is None:
            self._create(blob, data, upload)
        else:
            self._patch(data, upload)

    def _create(self, blob: Blob, data: bytes, upload: Upload) -> None:
        """Begin; a small file travels with the question."""
        told = {"sha256": blob.sha256, "filename": blob.name, "filetype": blob.mime}
        words = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
        small = blob.size <= self._chunk
        headers = {
            **(BODY if small else OFFSETS),
            "Upload-Length": str(blob.size),
            "Upload-Metadata": words,
        }
        answer = self._wire.call("POST", ROOT, data if small else b"", headers, accept=ANY)
        if answer.status != 201:
            _judge(answer, upload)
            return
        upload.url = path_of(answer.headers["location"])
        upload.offset = int(answer.headers.get("upload-offset", "0"))

    def _patch(self, data: bytes, upload: Upload) -> None:
        assert upload.url is not None
        part = data[upload.offset : upload.offset + self._chunk]
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        headers = {
            **BODY,
            "Upload-Offset": str(upload.offset),
            "Upload-Checksum": f"sha256 {checksum}",
        }
        answer = self._wire.call("PATCH", upload.url, part, headers, accept=ANY)
        if answer.status == 204:
            upload.offset = int(answer.headers["upload-offset"])
        elif answer.status in (409, 460):
            self._find(upload)
        else:
            _judge(answer, upload)

    def _find(self, upload: Upload) -> None:
        """Ask how far it came."""
        assert upload.url is not None
        answer = self._wire.call("HEAD", upload.url, headers=OFFSETS, accept=ANY)
        if answer.status in (200, 204):
            upload.offset = int(answer.headers["upload-offset"])
        elif answer.status in (404, 410):
            upload.url, upload.offset = None, 0
        else:
            raise problem(answer)


def _judge(answer: Answer, upload: Upload) -> None:
    """What a refusal means for the rest: begin again (twice at most) or stop."""
    told = problem(answer)
    spoilt = answer.status in (404, 410) or told.code == "hash_mismatch"
    if spoilt and upload.restarts < 2:
        upload.restarts += 1
        upload.url, upload.offset = None, 0
    elif answer.status in (413, 415, 422):
        raise Refused(told.code or str(answer.status))
    else:
        raise told


def path_of(url: str) -> str:
    """The path of an address, which may be told whole."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
