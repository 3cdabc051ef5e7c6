"""Whether the program is still itself: a package that replaces parts of the engine could disarm a review quietly."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from typing import Final

_ROOT: Final = "budgetreview"

Parts = Mapping[tuple[str, str], int]
"""The functions and classes of the program, and what the classes hold: module and name, to identity."""


def parts() -> Parts:
    """What the program consists of at this moment, as far as it is loaded."""
    out: dict[tuple[str, str], int] = {}
    for module_name, module in list(sys.modules.items()):
        if module is None or module_name.split(".")[0] != _ROOT:
            continue
        for name, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType | type):
                out[module_name, name] = id(value)
            if isinstance(value, type) and value.__module__ == module_name:
                out |= {(module_name, f"{name}.{n}"): id(v) for n, v in vars(value).items() if callable(v)}
    return out


def replaced(before: Parts) -> tuple[str, ...]:
    """The names of parts that are no longer what they were."""
    now = parts()
    return tuple(f"{module}.{name}" for (module, name), was in before.items() if now.get((module, name)) != was)
