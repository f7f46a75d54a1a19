"""The login of the gradio that a host brings, read by us: asked where that gradio is installed, in the hosts' lanes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.hosts.gradio_login import GradioLogin

ANN = {"username": "ann", "password": "secret"}


gradio: Any = pytest.importorskip("gradio")
create_app: Callable[[Any], Any] = importlib.import_module("gradio.routes").App.create_app


def page_with(users: list[tuple[str, str]] | None) -> Any:
    with gradio.Blocks() as page:
        pass
    page.auth, page.auth_message = users, None
    return page


def logged_in(app: Any) -> dict[str, str]:
    """The cookies after gradio's own form."""
    with TestClient(app, base_url="https://localhost") as client:
        assert client.post("/login", data=ANN).status_code == 200
        return {cookie.name: cookie.value or "" for cookie in client.cookies.jar}


def test_a_page_without_a_login() -> None:
    login = GradioLogin(create_app(page_with(None)))
    assert not login.is_on()
    assert login.user_of({"access-token": "x"}) is None


def test_who_logged_in_to_the_page() -> None:
    app = create_app(page_with([("ann", "secret"), ("ben", "other")]))
    login = GradioLogin(app)
    assert login.is_on()
    assert login.user_of({}) is None
    cookies = logged_in(app)
    assert login.user_of(cookies) == "ann"
    for name, value in cookies.items():
        assert login.user_of({name: value}) == "ann", name
        assert login.user_of({name: f"{value}x"}) is None
    assert login.knows("ben", "other")
    assert not login.knows("ben", "secret")


def test_who_logged_in_to_a_page_that_is_mounted_later() -> None:
    """SDNext with a sub-path: the outer page never hears of that login."""
    page = page_with([("ann", "secret")])
    outer = create_app(page)
    login = GradioLogin(outer)
    inner = create_app(page)
    outer.mount("/x", inner)
    cookies = logged_in(inner)
    assert outer.tokens == {}
    assert login.user_of(cookies) == "ann"
