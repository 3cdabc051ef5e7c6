"""What rules there are and where they come from: rules and their pages, rule files, packages, layers, the lock."""
