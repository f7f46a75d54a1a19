"""Alembic migrations, configured in code (lora_manager.db.migrate): no ini file, no logging of its own."""
