"""``python -m budgetreview``."""

from budgetreview.cli import main

main()
