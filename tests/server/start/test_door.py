"""The small door by plain http: the start page and the certificate, nothing else."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/start", "/start/ruhu-ca.crt", "/start/ruhu-ca.mobileconfig"])
def test_what_a_phone_needs_before_it_trusts_is_here(outside: FlaskClient, path: str) -> None:
    assert outside.get(path).status_code == 200


def test_the_bare_address_leads_to_the_start_page(outside: FlaskClient) -> None:
    answer = outside.get("/")
    assert answer.status_code == 302 and answer.headers["Location"] == "/start"


@pytest.mark.parametrize(
    "path",
    ["/login", "/api/v1/ping", "/app/", "/enrol", "/static/console.css", "/start/../login",
     "//evil.example/x", "/%E5%85%A5%E6%88%B7?next=/a&b=1"],
)  # fmt: skip
def test_everything_else_is_sent_to_https(outside: FlaskClient, path: str) -> None:
    answer = outside.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://192.168.1.20:8080/")


def test_the_query_goes_along(outside: FlaskClient) -> None:
    led = outside.get("/households?q=%E7%8E%8B&state=away").headers["Location"]
    assert led == "https://192.168.1.20:8080/households?q=%E7%8E%8B&state=away"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/start", "/login", "/api/v1/enrol"])
def test_nothing_is_taken_here(outside: FlaskClient, method: str, path: str) -> None:
    answer = outside.open(path, method=method, data=b"login=admin&password=secret")
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD"


def test_no_promise_of_https_is_made_that_would_shut_this_door(
    outside: FlaskClient, stranger: FlaskClient
) -> None:
    for client in (outside, stranger):
        assert "Strict-Transport-Security" not in client.get("/start").headers
