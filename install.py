"""The hosts run this at their start: installs the Python packages that are missing, and moves none that is there.

Needs nothing but Python and pip. Whatever goes wrong, the host goes on; the extension says on its page what is missing.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lora_manager.package_install import Outcome, Target

HERE = Path(__file__).resolve().parent
SKIP = ("--skip-install", "--skip-prepare-environment")
"""By these the user tells the web UI to install nothing. It heeds them at its start, not when its page adds us."""
COMMAND_LINE = "COMMANDLINE_ARGS"


def main() -> None:
    """Install what is missing, and say in one line each what was done and what cannot be."""
    try:
        for line in _lines():
            print(line, flush=True)
    except Exception as error:  # noqa: BLE001
        # A host's start may not end here, whatever it is; the extension's page says what is missing.
        print(f"LoRA Manager: its Python packages could not be looked after ({type(error).__name__}: {error}).")


def install(wanted: list[str], target: Target) -> str:
    """Install these without moving anything; returns the one line to print."""
    from lora_manager.package_install import Step, add_packages

    outcome = add_packages(target, [Step(tuple(wanted))], temporary=HERE)
    if outcome.failure:
        return (
            f"LoRA Manager: {', '.join(wanted)} could not be installed ({outcome.failure}). "
            "Its tab says what is missing."
        )
    return f"LoRA Manager: installed {_done(outcome)}."


def skipped(arguments: list[str], environment: Mapping[str, str]) -> str:
    """Return the flag by which the user wants nothing installed, or ""."""
    line = environment.get(COMMAND_LINE, "")
    try:
        arguments = [*arguments, *shlex.split(line)]
    except ValueError:  # a quotation mark that is not closed
        arguments = [*arguments, *line.split()]
    return next((flag for flag in SKIP if flag in arguments), "")


def _lines() -> Iterator[str]:
    if str(HERE) not in sys.path:  # an embedded Python does not add a script's own folder
        sys.path.insert(0, str(HERE))
    from lora_manager.optional_packages import wanted_at_start
    from lora_manager.package_install import Target
    from lora_manager.requirements_check import missing, requirements, unfit

    target = Target()
    have, needed = target.installed(), requirements()
    for found in unfit(needed, have):
        yield f"LoRA Manager: {found}."
    wanted, flag = missing(needed, have), skipped(sys.argv[1:], os.environ)
    if wanted and flag:
        yield f"LoRA Manager: {', '.join(wanted)} missing, and not installed because of {flag}."
    elif wanted:
        yield install(wanted, target)
    if wanted_at_start() and not flag:
        yield from _encoder(target)


def _encoder(target: Target) -> Iterator[str]:
    from lora_manager.optional_packages import add_encoder, encoder_plan
    from lora_manager.package_install import NOBODY

    plan = encoder_plan(target.installed())
    if plan.state == "unfit":
        yield f"LoRA Manager: {plan.name} is not installed. {plan.reason}"
    elif plan.can_install:
        outcome = add_encoder(target, plan, NOBODY)
        said = f"could not be installed ({outcome.failure})" if outcome.failure else f"was added: {_done(outcome)}"
        yield f"LoRA Manager: {plan.name} {said}."


def _done(outcome: Outcome) -> str:
    """What was added; and what moved, which pip was told not to."""
    added = ", ".join(f"{name} {version}" for name, version in outcome.added.items())
    return f"{added}; moved: {', '.join(outcome.moved)}" if outcome.moved else f"{added}; nothing else changed"


if __name__ == "__main__":
    main()
