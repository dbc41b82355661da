"""The form app's own tests: what both languages must do alike, and what only the phone does."""

from tests.client.node import needs_node, run

pytestmark = needs_node


def test_every_unit_of_the_form_app_does_what_its_tests_say() -> None:
    told = run("vitest", "run", "--exclude", "test/live.test.ts")
    assert "passed" in told and "failed" not in told
