"""What is on disk: network files, their headers, sidecars, previews, infotext. No database, no host, no torch."""
