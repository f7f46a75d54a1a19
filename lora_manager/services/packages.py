"""Optional packages: what is there, what would fit, and adding one when the user asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lora_manager.errors import MissingDependencyError, NotFoundError
from lora_manager.optional_packages import PLANS, Plan, add_encoder
from lora_manager.package_install import Target, Watch


class Packages:
    """The optional packages of one environment: that of this process, unless another is named."""

    def __init__(self, target: Target | None = None) -> None:
        self._target = target or Target()

    def plans(self) -> list[Plan]:
        """Return what there is to say of each optional package now."""
        have = self._target.installed()
        return [plan(have) for plan in PLANS.values()]

    def plan(self, name: str) -> Plan:
        """Return what there is to say of one. Raises NotFoundError."""
        if name not in PLANS:
            raise NotFoundError(f"There is no optional package '{name}'. Known: {', '.join(PLANS)}.")
        return PLANS[name](self._target.installed())

    def install(
        self, name: str, on_progress: Callable[[int, int, str], None], cancelled: Callable[[], bool]
    ) -> dict[str, Any]:
        """Add one as planned, moving nothing; returns {"name", "added": {name: version}}.

        What does not work is taken back and raises MissingDependencyError; so does one that nothing fits.
        """
        plan = self.plan(name)
        if not plan.can_install:
            raise MissingDependencyError(plan.reason or f"{name} {plan.version} is installed already.")
        done = add_encoder(self._target, plan, Watch(lambda message: on_progress(0, 0, message), cancelled))
        if done.moved:
            moved = f"Meanwhile other packages changed, by another program: {', '.join(done.moved)}."
        else:
            moved = "Nothing else changed."
        if done.failure:
            raise MissingDependencyError(f"{name} could not be installed: {done.failure}. {moved}")
        on_progress(0, 0, moved)
        return {"name": name, "added": dict(done.added), "moved": list(done.moved)}
