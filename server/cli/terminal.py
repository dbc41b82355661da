"""What a command line says, and how it ends."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from store.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")
CHINESE: Mapping[str, str] = {
    "area_unknown": "没有这个地区",
    "backup_invalid": "这个备份不能用",
    "backup_running": "另一次备份正在进行",
    "conflict": "内容刚刚变了，请重新查看",
    "database_in_use": "数据库正在使用，请先停下服务器",
    "forbidden": "没有做这件事的权限",
    "form_draft_unfit": "草稿有错误，不能发布",
    "form_file_invalid": "这个清单或附件不能用",
    "form_invalid": "这份文件不能用作表单",
    "form_version_exists": "这个版本已经发布，请换一个版本号",
    "import_invalid": "这份户籍册不能导入",
    "invalid_request": "填写得不对",
    "login_taken": "这个登录名已有人用",
    "not_empty": "这里已有数据",
    "not_found": "没有找到",
    "other_secret": "主密钥不对",
    "weak_password": "密码太简单",
}
"""{code of a refusal: what it comes to}; the refusal's own sentence, in English, follows."""


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A refusal becomes one sentence and exit code 1."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            told = [f"  {name}: {words}" for name, words in refusal.fields.items()]
            raise click.ClickException("\n".join([_both(refusal), *told])) from refusal

    return said


def _both(refusal: Refusal) -> str:
    """In both languages; a refusal about a form's place is so already."""
    chinese = CHINESE.get(refusal.code, "没有做成")
    return refusal.detail if " / " in refusal.detail else f"{chinese} / {refusal.detail}"


def say(chinese: str, english: str) -> None:
    click.echo(f"{chinese} / {english}")
