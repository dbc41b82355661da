"""Every route of the API for every role, compared with the table of permissions."""

from flask import Flask
from flask.testing import FlaskClient

from server.auth.permissions import TABLE, Permission
from store.accounts import Role
from tests.kit.cast import ROLES
from tests.kit.doors import Doors, problem

P = Permission
PUBLIC, KNOWN, PHONE = "public", "signed in", "an enrolled phone"
ROUTES: dict[tuple[str, str], Permission | str] = {
    ("GET", "/api/docs"): PUBLIC,
    ("GET", "/api/openapi.json"): PUBLIC,
    ("GET", "/api/v1/ping"): PUBLIC,
    ("GET", "/api/v1/schemas/<string:name>.json"): PUBLIC,
    ("POST", "/api/v1/enrol"): PUBLIC,
    ("OPTIONS", "/api/v1/media"): PUBLIC,
    ("GET", "/api/v1/me"): KNOWN,
    ("GET", "/api/v1/work"): KNOWN,
    ("GET", "/api/v1/forms/<string:form>/<string:version>.json"): KNOWN,
    ("GET", "/api/v1/forms/<string:form>/<string:version>.xml"): KNOWN,
    ("GET", "/api/v1/forms"): P.OFFICE,
    ("GET", "/api/v1/forms/<string:form>/<string:version>/source"): P.OFFICE,
    ("GET", "/api/v1/forms/<string:form>/compare"): P.OFFICE,
    ("POST", "/api/v1/forms/<string:form>/retire"): P.FORMS,
    ("POST", "/api/v1/forms/<string:form>/reopen"): P.FORMS,
    ("POST", "/api/v1/forms/check"): P.FORMS,
    ("POST", "/api/v1/forms/drafts"): P.FORMS,
    ("GET", "/api/v1/forms/drafts"): KNOWN,
    ("GET", "/api/v1/forms/drafts/<string:form>.json"): KNOWN,
    ("GET", "/api/v1/forms/drafts/<string:form>.xml"): KNOWN,
    ("POST", "/api/v1/forms/drafts/<string:form>/testers"): P.FORMS,
    ("POST", "/api/v1/forms/drafts/<string:form>/try"): KNOWN,
    ("POST", "/api/v1/forms/drafts/<string:form>/publish"): P.FORMS,
    ("DELETE", "/api/v1/forms/drafts/<string:form>"): P.FORMS,
    ("GET", "/api/v1/forms/files"): P.OFFICE,
    ("POST", "/api/v1/forms/files/<string:name>"): P.FORMS,
    ("GET", "/api/v1/forms/files/<string:name>/<int:version>"): KNOWN,
    ("POST", "/api/v1/sync/push"): PHONE,
    ("GET", "/api/v1/sync/pull"): PHONE,
    ("POST", "/api/v1/sync/reconcile"): PHONE,
    ("GET", "/api/v1/conflicts"): P.OFFICE,
    ("GET", "/api/v1/conflicts/<string:ident>"): P.OFFICE,
    ("POST", "/api/v1/conflicts/<string:ident>/open"): P.UNMASK,
    ("POST", "/api/v1/conflicts/<string:ident>/settle"): P.SETTLE,
    ("GET", "/api/v1/waiting/held"): P.OFFICE,
    ("GET", "/api/v1/waiting/quarantined"): P.OFFICE,
    ("GET", "/api/v1/waiting/late"): P.OFFICE,
    ("POST", "/api/v1/waiting/<string:origin>/<string:op>/release"): P.SETTLE,
    ("POST", "/api/v1/households/<string:unit>/reassign"): P.REASSIGN,
    ("POST", "/api/v1/media"): PHONE,
    ("POST", "/api/v1/media/have"): PHONE,
    ("HEAD", "/api/v1/media/<string:ident>"): PHONE,
    ("PATCH", "/api/v1/media/<string:ident>"): PHONE,
    ("DELETE", "/api/v1/media/<string:ident>"): PHONE,
    ("GET", "/api/v1/media/<string:sha256>"): P.SEE,
    ("GET", "/api/v1/media/<string:sha256>/<string:variant>"): P.SEE,
    ("GET", "/api/v1/visits/<string:ident>"): P.SEE,
    ("POST", "/api/v1/visits/<string:ident>/review"): P.REVIEW,
    ("GET", "/api/v1/devices"): P.ENROL,
    ("GET", "/api/v1/devices/<string:ident>/health"): P.ENROL,
    ("POST", "/api/v1/device/state"): PHONE,
    ("POST", "/api/v1/enrol-codes"): P.ENROL,
    ("POST", "/api/v1/devices/<string:ident>/revoke"): P.ENROL,
}


def address(rule: str) -> str:
    for part in ("form", "version", "ident", "sha256", "variant", "name", "origin", "op", "unit"):
        rule = rule.replace(f"<string:{part}>", "x" * 36).replace("<int:version>", "1")
    return rule


def ask(client: FlaskClient, method: str, rule: str) -> tuple[int, str]:
    """(status, the refusal's code or "")."""
    answer = client.open(address(rule), method=method)
    refused = answer.content_type == "application/problem+json" and answer.data
    return answer.status_code, answer.get_json()["code"] if refused else ""


def test_the_walk_knows_every_route(app: Flask) -> None:
    rules = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"} or rule.methods or ()
        if rule.rule.startswith("/api")
    }
    rules -= {("OPTIONS", "/api/v1/media/<string:ident>")}
    assert rules == set(ROUTES)


def test_each_role_may_do_what_the_table_says(doors: Doors) -> None:
    for name in ROLES:
        walk(doors, name)


def walk(doors: Doors, name: str) -> None:
    client, held = doors.phone(name), TABLE[Role(ROLES[name][0])]
    for (method, rule), needed in ROUTES.items():
        status, code = ask(client, method, rule)
        allowed = not isinstance(needed, Permission) or needed in held
        if allowed:
            assert status not in (401, 403, 405, 500), (name, method, rule, status, code)
        elif method == "HEAD":
            assert status == 403
        else:
            assert (status, code) == (403, "forbidden"), (name, method, rule)


def test_a_stranger_reaches_the_public_routes_only(doors: Doors) -> None:
    client = doors.stranger()
    for (method, rule), needed in ROUTES.items():
        status, code = ask(client, method, rule)
        if needed == PUBLIC:
            assert status not in (401, 403, 405, 500), (method, rule)
        else:
            assert status == 401 and code in ("not_signed_in", ""), (method, rule)


def test_unknown_routes_and_methods_are_named(doors: Doors) -> None:
    for client in (doors.stranger(), doors.phone("alice")):
        problem(client.get("/api/v1/nothing"), 404, "not_found")
        problem(client.get("/api/"), 404, "not_found")
        problem(client.post("/api/v2/sync/push"), 404, "not_found")
        wrong = client.delete("/api/v1/sync/push")
        problem(wrong, 405, "method_not_allowed")
        assert set(wrong.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
        problem(client.get("/api/v1/enrol"), 405, "method_not_allowed")


def test_words_that_no_database_keeps_are_no_fault_of_ours(doors: Doors) -> None:
    client = doors.phone("dora")
    for path in ("visits/%00", "forms/%00/%00.json", "media/%00", "visits/%ff%fe", "media/a%00/b"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code in (404, 422), (path, answer.text)
        assert answer.content_type == "application/problem+json"
    for path in ("devices/%00/revoke", "visits/%00/review"):
        answer = client.post(f"/api/v1/{path}", json={"action": "approve"})
        assert answer.status_code in (404, 422), (path, answer.text)
    answer = client.post("/api/v1/enrol-codes", json={"login": "a\x00"})
    assert answer.status_code in (404, 422)
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer \xff"}).status_code == 401
