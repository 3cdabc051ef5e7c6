"""Which names of the core a package imports: only public ones are promised to stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import budgetreview
from budgetreview import testing
from budgetreview.errors import Text

_ROOT: Final = "budgetreview"
_OPEN: Final = {_ROOT: frozenset({*budgetreview.__all__, "testing"}), f"{_ROOT}.testing": frozenset(testing.__all__)}
"""What each public module offers."""


def private(files: Iterator[Path] | tuple[Path, ...]) -> Iterator[tuple[str, Text]]:
    """Imports and uses of names that are not public, file and line named."""
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"), path.name)
        for line, name in sorted(set(_private(tree))):
            place = f"{path.name}:{line}"
            yield "private-import", Text(f"{place} 用了内部名称 {name}", f"{place} uses {name}, which is not public")


def _private(tree: ast.AST) -> Iterator[tuple[int, str]]:
    aliases: dict[str, str] = {}
    yield from _imported(tree, aliases)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            module = aliases[node.value.id]
            if node.attr not in _OPEN.get(module, ()) and not (node.attr.startswith("__") and node.attr.endswith("__")):
                yield node.lineno, f"{module}.{node.attr}"


def _imported(tree: ast.AST, aliases: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Imports of names that are not public; ``aliases`` takes down under which name a module is used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                if a.name.split(".")[0] != _ROOT:
                    continue
                if a.name not in _OPEN:
                    yield node.lineno, a.name
                aliases[a.asname or _ROOT] = a.name if a.asname else _ROOT
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == _ROOT:
            offered = _OPEN.get(node.module or "", frozenset())
            for a in node.names:
                if a.name not in offered:
                    yield node.lineno, f"{node.module}.{a.name}"
                elif f"{node.module}.{a.name}" in _OPEN:
                    aliases[a.asname or a.name] = f"{node.module}.{a.name}"
