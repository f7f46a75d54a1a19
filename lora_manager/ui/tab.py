"""The tab in the host's page, made with the gradio that the host brought: 3.41 to 4.40."""

from __future__ import annotations

import gradio as gr

from lora_manager.hosts.web_ui import Tab
from lora_manager.ui import element_ids
from lora_manager.ui.mounts import PARTS, mount_html, problem_html

TITLE = "LoRA Manager"


def build_tab(problem: str = "") -> list[Tab]:
    """Return our one tab as `on_ui_tabs` wants it; with a problem to tell, that sentence stands in it.

    Nothing in it is ever an output: gradio would make the elements anew, and what the user did in them would be lost.
    """
    with gr.Blocks(analytics_enabled=False) as blocks:
        if problem:
            gr.HTML(problem_html(problem))
        else:
            with gr.Tabs(elem_id=element_ids.PARTS):
                for part in PARTS:
                    with gr.Tab(part, elem_id=element_ids.part_id(part.lower())):
                        gr.HTML(mount_html(part))
    return [(blocks, TITLE, element_ids.TAB)]
