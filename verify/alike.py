"""Photos of a visit beside all others of the county: read here, judged by `checks.likeness`."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from media import facts, prints
from media.fingerprint import distance
from media.prints import Verdict
from store.media import Attachment, PhotoFacts
from store.records import Record
from verify.album import Album
from verify.checks import likeness, origin
from verify.checks.likeness import ALIKE_ROLES, Pair
from verify.checks.stages import ROLES as STAGED
from verify.finding import Judgement
from verify.geo import Point
from verify.reading import REMOTE, Attached, Visit, household_codes

WITHIN = 16
"""Bits of 64 within which a photo is looked at closely."""
CLOSELY = 200
"""So many of the nearest at most; the same ones on every machine."""
Known = Mapping[str, prints.Prints]
"""{SHA-256 of a photo: its fingerprints}"""
UNSAID = 30.0
"""Metres that a photo's position may be off where the camera does not say."""


def check(session: Session, visit: Visit, photos: Sequence[Attached], album: Album) -> Judgement:
    """D02 of photos that show a place or a thing, D04 and D05."""
    album.catch_up(session)
    shown = [photo for photo in photos if photo.role not in ALIKE_ROLES]
    mine = facts.prints_of(session, [photo.sha256 for photo in shown])
    pairs = _pairs(session, visit, shown, mine, album)
    seen = likeness.check(pairs)
    fix = visit.fix if visit.outcome not in REMOTE else None
    made = origin.check(_shots(session, shown, mine), fix, _limits(visit))
    return Judgement(seen.found + made.found, seen.notes + made.notes)


def _pairs(
    session: Session, visit: Visit, photos: Sequence[Attached], mine: Known, album: Album
) -> list[Pair]:
    found = []
    for photo in photos:
        own = mine.get(photo.sha256)
        if own is None:
            continue
        equal = _equal(session, photo)  # D01 speaks of these
        near = [sha for sha, _ in album.near(own, WITHIN)[:CLOSELY] if sha not in equal]
        theirs = facts.prints_of(session, near)
        like = {sha: prints.same(own, each) for sha, each in theirs.items()}
        alike = {sha: seen for sha, seen in like.items() if seen.verdict is not Verdict.OTHER}
        for sha, rec, unit in _used(session, visit.unit, list(alike)):
            found.append((photo.path, alike[sha], unit, rec, sha))
    codes = household_codes(session, sorted({unit for _, _, unit, _, _ in found}))
    return [Pair(path, seen, codes[unit], rec, sha) for path, seen, unit, rec, sha in found]


def _equal(session: Session, photo: Attached) -> set[str]:
    """Files with the same bytes or the same pixels."""
    if photo.facts is None:
        return {photo.sha256}
    same = select(PhotoFacts.sha256).where(PhotoFacts.pixel_sha256 == photo.facts.pixel_sha256)
    return {photo.sha256, *session.scalars(same)}


def _used(session: Session, unit: str, hashes: list[str]) -> list[tuple[str, str, str]]:
    """[(photo, visit, household)] of other households, the first visit that came first."""
    if not hashes:
        return []
    query = (
        select(Attachment.sha256, Attachment.rec, Record.unit)
        .join(Record, Record.id == Attachment.rec)
        .where(Attachment.sha256.in_(hashes), Attachment.current)
        .where(Attachment.role.not_in(ALIKE_ROLES))
        .where(Record.unit != unit, Record.deleted.is_(False))
        .order_by(Record.received_at, Record.id)
    )
    return [(sha, rec, other) for sha, rec, other in session.execute(query)]


def _shots(session: Session, photos: Sequence[Attached], mine: Known) -> list[origin.Shot]:
    """Photos before and after may be of another place, by their nature: R-32 looks at those."""
    read = [photo.facts for photo in photos if photo.facts is not None]
    cameras = {camera for each in read if (camera := each.camera)}
    tables = {camera: facts.tables_of(session, camera) for camera in sorted(cameras)}
    return [
        origin.Shot(
            photo.path,
            _place(photo) if photo.role not in STAGED else None,
            photo.facts.software,
            _thumb_bits(photo, mine.get(photo.sha256)),
            photo.facts.quantisation,
            tables.get(photo.facts.camera, {}),
        )
        for photo in photos
        if photo.facts is not None
    ]


def _place(photo: Attached) -> Point | None:
    told = photo.facts
    if told is None or told.lat is None or told.lon is None:
        return None
    return Point(told.lat, told.lon, told.gps_acc or UNSAID)


def _thumb_bits(photo: Attached, mine: prints.Prints | None) -> int | None:
    if photo.facts is None or photo.facts.thumb_slopes is None or mine is None:
        return None
    return distance(bytes.fromhex(photo.facts.thumb_slopes), mine.slopes[0])


def _limits(visit: Visit) -> origin.Limits:
    default = origin.Limits()
    figures = visit.figures
    return origin.Limits(
        metres=float(figures.get("photo_place_m", default.metres)),
        factor=float(figures.get("accuracy_factor", default.factor)),
        thumb_bits=int(figures.get("photo_thumb_bits", default.thumb_bits)),
    )
