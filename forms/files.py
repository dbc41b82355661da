"""Choice lists and attachments that forms name: each with its own versions and hashes.

A new version of a list reaches every phone without a new version of its forms.
"""

import base64
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.external import ListInvalid, read_list
from store import audit, clock
from store.errors import Invalid, NotFound
from store.forms import FormFile

MOST = 4 * 1024 * 1024
"""Bytes of one file."""
KINDS = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
}
_NAME = re.compile(r"[A-Za-z0-9_\-\u4e00-\u9fff][\w.\-\u4e00-\u9fff]{0,63}")
_MAGIC = {"png": b"\x89PNG\r\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "pdf": b"%PDF-"}
_NAMED = re.compile(r"jr://(?:file|file-csv|images|audio|video)/([^\"'<>\s]+)")
REGISTER = frozenset({"household.csv", "member.csv"})
"""Lists of the register: the app has them as records, nobody uploads them."""


class FileInvalid(Invalid):
    """A list or attachment that cannot be used; `fields` say in which row."""

    code = "form_file_invalid"


def named(xform: str) -> list[str]:
    """Files that an XForm names and that have to be uploaded, in their order."""
    return [n for n in dict.fromkeys(_NAMED.findall(xform)) if n not in REGISTER]


def put(session: Session, name: str, data: bytes, by: str | None) -> FormFile:
    """The newest version from now on; the same bytes again are the same version.

    Raises FileInvalid.
    """
    kind = _kind(name, data)
    body = _csv(data) if kind == "csv" else data
    _prove(name, body)
    digest = hashlib.sha256(body).hexdigest()
    known = newest(session, [name]).get(name)
    if known is not None and known.sha256 == digest:
        return known
    row = FormFile(
        name=name, version=known.version + 1 if known else 1, sha256=digest, size=len(body),
        mime=KINDS[kind], body=base64.b64encode(body).decode(), uploaded_at=clock.now(),
        uploaded_by=by,
    )  # fmt: skip
    session.add(row)
    audit.write(session, by, "form_file_put", name, version=row.version)
    session.flush()
    return row


def _prove(name: str, body: bytes) -> None:
    """Whether rules can look into a list; raises FileInvalid."""
    if name.lower().endswith((".csv", ".geojson")):
        try:
            read_list(name, body)
        except ListInvalid as fault:
            raise FileInvalid(str(fault)).with_fields({"name": name}) from fault


def get(session: Session, name: str, version: int) -> FormFile:
    """Raises NotFound."""
    row = session.get(FormFile, (name, version))
    if row is None:
        raise NotFound("there is no such version of this file")
    return row


def newest(session: Session, names: Iterable[str] | None = None) -> dict[str, FormFile]:
    """{name: its newest version}, of `names` or of all."""
    last = select(FormFile.name, func.max(FormFile.version).label("v")).group_by(FormFile.name)
    if names is not None:
        last = last.where(FormFile.name.in_(list(names)))
    top = last.subquery()
    query = select(FormFile).join(
        top, (FormFile.name == top.c.name) & (FormFile.version == top.c.v)
    )
    return {row.name: row for row in session.scalars(query.order_by(FormFile.name))}


def content(row: FormFile) -> bytes:
    return base64.b64decode(row.body)


def rows(row: FormFile) -> list[dict[str, str]]:
    """A list's rows by heading."""
    return list(csv.DictReader(io.StringIO(content(row).decode(), newline="")))


def _kind(name: str, data: bytes) -> str:
    kind = name.rpartition(".")[2].lower()
    if not _NAME.fullmatch(name) or kind not in KINDS:
        ends = ", ".join(f".{each}" for each in KINDS)
        raise FileInvalid(
            f"a file's name has letters, digits, - and _, and ends in {ends}"
        ).with_fields({"name": name[:100]})
    if not data or len(data) > MOST:
        raise FileInvalid(f"a file has 1 byte to {MOST // 1024 // 1024} MB").with_fields(
            {"size": str(len(data))}
        )
    if not data.startswith(_MAGIC.get(kind, b"")):
        raise FileInvalid(f"these bytes are no {kind}").with_fields({"name": kind})
    return kind


def _csv(data: bytes) -> bytes:
    """UTF-8 without a mark, whatever it came in; raises FileInvalid with the row and column."""
    try:
        text = _decoded(data)
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise FileInvalid("this is no csv file in UTF-8 or GB18030") from fault
    faults = dict(_faults(lines))
    if faults:
        raise FileInvalid("the list cannot be used").with_fields(faults)
    return text.encode()


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _faults(lines: Sequence[Sequence[str]]) -> Iterable[tuple[str, str]]:
    heads = [head.strip() for head in lines[0]] if lines else []
    if not any(heads):
        yield "1", "第一行要写列名 / the first row holds the columns' names"
        return
    for place, head in enumerate(heads):
        if not head or head in heads[:place]:
            yield f"1!{place + 1}", "列名空着或重复 / a heading is empty or stands twice"
    if "name" not in heads:
        return
    at, seen = heads.index("name"), set()
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(heads):
            if line:
                yield str(number), f"有 {len(line)} 列，应有 {len(heads)} 列 / {len(line)} cells"
            continue
        if not line[at].strip() or line[at] in seen:
            yield f"{number}!name", "name 空着或重复 / name is empty or stands twice"
        seen.add(line[at])
