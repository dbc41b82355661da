"""`flask forms burden`: what the forms in use cost those who answer them."""

from collections.abc import Iterable

import click
from flask.cli import with_appcontext

from forms import burden as meter
from forms import drafts
from forms.definition import FormDefinition
from server.cli.terminal import plainly, say
from server.services import session


@click.command()
@click.option("--form", help="Only this form, with its sections and what others ask already.")
@click.option("--households", default=0, help="Households of a round, to reckon its hours.")
@click.option("--rows", default=meter.ROWS, help="People to a household.")
@with_appcontext
@plainly
def burden(form: str | None, households: int, rows: float) -> None:
    """Questions and minutes of each form, by the purpose of the visit."""
    newest = drafts.published(session())
    chosen = [d for d in newest if form in (None, d.form_id)]
    if not chosen:
        raise click.ClickException(f"没有表单 {form} / there is no form {form}")
    for definition in chosen:
        for line in meter.by_purpose(definition, rows):
            _tell(line, households)
        if form:
            _sections(definition, rows)
            _known(meter.already_known(definition, newest))


def _tell(line: meter.Burden, households: int) -> None:
    name = f"{line.form} {line.version} {line.purpose or '-'}"
    zh = f"{name}：{line.questions} 题（{line.prefilled} 题已预填，"
    zh += f"另有 {line.follow_ups} 题按回答追问）"
    zh += f"，首访约 {line.minutes} 分钟，只核实约 {line.minutes_known} 分钟"
    en = f"{name}: {line.questions} questions ({line.prefilled} come filled in, "
    en += f"{line.follow_ups} more may follow), about {line.minutes} min, "
    en += f"{line.minutes_known} to confirm"
    if households:
        told = meter.of_round(line, households)
        zh += f"；{households} 户共约 {told.hours} 小时，只核实约 {told.hours_known} 小时"
        en += f"; {told.hours} hours for {households} households, {told.hours_known} to confirm"
    say(zh, en)


def _sections(definition: FormDefinition, rows: float) -> None:
    for part in meter.burden(definition, "", rows).sections:
        zh, en = part.label.get("zh", part.path), part.label.get("en", part.path)
        say(f"  {zh}：{part.questions} 题，{part.minutes} 分钟",
            f"  {en}: {part.questions} questions, {part.minutes} min")  # fmt: skip


def _known(known: Iterable[meter.Known]) -> None:
    for one in known:
        zh, en = one.label.get("zh", one.path), one.label.get("en", one.path)
        where = f"{one.by} {one.at}"
        if one.prefilled:
            say(f"  已预填：{zh}（{where}）", f"  comes filled in: {en} ({where})")
        else:
            say(
                f"  重复问：{zh}，{where} 已经问过",
                f"  asked again: {en}, which {where} asks already",
            )
