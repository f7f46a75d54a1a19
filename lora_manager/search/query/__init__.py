"""The language of the search box: words, phrases, fields, comparisons and flags, joined by AND, OR and minus."""
