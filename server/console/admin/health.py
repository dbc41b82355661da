"""How the phones of my area fare: what stands in the way of each, stuck ones first."""

from dataclasses import dataclass

from flask import render_template

from reports import phones
from reports.phones import Health, Obstacle
from server.auth import reach
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import Words
from server.services import services, session
from server.transaction import reads
from store.health import DeviceFault, TurnedAway


@dataclass(frozen=True, slots=True)
class Line:
    """One phone and whose it is."""

    health: Health
    owner: reach.Person

    @property
    def out(self) -> bool:
        """Shut out, alone or with its person."""
        return bool(self.health.device.revoked_at or self.owner.user.disabled_at)


WHY: dict[Obstacle, Words] = {
    Obstacle.SILENT: (
        "很久没有联系上。请打电话问一下：手机是不是坏了、没电、没网，或者换了人。",
        "Not heard for days. Call: is the phone broken, empty, without a network, or with"
        " somebody else?",
    ),
    Obstacle.REFUSED: (
        "上报被拒绝，东西还在手机上。看下面的原因。",
        "It was refused; its work is still on the phone. See the reason below.",
    ),
    Obstacle.MISMATCH: (
        "手机上的数据和服务器对不上，会自动核对；再出现请告诉管理员。",
        "What it holds differed from the server; it is put right by itself. Tell the administrator"
        " if it comes again.",
    ),
    Obstacle.CLOCK: (
        "手机时钟差得多，请打开“自动设置时间”。",
        "Its clock is far off: switch on automatic time.",
    ),
    Obstacle.OLD_FORM: (
        "还在用旧表单，联网打开一次就会更新。",
        "It still has an older form; opening it once with a network brings the new one.",
    ),
    Obstacle.UNSENT: ("手机上有没送出的内容。", "Work waits on the phone."),
    Obstacle.MISSING: (
        "中间有几条没有收到。请用这台手机再上报一次；手机坏了，就从手机导出文件交上来。",
        "Some entries in between have not come. Send once more from this phone; if it is broken,"
        " hand in its export.",
    ),
    Obstacle.COUNTER: (
        "手机的编号用了两次：可能恢复过旧备份，或者两台手机用同一个登记。内容都收下了；请重新登记。",
        "It used numbers twice: put back from a copy, or two phones of one enrolment. All of it"
        " is kept; enrol it anew.",
    ),
    Obstacle.NEVER: ("登记后还没有联系过。", "Enrolled, and never heard since."),
}
REASONS: dict[str, Words] = {
    "device_revoked": ("这台手机已停用", "this phone was taken out of service"),
    "user_disabled": ("账号已停用", "the account was closed"),
    "protocol_too_old": ("应用太旧，要更新", "the app is too old; update it"),
    "device_mismatch": ("手机和登记的不一致，请重新登记", "not the enrolled phone; enrol it again"),
    "invalid_request": ("有一条内容服务器读不懂", "the server cannot read one of its entries"),
    "push_too_large": ("一次送得太多，会自动分批", "too much at once; it sends less by itself"),
    "body_too_large": ("一次送得太多，会自动分批", "too much at once; it sends less by itself"),
    "cursor_gone": (
        "要重新下载一次，会自动进行",
        "it fetches all anew, by itself",
    ),
    "store_unavailable": ("服务器当时忙", "the server was busy"),
    "internal_error": ("服务器出错，请告诉管理员", "the server failed; tell the administrator"),
    "hash_mismatch": (
        "照片在路上损坏，会再送",
        "a photo was damaged on its way; it goes again",
    ),
    "not_an_image": ("有一张照片打不开", "one photo cannot be opened"),
    "image_too_large": ("有一张照片太大", "one photo is too large"),
    "too_many_uploads": ("同时上传的照片太多，会再送", "too many photos at once; they go again"),
    "animated_image": ("有一张照片是动图", "one photo is an animation"),
    "file_too_large": ("有一张照片太大", "one photo is too large"),
    "forbidden": ("这个人的角色不能上报", "this person's role may not send"),
}


@blp.get("/devices/health")
@guard(Permission.ENROL)
@reads
def device_health() -> str:
    every = reach.phones(session(), identity())
    fares = phones.look(session(), [device for device, _ in every], services().settings.tz)
    known = [Line(fares[device.id], owner) for device, owner in every]
    lines = [line for line in known if not line.out]
    return render_template(
        "admin/health.html",
        lines=sorted(lines, key=_first),
        knocking=[line for line in known if line.out and phones.knocked_lately(line.health)],
        stuck=sum(line.health.stuck for line in lines),
        why=WHY,
        reason=reason,
        unsent=Obstacle.UNSENT,
    )


def _first(line: Line) -> tuple[bool, bool, str]:
    """Stuck, then what stands in the way of something, then by login; nobody is ranked."""
    return not line.health.stuck, not line.health.obstacles, line.owner.user.login


def reason(fault: DeviceFault | TurnedAway) -> Words:
    return REASONS.get(fault.code, (fault.code, fault.code.replace("_", " ")))
