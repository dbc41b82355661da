"""What a person sees when the server says no."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import g, render_template, request

from server.console.words import Words

TOLD: Mapping[str, tuple[Words, Words]] = {
    "version_moved": (
        ("这次走访刚刚有了变化", "This visit has just changed"),
        (
            "您看的时候，手机又送来了新的内容。请回到这次走访，看过最新内容再决定。",
            "While you were reading, the phone sent something new. "
            "Go back to the visit, look at what it says now, and decide then.",
        ),
    ),
    "own_visit": (
        ("自己的走访不能自己审核", "Nobody reviews their own visit"),
        ("请让另一位审核员来看。", "Please ask another supervisor to look at it."),
    ),
    "finding_unheard": (
        ("干部还没有答复", "The cadre has not been heard yet"),
        (
            "先等干部答复，或者等到答复的期限过了再判断。",
            "Wait for the answer, or until the days for it are over, and decide then.",
        ),
    ),
    "finding_decided": (
        ("已经有人判断过了", "Somebody has decided already"),
        ("同一件事只判断一次。", "One matter is decided once."),
    ),
    "demo_on_lan": (
        ("演示账号在局域网上不能用", "Demo accounts are closed on the network"),
        (
            "请用单位给您的账号登录。只想试用？管理员可以用 make run LAN=1 DEMO=1 启动。",
            "Sign in with the account your office gave you. Only trying things out? "
            "The administrator can start with make run LAN=1 DEMO=1.",
        ),
    ),
    "csrf_failed": (
        ("页面放得太久了", "The page was open for too long"),
        ("请回到上一页，刷新后再试一次。", "Go back, load the page again, and try once more."),
    ),
}
"""{code: (heading, what to do)}"""

BY_STATUS: Mapping[int, tuple[Words, Words]] = {
    401: (
        ("请先登录", "Please sign in"),
        ("登录后再打开这一页。", "Sign in, then open this page again."),
    ),
    403: (
        ("您没有做这件事的权限", "Your role does not include this"),
        (
            "如果工作需要，请联系管理员调整权限。",
            "If your work needs it, ask an administrator to change your role.",
        ),
    ),
    404: (
        ("没有找到", "Nothing here"),
        (
            "地址不对，或者不在您负责的范围里。",
            "The address is wrong, or it is outside your area.",
        ),
    ),
    409: (
        ("内容已经变了", "It has changed meanwhile"),
        ("请刷新页面，看过最新内容再试。", "Load the page again and look at what it says now."),
    ),
    413: (
        ("内容太大", "Too large"),
        ("请减少内容后再试。", "Please send less at once."),
    ),
    422: (
        ("有些内容没有填对", "Something was not filled in right"),
        ("请返回上一页，改好再提交。", "Go back, mend it, and send it again."),
    ),
    429: (
        ("试得太频繁了", "Too many attempts"),
        ("请等几分钟再试。", "Please wait a few minutes and try again."),
    ),
    503: (
        ("系统暂时没有响应", "The system does not answer right now"),
        ("您的操作没有保存。请过一会儿再试。", "Nothing was saved. Please try again in a while."),
    ),
}
FAULT: tuple[Words, Words] = (
    ("系统出错了", "Something went wrong on our side"),
    (
        "您的操作没有保存。请再试一次；还是不行，请把下面的编号告诉管理员。",
        "Nothing was saved. Please try again; if it goes on, tell an administrator this ticket.",
    ),
)


def render(problem: dict[str, Any]) -> str:
    """The page of a refusal. Needs no database, so that it can say that there is none."""
    status = int(problem["status"])
    known = TOLD.get(problem["code"]) or BY_STATUS.get(status) or FAULT
    ticket = problem["detail"].removeprefix("ticket ") if status == 500 else g.get("request_id", "")
    return render_template(
        "error.html",
        heading=known[0],
        advice=known[1],
        status=status,
        code=problem["code"],
        ticket=ticket,
        fields=problem["fields"] if status == 422 else {},
        back=_back(),
    )


def _back() -> str:
    """The page that sent this request, where it was one of ours."""
    came = urlsplit(request.referrer or "")
    return f"{came.path}?{came.query}".rstrip("?") if came.netloc == request.host else ""
