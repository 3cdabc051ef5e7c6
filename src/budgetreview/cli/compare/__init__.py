"""What changed and what would change: reports side by side, a threshold moved, a package tried."""
