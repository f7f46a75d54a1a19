"""What the user makes in the host's own way is recorded once, with what the host really applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.running_host import Json, Lora, RunningHost

CLOSE = 1e-3


def weights(generation: Json) -> dict[int, float]:
    """Weight by adapter, of what was recorded as used."""
    return {use["id"]: use["te_weight"] for use in generation["uses"]}


def alone(host: RunningHost, before: int, prompt: str) -> Json:
    """The one generation of a prompt; another run after it shows that no second record of it was on its way."""
    assert host.user_run("a plain picture").status == 200
    last, generation = host.new_generations(before, 2)
    assert (last["prompt"], generation["prompt"]) == ("a plain picture", prompt)
    return generation


def test_a_run_of_the_user_is_recorded_once(host: RunningHost) -> None:
    first, second = host.loras()
    before, used = host.recorded(), [host.uses(first), host.uses(second)]
    prompt = f"a lantern {first.tag(0.9)} {second.tag(0.4)}"
    assert host.user_run(prompt, negative_prompt="blurry").status == 200
    generation = alone(host, before, prompt)
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
    before, used = host.recorded(), host.uses(lora)
    prompt = f"four lanterns {lora.tag(0.5)}"
    assert host.user_run(prompt, n_iter=2, batch_size=2).status == 200
    generation = alone(host, before, prompt)
    assert len(generation["images"]) == 4
    assert [image["seed"] for image in generation["images"]] == [11, 12, 13, 14]
    assert weights(generation) == {lora.id: pytest.approx(0.5, abs=CLOSE)}
    assert host.uses(lora) == used + 1


def test_a_lora_that_the_host_does_not_know(host: RunningHost) -> None:
    """Most skip that one; Forge and its kin apply none of the prompt then."""
    lora: Lora = host.loras()[0]
    before = host.recorded()
    prompt = f"a lantern {lora.tag(0.8)} <lora:no such lora anywhere:1>"
    assert host.user_run(prompt).status == 200
    generation = alone(host, before, prompt)
    expected = {} if host.limits.drops_all else {lora.id: pytest.approx(0.8, abs=CLOSE)}
    assert weights(generation) == expected
    refused = [item["tag_name"] for item in generation["refused"]]
    assert "no such lora anywhere" in refused
    assert (lora.tag_name in refused) is host.limits.drops_all
    assert len(generation["images"]) == 1


def test_a_run_without_loras_used_none(host: RunningHost) -> None:
    """Some hosts still hold what the run before applied."""
    lora: Lora = host.loras()[0]
    assert host.user_run(f"a lantern {lora.tag(0.8)}").status == 200
    before = host.recorded()
    assert host.user_run("a bare lantern").status == 200
    assert weights(alone(host, before, "a bare lantern")) == {}


def test_images_stay_where_the_host_saves_them(host: RunningHost) -> None:
    ours = host.generate("a lantern of ours")["result"]["images"][0]["path"]
    output = Path(host.get("library")["output_dir"])
    assert Path(ours).is_relative_to(output)
