"""Classification codes: reading them, their names by year, what maps to what, and the codes of places.

The tables shipped are facts with a mark of certainty each, and they are not complete below the classes. So a
question about a code has three answers: it exists, it does not, or the table cannot tell.
"""

from __future__ import annotations

from budgetreview.codes.crosswalk import (
    GOVERNMENT_ECONOMIC_SINCE,
    THREE_PUBLIC_DEPARTMENT,
    THREE_PUBLIC_GOVERNMENT,
    Cofog,
    cofog,
    comparable,
    economic_conflict,
    government_for,
    map_economic,
)
from budgetreview.codes.given import tables_from_file
from budgetreview.codes.names import same_name
from budgetreview.codes.places import Level, entity_code, entity_level, entity_named, known_place, place_name
from budgetreview.codes.shipped import load_tables
from budgetreview.codes.table import CodeTable, Complete, Entry, merged
from budgetreview.codes.text import SYSTEMS, System, ancestors, class_of, clean, join_three, level, parent, system_of

__all__ = [
    "GOVERNMENT_ECONOMIC_SINCE",
    "SYSTEMS",
    "THREE_PUBLIC_DEPARTMENT",
    "THREE_PUBLIC_GOVERNMENT",
    "CodeTable",
    "Cofog",
    "Complete",
    "Entry",
    "Level",
    "System",
    "ancestors",
    "class_of",
    "clean",
    "cofog",
    "comparable",
    "economic_conflict",
    "entity_code",
    "entity_level",
    "entity_named",
    "government_for",
    "join_three",
    "known_place",
    "level",
    "load_tables",
    "map_economic",
    "merged",
    "parent",
    "place_name",
    "same_name",
    "system_of",
    "tables_from_file",
]
