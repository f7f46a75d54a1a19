"""Insight: what is found out of one adapter by itself, without a user or a prompt."""
