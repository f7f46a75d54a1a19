"""Which base model a network was made for: the architecture from its keys and shapes, for these do not lie.

What shares an architecture is told apart by what the model site says, then the metadata, then names. Each answer comes
with its evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from lora_manager.formats.base_model_rules import BY_NAME, FAMILIES, PLAIN_CHECKPOINT, RULES, VERSIONS, Rule
from lora_manager.formats.module_shape import module_shape
from lora_manager.formats.network_file import NetworkModule, sort_keys
from lora_manager.formats.safetensors_header import SafetensorsHeader
from lora_manager.formats.sidecars.values import one_line, storable

_LONGEST_HINT = 300
_WIDTH_SAMPLE = 200  # modules; the hidden width is that of most, so a part of them tells
_TEXT_ENCODERS = ("lora_te", "text_encoder", "te1.", "te2.", "clip_", "base_model.model.text_", "text_model.")
# In the order in which they wrap one another. Dotted ones are removed before dots become underscores, so that
# `transformer.` goes and `transformer_blocks` stays.
_PREFIXES = (
    "base_model.model.", "lycoris_", "model.", "diffusion_model.", "conditional_transformer.", "transformer.", "unet.",
    "lora_unet__", "lora_unet_", "lora_prior_unet_", "lora_transformer_",
)  # fmt: skip
# Older diffusers: `attn2.processor.to_k_lora` is what others call `attn2.to_k`.
_SHORTER = (*((f"\n{prefix}", "\n") for prefix in _PREFIXES), (".", "_"), ("_processor_", "_"), ("_lora\n", "\n"))
_TO_ZERO = str.maketrans("0123456789", "0" * 10)
_SAYS_NOTHING = frozenset({"", "other", "unknown", "none", "null", "n/a"})
# Written by one trainer for every architecture that it has no word for, Flux and Wan among them.
_UNTRUSTED_VERSION = "sd_1.5"


# Where evidence comes from, for who reads it: what is no model site, no tensor and no name was written into a file.
_KINDS = {"keys": "tensors", "civitai": "civitai", "file_name": "name"}


@dataclass(frozen=True)
class Guess:
    """What the keys and shapes say: a family of base_model_rules, "" if nothing fits, and what gave it away.

    version: what is shown, the family itself where the keys tell no more. like: families that may look the same.
    """

    family: str
    evidence: str
    version: str = ""
    like: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a base model, in words; source: "tensors", "civitai", "metadata" or "name"."""

    what: str
    source: str


@dataclass(frozen=True)
class BaseModel:
    """A base model as shown, its family ("" if unknown), which source said so, and all that speaks for it.

    source: "civitai", "keys", "modelspec", "kohya", "a1111", "file_name", or "" when nobody said anything.
    """

    base_model: str
    family: str
    source: str
    evidence: tuple[Evidence, ...] = ()


class _Hint(NamedTuple):
    """A text that may name a base model: an identifier that starts with it, or words in which it may occur."""

    source: str
    text: str
    is_name: bool = False


@lru_cache(maxsize=1024)
def family_of(base_model: str) -> str:
    """The family of a base model as model sites, hosts and trainers write it; "" for one that is not known here."""
    normalised = re.sub(r"[^a-z0-9]+", "", base_model.lower())
    return next((family.name for family in FAMILIES if re.match(family.written, normalised)), "")


def detect_architecture(header: SafetensorsHeader) -> Guess:
    """Tell the family from the keys and shapes alone. Families that share an architecture come out as their root."""
    rule, evidence = rule_of(header)
    if rule is None:
        return Guess("", "")
    return Guess(rule.family, evidence, rule.version or rule.family, rule.like)


def rule_of(header: SafetensorsHeader) -> tuple[Rule | None, str]:
    """The first rule that holds for the keys and shapes, and what in them makes it hold."""
    layout = _Layout(header)
    candidates = layout.candidates()
    for row in candidates:
        evidence = layout.evidence(row)
        if evidence:
            return row.rule, evidence
    # Where only modules are adapted that lead back from a wider layer, their output tells the width.
    for row in candidates:
        evidence = layout.evidence(row, by_output=True) if row.rule.widths else ""
        if evidence:
            return row.rule, evidence
    return None, ""


def resolve_base_model(
    claimed: str | None, sd_version: str | None, header: SafetensorsHeader | None, name: str
) -> BaseModel:
    """The base model by everything that is known.

    claimed: Civitai's baseModel, kept as written where the keys allow it. sd_version: what a host's user metadata says.
    name: file or display name. A claim that says nothing ("Other") is shown only when nothing else is found.
    """
    claimed = _clean(claimed or "")
    claim = _Hint("civitai", claimed) if claimed.lower() not in _SAYS_NOTHING else None
    hints = list(_hints(header, _clean(sd_version or ""), name))
    guess = detect_architecture(header) if header is not None else Guess("", "")
    if guess.family:
        return _of_keys(guess, claim, hints)
    if claim is not None:
        return BaseModel(claimed, family_of(claimed), "civitai", (_quoted(claim),))
    for hint in hints:
        family = _family_in(hint)
        if family:
            return _refined(BaseModel(family, family, hint.source, (_quoted(hint),)), hints, _descendants(family))
    # A word that is not in the tables yet is better than none.
    unknown = (BaseModel(hint.text, "", hint.source, (_quoted(hint),)) for hint in hints if not hint.is_name)
    return next(unknown, BaseModel(claimed, "", ""))


def _of_keys(guess: Guess, claim: _Hint | None, hints: list[_Hint]) -> BaseModel:
    """The base model of a network whose architecture the keys have told."""
    keys = Evidence(f"Its {guess.evidence}: {guess.version}", "tensors")
    possible = _descendants(guess.family) | frozenset(guess.like)
    evidence = [keys]
    if claim is not None:
        family = family_of(claim.text)
        if family in possible or family in (guess.family, ""):
            # A word that is not in the tables yet may name one of the same architecture.
            return BaseModel(claim.text, family or guess.family, "civitai", (_quoted(claim), keys))
        if BY_NAME[guess.family].refines != family and not guess.family.startswith(family):
            evidence.append(Evidence(f'Civitai says "{claim.text[:80]}", but the keys are not of that', "civitai"))
    return _refined(BaseModel(guess.version, guess.family, "keys", tuple(evidence)), hints, possible)


def _descendants(family: str) -> frozenset[str]:
    return frozenset(row.name for row in FAMILIES if row.refines == family)


def _hints(header: SafetensorsHeader | None, sd_version: str, name: str) -> Iterator[_Hint]:
    """Texts that may name the base model, the most reliable first."""
    metadata = header.metadata if header is not None else {}
    architecture = _clean(metadata.get("modelspec.architecture", ""))
    if architecture:
        yield _Hint("modelspec", architecture)
    version = _clean(metadata.get("ss_base_model_version", ""))
    if version and version != _UNTRUSTED_VERSION and version.lower() not in _SAYS_NOTHING:
        yield _Hint("kohya", version)
    elif metadata.get("ss_v2") == "True":
        yield _Hint("kohya", "sd_v2")
    # Hosts fill this in themselves, wrongly for what they do not know; so it comes after the trainer's own words.
    if sd_version.lower() not in _SAYS_NOTHING:
        yield _Hint("a1111", sd_version)
    for source, key in (("kohya", "ss_sd_model_name"), ("modelspec", "modelspec.title"), ("kohya", "ss_output_name")):
        text = _clean(metadata.get(key, ""))
        if text:
            yield _Hint(source, text, is_name=True)
    yield _Hint("file_name", _clean(name), is_name=True)


def _clean(text: str) -> str:
    """One short line that a database takes: a header can hold anything."""
    return one_line(storable(text[:_LONGEST_HINT]), _LONGEST_HINT)


def _family_in(hint: _Hint, among: frozenset[str] | None = None) -> str:
    """The family that the hint names; `among`: only one of these."""
    if not hint.is_name:
        family = family_of(hint.text)
        return family if among is None or family in among else ""
    words = _words(hint.text)
    for row in FAMILIES:
        if row.named and (among is None or row.name in among) and re.search(row.named, words):
            return row.name
    return ""


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text)


def _refined(root: BaseModel, hints: list[_Hint], possible: frozenset[str]) -> BaseModel:
    """What shares its keys with others: which of them it is, and which version, is only what someone wrote."""
    for hint in hints:
        family = _family_in(hint, possible)
        if family:
            return _versioned(BaseModel(family, family, hint.source, (*root.evidence, _quoted(hint))), hints)
        if not hint.is_name and family_of(hint.text) == root.family:
            possible = _descendants(root.family)  # the trainer says the same, so it is none of those that look like it
        if hint.is_name and root.family == "SDXL" and PLAIN_CHECKPOINT.search(hint.text):
            break
    return _versioned(root, hints)


def _versioned(found: BaseModel, hints: list[_Hint]) -> BaseModel:
    rows = [row for row in VERSIONS if row.family == found.family and row.of in ("", found.base_model)]
    for hint in hints if rows else ():
        words = _words(hint.text)
        for row in rows:
            if re.search(row.named, words):
                quoted = _quoted(hint)
                evidence = found.evidence if quoted in found.evidence else (*found.evidence, quoted)
                return BaseModel(row.version, found.family, found.source, evidence)
    return found


def _quoted(hint: _Hint) -> Evidence:
    said = {"civitai": "Civitai says", "file_name": "Its name is", "a1111": "Its record says"}
    words = said.get(hint.source, "The file's metadata say")
    return Evidence(f'{words} "{hint.text[:80]}"', _KINDS.get(hint.source, "metadata"))


class _Layout:
    """The module names of a network as one searchable text; rules are plain searches in it, so that a file of 5,000
    tensors costs milliseconds."""

    def __init__(self, header: SafetensorsHeader) -> None:
        self._tensors = header.tensors
        modules = sort_keys(header).modules
        self._encoders = [module for module in modules if module.name.startswith(_TEXT_ENCODERS)]
        self._network = modules
        if self._encoders:
            self._network = [module for module in modules if not module.name.startswith(_TEXT_ENCODERS)]
        self._network_names = _names(self._network)
        self._encoder_names = _names(self._encoders)

    def candidates(self) -> tuple[_Search, ...]:
        """The rules that this network's names may fulfil."""
        return _candidates(self._network_names.outline, self._encoder_names.outline)

    @cached_property
    def widths(self) -> list[int]:
        """The input and the output width of most modules, 0 if it cannot be told."""
        shapes = [module_shape(self._tensors, module) for module in islice(self._network, _WIDTH_SAMPLE)]
        counts = (Counter(shape[axis] for shape in shapes if shape[axis]).most_common(1) for axis in (0, 1))
        return [count[0][0] if count else 0 for count in counts]

    def evidence(self, row: _Search, *, by_output: bool = False) -> str:
        """What in this network makes the rule hold, in words; "" if it does not hold."""
        rule = row.rule
        names = self._encoder_names if rule.text_encoder else self._network_names
        for fragment in row.any_of:
            place = names.find(fragment)
            if place >= 0:
                break
        else:
            return ""
        if not all(map(names.holds, row.all_of)) or any(map(names.holds, row.none_of)):
            return ""
        words = ["keys hold " + fragment.written.strip("_\n")]
        if rule.widths:
            width = self.widths[by_output]
            if width not in rule.widths:
                return ""
            words.append(f"width {width}")
        for axis, sizes in enumerate((rule.inputs, rule.outputs)):
            if sizes:
                size = self._shape_at(names, place, rule.text_encoder)[axis]
                if size not in sizes:
                    return ""
                words.append(f"{'input' if axis == 0 else 'output'} {size}")
        return ", ".join(words)

    def _shape_at(self, names: _Names, place: int, text_encoder: bool) -> tuple[int, int]:
        modules = self._encoders if text_encoder else self._network
        # Each name is one line, so the line breaks up to the place found count the modules before it.
        return module_shape(self._tensors, modules[names.full.count("\n", 0, place + 1) - 1])


class _Fragment(NamedTuple):
    """A part of a name as it is looked for, and the same with every digit made a 0."""

    written: str
    outline: str


class _Names(NamedTuple):
    """Names of modules, one a line, with a line break also before the first and after the last.

    outline: the lines with every digit made a 0, each once. A file of 800 modules has some 30 of them, and what they do
    not hold need not be looked for in the names themselves.
    """

    full: str
    outline: str

    def find(self, fragment: _Fragment) -> int:
        return self.full.find(fragment.written) if fragment.outline in self.outline else -1

    def holds(self, fragment: _Fragment) -> bool:
        return self.find(fragment) >= 0


def _names(modules: list[NetworkModule]) -> _Names:
    """The names without their prefixes, dots made underscores."""
    full = "\n".join(["", *[module.name for module in modules], ""])
    if full.count("\n") > len(modules) + 1:
        full = "\n".join(["", *[module.name.replace("\n", " ") for module in modules], ""])
    outline = "\n".join([*dict.fromkeys(full.translate(_TO_ZERO).split("\n")), ""])
    for written, short in _SHORTER:
        if written in outline:
            full, outline = full.replace(written, short), outline.replace(written, short)
    return _Names(full, outline)


class _Search(NamedTuple):
    """A rule with its fragments made ready to be searched for."""

    rule: Rule
    any_of: tuple[_Fragment, ...]
    all_of: tuple[_Fragment, ...]
    none_of: tuple[_Fragment, ...]


@lru_cache(maxsize=1)
def _searches() -> tuple[_Search, ...]:
    return tuple(_Search(rule, *map(_fragments, (rule.any_of, rule.all_of, rule.none_of))) for rule in RULES)


@lru_cache(maxsize=256)
def _candidates(network: str, encoders: str) -> tuple[_Search, ...]:
    """The rules whose fragments these outlines hold. Cached, for files of one trainer have the same outline."""
    return tuple(row for row in _searches() if _may_hold(row, encoders if row.rule.text_encoder else network))


def _may_hold(row: _Search, outline: str) -> bool:
    return any(each.outline in outline for each in row.any_of) and all(each.outline in outline for each in row.all_of)


def _fragments(written: tuple[str, ...]) -> tuple[_Fragment, ...]:
    """In the text each name stands on a line of its own: start and end of a name are line breaks."""
    lines = (fragment.replace("^", "\n").replace("$", "\n") for fragment in written)
    return tuple(_Fragment(line, line.translate(_TO_ZERO)) for line in lines)
