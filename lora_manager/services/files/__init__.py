"""Moving, renaming and deleting network files with everything that belongs to them; nothing is ever written over."""
