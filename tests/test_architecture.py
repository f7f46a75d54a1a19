"""The walls of the design, read from the source: who may import whom, how long a file may be, what it may not say.

A new rule goes in here with the reason; an exception goes into the table beside its rule, also with the reason.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "lora_manager"
MAX_LINES = 400
PYTHON_3_10 = (3, 10)


def _repository_files() -> list[Path]:
    """Everything that is or could be committed: ignored files are not ours to judge."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:  # an unpacked archive: every file that is not in a hidden or dependency folder
        skipped = ("node_modules", "__pycache__")
        found = [path for path in ROOT.rglob("*") if path.is_file()]
        parts = [(path, path.relative_to(ROOT).parts) for path in found]
        return [path for path, names in parts if not any(n in skipped or n.startswith(".") for n in names)]
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


FILES = _repository_files()
VENDORED = ROOT / PACKAGE / "web" / "vendor"
OWN_FILES = [path for path in FILES if VENDORED not in path.parents]
PYTHON_FILES = [path for path in OWN_FILES if path.suffix == ".py"]
SOURCES = [path for path in PYTHON_FILES if path.is_relative_to(ROOT / PACKAGE)]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=_name(path), feature_version=PYTHON_3_10)


# --- imports -------------------------------------------------------------------------------------------------------

LAYERS: dict[str, tuple[set[str], set[str]]] = {
    # layer: (packages of ours it may import besides itself, packages of others it may import)
    "formats": (set(), {"numpy", "safetensors", "PIL"}),
    "analysis": ({"formats"}, {"numpy", "safetensors"}),
    "search": ({"formats"}, {"numpy"}),
    "hosts.base": (set(), set()),
    "hosts.protection": (set(), set()),  # what guards a host, as the host says it
    "hosts.web_ui": ({"hosts.base", "hosts.protection"}, set()),
    "hosts": (
        {"formats", "hosts.base", "hosts.protection", "hosts.web_ui", "settings"},
        {"numpy", "safetensors", "PIL"},
    ),
    "db": ({"formats", "search"}, {"sqlalchemy", "alembic", "numpy"}),
    "services": (
        {
            *("formats", "analysis", "search", "db", "hosts.base", "hosts.protection", "settings"),
            *("package_install", "optional_packages"),
        },
        {"numpy", "PIL", "nh3", "watchfiles", "sqlalchemy"},
    ),
    "settings": (set(), set()),
    # install.py runs these before anything is installed
    "requirements_check": (set(), set()),
    "package_install": ({"requirements_check"}, set()),
    "optional_packages": ({"requirements_check", "package_install"}, set()),
    "application": ({"db", "services", "hosts.base", "settings"}, set()),  # the services, wired for one host
    "api": (
        {
            *("formats", "analysis", "search", "db", "services", "application", "hosts.base", "hosts.protection"),
            *("settings", "web", "optional_packages"),
        },
        {"fastapi", "starlette", "pydantic", "anyio", "nh3"},
    ),
    "web": (set(), set()),
    "demo": ({"formats", "hosts", "hosts.base", "settings"}, {"numpy", "safetensors", "PIL"}),
    "ui": ({"hosts.web_ui", "settings"}, {"gradio"}),
}
FREE = {"cli", "extension", "__main__"}
"""The composition roots: they may import every part of ours, and no third-party package but the server."""
FREE_THIRD_PARTY = {"uvicorn"}
COMMON = {"errors", "clock", "processes", ""}
"""Modules without dependencies that every layer may use; "" is the package itself (its version)."""

HEAVY = {"torch", "transformers", "diffusers", "sentence_transformers", "peft", "accelerate"}
HEAVY_HOMES = {
    re.compile(rf"{PACKAGE}/hosts/diffusers_\w+\.py"): {"torch", "diffusers", "transformers", "peft", "accelerate"},
    re.compile(rf"{PACKAGE}/demo/tiny_model\.py"): {"torch", "diffusers", "transformers"},  # it makes the demo's model
    re.compile(rf"{PACKAGE}/search/vectors/encoder_\w+\.py"): {"sentence_transformers", "transformers", "torch"},
}
HOST_FILE = re.compile(rf"{PACKAGE}/hosts/(sdnext|a1111)\w*\.py")
HOST_PACKAGES = {"modules", "modules_forge", "installer"}
"""What the hosts themselves bring: the `modules` of all, Forge's main thread, SDNext's version."""


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each imported module as written with its line; `from a import b` counts as a.b so that packages show."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _layer_of(module: str) -> str:
    """The layer of a dotted name of ours: `lora_manager.hosts.base.Host` -> "hosts.base"."""
    parts = module.split(".")[1:]
    if parts[:2] in (["hosts", "base"], ["hosts", "protection"], ["hosts", "web_ui"]):
        return ".".join(parts[:2])
    top = parts[0] if parts else ""
    return "" if top.startswith("__version") else top


def _assert_none(breaches: Iterable[str]) -> None:
    found = list(breaches)
    assert not found, "\n" + "\n".join(found)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _standard_library() -> frozenset[str]:
    return frozenset(sys.stdlib_module_names)


def _import_breach(path: Path, layer: str, imported: str) -> str:
    """Why this import is not allowed in this layer, or ""."""
    top = imported.split(".")[0]
    if top in _standard_library() or (layer in COMMON and top == PACKAGE and _layer_of(imported) in COMMON):
        return ""
    ours, others = LAYERS.get(layer, (set(LAYERS) | FREE, FREE_THIRD_PARTY) if layer in FREE else (set(), set()))
    if top == PACKAGE:
        target = _layer_of(imported)
        return "" if target in ours | COMMON | {layer} else f"{layer} may not import {target}"
    if top in HOST_PACKAGES:
        return "" if HOST_FILE.fullmatch(_name(path)) else "only the files of a host import modules.*"
    if any(home.fullmatch(_name(path)) and top in packages for home, packages in HEAVY_HOMES.items()):
        return ""
    if top == "sqlalchemy" and layer != "db" and imported != "sqlalchemy.Connection":
        return "SQL stays in db: other parts only hand a Connection on"
    return "" if top in others else f"{layer} may not import {top}"


def test_imports_keep_to_the_layers() -> None:
    _assert_none(
        f"{_name(path)}:{line}: {why}"
        for path in SOURCES
        for imported, line in _imports(_tree(path))
        if (why := _import_breach(path, _layer_of(_module(path)), imported))
    )


@pytest.mark.parametrize(
    ("file", "imported", "allowed"),
    [
        ("formats/x.py", "json", True),
        ("formats/x.py", "lora_manager.errors.NotFoundError", True),
        ("formats/x.py", "lora_manager.search.words", False),
        ("search/x.py", "sqlalchemy", False),
        ("db/x.py", "lora_manager.services.library", False),
        ("services/x.py", "lora_manager.hosts.base.Host", True),
        ("services/x.py", "lora_manager.hosts.standalone", False),
        ("services/x.py", "fastapi", False),
        ("services/x.py", "sqlalchemy.Connection", True),
        ("services/x.py", "sqlalchemy.select", False),
        ("hosts/sdnext.py", "modules.shared", True),
        ("hosts/base.py", "modules.shared", False),
        ("hosts/diffusers_engine.py", "torch", True),
        ("hosts/standalone.py", "torch", False),
        ("cli.py", "lora_manager.api.app", True),
        ("cli.py", "fastapi", False),
        ("errors.py", "lora_manager.formats", False),
        ("clock.py", "numpy", False),
    ],
)
def test_the_import_rule_itself(file: str, imported: str, allowed: bool) -> None:
    path = ROOT / PACKAGE / file
    assert (_import_breach(path, _layer_of(_module(path)), imported) == "") is allowed


def test_every_module_belongs_to_a_known_layer() -> None:
    known = {*LAYERS, *FREE, *COMMON, "__init__"}
    _assert_none(_name(path) for path in SOURCES if _layer_of(_module(path)) not in known)


def _at_import_time(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported: not those in functions, nor under TYPE_CHECKING."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            waiting += statement.orelse
            continue
        yield statement
        waiting += [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]


def test_heavy_packages_are_imported_inside_functions() -> None:
    """torch alone costs seconds; a host's start may cost us 150 ms."""
    _assert_none(
        f"{_name(path)}:{line}: {module} is imported when the module is"
        for path in SOURCES
        for statement in _at_import_time(_tree(path))
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for module, line in _imports(statement)
        if module.split(".")[0] in HEAVY
    )


IMAGE_FILES = re.compile(r"(preview|image|thumbnail|picture)")


def test_in_formats_only_image_files_import_pillow() -> None:
    users = [path for path in SOURCES if any(name.split(".")[0] == "PIL" for name, _ in _imports(_tree(path)))]
    others = [_name(path) for path in users if path.is_relative_to(ROOT / PACKAGE / "formats")]
    assert not [name for name in others if not IMAGE_FILES.search(name)]


def test_imports_are_absolute() -> None:
    _assert_none(
        f"{_name(path)}:{node.lineno}: relative import"
        for path in PYTHON_FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom) and node.level > 0
    )


# --- what Python 3.10 lacks ----------------------------------------------------------------------------------------

NEWER_THAN_3_10 = {
    "tomllib": ("",),
    "typing": ("Self", "LiteralString", "Never", "assert_never", "assert_type", "override", "Unpack", "Required"),
    "enum": ("StrEnum", "ReprEnum", "EnumCheck", "verify", "member", "nonmember"),
    "asyncio": ("TaskGroup", "timeout", "timeout_at", "Runner", "Barrier"),
    "datetime": ("UTC",),
    "contextlib": ("chdir",),
    "hashlib": ("file_digest",),
    "itertools": ("batched",),
    "warnings": ("deprecated",),
    "math": ("cbrt", "exp2", "sumprod"),
    "builtins": ("ExceptionGroup", "BaseExceptionGroup"),
}
NEWER_NAMES = {f"{module}.{name}".rstrip(".") for module, names in NEWER_THAN_3_10.items() for name in names}


def _names_used(tree: ast.Module) -> set[str]:
    """Imported modules and names, `module.name` expressions, and bare names as builtins."""
    names = {name for name, _ in _imports(tree)} | {name.split(".")[0] for name, _ in _imports(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.add(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Name):
            names.add(f"builtins.{node.id}")
    return names


def test_nothing_that_python_3_10_lacks() -> None:
    """Newer syntax already fails in `_tree`, which parses as 3.10."""
    _assert_none(
        f"{_name(path)}: {name}" for path in PYTHON_FILES for name in sorted(_names_used(_tree(path)) & NEWER_NAMES)
    )


# --- size, output, errors ------------------------------------------------------------------------------------------

MEASURED = {".py", ".js", ".mjs", ".css"}


def test_no_file_is_longer_than_the_limit() -> None:
    """A longer file is split at a seam of meaning."""
    measured = [path for path in OWN_FILES if path.suffix in MEASURED]
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in measured}
    _assert_none(f"{name}: {length} lines" for name, length in lengths.items() if length > MAX_LINES)


def test_only_the_command_line_prints() -> None:
    """Everything else logs."""
    _assert_none(
        f"{_name(path)}:{node.lineno}: print"
        for path in SOURCES
        if _layer_of(_module(path)) != "cli"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(k is None or (isinstance(k, ast.Name) and k.id in ("Exception", "BaseException")) for k in kinds)


def _says_why(handler: ast.ExceptHandler, lines: list[str]) -> bool:
    """Whether a comment (more than a bare `noqa`) stands at the handler, before its first statement."""
    text = "\n".join(lines[handler.lineno - 1 : handler.body[0].lineno])
    comments = re.findall(r"#(.*)", text)
    return any(re.sub(r"noqa:? *[A-Z0-9, ]*", "", comment).strip(" -:") for comment in comments)


def test_catching_everything_is_explained_or_raised_again() -> None:
    _assert_none(
        f"{_name(path)}:{node.lineno}: catches everything without raise or reason"
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and _catches_everything(node)
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        and not _says_why(node, path.read_text(encoding="utf-8").splitlines())
    )


# --- tests mirror the source ---------------------------------------------------------------------------------------

WITHOUT_OWN_TEST: dict[str, str] = {
    # source file: why it has no test file of its own. This table may only shrink.
}


def _has_logic(path: Path) -> bool:
    """Whether any function does more than declare itself."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__":
            body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
            if body:
                return True
    return False


def _counterpart(path: Path) -> Path | None:
    """tests/<the same folders or fewer>/test_x.py for lora_manager/<folders>/x.py."""
    folders = path.relative_to(ROOT / PACKAGE).parts[:-1]
    stem = path.parent.name if path.stem == "__init__" else path.stem
    places = [ROOT.joinpath("tests", *folders[:depth]) for depth in range(len(folders), min(len(folders), 1) - 1, -1)]
    return next((test for place in places if (test := place / f"test_{stem}.py").exists()), None)


def _exempt(path: Path) -> bool:
    """Starters have no logic worth it; migrations are run by the tests of db/migrate.py, each from the one before."""
    return path.stem == "__main__" or "migrations" in path.parts


def test_every_module_with_logic_has_its_tests() -> None:
    untested = [path for path in SOURCES if not _exempt(path) and _has_logic(path) and not _counterpart(path)]
    _assert_none(_name(path) for path in untested if _name(path) not in WITHOUT_OWN_TEST)


def test_the_list_of_modules_without_tests_is_true() -> None:
    """A file that has tests now, or is gone, leaves the list."""
    listed = [ROOT / name for name in WITHOUT_OWN_TEST]
    _assert_none(_name(path) for path in listed if not path.exists() or _counterpart(path))


# --- words that do not belong here ---------------------------------------------------------------------------------

FORBIDDEN = {
    "a path of one machine": re.compile(rf"(?<![\w.~-])/(?:{'work'}|{'root'}|home/\w+)/"),
    "the host of a package registry": re.compile("py" + r"pi\.org|python" + r"hosted\.|registry\." + "npm"),
}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # a picture


def test_no_machine_paths_and_no_registry_hosts() -> None:
    _assert_none(
        f"{_name(path)}:{number}: {what}"
        for path in OWN_FILES
        for number, line in enumerate(_lines(path), 1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    )
