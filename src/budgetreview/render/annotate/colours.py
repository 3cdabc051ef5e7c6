"""The colours of flagged cells: strong enough to be seen, light enough to read black text on, and always said in words.

They are shades that no palette of a spreadsheet has, so that colours of ours can be told and taken away again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COLOURS: Final[Mapping[str, str]] = {
    "red": "FFF7B5B1", "orange": "FFFACB91", "yellow": "FFF8E98D", "blue": "FFB0D5F3", "waived": "FFD3D6DB",
}  # fmt: skip
