"""The hosts load this file. Everything else is in the package, which stays importable after this file is gone."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from lora_manager.extension import register

# Hosts of the AUTOMATIC1111 family look for script classes in this namespace.
globals().update({script.__name__: script for script in register()})
