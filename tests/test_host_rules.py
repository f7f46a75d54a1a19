"""What our code must not do inside a web UI, read from the source: each rule is a fact of some host, with its line.

The numbers are those of tests/host_facts. A rule that is broken here breaks in one host only, and not in the others.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.in_a1111 import inside_host
from tests.hosts.in_sdnext import inside_sdnext

ROOT = Path(__file__).resolve().parents[1]
LOADED_BY_HOSTS = [ROOT / "install.py", ROOT / "preload.py", *sorted((ROOT / "scripts").glob("*.py"))]
PYTHON_FILES = [*LOADED_BY_HOSTS, *sorted((ROOT / "lora_manager").rglob("*.py"))]
WEB = ROOT / "lora_manager" / "web"
PAGE_FILES = [
    path
    for path in [*(ROOT / "javascript").glob("*.js"), *sorted(WEB.rglob("*.js")), *sorted(WEB.rglob("*.css"))]
    if WEB / "vendor" not in path.parents
]

NAMES = {
    # a name in our Python: why it is none for us
    "add_middleware": "refused once the server has answered a request, and on Forge from the start (2.2:4, 3.1:8)",
    "middleware": "the same (2.2:4, 3.1:8)",
    "on_event": "never fires under gradio: the server is up by then (3.1:7)",
    "basedir": "right only while the script is being imported, and relative in SDNext (2.1:4, 3.10:2)",
    "data_path": "empty in SDNext (1.0:18, 2.1:4)",
    "on_extra_noise": "raises KeyError in SDNext (2.1:2)",
    "on_list_optimizers": "not in every host (2.1:2, 3.1:4)",
    "on_list_unets": "not in every host (2.1:2)",
    "on_ui_train_tabs": "not in every host, and never called in two (2.1:2, 3.1:4)",
    "on_before_token_counter": "not in every host (2.1:2)",
    "on_options_available": "not in Classic (3.9:1)",
    "run_pip": "refuses some packages by name, and remembers what it was asked (2.6:1, 2.6:8, 3.10:4)",
}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (alias.name for alias in node.names)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_name_that_fails_in_one_of_the_hosts() -> None:
    found = [
        f"{_named(path)}: {name}: {NAMES[name]}" for path in PYTHON_FILES for name in {*_names(_tree(path))} & {*NAMES}
    ]
    assert found == []


def test_what_hosts_load_first_imports_nothing_of_theirs() -> None:
    """2.1:15: in SDNext's installer that would leave its folders in ours. preload.py runs before gradio is there."""
    imported = {
        (_named(path), name.split(".")[0])
        for path in LOADED_BY_HOSTS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    foreign = {name for _, name in imported} & {"modules", "modules_forge", "launch", "installer", "gradio", "fastapi"}
    assert foreign == set()


def test_no_websocket_of_ours_has_dependencies() -> None:
    """3.6:4: FastAPI 0.94 has no such argument, and a dependency that wants a request fails there."""
    calls = [node for path in PYTHON_FILES for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
    routes = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "websocket"]
    assert routes
    assert [node for node in routes if any(keyword.arg == "dependencies" for keyword in node.keywords)] == []


IN_THE_PAGE = {
    # what must not stand in our page's code: why
    r"gradio_config|opts\.subpath|location\.origin": "wrong behind a proxy or a sub-path (5.2:3)",
    r"getUICurrentTab|get_uiCurrentTab|switchToTab|executeCallbacks": "not on every host's window (2.1:11, 2.4:2)",
    r"body\.dark|classList\.contains\('dark'\)|\.dark\s*[{,]": "SDNext's class tells of the system, not of it (5.6:1)",
    r"onUiUpdate|onAfterUiUpdate": "called for every change of a page of 47,000 elements (5.3:3)",
    r"credentials:\s*'omit'": "the login's cookie is lost (5.2:7)",
    r"createRenderRoot\(\)\s*\{\s*return this": "drawn outside a shadow, every host watches each change (5.3:3)",
    r"@media\s*\((?:min|max)-width": "the window's width says nothing of ours: use @container (5.3:6)",
    r"_generate['\"`]\)\??\.click": "we never press the host's own button",
    r"new BroadcastChannel": "reaches no page under another name of the server: the server hands on (5.8:1)",
}
HEIGHTS = {
    # where 100vh may stand: why
    "lora_manager/web/ui/lm-lightbox.js": "a dialog lies over the whole window",
    "lora_manager/web/bulk/dialog-styles.js": "a dialog lies over the whole window",
    "lora_manager/web/catalogue/selection-styles.js": "where no mount has measured yet",
    "lora_manager/web/catalogue/lm-toolbar.js": "where no mount has measured yet",
    "lora_manager/web/detail/detail-styles.js": "where no mount has measured yet",
}


def _code(path: Path) -> str:
    """Without comments."""
    return re.sub(
        r"/\*.*?\*/|^\s*//.*?$|\s//\s.*?$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


@pytest.mark.parametrize("pattern", IN_THE_PAGE)
def test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts(pattern: str) -> None:
    assert [_named(path) for path in PAGE_FILES if re.search(pattern, _code(path))] == [], IN_THE_PAGE[pattern]


def test_heights_are_measured() -> None:
    """5.3:5: 100vh is too much in every host, for something stands above us."""
    found = {_named(path) for path in PAGE_FILES if "100vh" in _code(path)}
    assert found <= set(HEIGHTS)


def test_elements_are_defined_once_only() -> None:
    """5.2:10: the same module under a second address would define them again, which raises."""
    places = [
        (path, match.start()) for path in PAGE_FILES for match in re.finditer(r"customElements\.define\(", _code(path))
    ]
    assert len(places) == 2
    assert all(re.search(r"if \(!customElements\.get\(\w+\)\) \{\s*$", _code(path)[:at]) for path, at in places)


def test_our_elements_are_nobodys_output() -> None:
    """5.1:5: gradio makes an element anew when it is given a value, and what the user did in it is lost."""
    used = {
        node.attr
        for node in ast.walk(_tree(ROOT / "lora_manager" / "ui" / "tab.py"))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "gr"
    }
    assert used == {"Blocks", "Tabs", "Tab", "HTML"}


def test_the_html_of_our_elements_has_no_id() -> None:
    """5.1:6: gradio 3 gives one to two elements, of which each is the wrong one for somebody."""
    calls = [node for node in ast.walk(_tree(ROOT / "lora_manager" / "ui" / "tab.py")) if isinstance(node, ast.Call)]
    html = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "HTML"]
    assert html
    assert [node.keywords for node in html] == [[]] * len(html)


IN_EVERY_VERSION = {
    "before_ui",
    "ui_settings",
    "ui_tabs",
    "app_started",
    "script_unloaded",
    "model_loaded",
    "image_saved",
}
ONLY_SDNEXT = {"before_process", "after_process"}


def test_sdnext_is_asked_for_callbacks_that_it_has(tmp_path: Path) -> None:
    """2.1:2, 2.2:7."""
    with inside_sdnext(tmp_path) as sdnext:
        callbacks = sdnext.module("script_callbacks").callback_map
        asked = {kind for kind, entries in callbacks.items() if entries}
        assert ONLY_SDNEXT <= asked <= IN_EVERY_VERSION | ONLY_SDNEXT
        assert not sdnext.host.script_classes()


@pytest.mark.parametrize("family", ["a1111", "forge"])
def test_the_others_are_asked_for_callbacks_that_all_of_them_have(family: str, tmp_path: Path) -> None:
    """3.1:4."""
    with inside_host(family, tmp_path) as inside:
        callbacks = inside.module("script_callbacks").callback_map
        asked = {kind.replace("callbacks_", "") for kind, entries in callbacks.items() if entries}
        assert {"ui_tabs", "app_started", "script_unloaded", "image_saved"} <= asked <= IN_EVERY_VERSION


HOOKS_OF_ALL = {
    *("before_process", "process", "before_process_batch", "after_extra_networks_activate", "process_batch"),
    *("postprocess_batch", "postprocess_image", "postprocess"),
}


def test_hooks_are_those_of_every_version_and_take_what_is_added(tmp_path: Path) -> None:
    """3.2:1: newer hosts hand more to a hook than older ones do."""
    with inside_host("a1111", tmp_path) as inside:
        (script,) = inside.host.script_classes()
        base = inside.module("scripts").Script
        # Every hook of a host is handed the run first.
        own = {
            name: method
            for kind in script.__mro__[: script.__mro__.index(base)]
            for name, method in vars(kind).items()
            if inspect.isfunction(method) and list(inspect.signature(method).parameters)[1:2] == ["p"]
        }
        assert {"before_process", "after_extra_networks_activate", "postprocess"} <= own.keys() <= HOOKS_OF_ALL
        for method in own.values():
            kinds = {parameter.kind for parameter in inspect.signature(method).parameters.values()}
            assert inspect.Parameter.VAR_POSITIONAL in kinds
