"""Recommending: which adapters suit a prompt, a description or other adapters, at which weight, and why."""
