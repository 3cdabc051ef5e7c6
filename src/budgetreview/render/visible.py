"""Text of a budget made safe to look at: nothing in it may hide, reorder or command what the reader sees."""

from __future__ import annotations

import re
from typing import Final

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
FORMULA: Final = r"^'*[=+\-@\t\r\n＝＋－＠]"
"""What a spreadsheet might take for a formula."""
_FORMULA: Final = re.compile(FORMULA)


def _marked(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"


def visible(text: str) -> str:
    """The text with every control, direction and zero-width character written out as ``[U+202E]``.

    A right-to-left mark in a project's name could otherwise turn 1,000 into 000,1, and an escape sequence
    could rewrite the terminal. Line feeds and tabs stay.
    """
    return _HIDDEN.sub(_marked, text.replace("\r\n", "\n").replace("\r", "\n"))


_HALVES: Final = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text without halves of characters, which no file can hold; U+FFFD stands for each.

    A file whose name is not UTF-8 (GBK names out of an archive) brings them in.
    """
    return _HALVES.sub("\ufffd", text)


def utf8(text: str) -> bytes:
    """The bytes of a text that programs read."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return whole(text).encode()


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(visible(text).split())


def shortened(text: str, most: int) -> str:
    """At most so many characters, and how many there were if some were left out."""
    if len(text) <= most:
        return text
    mark = f"…[{len(text):,} 字/chars]"
    return text[: most - len(mark)] + mark


def half_widths(text: str) -> int:
    """How wide a text is in half-width characters, nearly: a Chinese one is two wide and three bytes long."""
    return (len(text) + len(text.encode("utf-8", "replace"))) // 2


def no_formula(text: str) -> str:
    """The text as a csv cell that no spreadsheet takes for a formula.

    What starts with ``= + - @``, a tab, CR or LF (or the full-width ＝＋－＠), also after apostrophes, gets one more
    apostrophe in front; a plain number such as ``-1500.00`` does not. To read the text back: of a cell that starts
    with apostrophes followed by one of these characters, drop the first.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
