"""Reload UI and Restart: one of everything afterwards, and nothing of what was is lost."""

from __future__ import annotations

import re

import pytest

from tests.contract.running_host import RunningHost
from tests.contract.starting_again import start_again

WORKERS = ("lora-manager-scan", "lora-manager-generate", "lora-manager-record")


def our_errors(log: str) -> list[str]:
    """The errors in a log that went through our code: a host has its own."""
    found = re.findall(r"Traceback \(most recent call last\):\n(?:[ |+].*\n)*.*", log)
    return [error for error in found if "lora_manager" in error]


def test_reload_or_restart_three_times(host: RunningHost) -> None:
    if not host.imitated and host.family not in ("a1111", "sdnext"):
        pytest.skip("Reload UI is only pressed for A1111 and SDNext")
    first, second = host.loras()
    before, used = host.recorded(), host.uses(first)
    logged = len(host.logged())
    for _ in range(3):
        start_again(host)
    assert host.recorded() == before
    texts = (f"ours {first.tag(0.8)}", f"the user's {first.tag(0.6)} {second.tag(0.3)}", "one more")
    prompts = [host.unique(text) for text in texts]
    host.generate(prompts[0])
    for prompt in prompts[1:]:
        assert host.user_run(prompt).status == 200
    host.settle()
    # A recorder of before that still listened would record each a second time.
    assert [run["prompt"] for run in reversed(host.generations(host.recorded() - before))] == prompts
    assert host.uses(first) == used + 2
    assert host.scan()["result"]["found"] >= 2
    if host.imitated:
        names = host.thread_names()
        assert [names.count(name) for name in WORKERS] == [1, 1, 1], sorted(names)
    assert our_errors(host.logged()[logged:]) == []
