"""Benchmarks that anybody can run: ``python -m benchmarks`` (``--quick`` under a minute)."""
