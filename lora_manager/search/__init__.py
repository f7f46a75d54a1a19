"""How things are found: the text that search sees, the expressions that match it, the ranking."""
