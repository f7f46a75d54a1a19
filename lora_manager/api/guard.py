"""Which requests are foreign: under a name that is not ours, from a page of another origin, in a form's words.

A page of another site can send forms and plain text here without asking, and can make its own name point at this
machine; it cannot send JSON across origins, nor hide its Origin.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lora_manager.api.refusal import Refusal

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED = (b"x-forwarded-for", b"x-real-ip", b"x-client-ip", b"cf-connecting-ip", b"true-client-ip")
_SIGNS_OF_A_PROXY = (
    *(b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-server", b"via"),
    *(b"tailscale-user-login", b"ngrok-trace-id"),
)
_FOR = re.compile(r"for=\s*(\"[^\"]*\"|[^;,\s]+)")
_OWN_NAMES = frozenset({"localhost"})
_SAME_ORIGIN = ("same-origin", "none")


@dataclass(frozen=True)
class KnownNames:
    """The host names this server is reached by, beside addresses and localhost.

    `suffixes` are endings of names; `fronts` are names, with a port or for any, under which a proxy in front is opened.
    """

    names: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    fronts: frozenset[str] = frozenset()

    def has_host(self, name: str) -> bool:
        """Whether a Host header may say this name."""
        return (
            name in _OWN_NAMES
            or name in self.names
            or name.endswith(self.suffixes or ("\0",))
            or name in {_host_of(f"//{front}") for front in self.fronts}
            or _is_address(name)
        )

    def is_front(self, place: str) -> bool:
        """Whether a proxy in front of this server is opened at this `name:port`."""
        return place in self.fronts or _host_of(f"//{place}") in self.fronts


NO_OTHER_NAMES = KnownNames()


def refuse_foreign_host(headers: Mapping[str, str], known: KnownNames = NO_OTHER_NAMES) -> None:
    """Raise Refusal 403 when the Host header is a name that is not ours: a page whose name was pointed here."""
    name = _host_of(f"//{headers.get('host', '')}")
    if not known.has_host(name):
        raise Refusal(
            403,
            "foreign_host",
            f"This server is not known as '{name[:100]}'. Open it by its address, or start the web UI with "
            f"--lora-manager-host {name[:100] or 'NAME'} (LoRA Manager's own server with --host).",
        )


def refuse_foreign_origin(headers: Mapping[str, str], known: KnownNames = NO_OTHER_NAMES) -> None:
    """Raise Refusal 403 when a browser says that the request comes from a page of another origin.

    What it says of the site counts more than the Origin: a proxy in front may put its own word for the Host that the
    browser meant, and then both differ on our own page. Over plain http to another machine it says nothing.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None and site not in _SAME_ORIGIN:
        raise Refusal(403, "foreign_origin", "Only LoRA Manager's own page is answered.")
    if origin is None or site == "same-origin":
        return
    place = origin.lower().partition("://")[2]
    if place != headers.get("host", "").lower() and not known.is_front(place):
        raise Refusal(
            403,
            "foreign_origin",
            f"Only LoRA Manager's own page is answered, not {origin[:100]}. If a proxy shows this web UI there, start "
            f"it with --lora-manager-host {place[:100] or 'NAME'}.",
        )


def refuse_other_than_json(method: str, headers: Mapping[str, str]) -> None:
    """Raise Refusal 415 for a change whose body is not JSON, so that no form can send one."""
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if method not in _READING and kind != "application/json":
        raise Refusal(415, "not_json", "Changes take a JSON body: send Content-Type: application/json.")


def is_from_this_machine(scope: Mapping[str, Any]) -> bool:
    """Say whether an ASGI request's other end is this machine: a loopback address, or the address it was sent to.

    A tunnel or proxy on this machine hands on requests from elsewhere. Some say so in a header; of the others what is
    left is the name that the browser meant.
    """
    host, port = (scope.get("client") or ("", 0))[:2]
    client = _address(host)
    # A server that believes its proxies puts their word in place of the connection's address, with port 0.
    if client is None or client.is_unspecified or not port or not _is_forwarded_from_here(scope):
        return False
    server = _address((scope.get("server") or ("",))[0])
    return (_is_loopback(client) or client == server) and _means_this_machine(scope, server)


def _means_this_machine(scope: Mapping[str, Any], server: _Address | None) -> bool:
    """Say whether the Host, and the Origin where there is one, are what somebody at this machine calls it."""
    said = {name.lower(): value.decode("latin-1").lower() for name, value in scope.get("headers", ())}
    meant = [_host_of(f"//{said[b'host']}")] if b"host" in said else []
    meant += [_host_of(said[b"origin"])] if b"origin" in said else []
    own = _OWN_NAMES | names_of_this_machine()
    return all(name in own or _is_loopback(_address(name)) or (server and _address(name) == server) for name in meant)


def names_of_this_machine() -> frozenset[str]:
    """Return the names by which a browser on this machine may call it, beside localhost."""
    name = socket.gethostname().lower()
    return frozenset({name, f"{name}.local"}) if name else frozenset()


def _is_forwarded_from_here(scope: Mapping[str, Any]) -> bool:
    """Say whether no proxy was in between, or one that tells of nobody but this machine."""
    headers = [(name.lower(), value.decode("latin-1").lower()) for name, value in scope.get("headers", ())]
    plain = [item.strip() for name, value in headers if name in _FORWARDED for item in value.split(",")]
    told = [*plain, *(item for name, value in headers if name == b"forwarded" for item in _FOR.findall(value))]
    passed_on = any(name in _SIGNS_OF_A_PROXY for name, _ in headers)
    return all(_is_loopback(_address(item.strip('"[]'))) for item in told) and (bool(told) or not passed_on)


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_loopback(address: _Address | None) -> bool:
    return address is not None and address.is_loopback


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # not even an address
        return ""


def _is_address(name: str) -> bool:
    return _address(name) is not None
