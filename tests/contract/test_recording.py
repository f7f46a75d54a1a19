"""What the user makes in the host's own way is recorded once, with what the host really applied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.running_host import Json, Lora, RunningHost

CLOSE = 1e-3


def weights(generation: Json) -> dict[int, float]:
    """Weight by adapter, of what was recorded as used."""
    return {use["id"]: use["te_weight"] for use in generation["uses"]}


def test_a_run_of_the_user_is_recorded_once(host: RunningHost) -> None:
    first, second = host.loras()
    used = [host.uses(first), host.uses(second)]
    prompt = host.unique(f"a lantern {first.tag(0.9)} {second.tag(0.4)}")
    assert host.user_run(prompt, negative_prompt="blurry").status == 200
    generation = host.only_record(prompt)
    assert generation["origin"] == "txt2img"
    assert generation["host"] == host.family
    assert generation["negative_prompt"] == "blurry"
    assert (generation["width"], generation["height"]) == (host.limits.size, host.limits.size)
    assert generation["steps"] == host.limits.steps
    assert generation["seed"] == 11
    assert generation["model"] == host.get("host")["model"]["name"]
    assert generation["sampler"]
    assert generation["interrupted"] is False
    assert weights(generation) == {
        first.id: pytest.approx(0.9, abs=CLOSE),
        second.id: pytest.approx(0.4, abs=CLOSE),
    }
    [image] = generation["images"]
    assert host.ask("GET", f"/lora-manager/api/v1/images/{image['id']}").status == 200
    assert [host.uses(first), host.uses(second)] == [count + 1 for count in used]


def test_a_batch_is_one_generation(host: RunningHost) -> None:
    """Two batches of two, and a grid that is no image of the user's."""
    lora: Lora = host.loras()[0]
    used = host.uses(lora)
    prompt = host.unique(f"four lanterns {lora.tag(0.5)}")
    assert host.user_run(prompt, n_iter=2, batch_size=2).status == 200
    generation = host.only_record(prompt)
    assert len(generation["images"]) == 4
    assert [image["seed"] for image in generation["images"]] == [11, 12, 13, 14]
    assert weights(generation) == {lora.id: pytest.approx(0.5, abs=CLOSE)}
    assert host.uses(lora) == used + 1


def test_a_lora_that_the_host_does_not_know(host: RunningHost) -> None:
    """Most skip that one; Forge and its kin apply none of the prompt then."""
    lora: Lora = host.loras()[0]
    prompt = host.unique(f"a lantern {lora.tag(0.8)} <lora:no such lora anywhere:1>")
    assert host.user_run(prompt).status == 200
    generation = host.only_record(prompt)
    expected = {} if host.limits.drops_all else {lora.id: pytest.approx(0.8, abs=CLOSE)}
    assert weights(generation) == expected
    refused = [item["tag_name"] for item in generation["refused"]]
    assert "no such lora anywhere" in refused
    assert (lora.tag_name in refused) is host.limits.drops_all
    assert len(generation["images"]) == 1


def test_a_run_without_loras_used_none(host: RunningHost) -> None:
    """Some hosts still hold what the run before applied."""
    lora: Lora = host.loras()[0]
    prompts = [host.unique(f"a lantern {lora.tag(0.8)}"), host.unique("a bare lantern")]
    for prompt in prompts:
        assert host.user_run(prompt).status == 200
    assert [weights(host.made(prompt)[0]) for prompt in prompts] == [{lora.id: pytest.approx(0.8, abs=CLOSE)}, {}]


def test_images_stay_where_the_host_saves_them(host: RunningHost) -> None:
    ours = host.generate("a lantern of ours")["result"]["images"][0]["path"]
    output = Path(host.get("library")["output_dir"])
    assert Path(ours).is_relative_to(output)


def test_a_run_that_the_user_interrupts(host: RunningHost) -> None:
    prompt = host.unique("a long lantern")
    with ThreadPoolExecutor(1) as user:
        running = user.submit(host.user_run, prompt, steps=host.limits.long_steps)
        host.wait("the user's run draws", lambda: host.is_drawing() or running.done())
        assert host.ask("POST", "/sdapi/v1/interrupt").status < 300
        assert running.result().status == 200
    generation = host.only_record(prompt)
    assert generation["interrupted"] is True
    assert len(generation["images"]) <= 1
