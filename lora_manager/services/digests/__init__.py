"""Digests: everything that recommending needs to know of each adapter, made in the background."""
