"""The page's saved defaults."""

from __future__ import annotations

from types import SimpleNamespace

loadsave = SimpleNamespace(ui_settings={})
