"""`flask verify`: a past month with other thresholds."""

import click
from flask.cli import with_appcontext

from server.cli.terminal import plainly, say
from server.services import services, session
from server.transaction import reading
from verify import rerun as again


@click.group()
def verify() -> None:
    """What the checks say, and would say."""


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
