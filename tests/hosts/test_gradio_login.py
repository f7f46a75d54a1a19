from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lora_manager.hosts.gradio_login import GradioLogin
from lora_manager.hosts.protection import stored_name


def app(**attributes: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"auth": None, "tokens": {}, "routes": [], **attributes})


GRADIO_3 = app(auth={"ada": "secret"}, tokens={"t": "ada"})
GRADIO_4 = app(auth={"ada": "secret"}, tokens={"t": "ada"}, cookie_id="Xy_1", auth_dependency=None)


@pytest.mark.parametrize(
    ("server", "cookies", "user"),
    [
        (GRADIO_3, {"access-token": "t"}, "ada"),
        (GRADIO_3, {"access-token-unsecure": "t"}, "ada"),
        (GRADIO_3, {"access-token": "stale", "access-token-unsecure": "t"}, "ada"),
        (GRADIO_3, {"access-token": "forged"}, None),
        (GRADIO_3, {}, None),
        (GRADIO_4, {"access-token-Xy_1": "t"}, "ada"),
        (GRADIO_4, {"access-token-unsecure-Xy_1": "t"}, "ada"),
        (GRADIO_4, {"access-token": "t"}, None),
    ],
)
def test_the_cookie_says_who_it_is(server: Any, cookies: dict[str, str], user: str | None) -> None:
    assert GradioLogin(server).is_on()
    assert GradioLogin(server).user_of(cookies) == user


def test_without_a_login_nobody_is_known() -> None:
    for server in (app(), SimpleNamespace(), app(tokens={"t": "ada"})):
        login = GradioLogin(server)
        assert not login.is_on()
        assert login.user_of({"access-token": "t"}) is None
        assert not login.knows("ada", "secret")


def test_a_page_mounted_later_has_users_of_its_own() -> None:
    """SDNext's sub-path: the outer app asks and knows nobody."""
    outer = app(auth={"ada": "secret"})
    login = GradioLogin(outer)
    assert login.user_of({"access-token": "t"}) is None
    outer.routes = [SimpleNamespace(path="/x"), SimpleNamespace(app=GRADIO_3), SimpleNamespace(app=object())]
    assert login.user_of({"access-token": "t"}) == "ada"
    outer.auth = None
    assert login.is_on()


def test_a_password_is_compared_whole() -> None:
    login = GradioLogin(GRADIO_3)
    assert login.knows("ada", "secret")
    assert not any(login.knows("ada", word) for word in ("", "secre", "secrets", "\ud800"))
    assert not login.knows("bob", "secret")
    assert not GradioLogin(app(auth=lambda user, password: True)).knows("ada", "x"), "a function is not ours to call"


def test_a_user_who_was_taken_out_is_none_any_more() -> None:
    login = GradioLogin(app(auth={"ada": "secret", "x" * 200: "word"}))
    assert login.has_user("ada")
    assert login.has_user(stored_name("x" * 200))
    assert not login.has_user("ben")
    assert not GradioLogin(app()).has_user("ada")
    assert GradioLogin(app(auth=lambda user, password: True)).has_user("anybody")
