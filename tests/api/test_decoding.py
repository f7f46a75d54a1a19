from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.testclient import TestClient

from lora_manager.api.app import API, create_app
from tests.api.conftest import OWN_ADDRESS, Client
from tests.helpers.hostile_images import encoded
from tests.helpers.network_files import civitai_model, write_adapter

ASKING = 60
"""More than the threads that a server has for its routes."""


def test_small_pictures_do_not_wait_for_large_ones(client: Client) -> None:
    root = client.app.host.roots()[0]
    for number in range(4):
        write_adapter(root, f"large{number}", civitai_model(f"Large {number}", f"large{number}.safetensors"))
        (root / f"large{number}.preview.png").write_bytes(encoded("PNG", (4100, 4000)))
    client.app.scan()
    cards = {item["name"]: item for item in client.get("adapters")["items"] if item["preview"]}
    amber = cards.pop("Amber Lantern")
    with TestClient(create_app(client.app), base_url=OWN_ADDRESS) as http, ThreadPoolExecutor(8) as pool:

        def ask(card: dict[str, Any]) -> int:
            return int(http.get(f"{API}/adapters/{card['id']}/thumbnail/128/{card['preview']}").status_code)

        with client.app.thumbnails._large:
            waiting = [pool.submit(ask, card) for card in cards.values()]
            time.sleep(0.5)
            assert pool.submit(ask, amber).result(5) == 200
            assert not any(future.done() for future in waiting)
        assert [future.result(20) for future in waiting] == [200] * 4


def test_who_waits_for_a_picture_holds_up_nobody(client: Client) -> None:
    (card,) = [item for item in client.get("adapters")["items"] if item["preview"]]
    thumbnails = client.app.thumbnails
    with TestClient(create_app(client.app), base_url=OWN_ADDRESS) as http, ThreadPoolExecutor(ASKING + 2) as pool:

        def ask(size: int) -> int:
            return int(http.get(f"{API}/adapters/{card['id']}/thumbnail/{size}/{card['preview']}").status_code)

        assert ask(512) == 200
        with thumbnails._decoding, thumbnails._decoding:
            waiting = [pool.submit(ask, 128 if number % 2 else 256) for number in range(ASKING)]
            time.sleep(0.5)
            assert pool.submit(http.get, f"{API}/health").result(5).status_code == 200
            assert pool.submit(ask, 512).result(5) == 200, "what is kept needs no turn"
            assert not any(future.done() for future in waiting)
        assert {future.result(20) for future in waiting} == {200}
