"""`flask verify …`: checks, from the command line."""

import click
import orjson
from flask.cli import with_appcontext

from server.cli.terminal import plainly, say
from server.services import services, session
from server.transaction import in_writing, reading
from store import clock
from store.areas import Area, Level
from store.errors import NotFound
from verify import night
from verify import rerun as again


@click.group()
def verify() -> None:
    """Checks of what was sent."""


@verify.command("night")
@click.option("--township", required=True, help="code of the township")
@with_appcontext
@plainly
def run_night(township: str) -> None:
    """Do the nightly checks of one township now."""
    with reading(session()) as current:
        area = current.get(Area, township)
        if area is None or area.level != Level.TOWNSHIP.value:
            raise NotFound(f"{township} is no township")
        judged = night.judge(current, township, clock.now(), services().settings.tz)
    if judged is None:
        say("今天已经核查过，没有新的走访", "these visits were checked today")
        return
    changed = in_writing(session(), lambda: night.write(session(), judged))
    counts = orjson.dumps(night.counts(judged.night), option=orjson.OPT_SORT_KEYS).decode()
    say(
        f"看了 {judged.night.looked} 次走访，用时 {judged.seconds:.1f} 秒，"
        f"{len(changed)} 处有变化 {counts}",
        f"{judged.night.looked} visits in {judged.seconds:.1f} s, {len(changed)} changed {counts}",
    )


@verify.command()
@click.option("--month", required=True, help="2026-10")
@click.option(
    "--set", "figures", multiple=True, help="photo_minutes=720, anchor_distance_m.village=150"
)
@with_appcontext
@plainly
def rerun(month: str, figures: tuple[str, ...]) -> None:
    """Run a month's checks with other figures and show the difference. Changes nothing."""
    changed, tz = again.figures_of(figures), services().settings.tz
    with reading(session()) as current:
        told = again.compare(current, services().keys, month, changed, tz)
    say(f"{month}：{told.visits} 次走访", f"{month}: {told.visits} visits")
    for line in told.lines:
        zh = f"{line.rule}（第 {line.version} 版）：{line.before} → {line.after}"
        en = f"{line.rule} (version {line.version}): {line.before} → {line.after}"
        zh += f"，多 {len(line.gained)} 次走访，少 {len(line.lost)} 次"
        en += f", in {len(line.gained)} visits more, {len(line.lost)} fewer"
        say(zh, en)
    say("什么也没有改。", "Nothing was changed.")
