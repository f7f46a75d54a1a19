"""Who can reach a web UI and by which names, read from its command line and, once it is up, from its gradio page.

The flags are those of AUTOMATIC1111, which SDNext took over: --listen, --share, --ngrok, --server-name. The page knows
more: the environment names an address too, and some notebooks are shared unasked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from lora_manager.hosts.protection import Protection, split_names
from lora_manager.hosts.tolerant import text_of
from lora_manager.hosts.web_ui import FLAG_FILES, FLAG_HOST

SHARED = (".gradio.live",)
NGROK = (".ngrok-free.app", ".ngrok-free.dev", ".ngrok.app", ".ngrok.dev", ".ngrok.io")
_NAMES_OF_NGROK = ("domain", "hostname")


def protection_of(
    options: Any, page: Any, flag: Callable[[str], str | None], basic: tuple[tuple[str, str], ...] = ()
) -> Protection:
    """Return what a host's flags and its page say; `page` is None before there is one, and where there is none."""
    ngrok, is_shared = bool(_of(options, "ngrok")), bool(_of(options, "share") or _of(page, "share"))
    return Protection(
        is_open=ngrok or is_shared or _listens_to_others(options, page),
        basic=basic,
        asks_basic=bool(basic and _of(options, "nowebui")),
        names=_names(options, page),
        suffixes=(SHARED if is_shared else ()) + (NGROK if ngrok else ()),
        fronts=split_names(flag(FLAG_HOST)),
        allows_file_operations=bool(flag(FLAG_FILES)),
    )


def _listens_to_others(options: Any, page: Any) -> bool:
    """Whether the server's address is one that other machines reach: by a flag, or by gradio's own environment."""
    bound = [text_of(name) for name in (_of(options, "server_name"), _of(page, "server_name")) if name]
    if _of(options, "listen") or any(not _is_this_machine(name) for name in bound):
        return True
    # Without a page A1111 leaves the address to its server, which then takes all of them.
    return bool(_of(options, "nowebui")) and not bound


def _names(options: Any, page: Any) -> frozenset[str]:
    """Names, not addresses, that the host was given or that a tunnel got."""
    tunnel = _of(options, "ngrok_options")
    given = [_of(tunnel, name) for name in _NAMES_OF_NGROK]
    given += [_of(options, "server_name"), _host_of(_of(page, "share_url"))]
    names = (text_of(name).strip().lower() for name in given if name)
    return frozenset(name for name in names if name and _address(name) is None)


def _of(thing: Any, name: str) -> Any:
    """An attribute, or an entry; None for what is not there."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def _host_of(address: Any) -> str:
    try:
        return urlsplit(text_of(address)).hostname or ""
    except ValueError:
        return ""


def _is_this_machine(name: str) -> bool:
    address = _address(name)
    return name.lower() == "localhost" if address is None else address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None
