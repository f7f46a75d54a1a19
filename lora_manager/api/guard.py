"""Who may change things: only JSON requests from our own page, only under a name that is ours.

A page of another site can send forms and plain text here without asking, and can make its own name point at this
machine; it cannot send JSON across origins, nor hide its Origin.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED = (b"x-forwarded-for", b"x-real-ip", b"x-client-ip", b"cf-connecting-ip", b"true-client-ip")
_SIGNS_OF_A_PROXY = (
    *(b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-server", b"via"),
    *(b"tailscale-user-login", b"ngrok-trace-id"),
)
_FOR = re.compile(r"for=\s*(\"[^\"]*\"|[^;,\s]+)")
OWN_NAMES = frozenset({"localhost"})


def make_guard(extra_names: frozenset[str] = frozenset()) -> Callable[[Request], None]:
    """Return the dependency for every route. `extra_names` are host names this server is reached by."""
    names = OWN_NAMES | extra_names

    def guard(request: Request) -> None:
        refuse_foreign_host(request.headers, names)
        # Reads too: some hosts let every origin read what their server answers.
        refuse_foreign_origin(request.headers)
        if request.method in _READING:
            return
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json":
            raise HTTPException(415, "Changes take a JSON body: send Content-Type: application/json.")

    return guard


def refuse_foreign_host(headers: Mapping[str, str], names: frozenset[str] = OWN_NAMES) -> None:
    """Raise 403 when the Host header is a name that is not ours: a page whose name was pointed at this machine."""
    name = _host_of(f"//{headers.get('host', '')}")
    if name not in names and not _is_address(name):
        raise HTTPException(403, f"This server is not known as '{name}'. Open it by its address, or start with --host.")


def refuse_foreign_origin(headers: Mapping[str, str]) -> None:
    """Raise 403 when a browser says that the request comes from a page of another origin."""
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise HTTPException(403, "Only LoRA Manager's own page is answered.")
        return
    if origin.lower().partition("://")[2] != headers.get("host", "").lower():
        raise HTTPException(403, f"Only LoRA Manager's own page is answered, not {origin[:100]}.")


def is_from_this_machine(scope: Mapping[str, Any]) -> bool:
    """Say whether an ASGI request's other end is this machine: a loopback address, or the address it was sent to.

    A tunnel or proxy on this machine hands on requests from elsewhere; it says so in a header, and then their origin
    counts.
    """
    host, port = (scope.get("client") or ("", 0))[:2]
    client = _address(host)
    # A server that believes its proxies puts their word in place of the connection's address, with port 0.
    if client is None or client.is_unspecified or not port or not _is_forwarded_from_here(scope):
        return False
    return _is_loopback(client) or client == _address((scope.get("server") or ("",))[0])


def _is_forwarded_from_here(scope: Mapping[str, Any]) -> bool:
    """Say whether no proxy was in between, or one that tells of nobody but this machine."""
    headers = [(name.lower(), value.decode("latin-1").lower()) for name, value in scope.get("headers", ())]
    plain = [item.strip() for name, value in headers if name in _FORWARDED for item in value.split(",")]
    told = [*plain, *(item for name, value in headers if name == b"forwarded" for item in _FOR.findall(value))]
    passed_on = any(name in _SIGNS_OF_A_PROXY for name, _ in headers)
    return all(_is_loopback(_address(item.strip('"[]'))) for item in told) and (bool(told) or not passed_on)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_loopback(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    return address is not None and address.is_loopback


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # not even an address
        return ""


def _is_address(name: str) -> bool:
    return _address(name) is not None
