"""Imitations of the hosts' `modules` packages, written from what the real hosts do."""
