from __future__ import annotations

import threading

import pytest

from lora_manager.search.vectors.encoder_threads import limit_threads, usual_threads


def test_an_encoder_takes_half_of_the_cores_and_four_at_most() -> None:
    assert 1 <= usual_threads() <= 4


@pytest.mark.torch
def test_only_the_thread_that_asks_is_limited() -> None:
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    seen: list[int] = []

    def encode() -> None:
        limit_threads(1)
        seen.append(torch.get_num_threads())
        other = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
        other.start()
        other.join()

    thread = threading.Thread(target=encode)
    thread.start()
    thread.join()
    assert seen == [1, before]
    assert torch.get_num_threads() == before
