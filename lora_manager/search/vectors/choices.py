"""The encoders that a user can choose by name: small, free, and each pinned to one revision of its hub.

The revision is a commit, so no file can change under its name; the weights, the only large file, are checked by their
SHA-256 too.
"""

from __future__ import annotations

from dataclasses import dataclass

_COMMON = (
    *("config.json", "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"),
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "1_Pooling/config.json"),
)


@dataclass(frozen=True)
class Choice:
    """One encoder. `name` is its repository's on the hub, `label` what a user is told, `bytes` the size in all.

    `weights_bytes` and `weights_sha256` are those of model.safetensors; `files` are the others.
    """

    name: str
    label: str
    revision: str
    bytes: int
    weights_bytes: int
    weights_sha256: str
    files: tuple[str, ...]

    @property
    def folder_name(self) -> str:
        """The name of the folder that it is kept in."""
        return f"{self.name.replace('/', '--')}-{self.revision[:8]}"

    @property
    def megabytes(self) -> int:
        """How much is downloaded."""
        return round(self.bytes / 1e6)


CHOICES: tuple[Choice, ...] = (
    Choice(
        "sentence-transformers/all-MiniLM-L6-v2",
        "English, small and quick",
        "c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        91_600_000,
        90_868_376,
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        (*_COMMON, "vocab.txt"),
    ),
    Choice(
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        "50 languages, Chinese and Japanese among them; half as quick",
        "e8f8c211226b894fcb81acc59f3b34ba3efd5f42",
        480_000_000,
        470_641_600,
        "eaa086f0ffee582aeb45b36e34cdd1fe2d6de2bef61f8a559a1bbc9bd955917b",
        _COMMON,
    ),
)
BY_NAME = {choice.name: choice for choice in CHOICES}
