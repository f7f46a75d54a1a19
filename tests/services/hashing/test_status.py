from __future__ import annotations

from lora_manager.services.hashing.status import Announcer, HashingStatus


def test_everybody_is_told_of_a_change_once() -> None:
    announcer = Announcer()
    heard: list[int] = []
    others: list[int] = []

    def broken(status: HashingStatus) -> None:
        raise RuntimeError("gone")

    stop = announcer.listen(lambda status: heard.append(status.done))
    announcer.listen(broken)
    announcer.listen(lambda status: others.append(status.done))
    for done in (1, 1, 2):
        announcer.tell(HashingStatus(done=done))
    stop()
    stop()
    announcer.tell(HashingStatus(done=3))
    assert heard == [1, 2]
    assert others == [1, 2, 3]
