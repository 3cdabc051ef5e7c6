"""Single kernels and rules, timed by pytest-benchmark: ``python -m pytest benchmarks/micro``."""
