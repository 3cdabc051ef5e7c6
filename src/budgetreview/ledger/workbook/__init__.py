"""Many cases decided at once: a workbook goes out, the office fills it in, and it comes back whole or not at all.

What says which case a row is (number, fingerprint, figures, version) is locked; the rest of a row is to be filled in.
On the way back every row is checked before anything is recorded.
"""

from __future__ import annotations

from budgetreview.ledger.workbook.coming_back import Imported, read
from budgetreview.ledger.workbook.going_out import write
from budgetreview.ledger.workbook.sheet import COLUMNS, SHEET

__all__ = ["COLUMNS", "SHEET", "Imported", "read", "write"]
