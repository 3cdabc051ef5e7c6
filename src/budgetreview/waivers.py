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
class Scope:
    """Several findings of one rule at once, narrowly: one entity and year, and one unit or project.

    Attributes:
        rule: The rule's code, in full.
        entity: The entity.
        fiscal_year: The year.
        most: For how many findings it was approved; when it meets more it is too broad and meets none.
        agency: The unit; this or the project is needed.
        project: The project.
    """

    rule: str
    entity: str
    fiscal_year: int
    most: int
    agency: str | None = None
    project: str | None = None

    def check(self) -> None:
        """Refuse one that is not narrow.

        Raises:
            UsageError: saying what is missing.
        """
        if not (self.rule and self.entity and self.fiscal_year and (self.agency or self.project)) or self.most < 1:
            raise UsageError(Text(
                "豁免范围过宽：须写明 rule、entity、fiscal_year、most（批准的条数），以及 agency 或 project",
                "the scope is too broad: name rule, entity, fiscal_year, most (how many), and agency or project",
            ))  # fmt: skip

    def meets(
        self, rule: str, entity: str | None, fiscal_year: int | None, agency: str | None, project: str | None
    ) -> bool:
        """Whether a finding of this rule, entity, year, unit and project is within it."""
        return (
            (rule, entity, fiscal_year) == (self.rule, self.entity, self.fiscal_year)
            and self.agency in {None, agency}
            and self.project in {None, project}
        )

    @property
    def words(self) -> Text:
        """The same for a reader."""
        units = [(zh, en, v) for zh, en, v in (("单位", "agency", self.agency), ("项目", "project", self.project)) if v]
        zh = "、".join(f"{name}{v}" for name, _, v in units)
        en = ", ".join(f"{name} {v}" for _, name, v in units)
        return Text(
            f"{self.rule}，{self.entity}，{self.fiscal_year}年，{zh}，至多{self.most}条",
            f"{self.rule}, {self.entity}, {self.fiscal_year}, {en}, at most {self.most}",
        )

    def plain(self) -> dict[str, str | int]:
        """The same as data, without what is not said."""
        return {k: v for k, v in attrs.asdict(self).items() if v is not None}


@attrs.frozen
class Waiver:
    """One exception.

    Attributes:
        fingerprint: Of the finding; empty where ``scope`` says which ones.
        reason: Why it is left aside; printed in the report.
        requester: Who asked.
        approver: Who allowed it, somebody else.
        until: The last day on which it holds.
        facts: The finding's ``facts`` when it was waived; where given, the waiver ends when the figures change.
        code: A code for the kind of reason, as the ledger keeps it.
        authority: What the exception rests on.
        scope: Which findings, instead of one fingerprint.
    """

    fingerprint: str
    reason: str
    requester: str
    approver: str
    until: date
    facts: str | None = None
    code: str | None = None
    authority: str | None = None
    scope: Scope | None = None

    @property
    def about(self) -> Text:
        """The fingerprint, or the scope in words."""
        return Text(self.fingerprint, self.fingerprint) if self.scope is None else self.scope.words


@attrs.frozen
class Waivable:
    """What a waiver may meet: the facts of a finding, and whether its rule admits exceptions at all.

    The place (entity, year, unit and project) is needed for rules that a scope names.
    """

    facts: str
    rule: str
    allowed: bool = True
    place: tuple[str | None, int | None, str | None, str | None] = (None, None, None, None)


_NEEDED: Final = ("fingerprint", "reason", "requester", "approver", "until")
_KNOWN: Final = frozenset({*_NEEDED, "facts", "code", "authority", "scope"})
_IN_SCOPE: Final[Mapping[str, type]] = {
    "rule": str, "entity": str, "fiscal_year": int, "most": int, "agency": str, "project": str,
}  # fmt: skip


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
            said = {k: str(v).strip() for k, v in raw.items() if k not in {"until", "scope"}}
            scope = Scope(**raw["scope"]) if "scope" in raw else None
            found.append(Waiver(**{"fingerprint": "", **said}, until=raw["until"], scope=scope))
    seen: set[str] = set()
    for w in found:
        if w.fingerprint and w.fingerprint in seen:
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
    if "scope" in raw:
        wrong += _scope_problems(raw)
    for key in _NEEDED:
        value = raw.get(key)
        if key == "fingerprint" and "scope" in raw:
            continue
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


def _scope_problems(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    scope = raw["scope"]
    if "fingerprint" in raw or "facts" in raw:
        return [("scope 与 fingerprint、facts 不能同时写", "scope stands instead of fingerprint and facts")]
    if not isinstance(scope, dict) or set(scope) - set(_IN_SCOPE):
        return [(f"scope 应为一个表，可用 {'、'.join(_IN_SCOPE)}", f"scope must be a table of {', '.join(_IN_SCOPE)}")]
    odd = [k for k, v in scope.items() if not isinstance(v, _IN_SCOPE[k]) or isinstance(v, bool)]
    if odd:
        return [(f"scope 中 {'、'.join(odd)} 的值不合规定", f"scope: {', '.join(odd)} of the wrong kind")]
    try:
        Scope(**{"rule": "", "entity": "", "fiscal_year": 0, "most": 0, **scope}).check()
    except UsageError as error:
        return [(error.text.zh, error.text.en)]
    return []


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
        as_of: The as-of date.

    Returns:
        The reason by fingerprint, and the notices.
    """
    reasons: dict[str, str] = {}
    notices: list[Notice] = []
    for w in waivers:
        if w.until < as_of:
            notices.append(
                _notice("waiver-expired", w, f"已于{w.until}到期，不再适用", f"expired on {w.until} and does not apply")
            )
            continue
        if w.scope is not None:
            met = [f for f, x in findings.items() if w.scope.meets(x.rule, *x.place)]
            wrong = _scope_notice(w, w.scope, [findings[f] for f in met])
            if wrong is None:
                reasons |= {f: reasons.get(f, w.reason) for f in met}
            else:
                notices.append(wrong)
            continue
        found = findings.get(w.fingerprint)
        if found is None:
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


def _scope_notice(waiver: Waiver, scope: Scope, met: Sequence[Waivable]) -> Notice | None:
    if not met:
        return _notice("waiver-unused", waiver, "没有对应的发现", "meets no finding")
    if not all(x.allowed for x in met):
        return _notice(
            "waiver-refused", waiver, f"规则 {scope.rule} 的发现不得豁免", f"findings of {scope.rule} cannot be waived"
        )
    if len(met) > scope.most:
        return _notice("waiver-broad", waiver, f"批准{scope.most}条，现对应{len(met)}条，范围过宽，不适用",
                       f"was approved for {scope.most} findings and meets {len(met)}; it does not apply")  # fmt: skip
    return None


def _notice(kind: str, waiver: Waiver, zh: str, en: str) -> Notice:
    return Notice(
        kind,
        Text(f"豁免 {waiver.about.zh}（{waiver.reason}）{zh}", f"waiver {waiver.about.en} ({waiver.reason}) {en}"),
    )
