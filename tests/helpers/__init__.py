"""Shared builders of small real files for the tests."""
