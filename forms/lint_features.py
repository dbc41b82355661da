"""What a form can ask of other servers and clients and not of ours: refused by name, for it would
go wrong in silence."""

import re
from collections.abc import Iterator

from forms.bind import XF
from forms.definition import Question
from forms.looked import Looked
from forms.remark import Remark, error

_SEARCH = re.compile(r"\bsearch\s*\(")


def features(looked: Looked) -> Iterator[Remark]:
    """Errors with their places."""
    yield from _encrypted(looked)
    external = {
        str(control.get("ref"))
        for control in looked.root.iter(f"{{{XF}}}input", f"{{{XF}}}select1", f"{{{XF}}}select")
        if control.get("query")
    }
    root = looked.definition.root
    for question in looked.definition.questions:
        if _SEARCH.search(question.appearance):
            yield _search(looked, question)
        if f"/{root}/{question.path}" in external:
            yield _external(looked, question)


def _encrypted(looked: Looked) -> Iterator[Remark]:
    for submission in looked.root.iter(f"{{{XF}}}submission"):
        if submission.get("base64RsaPublicKey"):
            yield error(
                "encrypted",
                "settings 里有 public_key：填好的表会整份加密，服务器读不了、核对不了；"
                "请删去，敏感项用 bind::ruhu:sensitivity 标 P1",
                "public_key seals the whole form, and the server could neither read nor check it; "
                "leave it out and mark sensitive questions P1 (bind::ruhu:sensitivity)",
                sheet="settings",
                row=2,
                column="public_key",
            )


def _search(looked: Looked, question: Question) -> Remark:
    return error(
        "search_unknown",
        "appearance 里的 search() 只有 ODK Collect 会用，选项在这里一个也认不出；"
        "请改用 select_one_from_file",
        "only ODK Collect knows search() in an appearance, and no choice would be known here; use "
        "select_one_from_file",
        **looked.places.of(question.path, "appearance"),
    )


def _external(looked: Looked, question: Question) -> Remark:
    return error(
        "external_unknown",
        "不支持 select_one_external 和 external_choices；请改用 select_one_from_file",
        "select_one_external and external_choices are not known here; use select_one_from_file",
        **looked.places.of(question.path, "type"),
    )
