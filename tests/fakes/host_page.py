"""The host's page as far as ours depends on it: its ids, its tabs, its prompt boxes, how it brings our files in.

As with gradio, the server hears of a prompt only by the box's `input` event; what a script wrote into the box without
one is on the screen and not in the picture.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from fastapi import Depends, HTTPException, Request, Response

from tests.fakes.host_login import LOGIN_PAGE, GradioApp

ROOT = Path(__file__).resolve().parents[2]
PROMPT_TABS = {"a1111": ("txt2img", "img2img"), "forge": ("txt2img", "img2img"), "sdnext": ("txt2img", "control")}
_TYPES = {".js": "text/javascript", ".css": "text/css"}

SCRIPT = """
window.gradioApp = () => document;
window.updateInput = (box) => box.dispatchEvent(new Event('input', { bubbles: true }));
const heard = {};
document.addEventListener('input', ({ target }) => { heard[target.closest('[id]').id] = target.value; });
for (const tabs of document.querySelectorAll('.tabs')) {
  const buttons = [...tabs.querySelectorAll(':scope > .tab-nav > button')];
  const panels = [...tabs.querySelectorAll(':scope > .tabitem')];
  const show = (index) => panels.forEach((panel, at) => {
    panel.style.display = at === index ? 'block' : 'none';
    buttons[at].classList.toggle('selected', at === index);
  });
  buttons.forEach((button, index) => button.addEventListener('click', () => show(index)));
  show(0);
}
for (const button of document.querySelectorAll('button[id$=_generate]')) {
  const tab = button.id.replace(/_generate$/, '');
  button.addEventListener('click', async () => {
    const prompt = heard[`${tab}_prompt`] ?? '';
    const answer = await fetch(`imitated/generate/${tab}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ prompt }),
    });
    const made = await answer.json();
    document.getElementById(`${tab}_gallery`).textContent = `${made.images} image(s)`;
  });
}
"""

STYLE = """
body { margin: 0; background: #0b0f19; color: #e5e7eb; font: 14px sans-serif; }
.gradio-container { max-width: 1416px; margin: 0 auto; padding: 16px; }
textarea { width: 100%; height: 5em; }
"""


def add_page(app: GradioApp, family: str) -> None:
    """Serve it at the root, with the tabs that extensions have built by the time it is asked for.

    Who is not logged in gets a page all the same, with nothing in it but the login.
    """

    def page(request: Request) -> Response:
        is_in = app.auth is None or app.user(request.cookies) is not None
        return Response(_html(family) if is_in else LOGIN_PAGE, media_type="text/html; charset=utf-8")

    def file(path: str) -> Response:
        """What gradio serves below `file=`: here only what belongs to our page."""
        wanted = ROOT / path
        if wanted not in _brought_in():
            raise HTTPException(403, "File not allowed")
        return Response(wanted.read_bytes(), media_type=_TYPES[wanted.suffix])

    def generate(tab: str, body: dict[str, Any], request: Request) -> dict[str, int]:
        """The button: on a thread of the server's pool, as there."""
        user = app.user(request.cookies)
        made = importlib.import_module("fake_control").user_run(body["prompt"], tab=tab, user=user)
        return {"images": len(made)}

    checked = [Depends(app.login_check)]
    app.add_api_route("/", page, methods=["GET"])
    app.add_api_route("/file={path:path}", file, methods=["GET"], dependencies=checked)
    app.add_api_route("/imitated/generate/{tab}", generate, methods=["POST"], dependencies=checked)


def _brought_in() -> list[Path]:
    """Our files that every host brings into its page."""
    return [*sorted((ROOT / "javascript").glob("*.js")), ROOT / "style.css"]


def _html(family: str) -> str:
    own = [(name, name, _prompt_tab(name)) for name in PROMPT_TABS[family]]
    ours = [
        (title, elem_id, blocks.render()) for blocks, title, elem_id in importlib.import_module("fake_control").tabs()
    ]
    tabs = [*own, *ours]
    buttons = "".join(f"<button>{title}</button>" for title, _, _ in tabs)
    panels = "".join(f'<div id="tab_{name}" class="tabitem">{inner}</div>' for _, name, inner in tabs)
    names = [f"{path.relative_to(ROOT).as_posix()}?{path.stat().st_mtime}" for path in _brought_in()]
    scripts = "".join(f'<script src="file={name}"></script>' for name in names if ".js?" in name)
    styles = "".join(f'<link rel="stylesheet" href="file={name}">' for name in names if ".css?" in name)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Imitated</title><style>{STYLE}</style>'
        f'<link rel="icon" href="data:,">{scripts}</head><body class="dark"><gradio-app><div class="gradio-container">'
        f'<div id="tabs" class="tabs"><div class="tab-nav">{buttons}</div>{panels}</div>'
        f"</div></gradio-app>{styles}<script>{SCRIPT}</script></body></html>"
    )


def _prompt_tab(name: str) -> str:
    return (
        f'<div id="{name}_prompt"><label><textarea placeholder="Prompt"></textarea></label></div>'
        f'<div id="{name}_neg_prompt"><label><textarea placeholder="Negative prompt"></textarea></label></div>'
        f'<button id="{name}_generate">Generate</button><div id="{name}_gallery"></div>'
    )
