from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lora_manager.hosts.base import HostState
from lora_manager.hosts.protection import Protection
from tests.hosts.in_sdnext import Inside, wait_until


def test_name_and_version(sdnext: Inside) -> None:
    assert sdnext.host.name == "sdnext"
    assert sdnext.host.version == "2026-07-23 058a7f0"


def test_the_version_is_asked_for_once_and_not_at_the_start(sdnext: Inside) -> None:
    import installer

    assert installer.asked_git == 0  # it starts several processes
    assert sdnext.host.version == sdnext.host.version
    assert installer.asked_git == 1


def test_a_version_that_git_does_not_know(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    import installer

    monkeypatch.setattr(installer, "get_version", lambda: installer.version)
    assert sdnext.host.version == "unknown"


def test_folders_are_absolute_though_the_hosts_are_not(sdnext: Inside) -> None:
    shared, paths = sdnext.module("shared"), sdnext.module("paths")
    given = [shared.cmd_opts.lora_dir, paths.models_path, shared.opts.outdir_txt2img_samples]
    assert not any(Path(folder).is_absolute() for folder in given)
    assert list(sdnext.host.roots()) == [sdnext.folder / "models" / "Lora"]
    assert sdnext.host.models_dir() == sdnext.folder / "models"
    assert sdnext.host.output_dir() == sdnext.folder / "outputs" / "text"


def test_pictures_of_all_tabs_in_one_folder(sdnext: Inside) -> None:
    options = sdnext.module("shared").opts
    options.outdir_samples, options.outdir_txt2img_samples = str(sdnext.folder / "all"), "text"
    assert sdnext.host.output_dir() == sdnext.folder / "all" / "text"


def test_a_home_folder_is_found(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(sdnext.folder))
    monkeypatch.setenv("USERPROFILE", str(sdnext.folder))
    sdnext.module("shared").cmd_opts.lora_dir = "~/loras"
    assert list(sdnext.host.roots()) == [sdnext.folder / "loras"]


def test_the_guest_is_called_on_the_main_thread(sdnext: Inside) -> None:
    assert list(zip(sdnext.guest.servers, sdnext.guest.threads, strict=True)) == [
        ("server", threading.main_thread().name)
    ]
    assert sdnext.control.tabs() == [("blocks", "LoRA Manager", "lora_manager")]
    assert sdnext.host.script_classes() == ()


def test_a_restart_says_goodbye_to_nobody(sdnext: Inside) -> None:
    sdnext.control.reload_ui("another server")
    assert sdnext.guest.unloads == 0
    sdnext.module("script_callbacks").call("script_unloaded")  # should a later version do it
    assert sdnext.guest.unloads == 1


def test_flags(sdnext: Inside) -> None:
    assert sdnext.host.flag("lora_manager_dir") is None
    sdnext.module("shared").cmd_opts.lora_manager_dir = "/state"
    assert sdnext.host.flag("lora_manager_dir") == "/state"
    assert sdnext.host.flag("of_an_extension_that_was_not_asked") is None


@pytest.mark.parametrize(
    ("flag", "option", "paths"),
    [
        (None, "", ("",)),
        (None, None, ("",)),
        ("/sd", "", ("", "/sd")),
        ("sd/", "", ("", "/sd")),
        (None, "sd", ("", "/sd")),
        ("/", "", ("",)),
        ("/new", "/old", ("", "/new")),
    ],
)
def test_a_sub_path_is_a_second_place(sdnext: Inside, flag: str | None, option: str | None, paths: object) -> None:
    shared = sdnext.module("shared")
    shared.cmd_opts.subpath, shared.opts.subpath = flag, option
    assert tuple(sdnext.host.sub_paths()) == paths


def test_who_may_come_in(sdnext: Inside) -> None:
    """Its API takes the users of --auth; --api-auth is accepted and ignored."""
    assert sdnext.host.protection() == Protection()
    options = sdnext.module("shared").cmd_opts
    options.server_name, options.auth, options.api_auth = "studio.lan", "page:word", "a:b"
    options.lora_manager_host = "lora.example"
    assert sdnext.host.protection() == Protection(
        is_open=True, names=frozenset({"studio.lan"}), fronts=frozenset({"lora.example"})
    )


def test_busy_is_who_holds_the_lock(sdnext: Inside) -> None:
    """Between the parts of a job SDNext says that it has none."""
    assert sdnext.host.state() is HostState.IDLE
    with sdnext.user_is_generating():
        assert sdnext.host.state() is HostState.BUSY
        sdnext.module("shared").state.clear()
        assert sdnext.host.state() is HostState.BUSY
    wait_until(lambda: sdnext.host.state() is HostState.IDLE)


def test_refreshing_lists_the_folder_again(sdnext: Inside) -> None:
    sdnext.control.add_lora(sdnext.loras / "new.safetensors")
    assert sdnext.host.reached_file("new") is None
    sdnext.host.refresh_networks()
    assert sdnext.host.reached_file("new") == sdnext.loras / "new.safetensors"


def test_a_script_file_is_loaded_as_the_host_does(sdnext: Inside, tmp_path: Path) -> None:
    """Its module stands in no sys.modules, and what it adds in front of sys.path is gone afterwards."""
    script = tmp_path / "scripts" / "extension_of_ours.py"
    script.parent.mkdir()
    script.write_text(
        "from abc import ABC\nfrom modules.scripts_manager import Script\n"
        "class Plain(Script): pass\nclass Unseen(Script, ABC): pass\n"
    )
    sdnext.control.load_script(script)
    found = [kind.__name__ for kind in sdnext.module("scripts_manager").scripts_data]
    assert found == ["Plain"]
    assert sdnext.module("scripts_manager").runner("control").alwayson_scripts == []
