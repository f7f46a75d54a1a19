"""What is said when files are not touched."""

from __future__ import annotations

from lora_manager.errors import LoraManagerError


class FileRefusedError(LoraManagerError):
    """Files were not moved, renamed or deleted; the message says which, why, and what to do. They are as they were."""

    code = "file_refused"
