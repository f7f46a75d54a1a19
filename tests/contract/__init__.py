"""What must hold inside every host: asked over HTTP, in CI of an imitated one, by tools/check_host.py of a real one."""
