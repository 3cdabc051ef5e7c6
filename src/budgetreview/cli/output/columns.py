"""Tables in plain text: columns aligned with Chinese characters counted as two, no cell cut, the same in a pipe."""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under their header, two blanks between columns."""
    from rich.cells import cell_len

    listed = [tuple(header), *map(tuple, rows)]
    widths = [max(cell_len(row[i]) for row in listed) for i in range(len(header))]
    listed.insert(1, tuple("-" * w for w in widths))
    return "\n".join(
        "  ".join(cell + " " * (w - cell_len(cell)) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in listed
    )
