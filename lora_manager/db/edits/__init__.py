"""Editing by hand: which fields, their state and where it comes from, setting and resetting many at once."""
