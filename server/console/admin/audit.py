"""The log of acts: who did what, when, to whom. It never holds a P1 value."""

from flask import render_template, request

from reports import acts
from reports.acts import Act
from server.auth import reach
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.showing import plain
from server.console.words import Words, role_label, state_label, worded
from server.services import session
from server.transaction import reads
from store.accounts import User
from store.discretion import masked
from store.errors import Invalid

ACTS: dict[str, Words] = {
    "signed_in": ("登录", "Signed in"),
    "password_changed": ("修改了密码", "Changed their password"),
    "password_reset": ("重置密码", "Password reset"),
    "staff_added": ("添加人员", "Person added"),
    "staff_disabled": ("停用账号", "Account closed"),
    "staff_enabled": ("启用账号", "Account opened"),
    "enrol_code_made": ("生成手机登记码", "Code made for a phone"),
    "device_enrolled": ("手机登记", "Phone enrolled"),
    "device_revoked": ("停用手机", "Phone taken out"),
    "unmasked": ("查看隐去的内容", "Masked value shown"),
    "visit.approved": ("走访通过", "Visit approved"),
    "visit.returned": ("走访退回", "Visit sent back"),
    "finding.answered": ("答复待核实事项", "Finding answered"),
    "finding.hit": ("判断：问得对", "Verdict: rightly asked"),
    "finding.miss": ("判断：没有问题", "Verdict: nothing there"),
    "backcheck.committed": ("确定复核抽样", "Draw committed to"),
    "backcheck.drawn": ("抽出复核", "Draw made"),
    "rule.muted": ("规则自动静音", "Rule fell silent"),
    "rule.unmuted": ("恢复规则", "Rule let speak again"),
    "anchor.approved": ("户址核准", "House position approved"),
    "conflict.settled": ("裁定冲突", "Conflict settled"),
    "op.released": ("放行上报", "Waiting op let go"),
    "household.reassigned": ("住户换人或换村", "Household reassigned"),
    "exported": ("下载名单", "List downloaded"),
    "register_imported": ("导入名册", "Register imported"),
    "work_rerun": ("任务再运行", "Work run again"),
    "night_asked": ("要求核查全镇走访", "Nightly checks asked for"),
    "hours_set": ("设置上报时间", "Hours for sending set"),
    "rush_planned": ("安排错开上报", "A last evening planned"),
    "rush_ended": ("取消错开上报", "A last evening called off"),
    "form_uploaded": ("上传表单草稿", "Form draft uploaded"),
    "form_testers_named": ("指定表单试用人", "Testers of a form named"),
    "form_published": ("发布表单", "Form published"),
    "form_draft_dropped": ("删除表单草稿", "Form draft dropped"),
    "form_retired": ("停用表单", "Form retired"),
    "form_reopened": ("恢复表单", "Form reopened"),
    "form_file_put": ("上传选项表或附件", "List or attachment uploaded"),
    "restored": ("从备份恢复", "Restored from a backup"),
}

PARTICULARS: dict[str, Words] = {
    "version": ("版本", "version"),
    "size": ("数量", "size"),
    "count": ("数量", "count"),
    "seed": ("种子", "seed"),
    "seed_sha256": ("种子的指纹", "fingerprint of the seed"),
    "frame_sha256": ("范围的指纹", "fingerprint of the frame"),
    "rule": ("规则", "rule"),
    "hits": ("问得对", "rightly asked"),
    "misses": ("没有问题", "nothing there"),
    "upper": ("命中率上限", "upper bound of precision"),
    "limit": ("限值", "limit"),
    "label": ("名称", "label"),
    "login": ("登录名", "login"),
    "role": ("角色", "role"),
    "area": ("区域", "area"),
    "path": ("项目", "path"),
    "hours": ("时间", "hours"),
    "kind": ("任务", "work"),
    "row": ("编号", "row"),
    "position": ("位置", "position"),
    "made_at": ("备份时间", "backup made"),
    "missing": ("缺的照片", "photos missing"),
    "since": ("从", "from"),
    "opens": ("开始", "opens"),
    "closes": ("结束", "closes"),
    "village": ("村", "village"),
    "cadre": ("帮扶干部", "cadre"),
    "state": ("状态", "state"),
    "search": ("按姓名或编号查找", "searched by name or code"),
    "areas": ("区域", "areas"),
    "staff": ("人员", "staff"),
    "households": ("住户", "households"),
    "members": ("家庭成员", "members"),
    "choice": ("选择", "choice"),
    "conflict": ("冲突编号", "conflict"),
    "closed": ("一并了结", "closed"),
    "origin": ("手机编号", "phone"),
    "op": ("上报编号", "op"),
    "old": ("原来的干部", "from"),
    "new": ("新干部", "to"),
    "left": ("离开", "left"),
    "pairings": ("结对", "pairings"),
}
UNTOLD = frozenset({"anchor"})
"""Ids that say nothing to a reader; the act's subject is the household itself."""
SUBJECTS: dict[str, Words] = {
    "households": ("住户名单", "List of households"),
    "register": ("名册", "Register"),
}


@blp.get("/audit")
@guard(Permission.AUDIT)
@reads
def audit() -> str:
    """The latest acts first; by person and sort of act."""
    known = identity()
    mine = reach.ids(known, Permission.AUDIT)
    login, act = request.args.get("who", "").strip(), request.args.get("act", "")
    before = _number(request.args.get("before", ""))
    page = acts.page(session(), mine, login, act, before)
    return render_template(
        "admin/audit.html",
        page=page,
        kinds=acts.kinds(session(), mine),
        people=reach.people(session(), known, Permission.AUDIT),
        words=ACTS,
        told=told,
        called=lambda subject: worded(SUBJECTS, subject),
        login=login,
        act=act,
        before=before,
    )


def told(act: Act) -> list[tuple[str, str]]:
    """The act's particulars; what looks like an id or phone number is starred all the same."""
    return [
        (worded(PARTICULARS, name), _value(name, value))
        for name, value in act.detail.items()
        if value not in ("", None, False) and name not in UNTOLD
    ]


def _value(name: str, value: object) -> str:
    if name == "cadre":
        person = session().get(User, str(value))
        return person.name if person else str(value)
    if name in ("role", "state"):
        return (role_label if name == "role" else state_label)(str(value))
    return plain(value) if isinstance(value, bool) else masked(str(value))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Invalid("`before` is the number of an act").with_fields({"before": "a number"})
    return int(text)
