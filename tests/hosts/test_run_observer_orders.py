"""Any order of a host's hooks: runs nested and at once on several threads, ours among them, some of them failing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.hosts.base import ObservedGeneration
from lora_manager.hosts.run_observer import RunObserver
from tests.hosts.observed_runs import HostError, Process, describe


@dataclass
class Plan:
    """A run: how many images, what runs inside it, whether it is ours, whether the host fails at its end."""

    images: int
    inner: list[Plan]
    own: bool
    fails: bool


PLANS = st.recursive(
    st.builds(Plan, st.integers(0, 2), st.just([]), st.booleans(), st.booleans()),
    lambda inner: st.builds(Plan, st.integers(0, 2), st.lists(inner, max_size=2), st.booleans(), st.booleans()),
    max_leaves=4,
)


class Turns:
    """Lets one of several threads go a step at a time, in an order that was chosen before; then as they come."""

    def __init__(self, order: Iterator[int], workers: int) -> None:
        self._order = order
        self._alive = set(range(workers))
        self._changed = threading.Condition()
        self._next = 0
        self._choose()

    def _choose(self) -> None:
        chosen = next(self._order, 0)
        alive = sorted(self._alive)
        self._next = alive[chosen % len(alive)] if alive else -1

    def step(self, worker: int) -> None:
        """Wait for this worker's next turn."""
        with self._changed:
            self._choose()
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._next == worker, timeout=30)

    def leave(self, worker: int) -> None:
        """This worker has nothing more to do."""
        with self._changed:
            self._alive.discard(worker)
            self._choose()
            self._changed.notify_all()


@dataclass
class Player:
    """Plays the plans of one thread as a host would, and notes what must be told of them."""

    observer: RunObserver
    worker: int
    turns: Turns
    expected: list[str]
    count: int = 0

    def play(self, plans: list[Plan]) -> None:
        try:
            for plan in plans:
                self._run(plan, outer=True)
        finally:
            self.turns.leave(self.worker)

    def _run(self, plan: Plan, *, outer: bool) -> None:
        self.count += 1
        p = Process(prompt=f"{self.worker}.{self.count}")
        if outer and not plan.own and (plan.images or not plan.fails):
            self.expected.append(f"{p.prompt} {plan.images}")
        with ExitStack() as stack:
            if plan.own:
                stack.enter_context(self.observer.own(p))
            stack.enter_context(contextlib.suppress(HostError))  # the host shows it, or its detailer logs it
            self._process(p, plan)

    def _process(self, p: Process, plan: Plan) -> None:
        def process_images(p: Process) -> None:
            self.observer.begin(p)
            self.turns.step(self.worker)
            for number in range(plan.images):
                self.observer.saved(p, Path(f"/out/{number}.png"), "")
                self.turns.step(self.worker)
            for inner in plan.inner:
                self._run(inner, outer=False)
            self.turns.step(self.worker)
            if plan.fails:
                raise HostError
            self.observer.end(p)

        process_images(p)


@given(
    st.lists(st.lists(PLANS, min_size=1, max_size=3), min_size=1, max_size=3), st.lists(st.integers(0, 2), max_size=40)
)
def test_every_run_of_the_user_is_told_once(threads: list[list[Plan]], order: list[int]) -> None:
    reports: list[ObservedGeneration] = []
    observer = RunObserver(describe)
    observer.observe(reports.append)
    turns = Turns(iter(order), len(threads))
    players = [Player(observer, number, turns, []) for number in range(len(threads))]
    running = [
        threading.Thread(target=player.play, args=(plans,)) for player, plans in zip(players, threads, strict=True)
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(30)
    assert observer.under_way() == 0
    expected = [text for player in players for text in player.expected]
    assert sorted(f"{r.request.prompt} {len(r.result.images)}" for r in reports) == sorted(expected)
