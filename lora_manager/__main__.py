"""`python -m lora_manager`."""

import sys

from lora_manager.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
