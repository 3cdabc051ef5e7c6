"""Family L: legality and balance of the four books (domain.md 8.2, 8.12), a file a chapter.

Each chapter enters its rules into :data:`book`, whose words, law and figures stand in ``legality.toml``.
"""

from __future__ import annotations

from budgetreview.rules.legality import beforehand, books, depth, funds, reserves
from budgetreview.rules.legality.family import book

__all__ = ["beforehand", "book", "books", "depth", "funds", "reserves"]
