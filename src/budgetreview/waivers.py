"""Recorded exceptions: findings that one person asked to leave aside and another allowed, for a reason, for a time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import attrs

from budgetreview.errors import Notice, Text, UsageError


@attrs.frozen
class Waiver:
    """One exception.

    Attributes:
        fingerprint: Of the finding.
        reason: Why it is left aside; printed in the report.
        requester: Who asked.
        approver: Who allowed it, somebody else.
        until: The last day on which it holds.
        facts: The finding's ``facts`` when it was waived; where given, the waiver ends when the figures change.
    """

    fingerprint: str
    reason: str
    requester: str
    approver: str
    until: date
    facts: str | None = None


@attrs.frozen
class Waivable:
    """What a waiver may meet: the facts of a finding, and whether its rule admits exceptions at all."""

    facts: str
    rule: str
    allowed: bool = True


_NEEDED: Final = ("fingerprint", "reason", "requester", "approver", "until")
_KNOWN: Final = frozenset({*_NEEDED, "facts"})


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a TOML file of ``[[waiver]]`` entries.

    Raises:
        UsageError: The file cannot be read, or entries are not complete; every problem is listed.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        detail = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
        raise _wrong(path, [(f"无法读取：{detail}", f"cannot be read: {detail}")]) from None
    entries = data.get("waiver", data.get("waivers", []))
    if not isinstance(entries, list) or set(data) - {"waiver", "waivers"} or len(data) > 1:
        raise _wrong(path, [("应为 [[waiver]] 条目的列表", "expected a list of [[waiver]] entries")])
    problems: list[tuple[str, str]] = []
    found: list[Waiver] = []
    for number, raw in enumerate(entries, start=1):
        wrong = _problems(raw)
        problems += [(f"第{number}条：{zh}", f"entry {number}: {en}") for zh, en in wrong]
        if not wrong:
            said = {k: str(v).strip() for k, v in raw.items() if k != "until"}
            found.append(Waiver(**said, until=raw["until"]))
    seen: set[str] = set()
    for w in found:
        if w.fingerprint in seen:
            problems.append((f"指纹 {w.fingerprint} 出现两次", f"the fingerprint {w.fingerprint} is given twice"))
        seen.add(w.fingerprint)
    if problems:
        raise _wrong(path, problems)
    return tuple(found)


def _problems(raw: Any) -> list[tuple[str, str]]:
    if not isinstance(raw, dict):
        return [("应为一个表", "expected a table")]
    known_zh, known_en = "、".join(sorted(_KNOWN)), ", ".join(sorted(_KNOWN))
    wrong = [
        (f"没有 {key} 这一项；可用 {known_zh}", f"no key {key}; known: {known_en}") for key in sorted(set(raw) - _KNOWN)
    ]
    for key in _NEEDED:
        value = raw.get(key)
        if key == "until":
            if not isinstance(value, date) or isinstance(value, datetime):
                wrong.append(("until 应为日期，如 2026-12-31", "until must be a date such as 2026-12-31"))
        elif not isinstance(value, str) or not value.strip():
            wrong.append((f"缺少 {key}", f"{key} is missing"))
    if not wrong and raw["requester"].strip().casefold() == raw["approver"].strip().casefold():
        who = raw["requester"].strip()
        wrong.append(
            (f"申请人与批准人不得为同一人（{who}）", f"requester and approver must not be the same person ({who})")
        )
    return wrong


def _wrong(path: Path, problems: Sequence[tuple[str, str]]) -> UsageError:
    zh, en = "；".join(p[0] for p in problems), "; ".join(p[1] for p in problems)
    return UsageError(Text(f"豁免文件 {path.name}：{zh}", f"waivers {path.name}: {en}"))


def applied(
    waivers: Sequence[Waiver], findings: Mapping[str, Waivable], as_of: date
) -> tuple[dict[str, str], tuple[Notice, ...]]:
    """Which findings are waived on the day, and a notice for every waiver that has no effect.

    Args:
        waivers: Of :func:`read_waivers`.
        findings: What was found, by fingerprint.
        as_of: The day of the review.

    Returns:
        The reason by fingerprint, and the notices.
    """
    reasons: dict[str, str] = {}
    notices: list[Notice] = []
    for w in waivers:
        found = findings.get(w.fingerprint)
        if w.until < as_of:
            notices.append(
                _notice("waiver-expired", w, f"已于{w.until}到期，不再适用", f"expired on {w.until} and does not apply")
            )
        elif found is None:
            notices.append(_notice("waiver-unused", w, "没有对应的发现", "meets no finding"))
        elif not found.allowed:
            notices.append(
                _notice(
                    "waiver-refused",
                    w,
                    f"规则 {found.rule} 的发现不得豁免",
                    f"findings of {found.rule} cannot be waived",
                )
            )
        elif w.facts is not None and w.facts != found.facts:
            notices.append(_notice("waiver-outdated", w, "批准豁免后数值已变化，不再适用",
                                   "the figures have changed since it was approved; it does not apply"))  # fmt: skip
        else:
            reasons[w.fingerprint] = w.reason
    return reasons, tuple(notices)


def _notice(kind: str, waiver: Waiver, zh: str, en: str) -> Notice:
    return Notice(
        kind,
        Text(
            f"豁免 {waiver.fingerprint}（{waiver.reason}）{zh}", f"waiver {waiver.fingerprint} ({waiver.reason}) {en}"
        ),
    )
