"""What we know of the host: who it is, its folders, its LoRAs under the names that it resolves."""

from __future__ import annotations

from pathlib import Path

from tests.contract.running_host import RunningHost


def test_health(host: RunningHost) -> None:
    health = host.get("health")
    assert health["status"] == "ok"
    assert health["version"]


def test_the_host_says_who_it_is(host: RunningHost) -> None:
    told = host.get("host")
    assert told["name"] == host.family
    assert told["version"]
    assert told["version"] != "unknown"
    library = host.get("library")
    assert (library["host"]["name"], library["host"]["version"]) == (told["name"], told["version"])


def test_the_hosts_folders_are_scanned(host: RunningHost) -> None:
    report = host.scan()["result"]
    library = host.get("library")
    assert library["roots"]
    for root in library["roots"]:
        assert Path(root["path"]).is_absolute()
        assert root["online"]
        assert root["last_scan_at"]
    assert library["totals"]["adapters"] >= 2
    assert report["found"] >= 2


def test_every_name_of_ours_is_one_that_the_host_resolves(host: RunningHost) -> None:
    """By the host's own list; a name with a path in it is not in it, and is read as a path."""
    host.scan()
    listed = {item["name"]: item for item in host.host_get("loras")}
    cards = host.get("adapters?limit=200&state=present")["items"]
    names = [card["tag_name"] for card in cards if not card["tag_name"].startswith("/")]
    assert names
    assert sorted(name for name in names if name not in listed) == []


def test_both_mean_the_same_file_by_a_name(host: RunningHost) -> None:
    for lora in host.loras():
        files = host.get(f"adapters/{lora.id}")["files"]
        here = {Path(file["path"]).resolve() for file in files}
        path = Path(lora.path)
        # The host may list it relative to its own folder.
        assert (
            path.resolve() in here if path.is_absolute() else any(p.as_posix().endswith(path.as_posix()) for p in here)
        )


def test_the_model_and_what_a_form_starts_with(host: RunningHost) -> None:
    told = host.get("host")
    assert told["state"] == "idle"
    assert told["cannot_generate"] == ""
    assert told["model"]["name"]
    assert Path(told["model"]["path"]).is_absolute()
    defaults = told["defaults"]
    assert defaults["sampler"] in told["samplers"]
    for key in ("width", "height", "steps"):
        assert defaults[key] > 0
