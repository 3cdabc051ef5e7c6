"""What a rule's words may not say, whoever writes the rule: a finding states facts and asks."""

from __future__ import annotations

import re
from typing import Final

GUILT_ZH: Final = re.compile(
    "违法|违规|违纪|虚报|骗取|套取|挪用|贪|腐败|犯罪|弄虚作假|造假|隐瞒|舞弊|渎职|失职|责任人|处分|问责"
)
GUILT_EN: Final = re.compile(
    r"\b(illegal(ly)?|unlawful(ly)?|fraud\w*|violat\w+|corrupt\w*|embezzl\w*|guilt\w*|crim\w+|cheat\w*|conceal\w*|abus\w+|"
    r"misappropriat\w*|falsif\w*|negligen\w*|punish\w*)\b",
    re.IGNORECASE,
)


def guilt_in(text: str) -> str | None:
    """The first word of guilt in a text, None if there is none."""
    found = GUILT_ZH.search(text) or GUILT_EN.search(text)
    return found.group() if found else None


def asks(text: str) -> bool:
    """Whether a text is a question or a request."""
    return "？" in text or "?" in text or text.startswith(("请", "Please"))
