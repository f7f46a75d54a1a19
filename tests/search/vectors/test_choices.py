from __future__ import annotations

import re

from lora_manager.search.vectors.choices import BY_NAME, CHOICES


def test_every_choice_is_pinned_to_a_commit_and_to_its_weights() -> None:
    assert len(BY_NAME) == len(CHOICES) >= 1
    for choice in CHOICES:
        assert re.fullmatch(r"[0-9a-f]{40}", choice.revision)
        assert re.fullmatch(r"[0-9a-f]{64}", choice.weights_sha256)
        assert choice.weights_bytes < choice.bytes < 600_000_000
        assert {"config.json", "tokenizer.json", "1_Pooling/config.json"} <= set(choice.files)
        assert not [name for name in choice.files if name.endswith((".bin", ".pt", ".pkl", ".py"))]


def test_a_folder_is_named_by_repository_and_revision() -> None:
    choice = BY_NAME["sentence-transformers/all-MiniLM-L6-v2"]
    assert choice.folder_name == "sentence-transformers--all-MiniLM-L6-v2-c9745ed1"
    assert choice.megabytes == 92
