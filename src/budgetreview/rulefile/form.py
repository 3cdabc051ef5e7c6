"""One entry read field by field: what is wrong is noted with its place, and said all at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from budgetreview.authority import Authority
from budgetreview.errors import Problem, Text
from budgetreview.expressions.columns import plain
from budgetreview.fiscal import parse_date
from budgetreview.rulefile.fields import ALL, Field
from budgetreview.rulefile.written import Entry, problem

CHINESE_ONLY: Final = "[Chinese only] "
"""Stands before a Chinese text where English was asked for and the file has none."""
_SEPARATORS: Final = re.compile(r"[、，,;；\s]+")


class Form:
    """An entry and the fields that it may have.

    Attributes:
        entry: What was written.
        pack: The package that the entry belongs to.
        english: Whether its texts must be in two languages.
        problems: What is wrong with it so far.
    """

    def __init__(self, entry: Entry, fields: Sequence[Field], name: str, pack: str, *, english: bool) -> None:
        self.entry = entry
        self.pack = pack
        self.english = english
        self.problems: list[Problem] = []
        self._fields = {f.key: f for f in fields}
        self._name = name

    def wrong(self, key: str, kind: str, zh: str, en: str) -> None:
        """Note a problem of a field."""
        code = f"{self.entry.get('code')} " if self.entry.get("code") else ""
        self.problems.append(
            problem(kind, f"{self._label(key)}：{zh}", f"{code}{key}: {en}", self._name, self.entry.where(key))
        )

    def has(self, key: str) -> bool:
        """Whether there is such a field."""
        return key in self._fields

    def _label(self, key: str) -> str:
        code = self.entry.get("code")
        return f"{code} 的“{self._fields[key].zh[0]}”" if code else f"“{self._fields[key].zh[0]}”"

    def needed(self, key: str) -> str:
        """A field that must be there."""
        text = self.entry.get(key)
        if not text:
            help_ = self._fields[key].help
            self.wrong(key, "field-missing", f"没有填写；应为 {help_.zh}", f"is missing; expected: {help_.en}")
        return text

    def chosen(self, key: str, otherwise: Sequence[str], everything: Sequence[str] = ()) -> tuple[str, ...]:
        """The choices named in a field."""
        text = self.entry.get(key)
        if not text:
            return tuple(otherwise)
        field = self._fields[key]
        items = [t for t in _SEPARATORS.split(text) if t] if field.several else [text]
        found = []
        for item in items:
            word = field.words.get(plain(item))
            if word is None:
                zh = "、".join(field.printed)
                en = ", ".join(dict.fromkeys(field.words.values()))
                self.wrong(key, "bad-choice", f"读到“{item}”；应为 {zh}", f"{item!r} was read; expected one of {en}")
            elif word == ALL:
                return tuple(everything)
            else:
                found.append(word)
        return tuple(dict.fromkeys(found)) or tuple(otherwise)

    def day(self, key: str) -> date | None:
        """A date."""
        text = self.entry.get(key)
        if not text:
            return None
        found = parse_date(text)
        if found is None:
            self.wrong(
                key,
                "bad-date",
                f"读到“{text}”；应为日期，如 2026-01-01",
                f"{text!r} was read; expected a date, e.g. 2026-01-01",
            )
        return found

    def territory(self) -> str | None:
        """The prefix of division codes."""
        text = self.entry.get("territory").removesuffix(".0")
        if text and not re.fullmatch(r"\d{2,9}", text):
            self.wrong(
                "territory",
                "bad-territory",
                f"读到“{text}”；应为区划代码或其前几位，如 430702 或 43",
                f"{text!r} was read; expected a division code or its first digits, e.g. 430702 or 43",
            )
            return None
        return text or None

    def authority(self) -> tuple[Authority, ...]:
        """What the entry rests on."""
        document = self.entry.get("document").strip("《》 ")
        (mark,) = self.chosen("mark", ("K",))
        if not document:
            if self.entry.get("article") or self.entry.get("number"):
                self.wrong(
                    "document",
                    "field-missing",
                    "写了条款或文号，没有写文件名称",
                    "an article or number without its document",
                )
            return ()
        article = re.sub(r"^第|条$", "", self.entry.get("article")) or None
        return (Authority(document, article, self.entry.get("number") or None, mark, self.territory()),)  # type: ignore[arg-type]

    def bilingual(self, key: str, zh: str | None = None, en: str | None = None) -> Text:
        """A text in two languages; where English is missing, the Chinese with a mark, or what was made up."""
        said = self.entry.get(f"{key}_zh") or zh or ""
        other = self.entry.get(f"{key}_en") or (en if not self.entry.get(f"{key}_zh") else None)
        if not other:
            if self.english and self.entry.get(f"{key}_zh"):
                self.english_missing(f"{key}_en")
            other = CHINESE_ONLY + said
        return Text(said or "?", other)

    def english_missing(self, key: str) -> None:
        """Note that a text of a package is in one language only."""
        self.wrong(
            key,
            "english-missing",
            "规则包的文字须有中英文，这里缺英文",
            "a package speaks two languages; the English is missing",
        )
