from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lora_manager.hosts.protection import Protection
from lora_manager.hosts.reach import NGROK, SHARED, protection_of


def protection(page: Any = None, flags: dict[str, str] | None = None, **options: Any) -> Protection:
    return protection_of(SimpleNamespace(**options), page, (flags or {}).get)


def page(**said: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"share": False, "server_name": "127.0.0.1", "share_url": None, **said})


def test_a_host_that_says_nothing_is_this_machines_own() -> None:
    assert protection() == Protection()
    assert protection(page(), listen=False, share=False, ngrok=None, server_name=None, ngrok_options={}) == Protection()


@pytest.mark.parametrize(
    ("options", "is_open"),
    [
        ({"listen": True}, True),
        ({"share": True}, True),
        ({"ngrok": "token"}, True),
        ({"server_name": "0.0.0.0"}, True),
        ({"server_name": "::"}, True),
        ({"server_name": "192.168.1.5"}, True),
        ({"server_name": "studio.lan"}, True),
        ({"server_name": "127.0.0.1"}, False),
        ({"server_name": "127.0.1.1"}, False),
        ({"server_name": "[::1]"}, False),
        ({"server_name": "::1"}, False),
        ({"server_name": "LocalHost"}, False),
        ({"server_name": ""}, False),
        ({"server_name": "127.0.0.1", "listen": True}, True),
        ({"nowebui": True}, True),
        ({"nowebui": True, "server_name": "127.0.0.1"}, False),
    ],
)
def test_who_reaches_it(options: dict[str, Any], is_open: bool) -> None:
    assert protection(**options).is_open is is_open


def test_the_environment_opens_a_page_too() -> None:
    assert protection(page(server_name="0.0.0.0")).is_open
    assert protection(page(share=True)).is_open


def test_names_are_no_addresses() -> None:
    assert protection(server_name="Studio.LAN").names == {"studio.lan"}
    assert protection(server_name="192.168.1.5").names == frozenset()
    assert protection(ngrok="token", ngrok_options={"domain": "Mine.example"}).names == {"mine.example"}
    assert protection(page(share=True, share_url="https://ab.tunnel.example/")).names == {"ab.tunnel.example"}
    assert protection(page(share=True, share_url="http://[")).names == frozenset()


def test_endings_of_the_tunnels_names() -> None:
    assert protection(share=True).suffixes == SHARED
    assert protection(page(share=True)).suffixes == SHARED
    assert protection(ngrok="token").suffixes == NGROK
    assert set(protection(ngrok="token", share=True).suffixes) == {*SHARED, *NGROK}
    assert protection(listen=True).suffixes == ()


def test_our_own_flags() -> None:
    flags = {"lora_manager_host": "a.example, b.example:8080", "lora_manager_allow_file_operations": "True"}
    told = protection(flags=flags)
    assert told.fronts == {"a.example", "b.example:8080"}
    assert told.allows_file_operations
    assert not protection().allows_file_operations


def test_an_api_alone_is_for_its_own_users() -> None:
    users = (("api", "bees"),)
    assert protection_of(SimpleNamespace(nowebui=True), None, {}.get, users).asks_basic
    assert not protection_of(SimpleNamespace(nowebui=False), None, {}.get, users).asks_basic
    assert not protection(nowebui=True).asks_basic
