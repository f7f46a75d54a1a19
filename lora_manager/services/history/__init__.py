"""Taking back what was done: a set of changes, single ones, or everything since a moment."""
