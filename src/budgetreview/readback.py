"""A written report read back: JSON or JSON Lines, refused where it is none, cut short, or of another schema."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from budgetreview.errors import IntakeError, Problem, Text
from budgetreview.report import SCHEMA

Record = Mapping[str, Any]
"""A report, or a part of one, as CONTRACT section 5 lists it."""
_NEEDED: Final = (
    "engine", "packs", "profile", "stage", "as_of", "periods", "levels", "inputs", "off", "complete", "rules",
    "findings",
)  # fmt: skip
"""What a report cannot do without to be compared or merged."""
_OF_FINDING: Final = ("fingerprint", "facts", "rule", "severity", "entity", "fiscal_year", "table", "message")


def load(path: str | os.PathLike[str]) -> Record:
    """Read a report that was written as ``json`` or ``jsonl``.

    Raises:
        IntakeError: The file cannot be read, is no report, or is one of another schema.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = (error.strerror or type(error).__name__) if isinstance(error, OSError) else "UTF-8?"
        raise _wrong(file, f"无法读取：{said}", f"cannot be read: {said}") from None
    try:
        found = json.loads(text)
    except ValueError:
        found = _lines(text, file)
    if isinstance(found, dict) and "findings" not in found and "schema" in found:
        found = {**found, "findings": []}  # a jsonl without findings is one line, and one line is also JSON
    _checked(found, file)
    return dict(found)


def _lines(text: str, file: Path) -> object:
    try:
        listed = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        raise _wrong(file, "不是 JSON 或 JSON Lines", "is neither JSON nor JSON Lines") from None
    if not listed or not isinstance(listed[0], dict):
        return None
    return {**listed[0], "findings": listed[1:]}


def _checked(found: object, file: Path) -> None:
    """Refuse what is no report.

    Raises:
        IntakeError: saying what is missing.
    """
    schema = found.get("schema") if isinstance(found, dict) else None
    if not isinstance(found, dict) or schema is None:
        raise _wrong(
            file,
            "不是 budgetreview 的审查报告（用 --format json 生成的）",
            "is no report of budgetreview (as --format json writes it)",
        )
    if schema != SCHEMA:
        raise _wrong(
            file, f"报告格式是 {schema!r}，本程序读 {SCHEMA!r}", f"has the schema {schema!r}; this reads {SCHEMA!r}"
        )
    missing = [k for k in _NEEDED if k not in found]
    odd = [f for f in found.get("findings") or () if not (isinstance(f, dict) and all(k in f for k in _OF_FINDING))]
    if missing or odd or not isinstance(found["findings"], list):
        named = ", ".join([*missing, *(["findings[…]"] if odd else [])] or ["findings"])
        raise _wrong(file, f"报告不完整，缺少 {named}", f"the report is cut short: {named} missing")
    again = [p for p, n in Counter(f["fingerprint"] for f in found["findings"]).items() if n > 1]
    if again:
        raise _wrong(file, f"指纹 {again[0]} 出现两次", f"the fingerprint {again[0]} occurs twice")


def _wrong(file: Path, zh: str, en: str) -> IntakeError:
    return IntakeError([Problem("no-report", Text(zh, en), file.name)])
