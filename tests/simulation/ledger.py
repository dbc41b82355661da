"""What was said on the roads: every op as it was sent, every answer as it was given."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from devices.network import Answer, Request
from store.records import OpResult

Name = tuple[str, str]
"""(origin device, op)"""
PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull"


@dataclass(frozen=True)
class Breach:
    """A promise that was not kept: its number in `promises.PROMISES`, and how one can tell."""

    number: int
    words: str


@dataclass
class Ledger:
    """The outside's own memory; nothing in it is read from the server's tables."""

    sent: dict[Name, dict[str, Any]] = field(default_factory=dict)
    answers: dict[Name, dict[str, Any]] = field(default_factory=dict)
    """The last answer to each op in the present epoch."""
    acknowledged: set[Name] = field(default_factory=set)
    seen_in: dict[Name, str] = field(default_factory=dict)
    """The epoch of the mirror that the op's form was filled from."""
    known: dict[Name, dict[str, int]] = field(default_factory=dict)
    """{op: the versions that its phone had truly pulled when the edit was opened}"""
    mirror_epoch: dict[int, str] = field(default_factory=dict)
    epochs: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    """Each epoch with the records' versions when it began."""
    trespasses: set[Name] = field(default_factory=set)
    office: set[Name] = field(default_factory=set)
    breaches: list[Breach] = field(default_factory=list)
    opened: dict[tuple[int, str], str] = field(default_factory=dict)
    """{(phone, submission): the epoch of the mirror when its edit was opened}"""
    pulled: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    ever: dict[str, set[str]] = field(default_factory=dict)
    """{user: households that ever were in their scope}"""
    purged: bool = False
    straight: bool = False
    """Every clock is right, whatever the story says."""

    def breach(self, number: int, words: str) -> None:
        self.breaches.append(Breach(number, words))

    def pushed(self, device: str, request: Request, answer: Answer, got: bool) -> None:
        """A push was answered; the second answer to an op must be the first."""
        ops = {op["op"]: op for op in _body(request)["ops"]}
        for line in orjson.loads(_plain(answer))["results"]:
            name = (ops[line["op"]].get("origin") or device, line["op"])
            self.told(name, ops[line["op"]], line)
            if got:
                self.acknowledged.add(name)

    def told(self, name: Name, op: dict[str, Any], line: dict[str, Any]) -> None:
        self.sent[name] = op
        bare = {key: value for key, value in line.items() if key != "dup"}
        before = self.answers.get(name)
        if before is not None and before["result"] != "held":
            if bare != before:
                self.breach(4, f"op {name[1]} was answered {before}, then {bare}")
            elif "dup" not in line:
                self.breach(4, f"op {name[1]} was taken a second time")
        self.answers[name] = bare

    def began(self, epoch: str, versions: Mapping[str, int]) -> None:
        """A new history: answers of the old one may be given anew."""
        self.epochs.append((epoch, dict(versions)))
        self.answers.clear()

    def forget_office(self, session: Session) -> None:
        """What the office did after the backup has no phone that could send it again."""
        found = session.execute(select(OpResult.origin, OpResult.op))
        kept = {(origin, op) for origin, op in found}
        self.acknowledged -= {name for name in self.office if name not in kept}

    def base(self, name: Name, rec: str, version: int) -> int:
        """What an op's device had truly seen of a record, in the present history."""
        of = self.seen_in.get(name)
        for epoch, versions in reversed(self.epochs):
            if epoch == of:
                return version
            version = min(version, versions.get(rec, 0))
        return version


def _body(request: Request) -> Any:
    packed = request.headers.get("Content-Encoding") == "gzip"
    return orjson.loads(gzip.decompress(request.body) if packed else request.body)


def _plain(answer: Answer) -> bytes:
    packed = answer.headers.get("content-encoding") == "gzip"
    return gzip.decompress(answer.body) if packed else answer.body


def page_of(answer: Answer) -> Any:
    return orjson.loads(_plain(answer))
