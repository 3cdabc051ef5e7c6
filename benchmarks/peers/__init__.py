"""The yardstick as experts of other tools would write it. What each rule asks is in ``benchmarks/yardstick.md``."""
