from __future__ import annotations

import pytest

from lora_manager.hosts.protection import NoLogin, same_text, split_names, split_users


@pytest.mark.parametrize(
    ("given", "users"),
    [
        (None, ()),
        ("", ()),
        ("u:p", (("u", "p"),)),
        ("u:p, v:q:r ,", (("u", "p"), ("v", "q:r"))),
        ("nobody,:x,y:", ()),
    ],
)
def test_users_of_a_flag(given: str | None, users: tuple[tuple[str, str], ...]) -> None:
    assert split_users(given) == users


def test_names_of_a_flag() -> None:
    assert split_names(" SD.example:8443, lora.home ,,") == {"sd.example:8443", "lora.home"}
    assert split_names(None) == frozenset()


def test_secrets_are_compared_as_they_are() -> None:
    assert same_text("schlüssel", "schlüssel")
    assert not same_text("a", "A")


def test_a_host_without_a_login_knows_nobody() -> None:
    login = NoLogin()
    assert (login.is_on(), login.user_of({"a": "b"}), login.knows("a", "b")) == (False, None, False)
    assert not login.has_user("a")
