"""Reload UI and Restart, as a user's click reaches each host."""

from __future__ import annotations

import contextlib
import json
import secrets
import urllib.error
from typing import Any

from tests.contract.events import opened
from tests.contract.running_host import OURS, Answer, RunningHost

RELOAD_BUTTON = "settings_restart_gradio"


def start_again(host: RunningHost) -> None:
    """Have the host start anew as its own button does; returns when what was there is gone and health answers."""
    before = host.scan()["id"]
    if host.family == "sdnext":
        assert host.ask("POST", "/sdapi/v1/restart").status < 300
    else:
        _click(host, RELOAD_BUTTON)
    host.wait("the host starts anew", lambda: _is_new(host, before), host.limits.restarts_s)


def _is_new(host: RunningHost, old_job: int) -> bool:
    """Whether another of ours answers: the jobs of the one before are not in its list."""
    with contextlib.suppress(OSError, urllib.error.URLError, AssertionError):
        status = host.ask("GET", OURS + "health").status
        if status == 401:  # logins end with the process, and with the page
            host.log_in()
        if status == 200:
            return all(job["id"] != old_job for job in host.get("jobs")["items"])
    return False


def _click(host: RunningHost, elem_id: str) -> None:
    """Press a button of the page that sends nothing, as gradio 3 (WebSocket) and 4 (POST) want it."""
    config = host.ask("GET", "/config").document
    function = _function_of(config, elem_id)
    hash_: dict[str, Any] = {"fn_index": function, "session_hash": secrets.token_hex(6)}
    call = {**hash_, "data": [], "event_data": None}
    if str(config["version"]).startswith("3."):
        _join_by_websocket(host, hash_, call)
    else:
        answer: Answer = host.ask("POST", "/queue/join", call)
        assert answer.status == 200, answer


def _function_of(config: dict[str, Any], elem_id: str) -> int:
    ids = {item["id"] for item in config["components"] if item["props"].get("elem_id") == elem_id}
    found = [
        number
        for number, dependency in enumerate(config["dependencies"])
        if any(_component(target) in ids for target in dependency["targets"])
    ]
    assert found, f"the host's page has no button {elem_id}"
    return found[0]


def _component(target: Any) -> int:
    """The component of an event: gradio 3 names it alone, gradio 4 with the event."""
    return int(target[0] if isinstance(target, list) else target)


def _join_by_websocket(host: RunningHost, hash_: dict[str, Any], call: dict[str, Any]) -> None:
    with opened(host, "/queue/join") as socket:
        for message in socket:
            told = json.loads(message)["msg"]
            if told == "send_hash":
                socket.send(json.dumps(hash_))
            elif told == "send_data":
                socket.send(json.dumps(call))
            elif told == "process_completed":
                return
