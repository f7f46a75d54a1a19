"""Backups of the database as the page, the command line and other services ask for them."""
