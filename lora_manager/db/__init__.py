"""State: SQLAlchemy tables, the engine, migrations, and every statement that reads or writes them."""
