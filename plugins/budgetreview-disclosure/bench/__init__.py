"""Scripts that measure the checks and write the pages of figures."""
