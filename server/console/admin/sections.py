"""What the office's pages are, as a table: their tabs, and the page that lists them."""

from dataclasses import dataclass

from flask import render_template

from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission as P
from server.console.blueprint import blp


@dataclass(frozen=True, slots=True)
class Section:
    """One page; shown to whoever has the permission somewhere."""

    zh: str
    en: str
    endpoint: str
    permission: P
    about_zh: str
    about_en: str


SECTIONS = (
    Section("手机", "Phones", "console.devices", P.ENROL,
            "登记新手机，停用丢失的手机。", "Let a new phone in, take a lost one out."),
    Section("手机状况", "Phone health", "console.device_health", P.ENROL,
            "哪台手机卡住了、为什么、怎么办。", "Which phone is stuck, why, and what helps."),
    Section("上报时间", "Hours", "console.hours_page", P.HOURS,
            "手机几点上报，最后一天怎么错开，谁没有来。",
            "When phones send, how a last day is spread, who did not come."),
    Section("人员", "Staff", "console.staff", P.STAFF,
            "添加人员，停用账号，重置密码。", "Add people, close accounts, reset passwords."),
    Section("数据冲突", "Conflicts", "console.conflicts", P.OFFICE,
            "两台手机对同一项填得不同，两边都保留着。",
            "Two phones said different things; both are kept."),
    Section("待人处理", "Set aside", "console.quarantine", P.OFFICE,
            "没能并入的上报，原样保留，等人来看。",
            "What could not be merged, kept whole for a person."),
    Section("后台任务", "Work", "console.jobs", P.JOBS,
            "上报之后要做的核查，做到哪里了。", "What follows a visit, and how it stands."),
    Section("每夜核查", "Nightly checks", "console.nights", P.JOBS,
            "全镇的走访放在一起核对：什么时候、提示了几处。",
            "A township's visits looked at together: when, and how much was pointed out."),
    Section("表单", "Forms", "console.forms", P.OFFICE,
            "已发布的表单和每一个问题。", "Published forms and each of their questions."),
    Section("核查规则", "Checks", "console.checks", P.OFFICE,
            "系统核查什么、怎么算、用什么数。", "What is checked, how, and with which figures."),
    Section("复核", "Back-checks", "console.backchecks_page", P.OFFICE,
            "抽一些走访再问一遍，看两次答得一不一样。",
            "Some visits are asked again; how far both answers agree."),
    Section("操作记录", "Log of acts", "console.audit", P.AUDIT,
            "谁在什么时候做了什么。", "Who did what, and when."),
)  # fmt: skip


@blp.app_template_global()
def sections() -> list[Section]:
    """The pages that the reader may open."""
    return [each for each in SECTIONS if identity().permits(each.permission)]


@blp.get("/office")
@guard(P.OFFICE)
def office() -> str:
    """Every page of the office that I may open, with a sentence each."""
    return render_template("admin/office.html")
