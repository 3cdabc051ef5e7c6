"""The package as somebody else's project meets it."""
