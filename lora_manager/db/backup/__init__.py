"""Backups of the database: made of one consistent state, checked, compressed, read again, and put back."""
