from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.hosts.base import HostState, NetworkLocation
from lora_manager.hosts.protection import Protection
from tests.fakes.host_login import Page
from tests.hosts.in_a1111 import Inside


def test_each_host_is_known_by_what_it_can_do(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inside.host.name == inside.family
    if inside.family == "forge":
        monkeypatch.delattr(inside.module("sd_models").model_data, "forge_loading_parameters")
        assert inside.host.name == "reforge"
        monkeypatch.setattr(inside.module("script_callbacks"), "on_app_started", lambda callback: None)
        assert inside.host.name == "forge-classic"


def test_versions(a1111: Inside) -> None:
    assert a1111.host.version == "v1.10.1"


def test_the_version_of_forge(forge: Inside) -> None:
    assert forge.host.version == "2.0.1v1.10.1"


def test_folders_are_absolute(inside: Inside) -> None:
    folders = [inside.host.models_dir(), inside.host.output_dir(), *inside.host.roots()]
    assert all(folder.is_absolute() for folder in folders)
    assert inside.host.models_dir() == inside.folder / "models"
    assert inside.host.output_dir() == inside.folder / "outputs" / "txt2img-images"


def test_a_folder_for_all_tabs_comes_first(a1111: Inside) -> None:
    a1111.module("shared").opts.set("outdir_samples", str(a1111.folder / "all"))
    assert a1111.host.output_dir() == a1111.folder / "all"


@pytest.mark.parametrize(
    ("relative", "tag"), [("ink.safetensors", "ink"), ("a/b/my.lora v1.5.pt", "my.lora v1.5"), (r"a\ink.ckpt", "ink")]
)
def test_a_tag_is_named_by_the_stem_only(a1111: Inside, relative: str, tag: str) -> None:
    for first in (True, False):
        assert a1111.host.tag_name(NetworkLocation(Path("/lora"), relative, first)) == tag


def test_the_guest_is_called_where_the_host_calls(inside: Inside) -> None:
    assert inside.guest.servers == ["server"]
    assert (inside.guest.threads == ["MainThread"]) == (inside.family == "a1111")
    assert inside.control.tabs() == [("blocks", "LoRA Manager", "lora_manager")]


def test_unloading_reaches_the_guest(inside: Inside) -> None:
    inside.control.reload_ui("another server")
    assert inside.guest.unloads == 1


def test_without_a_page_the_server_comes_all_the_same(a1111: Inside) -> None:
    """--nowebui: on_app_started(None, app)."""
    a1111.module("script_callbacks").call("app_started", None, "api only")
    assert a1111.guest.servers[-1] == "api only"


def test_flags(a1111: Inside) -> None:
    assert a1111.host.flag("lora_manager_dir") is None
    a1111.module("shared").cmd_opts.lora_manager_dir = "/state"
    assert a1111.host.flag("lora_manager_dir") == "/state"
    a1111.module("shared").cmd_opts.lora_manager_dir = ""
    assert a1111.host.flag("lora_manager_dir") is None


def test_who_may_come_in(inside: Inside) -> None:
    assert inside.host.protection() == Protection()
    options = inside.module("shared").cmd_opts
    options.listen, options.api_auth, options.gradio_auth = True, "a:b:c,d:e", "page:word"
    options.lora_manager_allow_file_operations = True
    told = inside.host.protection()
    assert told.is_open
    assert told.basic == (("a", "b:c"), ("d", "e"))
    assert told.allows_file_operations


def test_the_page_says_where_it_is_reached(inside: Inside) -> None:
    inside.module("shared").demo = Page(None, share=True)
    assert inside.host.protection().is_open
    assert "0123456789abcdef.gradio.live" in inside.host.protection().names


def test_a_host_without_such_flags(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside.module("shared"), "cmd_opts", object())
    assert inside.host.protection() == Protection()


def test_routes_need_no_prefix(a1111: Inside) -> None:
    assert tuple(a1111.host.sub_paths()) == ("",)


def test_busy_as_long_as_anybody_generates(inside: Inside) -> None:
    assert inside.host.state() is HostState.IDLE
    with inside.user_is_generating():
        assert inside.host.state() is HostState.BUSY
    assert inside.host.state() is HostState.IDLE


def test_no_checkpoint_is_why_nothing_can_be_generated(inside: Inside) -> None:
    assert inside.host.cannot_generate() == ""
    inside.module("sd_models").checkpoints_list.clear()
    assert str(inside.folder / "models" / "Stable-diffusion") in inside.host.cannot_generate()


def test_the_form_starts_with_a_size_for_the_model(inside: Inside) -> None:
    assert inside.host.defaults().width == 512
    assert inside.host.samplers()[0] == inside.host.defaults().sampler
