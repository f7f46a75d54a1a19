from __future__ import annotations

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt


def test_an_adapter_of_which_nothing_is_known_has_facts() -> None:
    facts = AdapterFacts(id=1)
    assert (facts.name, facts.rank, facts.examples, facts.captions) == ("", None, (), ())
    assert facts == AdapterFacts(id=1)
    assert ExamplePrompt("a lantern").own is False
