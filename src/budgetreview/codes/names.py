"""When two names of a code are the same name in another spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LEADING_CODE: Final = re.compile(r"^[\[(]?\d{3,9}[\])]?[-_:.、]*")
_NOISE: Final = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\"'“”‘’·《》<>]+")
_REMARK: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BRACKET: Final = re.compile(r"[()\[\]]")


def _plain(name: str) -> str:
    return _LEADING_CODE.sub("", _NOISE.sub("", unicodedata.normalize("NFKC", name)))


def _without_suffix(name: str) -> str:
    short = name.removesuffix("支出")
    return short.removesuffix("费用") + "费" if short.endswith("费用") else short


@lru_cache(maxsize=16384)
def spellings(name: str) -> tuple[str, str]:
    """The name with what stands in brackets, and without it; both free of blanks, suffix and a leading code."""
    plain = _plain(name)
    return _without_suffix(_BRACKET.sub("", plain)), _without_suffix(_BRACKET.sub("", _REMARK.sub("", plain)))


def same_name(a: str, b: str) -> bool:
    """Whether two names are one, spelling variants aside.

    Variants are: blanks, full-width or half-width brackets, quotation marks, a leading code, the endings 支出 and
    费用 (for 费), and a remark in brackets that only one of them has: 行政运行（人大） is 行政运行, but not
    行政运行（政协）.
    """
    (a_full, a_bare), (b_full, b_bare) = spellings(a), spellings(b)
    return bool(a_full or b_full) and (a_full in (b_full, b_bare) or a_bare == b_full)
