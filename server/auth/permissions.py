"""Who may do what: one table. An auditor reads this page."""

from enum import Enum

from store.accounts import Role


class Permission(Enum):
    """One thing that may be done in an area."""

    SYNC = "send and fetch records with a device"
    SEE = "see households and visits in scope, P1 values masked"
    REVIEW = "approve a visit or send it back"
    ANCHOR = "approve where a house stands"
    SETTLE = "settle conflicts between two people's values, let waiting ops go"
    REASSIGN = "give a household to another cadre, or move it to another village"
    UNMASK = "see one P1 value, which is logged"
    EXPORT = "download lists"
    ENROL = "make an enrolment code, revoke a device"
    STAFF = "add and disable people, reset passwords"
    HOURS = "set when the phones of an area send"
    OFFICE = "read the office's pages: forms, conflicts, ops kept for a person"
    FORMS = "upload, test, publish and retire forms and their lists"
    JOBS = "see background work"
    RERUN = "run dead work again"
    AUDIT = "read the log of acts"
    BACKCHECK = "plan a draw of visits that are asked again"
    RULES = "let a rule that fell silent speak again"


P, R = Permission, Role
_SUPERVISOR = frozenset(
    {P.SYNC, P.SEE, P.REVIEW, P.ANCHOR, P.UNMASK, P.EXPORT, P.ENROL, P.OFFICE, P.JOBS}
    | {P.SETTLE, P.REASSIGN}
)

TABLE: dict[Role, frozenset[Permission]] = {
    R.CADRE: frozenset({P.SYNC, P.SEE, P.UNMASK}),
    R.VILLAGE_WORKER: frozenset({P.SYNC, P.SEE}),
    R.VILLAGE_SUPERVISOR: _SUPERVISOR,
    R.TOWNSHIP_SUPERVISOR: _SUPERVISOR | {P.STAFF, P.HOURS, P.BACKCHECK},
    R.COUNTY_SUPERVISOR: _SUPERVISOR | {P.STAFF, P.HOURS, P.RERUN, P.AUDIT, P.FORMS, P.BACKCHECK},
    R.INSPECTOR: frozenset({P.SEE, P.EXPORT, P.OFFICE, P.JOBS, P.AUDIT}),
    R.ADMIN: frozenset(Permission),
}
"""The inspector reads all and edits nothing: no permission of theirs writes."""

MAY_GRANT: dict[Role, frozenset[Role]] = {
    R.TOWNSHIP_SUPERVISOR: frozenset({R.CADRE, R.VILLAGE_WORKER, R.VILLAGE_SUPERVISOR}),
    R.COUNTY_SUPERVISOR: frozenset(Role) - {R.ADMIN, R.COUNTY_SUPERVISOR},
    R.ADMIN: frozenset(Role),
}
"""Which roles somebody with STAFF may give."""

BELOW: dict[Permission, dict[Role, frozenset[Role]]] = {
    P.STAFF: MAY_GRANT,
    P.ENROL: MAY_GRANT | {R.VILLAGE_SUPERVISOR: frozenset({R.CADRE, R.VILLAGE_WORKER})},
}
"""Whose account (STAFF) or phone (ENROL) each role may touch: never one above or beside."""
