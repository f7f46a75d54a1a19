"""Doing one thing with many adapters: what is selected, what can be done, and the job that does it."""
