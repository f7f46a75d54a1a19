"""Sidecars: the records that other tools keep beside a network file. Start at `table`."""
