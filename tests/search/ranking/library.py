"""A small library to rank, made up for these tests."""

from __future__ import annotations

from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.document import make_document
from lora_manager.search.ranking.index import Priors, RankIndex


def adapter(number: int, name: str, *examples: str, author: str = "", **more: object) -> AdapterFacts:
    prompts = tuple(ExamplePrompt(text) for text in examples)
    return AdapterFacts(number, name, file_name=name.lower().replace(" ", "_"), author=author, examples=prompts, **more)  # type: ignore[arg-type]


def item(facts: AdapterFacts, popularity: float = 0.0) -> tuple[int, bytes, Priors]:
    return facts.id, make_document(facts), Priors(popularity=popularity, author=facts.author)


FACTS = [
    adapter(
        1,
        "Amber Lantern",
        "amber lantern on a wooden pier, dusk, fog",
        "a lantern at sea, dusk",
        author="mo",
        trigger_groups=(("amber lantern",),),
        tags=("light", "object"),
    ),
    adapter(2, "Paper Moth", "a paper moth on a window, backlight", author="mo", trigger_groups=(("papermoth",),)),
    adapter(3, "Harbour Style", "wooden pier, fog, boats, watercolour", author="ann", tags=("style",)),
    adapter(4, "Glass Fox", "a fox made of glass, studio light", author="ann", description="A fox of clear glass."),
    adapter(5, "桜の森", "桜の木の下, 少女", trigger_groups=(("桜の森",),)),
    adapter(6, "Old Robot", tags=("robot",)),
]


def small_index() -> RankIndex:
    return RankIndex.of(item(facts) for facts in FACTS)
