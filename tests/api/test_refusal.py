from __future__ import annotations

import json

from lora_manager.api.refusal import Refusal, body_of


def test_a_refusal_has_a_sentence_a_code_and_headers() -> None:
    refusal = Refusal(429, "too_many", "Wait.", {"Retry-After": "5"})
    assert (refusal.status_code, refusal.code, refusal.detail) == (429, "too_many", "Wait.")
    assert refusal.headers == {"Retry-After": "5"}


def test_its_body_is_that_of_every_error_whatever_a_name_holds() -> None:
    assert json.loads(body_of("Not \ud800 here, Jürgen", "x")) == {"detail": "Not ? here, Jürgen", "code": "x"}
