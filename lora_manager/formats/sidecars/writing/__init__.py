"""Writing into the records of other programs, so that nothing of theirs is lost."""
