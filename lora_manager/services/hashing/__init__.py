"""The files' own hashes: computed in the background, slow while something else wants the machine, never waited for."""
