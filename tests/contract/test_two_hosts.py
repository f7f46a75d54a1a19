"""Two hosts on one database file at the same time: both write, neither waits in vain, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.contract.limits import IMITATED
from tests.contract.running_host import OURS, RunningHost
from tests.helpers.imitated_host import ImitatedHost, start_imitated
from tests.helpers.network_files import write_network_file

FAMILIES = ("a1111", "sdnext")
RUNS = 8
EDITS = 12
SCANS = 4


@pytest.fixture
def loras(tmp_path: Path) -> Path:
    """The folder that both hosts list."""
    folder = tmp_path / "shared LoRAs"
    for name in ("ink-wash", "paper-cut"):
        write_network_file(folder / f"{name}.safetensors")
    return folder


@dataclass
class Pair:
    """A1111 and SDNext with one LoRA folder and one database."""

    folder: Path
    flags: tuple[str, ...]
    processes: dict[str, ImitatedHost] = field(default_factory=dict)

    def start(self, family: str) -> RunningHost:
        """Start one of them."""
        folder = self.folder / family
        folder.mkdir(exist_ok=True)
        process = self.processes[family] = start_imitated(family, folder, *self.flags)
        return RunningHost(process.url, family, IMITATED[family], process.log, imitated=True)


@pytest.fixture
def pair(tmp_path: Path, loras: Path, pytestconfig: pytest.Config) -> Iterator[Pair]:
    """Neither is started yet."""
    if pytestconfig.getoption("--host-url", default=""):
        pytest.skip("is asked of two imitated hosts")
    database = f"sqlite:///{(tmp_path / 'shared.sqlite3').as_posix()}"
    hosts = Pair(tmp_path, ("--lora-manager-db", database, "--lora-dir", str(loras)))
    yield hosts
    for process in hosts.processes.values():
        process.stop()
    for process in hosts.processes.values():
        logged = process.log.read_text(encoding="utf-8")
        assert "database is locked" not in logged
        assert "Traceback" not in logged, logged[-4000:]


@pytest.fixture
def both(pair: Pair) -> list[RunningHost]:
    """Started at the same moment, on a database that is not there yet."""
    with ThreadPoolExecutor(2) as starter:
        return list(starter.map(pair.start, FAMILIES))


def make(host: RunningHost, prompts: list[str]) -> None:
    """Jobs of ours and runs of the user in turn."""
    for number, prompt in enumerate(prompts):
        if number % 2:
            assert host.user_run(prompt).status == 200
        else:
            host.generate(prompt)
    host.settle()


def edit(host: RunningHost, adapter: int) -> None:
    """Change what the user may change, again and again."""
    for number in range(EDITS):
        changes = {"notes": f"{host.family} {number}", "rating": number % 5 + 1, "tags": [host.family, str(number)]}
        answer = host.ask("PATCH", f"{OURS}adapters/{adapter}", changes)
        assert answer.status == 200, answer.body


def add_files(host: RunningHost, folder: Path) -> None:
    """New files come and are scanned."""
    for number in range(SCANS):
        write_network_file(folder / f"{host.family} {number}.safetensors")
        host.scan()


def test_both_record_edit_and_scan_at_once(both: list[RunningHost], loras: Path) -> None:
    edited = both[0].loras()
    tags = " ".join(lora.tag(0.5) for lora in edited)
    prompts = {host.family: [host.unique(f"{host.family} {tags}") for _ in range(RUNS)] for host in both}
    with ThreadPoolExecutor(6) as pool:
        tasks = [pool.submit(make, host, prompts[host.family]) for host in both]
        tasks += [pool.submit(edit, host, lora.id) for host, lora in zip(both, edited, strict=True)]
        tasks += [pool.submit(add_files, host, loras) for host in both]
        for task in tasks:
            task.result()

    for host in both:
        assert host.reported() == []
        host.scan()
        made = {generation["prompt"]: generation for generation in host.generations(100)}
        assert host.recorded() == len(made) == 2 * RUNS
        for family, written in prompts.items():
            assert {made[prompt]["host"] for prompt in written} == {family}
        assert all(len(generation["images"]) == 1 for generation in made.values())
        assert [host.uses(lora) for lora in edited] == [2 * RUNS, 2 * RUNS]
        for lora, editor in zip(edited, both, strict=True):
            detail = host.get(f"adapters/{lora.id}")
            assert detail["notes"] == f"{editor.family} {EDITS - 1}"
            assert sorted(detail["tags"]) == sorted([editor.family, str(EDITS - 1)])
        assert host.get("library")["totals"]["adapters"] == 2 + 2 * SCANS


def test_one_goes_on_when_the_other_is_killed(pair: Pair, both: list[RunningHost]) -> None:
    first, second = both
    [lora, _] = first.loras()
    before = first.unique(f"before {lora.tag(0.5)}")
    first.generate(before)
    lost = first.start("never ready", steps=200, batch_size=8)
    first.wait("the job draws", lambda: first.job(lost["id"])["done"])
    killed = pair.processes[first.family].process
    killed.kill()
    killed.wait()
    after = second.unique(f"after {lora.tag(0.5)}")
    second.generate(after)
    assert [generation["host"] for generation in second.made(before)] == [first.family]
    assert second.uses(lora) == 2
    again = pair.start(first.family)
    assert again.job(lost["id"])["state"] == "interrupted"
    assert again.uses(lora) == 2
    again.generate(again.unique("works again"))
