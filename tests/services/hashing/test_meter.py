from __future__ import annotations

from lora_manager.services.hashing.meter import WINDOW_SECONDS, Meter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_pace_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.start()
    assert meter.bytes_per_second() == 0.0
    assert meter.eta_seconds(1000) is None
    for _ in range(200):
        clock.now += 1
        meter.add(500)
    assert abs(meter.bytes_per_second() - 500) < 30
    for _ in range(int(WINDOW_SECONDS) + 2):
        clock.now += 1
        meter.add(2000)
    assert abs(meter.bytes_per_second() - 2000) < 150
    eta = meter.eta_seconds(20_000)
    assert eta is not None
    assert abs(eta - 10) < 1


def test_a_pause_is_not_part_of_the_pace() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.start()
    clock.now += 1
    meter.add(1000)
    clock.now += 3600
    meter.start()
    assert meter.bytes_per_second() == 0.0
    clock.now += 1
    meter.add(1000)
    assert meter.bytes_per_second() == 1000


def test_what_stands_still_gets_slower() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.start()
    clock.now += 1
    meter.add(1000)
    clock.now += 9
    assert meter.bytes_per_second() == 100
