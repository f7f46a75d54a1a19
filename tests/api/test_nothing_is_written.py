"""Nothing is written into a LoRA folder: a host deletes previews that it cannot open, and merges records of its own."""

from __future__ import annotations

from pathlib import Path

from tests.api.conftest import Client, fill
from tests.helpers.network_files import png_bytes


def listing(root: Path) -> dict[str, tuple[int, bytes]]:
    """Each file's time and content, each folder's time."""
    return {
        path.relative_to(root).as_posix(): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [root, *root.rglob("*")]
    }


def test_a_lora_folder_stays_as_it_is_whatever_is_done(drawing_client: Client) -> None:
    root = drawing_client.app.host.roots()[0]
    fill(drawing_client.app)
    (root / "plain.preview.png").write_bytes(png_bytes()[:40])  # half a picture
    before = listing(root)
    for force in (False, True):
        scan = drawing_client.send("POST", "scan", {"force": force}, status=202)
        assert drawing_client.ended(scan)["state"] == "done"
    amber, plain = drawing_client.id_of("Amber Lantern"), drawing_client.id_of("plain")
    edit = {"name": "Other", "notes": "mine", "weight": 0.5, "tags": ["a"], "rating": 5, "favourite": True}
    drawing_client.send("PATCH", f"adapters/{amber}", edit)
    preview = drawing_client.get(f"adapters/{amber}")["preview"]
    assert drawing_client.raw(f"api/v1/adapters/{amber}/thumbnail/256/{preview}").status_code == 200
    assert drawing_client.raw(f"api/v1/adapters/{plain}/thumbnail/256/x").status_code == 404
    request = {"prompt": "x <lora:amber:0.5>", "width": 64, "height": 64, "steps": 1}
    made = drawing_client.send("POST", "jobs", {"kind": "generate", "request": request}, status=202)
    assert drawing_client.ended(made)["state"] == "done"
    assert listing(root) == before
