"""What a rule, a figure or a step of a mechanism rests on, and how certain we are of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs

from budgetreview.errors import ParameterError, Text

Mark = Literal["S", "K", "K?", "I"]

CERTAINTY: Final[Mapping[str, Text]] = {
    "S": Text("原文已查阅", "the text was read"),
    "K": Text("通行知识，未再核对原文", "general knowledge, the text was not read again"),
    "K?": Text("来源较弱，引用前须核对", "weak source, verify before quoting"),
    "I": Text("本程序的理解，并非法定", "our own reading, not law"),
}
"""What the four marks of certainty mean, in words."""


@attrs.frozen
class Authority:
    """What a rule or a value rests on.

    Attributes:
        document: The document's usual short name, e.g. ``预算法``.
        article: The article, or None.
        number: The document's number or the date of the text that was read.
        mark: How certain we are: ``S`` read, ``K`` known but not re-read, ``K?`` weak, ``I`` our own reading.
        territory: Division code prefix of the place that it binds, None: the whole country.
        note: What the article gives and what it does not.
    """

    document: str
    article: str | None = None
    number: str | None = None
    mark: Mark = "S"
    territory: str | None = None
    note: Text | None = None

    def cite(self, lang: str) -> str:
        """The citation as printed: ``《预算法》第40条``."""
        if lang == "zh":
            return f"《{self.document}》" + (f"第{self.article}条" if self.article else "")
        return f"{self.document}" + (f", art. {self.article}" if self.article else "")


def read_authority(raw: Mapping[str, Any], laws: Mapping[str, Authority]) -> Authority:
    """An authority from TOML: ``{law = "BL", article = "40"}`` or a document of its own."""
    note = Text(**raw["note"]) if "note" in raw else None
    article = str(raw["article"]) if "article" in raw else None
    if "law" in raw:
        law = laws.get(raw["law"])
        if law is None:
            msg = f"unknown law {raw['law']!r}; known: {', '.join(laws)}"
            raise ParameterError(msg)
        return attrs.evolve(law, article=article, note=note, mark=raw.get("mark", law.mark))
    return Authority(raw["document"], article, raw.get("number"), raw.get("mark", "K"), raw.get("territory"), note)
