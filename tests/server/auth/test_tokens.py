"""What proves a browser's page, and what a password must be."""

import pytest

from server.auth import csrf, passwords
from server.auth.passwords import WeakPassword
from store.seal import Keyring


def test_the_token_before_signing_in_belongs_to_one_browser() -> None:
    keys = Keyring("x")
    one, two = csrf.pre_cookie(), csrf.pre_cookie()
    assert csrf.pre_token(keys, one) == csrf.pre_token(keys, one)
    assert csrf.pre_token(keys, one) != csrf.pre_token(keys, two)
    assert csrf.pre_token(keys, "") == ""


def test_a_password_is_kept_as_a_hash_that_only_it_matches() -> None:
    kept = passwords.hashed("correct horse battery")
    assert kept.startswith("$argon2id$") and "horse" not in kept
    assert passwords.matches(kept, "correct horse battery")
    for wrong in ("", "correct horse", "Correct horse battery", "x" * 100_000, "\x00", "王"):
        assert not passwords.matches(kept, wrong)
    assert not passwords.matches("", "") and not passwords.matches("garbage", "garbage")


@pytest.mark.parametrize("weak", ["", "short", "a" * 30, "alice-alice-1", "x" * 201, "ababababab"])
def test_a_password_that_others_would_guess_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check(weak, "alice")


def test_one_time_passwords_pass_and_never_repeat() -> None:
    made = {passwords.one_time() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        passwords.check(password, "alice")
