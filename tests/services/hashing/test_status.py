from __future__ import annotations

from lora_manager.services.hashing.status import HashingStatus, Listeners


def test_everybody_is_told_of_a_change_once() -> None:
    listeners = Listeners()
    heard: list[int] = []
    others: list[int] = []

    def broken(status: HashingStatus) -> None:
        raise RuntimeError("gone")

    stop = listeners.listen(lambda status: heard.append(status.done))
    listeners.listen(broken)
    listeners.listen(lambda status: others.append(status.done))
    for done in (1, 1, 2):
        listeners.tell(HashingStatus(done=done))
    stop()
    stop()
    listeners.tell(HashingStatus(done=3))
    assert heard == [1, 2]
    assert others == [1, 2, 3]
