"""`/metrics`, as a Prometheus server reads it."""

from dataclasses import replace

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from tests.kit.doors import Doors, problem

TOKEN = "scrape-me"


@pytest.fixture
def open_(app: Flask) -> None:
    services = app.extensions["ruhu"]
    told = replace(services.settings, metrics_token=TOKEN)
    app.extensions["ruhu"] = replace(services, settings=told)


def sample(text: str, name: str, **labels: str) -> float:
    [value] = [
        each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if each.name == name and labels.items() <= each.labels.items()
    ]
    return value


def test_without_a_token_of_the_settings_there_is_no_such_page(doors: Doors) -> None:
    problem(doors.stranger().get("/metrics"), 404, "not_found")


def test_only_the_token_opens_it(doors: Doors, open_: None) -> None:
    problem(doors.stranger().get("/metrics"), 401, "not_signed_in")
    wrong = {"Authorization": "Bearer another"}
    problem(doors.stranger().get("/metrics", headers=wrong), 401, "not_signed_in")


def test_work_and_findings_are_told_as_prometheus_reads_them(doors: Doors, open_: None) -> None:
    doors.visit()
    answer = doors.stranger().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    waiting = {"kind": "visit.accepted", "queue": "fast", "state": "pending"}
    assert sample(answer.text, "ruhu_work_rows", **waiting) == 1
    assert sample(answer.text, "ruhu_work_oldest_seconds", kind="visit.accepted") >= 0
    assert sample(answer.text, "ruhu_feed_head") > 0
    assert "alice" not in answer.text
