"""The first person of an empty installation, so that somebody can sign in at all."""

from server.auth import staff
from server.services import session
from server.transaction import in_writing
from store import areas
from store.accounts import Role

LOGIN = "ruhu.admin"
"""Unlike what an office would write into its own workbook."""


def administrator() -> tuple[str, str]:
    """(login, one-time password), shown once at this terminal and kept nowhere."""

    def made() -> tuple[str, str]:
        everywhere = areas.everywhere(session())
        role = Role.ADMIN.value
        _, password = staff.add(session(), LOGIN, "管理员", role, everywhere.code, None)
        return LOGIN, password

    return in_writing(session(), made)
