"""The catalogue's filterable columns in memory, as numpy arrays: every filter, sort and count of a large library."""
