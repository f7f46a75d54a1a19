"""Keeping the catalogue in step with the disk: group the files, see what changed, read it, write it."""
