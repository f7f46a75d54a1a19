"""The sheet of variations: an always-on script of the host whose cells are runs inside the run of the sheet."""

from __future__ import annotations

from copy import copy
from typing import Any

from modules import processing, shared
from modules.scripts_manager import Script


class XyzGrid(Script):
    def __init__(self, steps: list[int]) -> None:
        self._steps = steps
        self._active = False
        self._cells: processing.Processed | None = None

    def process(self, p: Any) -> None:
        if self._active:
            return
        self._active = True
        job = shared.state.begin("XYZ Grid")
        made = [self._cell(p, steps) for steps in self._steps]
        self._cells = processing.Processed(p, [image for cell in made for image in cell.images], [""])
        p.do_not_save_grid = p.do_not_save_samples = p.disable_extra_networks = True
        self._active = False
        shared.state.end(job)

    def process_images(self, p: Any) -> Any:
        return None if self._active else self._cells

    def _cell(self, p: Any, steps: int) -> Any:
        p.xyz = True
        pc = copy(p)
        pc.steps = steps
        return processing.process_images(pc)
