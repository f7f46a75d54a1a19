"""A proxy in front of a web UI, as small as one can be: it takes a prefix off, and hands WebSockets on too.

One request for each connection. Unless told to keep it, it puts the upstream's address in place of the Host that the
browser meant, as nginx does when nothing is said of it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_MOST_HEAD = 64 * 1024
_CHUNK = 64 * 1024
_PATIENCE_S = 120


class PrefixProxy:
    """Listens on this machine; `url` is what a browser opens."""

    def __init__(self, upstream: str, prefix: str, *, keeps_host: bool, says_for: str = "") -> None:
        place = urlsplit(upstream)
        self._upstream = (place.hostname or "", place.port or 80)
        self._below = place.path
        self._prefix = prefix
        self._keeps_host = keeps_host
        self._says_for = says_for
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.place}{prefix}"
        threading.Thread(target=self._accept, name="prefix-proxy", daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with browser, suppress(OSError):
            browser.settimeout(_PATIENCE_S)
            head, rest = _head_of(browser)
            told = self._rewritten(head)
            if told is None:
                browser.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            with socket.create_connection(self._upstream, timeout=_PATIENCE_S) as host:
                host.sendall(told + rest)
                sender = threading.Thread(target=_pump, args=(browser, host), daemon=True)
                sender.start()
                _pump(host, browser)

    def _rewritten(self, head: bytes) -> bytes | None:
        """The request as the host gets it; None for what does not lie below the prefix."""
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = first.split(" ", 2)
        if not target.startswith(f"{self._prefix}/"):
            return None
        headers = [line.partition(":")[::2] for line in lines if line]
        is_upgrade = any(name.lower() == "upgrade" for name, _ in headers)
        dropped = {"host"} if not self._keeps_host else set()
        dropped |= set() if is_upgrade else {"connection"}
        kept = [f"{name}:{value}" for name, value in headers if name.lower() not in dropped]
        if not self._keeps_host:
            kept.append(f"Host: {self._upstream[0]}:{self._upstream[1]}")
        if not is_upgrade:
            kept.append("Connection: close")
        if self._says_for:
            kept.append(f"X-Forwarded-For: {self._says_for}")
        path = self._below + target[len(self._prefix) :]
        return "\r\n".join([f"{method} {path} {version}", *kept, "", ""]).encode("latin-1")


@contextmanager
def prefix_proxy(upstream: str, prefix: str, *, keeps_host: bool, says_for: str = "") -> Iterator[PrefixProxy]:
    """One for the length of the block."""
    proxy = PrefixProxy(upstream, prefix, keeps_host=keeps_host, says_for=says_for)
    try:
        yield proxy
    finally:
        proxy.close()


def _head_of(connection: socket.socket) -> tuple[bytes, bytes]:
    """The request's head, and what came with it of the body."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(_CHUNK)
        if not more or len(got) > _MOST_HEAD:
            raise OSError("no request")
        got += more
    head, _, rest = got.partition(b"\r\n\r\n")
    return head, rest


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on until the source ends."""
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
