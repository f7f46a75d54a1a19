from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lora_manager.search.vectors.choices import Choice
from lora_manager.search.vectors.encoder import EncoderError
from lora_manager.services.vectors.fetch import fetch, folder_of, is_fetched

WEIGHTS = bytes(range(256)) * 4000
FILES = {"config.json": b"{}", "1_Pooling/config.json": b'{"x": 1}', "model.safetensors": WEIGHTS}
CHOICE = Choice(
    "someone/small",
    "small",
    "0123456789abcdef0123456789abcdef01234567",
    len(WEIGHTS) + 10,
    len(WEIGHTS),
    hashlib.sha256(WEIGHTS).hexdigest(),
    ("config.json", "1_Pooling/config.json"),
)


@dataclass
class Hub:
    """A hub on this machine. `cut`: so many bytes of the weights are sent, then the line is dead."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    asked: list[tuple[str, str]] = field(default_factory=list)
    cut: int = 0
    takes_ranges: bool = True

    @property
    def environment(self) -> dict[str, str]:
        return {"HF_ENDPOINT": self.address}


@pytest.fixture
def hub() -> Iterator[Hub]:
    found = Hub()
    begin = f"/{CHOICE.name}/resolve/{CHOICE.revision}/"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix(begin)
            wanted = self.headers.get("Range", "")
            found.asked.append((name, wanted))
            data = found.files.get(name)
            if data is None or not self.path.startswith(begin):
                self.send_error(404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and found.takes_ranges else 0
            rest = data[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: found.cut] if found.cut and name == "model.safetensors" else rest)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_choice_is_fetched_whole_at_its_revision(hub: Hub, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    assert not is_fetched(CHOICE, tmp_path)
    folder = fetch(CHOICE, tmp_path, lambda *progress: told.append(progress), environment=hub.environment)
    assert folder == folder_of(CHOICE, tmp_path)
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert is_fetched(CHOICE, tmp_path)
    assert told[-1][0] == 1
    hub.asked.clear()
    assert fetch(CHOICE, tmp_path, environment=hub.environment) == folder
    assert hub.asked == []


@pytest.mark.parametrize("takes_ranges", [True, False])
def test_a_line_that_breaks_is_no_end(hub: Hub, tmp_path: Path, takes_ranges: bool) -> None:
    hub.cut, hub.takes_ranges = 300_000, takes_ranges
    with pytest.raises(EncoderError, match="could not be fetched"):
        fetch(CHOICE, tmp_path, environment=hub.environment)
    assert not is_fetched(CHOICE, tmp_path)
    hub.cut = 0
    hub.asked.clear()
    assert fetch(CHOICE, tmp_path, environment=hub.environment) is not None
    assert hub.asked == [("model.safetensors", "bytes=300000-")]
    assert folder_of(CHOICE, tmp_path).joinpath("model.safetensors").read_bytes() == WEIGHTS


def test_it_can_be_cancelled_and_goes_on(hub: Hub, tmp_path: Path) -> None:
    assert fetch(CHOICE, tmp_path, cancelled=lambda: True, environment=hub.environment) is None
    assert not is_fetched(CHOICE, tmp_path)
    assert fetch(CHOICE, tmp_path, environment=hub.environment) is not None


def test_what_is_not_what_it_was_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.files["model.safetensors"] = bytes(len(WEIGHTS))
    with pytest.raises(EncoderError, match="not what it was"):
        fetch(CHOICE, tmp_path, environment=hub.environment)
    hub.files["model.safetensors"] = WEIGHTS + b"x"
    with pytest.raises(EncoderError, match="is larger than"):
        fetch(CHOICE, tmp_path, environment=hub.environment)
    hub.files["model.safetensors"] = WEIGHTS
    assert fetch(CHOICE, tmp_path, environment=hub.environment) is not None


def test_without_the_hub_the_reason_is_one_sentence(hub: Hub, tmp_path: Path) -> None:
    del hub.files["config.json"]
    for environment, said in (
        (hub.environment, "the hub answered 404"),
        ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "the hub cannot be reached"),
        ({"HF_HUB_OFFLINE": "1"}, "switched off here"),
    ):
        with pytest.raises(EncoderError, match=said) as refused:
            fetch(CHOICE, tmp_path, environment=environment)
        assert "\n" not in str(refused.value)
    assert not is_fetched(CHOICE, tmp_path)
