"""The command line: one file for the arguments, one for each group of commands, one for what is printed."""
