"""Which optional packages fit what is installed, how they are added without moving anything, or why none fits.

Standard library only: `install.py` asks it too, where the user's setting says so. Facts by version were seen running.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lora_manager.package_install import Outcome, Step, Target, Watch, add_packages, imports
from lora_manager.requirements_check import unfit

ENCODER = "sentence-transformers"
INSTALL_ENCODER = "LORA_MANAGER_INSTALL_ENCODER"
"""The environment variable by which install.py adds the encoder at the host's start."""

WHAT = (
    "Runs an encoder, which tells how near two texts, or two pictures, are in meaning: suggestions and similar LoRAs "
    "are found by that too. Which encoder is chosen with the recommender; nothing needs one."
)
WITHOUT = "transformers itself runs an encoder of texts instead, with nothing added"
# What the encoder asks for beside torch and transformers, which it has to take as they are.
BESIDE = ("scikit-learn", "scipy", "numpy", "tqdm", "huggingface-hub", "typing-extensions", "Pillow")
OLDEST_TRANSFORMERS = "transformers>=4.41"
NEWEST_TRANSFORMERS = "transformers<6"


@dataclass(frozen=True)
class Plan:
    """What is to be said and done about one optional package; `reason` says why there are no steps."""

    name: str
    state: str
    """"installed", "missing" (it can be added) or "unfit" (none fits what is installed)."""
    version: str = ""
    what: str = WHAT
    plan: str = ""
    reason: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def can_install(self) -> bool:
        """Whether there is a way to add it that moves nothing."""
        return bool(self.steps)


def encoder_plan(have: Mapping[str, str]) -> Plan:
    """Return how sentence-transformers fits into an environment of these versions."""
    version = have.get(ENCODER, "")
    if version:
        if unfit([f"{ENCODER}{_working(have)}"], have):
            reason = f"{ENCODER} {version} does not go with transformers {have['transformers']}."
            return Plan(ENCODER, "unfit", version, reason=f"{reason} Neither is moved: {WITHOUT}.")
        return Plan(ENCODER, "installed", version)
    reason = _why_none(have)
    return Plan(ENCODER, "unfit", reason=reason) if reason else _missing_encoder(have)


def add_encoder(target: Target, plan: Plan, watch: Watch) -> Outcome:
    """Follow the plan. Unless the package can be imported then, everything added is taken back."""
    return add_packages(target, plan.steps, watch=watch, verify=imports("sentence_transformers"))


def wanted_at_start(environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether the user's setting lets install.py add the encoder."""
    return environment.get(INSTALL_ENCODER, "").strip().lower() in ("1", "true", "yes", "on")


PLANS: dict[str, Callable[[Mapping[str, str]], Plan]] = {ENCODER: encoder_plan}


def _missing_encoder(have: Mapping[str, str]) -> Plan:
    requirement = f"{ENCODER}{_seen(have)}"
    beside = tuple(name for name in BESIDE if name.lower() not in have)
    also = f", {', '.join(beside)} and what these need" if beside else ""
    plan = (
        f"Adds {ENCODER} ({_seen(have)}, as fits transformers {have['transformers']}){also}. "
        "Nothing that is installed changes its version."
    )
    steps = (Step(beside, built=True),) if beside else ()
    return Plan(ENCODER, "missing", plan=plan, steps=(*steps, Step((requirement,), alone=True, built=True)))


def _seen(have: Mapping[str, str]) -> str:
    """The versions of the encoder that were seen working with such a transformers."""
    return ">=5.2,<6" if unfit(["transformers>=5", "huggingface-hub>=1.3"], have) else ">=5.2,<7"


def _working(have: Mapping[str, str]) -> str:
    """The versions of the encoder that are left alone with the transformers that is there."""
    if "transformers" not in have:
        return ""
    return "<6" if unfit(["transformers>=5"], have) else _seen(have)


def _why_none(have: Mapping[str, str]) -> str:
    """Why no version of the encoder fits, or ""."""
    for name in ("torch", "transformers"):
        if name not in have:
            return f"It needs {name}, which is not installed here, and LoRA Manager does not install that."
    transformers = have["transformers"]
    if unfit([OLDEST_TRANSFORMERS], have):
        return (
            f"transformers {transformers} is installed, and no {ENCODER} works with one that old without moving "
            f"it: {WITHOUT}."
        )
    if unfit([NEWEST_TRANSFORMERS], have):
        return f"transformers {transformers} is newer than any that LoRA Manager knows of: {WITHOUT}."
    return ""
