"""Where the imitated host lies; fake_control.configure says so."""

from __future__ import annotations

data_path = ""
models_path = ""
script_path = ""
