"""Samplers and, named apart from them, their schedules."""

from __future__ import annotations

from types import SimpleNamespace

all_samplers = [SimpleNamespace(name=name) for name in ("DPM++ 2M", "Euler a", "Euler", "PLMS")]
all_samplers_map = {sampler.name: sampler for sampler in all_samplers}
samplers_hidden = {"PLMS"}
_schedules = ("Karras", "Exponential")


def visible_sampler_names() -> list[str]:
    return [sampler.name for sampler in all_samplers if sampler.name not in samplers_hidden]


def get_sampler_and_scheduler(
    sampler_name: str | None, scheduler_name: str | None, *, convert_automatic: bool = True
) -> tuple[str, str]:
    """An unknown sampler becomes the first one, without a word."""
    name, found = sampler_name or all_samplers[0].name, scheduler_name or "Automatic"
    for schedule in _schedules:
        if name.endswith(f" {schedule}"):
            name, found = name.removesuffix(f" {schedule}"), schedule
    return all_samplers_map.get(name, all_samplers[0]).name, found
