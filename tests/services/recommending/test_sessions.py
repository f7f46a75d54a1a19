from __future__ import annotations

import threading

from lora_manager.services.recommending.sessions import MOST_SESSIONS, Sessions


def test_a_list_is_known_by_its_id_with_where_each_stood() -> None:
    sessions = Sessions()
    session = sessions.add("prompt", "rain", [(7, 0.9), (3, 0.4)], family="SDXL", ranker="trees", user_name="ada")
    assert len(session.id) == 32
    assert sessions.get(session.id) == session
    assert (session.kind, session.prompt, session.family, session.ranker) == ("prompt", "rain", "SDXL", "trees")
    assert (session.user_name, session.shown) == ("ada", ((7, 0.9), (3, 0.4)))
    assert [session.position_of(adapter_id) for adapter_id in (7, 3, 1)] == [0, 1, None]
    assert sessions.get("nothing") is None


def test_the_lists_longest_untouched_are_forgotten() -> None:
    sessions = Sessions(2)
    first, second = (sessions.add("prompt", str(number), []) for number in range(2))
    assert sessions.get(first.id)
    third = sessions.add("prompt", "2", [])
    assert sessions.get(second.id) is None
    assert sessions.get(first.id) == first
    assert sessions.get(third.id) == third


def test_many_threads_may_add() -> None:
    sessions = Sessions()
    threads = [
        threading.Thread(target=lambda: [sessions.add("prompt", "x", [(1, 0.5)]) for _ in range(200)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sessions) == MOST_SESSIONS
