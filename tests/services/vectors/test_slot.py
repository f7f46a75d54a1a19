from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from lora_manager.search.vectors.encoder import Encoder, EncoderError
from lora_manager.services.vectors.slot import AT_ONCE, LATER, EncoderSlot
from tests.helpers.encoders import WordEncoder

HERE = Path()


def loaded(encoder: WordEncoder) -> EncoderSlot:
    slot = EncoderSlot(lambda path: encoder)
    slot.load("words", HERE)
    assert slot.wait(5).state == "ready"
    return slot


def test_an_encoder_is_loaded_in_the_background_and_answers() -> None:
    told = threading.Event()
    may_load = threading.Event()

    def opener(path: Path) -> Encoder:
        assert may_load.wait(5)
        return WordEncoder()

    slot = EncoderSlot(opener, told.set)
    assert (slot.status().state, slot.encoder_id(), slot.encode(["x"])) == ("none", "", None)
    slot.load("words", HERE)
    assert (slot.status().state, slot.wait(0.01).state, slot.encode(["x"])) == ("loading", "loading", None)
    may_load.set()
    assert (slot.wait(5).state, slot.encoder_id()) == ("ready", "words-1")
    assert told.wait(5)
    rows = slot.encode(["red fox", "red fox", "ship"])
    assert rows is not None
    assert rows[0] @ rows[1] == pytest.approx(1.0)
    slot.close()
    assert (slot.status().state, slot.encode(["x"])) == ("none", None)


@pytest.mark.parametrize(
    ("error", "said"),
    [(EncoderError("There is no folder x."), "There is no folder x."), (OSError("out of memory"), "out of memory")],
)
def test_one_that_cannot_be_loaded_says_why(error: Exception, said: str) -> None:
    def opener(path: Path) -> Encoder:
        raise error

    slot = EncoderSlot(opener)
    slot.load("words", HERE)
    status = slot.wait(5)
    assert (status.name, status.state) == ("words", "failed")
    assert said in status.reason
    assert slot.encode(["x"]) is None
    slot.close()


def test_one_that_stops_working_leaves_a_reason_and_nobody_waiting() -> None:
    encoder = WordEncoder()
    slot = loaded(encoder)
    encoder.error = MemoryError()
    assert slot.encode(["x"]) is None
    status = slot.status()
    assert status.state == "failed"
    assert "stopped working (MemoryError)" in status.reason
    assert slot.encode(["y"]) is None
    slot.close()


def test_one_that_nobody_can_be_told_of_answers_all_the_same() -> None:
    def failing() -> None:
        raise ValueError("a damaged row")

    slot = EncoderSlot(lambda path: WordEncoder(), failing)
    slot.load("words", HERE)
    assert slot.wait(5).state == "ready"
    assert slot.encode(["red fox"], AT_ONCE, 5) is not None
    slot.close()


def test_a_prompt_goes_before_what_is_made_in_the_background() -> None:
    class Slow(WordEncoder):
        begun, go_on = threading.Event(), threading.Event()

        def encode(self, items):  # type: ignore[no-untyped-def]
            if items == ["first"]:
                self.begun.set()
                assert self.go_on.wait(5)
            return super().encode(items)

    encoder = Slow()
    slot = loaded(encoder)
    threads = [
        threading.Thread(target=slot.encode, args=(["first"], LATER)),
        threading.Thread(target=slot.encode, args=(["background"], LATER)),
        threading.Thread(target=slot.encode, args=(["prompt"], AT_ONCE)),
    ]
    threads[0].start()
    assert encoder.begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    begin = time.monotonic()
    assert slot.encode(["too late"], AT_ONCE, patience=0.05) is None
    assert time.monotonic() - begin < 2
    encoder.go_on.set()
    for thread in threads:
        thread.join(5)
    assert encoder.asked == ["first", "prompt", "background"], "the one that was given up is not encoded at all"
    slot.close()


def test_another_one_takes_its_place() -> None:
    encoders = iter([WordEncoder("one"), WordEncoder("two")])
    slot = EncoderSlot(lambda path: next(encoders))
    slot.load("one", HERE)
    slot.wait(5)
    slot.load("two", HERE)
    slot.wait(5)
    assert slot.encoder_id() == "two-1"
    assert isinstance(slot.encode(["x"]), np.ndarray)
    slot.fail("three", "It is not here.")
    assert (slot.status().state, slot.status().reason, slot.encoder_id()) == ("failed", "It is not here.", "")
    slot.close()
