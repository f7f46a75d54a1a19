"""Vectors of adapters: what they are made of, who makes them, and finding the nearest."""
