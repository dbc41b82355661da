"""A reviewer's word on a finding, and what follows from it for the rule: nothing for a person."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import audit, clock, parameters, status
from store.errors import Conflicting, Forbidden, Invalid, NotFound
from store.findings import find_open
from store.verdicts import RuleMute, Verdict, muted
from verify import docket, hearing, precision
from verify.precision import Tally

MAX_WORDS = 1000
REVIEWS, BELOW = 30, 0.2
VERDICTS = ("hit", "miss")


class Unheard(Conflicting):
    """The cadre has neither answered nor had the time to."""

    code = "finding_unheard"


class Decided(Conflicting):
    """Somebody has given a verdict on this matter."""

    code = "finding_decided"


def give(
    session: Session, who: str, ident: str, verdict: str, words: str, now: str, tz: str
) -> bool:
    """Close one finding's matter; True where its rule fell silent by this verdict.

    Raises NotFound, Forbidden (`own_visit`), Invalid, Unheard, Decided. The visit stays as it is.
    """
    row = find_open(session, ident)
    if verdict not in VERDICTS or len(words) > MAX_WORDS:
        raise Invalid("a verdict is hit or miss", verdict="hit or miss")
    [visit] = status.lock(session, [row.rec])
    if visit.author == who:
        raise Forbidden("nobody decides about their own visit", code="own_visit")
    if not hearing.of(session, [row], now, tz)[row.id].open:
        raise Unheard("the cadre is to be heard first")
    if docket.decided(session, row) is not None:
        raise Decided("there is a verdict on this already")
    session.add(
        Verdict(
            rec=row.rec, rule=row.rule, path=row.path, rule_version=row.rule_version,
            verdict=verdict, words=words.strip(), by=who, at=now,
        )
    )  # fmt: skip
    audit.write(session, who, f"finding.{verdict}", row.rec, rule=row.rule, path=row.path)
    session.flush()
    return _fall_silent(session, row.rule, now, tz)


def since_heard_again(session: Session, rule: str) -> Tally:
    """The rule's verdicts since it was last let speak again."""
    last = select(func.max(RuleMute.ended_at)).where(RuleMute.rule == rule)
    began = session.scalar(last) or ""
    query = select(Verdict.verdict, func.count()).where(Verdict.rule == rule, Verdict.at >= began)
    counted = {name: number for name, number in session.execute(query.group_by(Verdict.verdict))}
    return Tally(counted.get("hit", 0), counted.get("miss", 0))


def _fall_silent(session: Session, rule: str, now: str, tz: str) -> bool:
    """A rule whose precision is surely low stops asking, and says so."""
    day = clock.local_day(now, tz).isoformat()
    figures = parameters.as_of(session, day)
    reviews = int(figures.get("rule_mute_reviews", REVIEWS))
    below = float(figures.get("rule_mute_below", BELOW))
    tally = since_heard_again(session, rule)
    if rule in muted(session) or not precision.falls_silent(tally, reviews, below):
        return False
    upper = round(tally.upper, 4)
    told = {"hits": tally.hits, "misses": tally.misses, "upper": upper}
    session.add(RuleMute(rule=rule, muted_at=now, **told))
    audit.write(session, None, "rule.muted", rule, **told, limit=below)
    session.flush()
    return True


def unmute(session: Session, who: str, rule: str, now: str) -> None:
    """Let a silent rule speak again; verdicts count anew from now. Raises NotFound."""
    row = muted(session).get(rule)
    if row is None:
        raise NotFound("this rule is not silent")
    row.ended_at, row.ended_by = now, who
    audit.write(session, who, "rule.unmuted", rule, hits=row.hits, misses=row.misses)
    session.flush()
