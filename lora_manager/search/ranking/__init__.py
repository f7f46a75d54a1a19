"""Ranking adapters for a prompt: documents of hashed terms, an index of them in memory, features and boosted trees."""
