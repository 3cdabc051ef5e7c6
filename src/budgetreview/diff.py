"""What changed between two reports: new, persisting, changed and resolved findings, and what is no longer judged.

A finding that is gone is called resolved only where its rule ran again over the same entity and year at the same stage,
could judge the unit, and kept its version, parameters, level and amount column; else it is said to be not judged now,
and why. Reports are compared as records (CONTRACT section 5), so that a report of last year's
engine can be compared with one of today's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

import attrs

from budgetreview.errors import Text
from budgetreview.readback import Record, load
from budgetreview.rule import Severity

if TYPE_CHECKING:
    from budgetreview.report import Report

__all__ = ["STATES", "Difference", "Match", "RuleChange", "State", "compare", "load"]

State = Literal["new", "changed", "persisting", "resolved", "not_judged"]
STATES: Final[tuple[State, ...]] = ("new", "changed", "not_judged", "resolved", "persisting")
"""In the order in which a reader wants them."""


@attrs.frozen
class Match:
    """One finding by its fingerprint: as it was, as it is, and what became of it.

    Attributes:
        state: ``new``, ``changed`` (other facts), ``persisting``, ``resolved``, or ``not_judged``: gone, but the later
            review could not have found it.
        before: The record in the first report, None if new.
        after: The record in the second report, None if gone.
        why: For ``not_judged``: why the later review says nothing about it; for ``changed``: that a waiver changed.
    """

    state: State
    before: Record | None
    after: Record | None
    why: Text | None = None

    @property
    def finding(self) -> Record:
        """The later record, or the earlier one where there is no later."""
        found = self.after if self.after is not None else self.before
        return found or {}

    @property
    def severity(self) -> Severity:
        """How grave it is, or was."""
        return Severity(self.finding["severity"])


@attrs.frozen
class RuleChange:
    """A rule that does not stand in both reports on the same terms."""

    code: str
    title: Text
    what: Text


@attrs.frozen(eq=False)
class Difference:
    """What changed from one report to another.

    Attributes:
        before: The first report without its findings.
        after: The second.
        matches: A match for every fingerprint of either report: by state, severity, rule, fingerprint.
        rules: Rules that ran in one report only, or whose parameters, version, coverage or missing inputs changed.
        terms: What else changed: stage, day, engine, packages, mechanism, inputs, completeness.
    """

    before: Record
    after: Record
    matches: tuple[Match, ...]
    rules: tuple[RuleChange, ...]
    terms: tuple[Text, ...]

    def of(self, state: State) -> tuple[Match, ...]:
        """The matches of one state."""
        return tuple(m for m in self.matches if m.state == state)

    @property
    def counts(self) -> dict[State, int]:
        """How many of each state."""
        counted = Counter(m.state for m in self.matches)
        return {s: counted[s] for s in STATES}

    def gravest_new(self) -> Severity | None:
        """The gravest severity that is new or has become graver, waived findings apart."""
        found = [
            m.severity
            for m in self.matches
            if m.after is not None
            and m.after.get("waived") is None
            and (m.state == "new" or (m.before is not None and _graver(m.after, m.before)))
        ]
        return min(found, key=lambda s: s.rank) if found else None


def _graver(after: Record, before: Record) -> bool:
    """Whether a finding is graver now; one whose waiver is gone counts as graver."""
    return Severity(after["severity"]).rank < Severity(before["severity"]).rank or before.get("waived") is not None


def compare(a: Report | Record, b: Report | Record) -> Difference:
    """Compare two reports.

    Args:
        a: The earlier report: a ``Report``, or the records that :func:`load` gives.
        b: The later one.

    Returns:
        The difference; the same two reports give the same difference whatever the order of their findings.
    """
    before, after = _records(a), _records(b)
    was = {f["fingerprint"]: f for f in before["findings"]}
    now = {f["fingerprint"]: f for f in after["findings"]}
    judged = _Judged(before, after)
    matches = _accounted([_match(was.get(k), now.get(k), judged) for k in {**was, **now}], before, after)
    matches.sort(key=lambda m: (STATES.index(m.state), m.severity.rank, m.finding["rule"], m.finding["fingerprint"]))
    return Difference(
        _head(before), _head(after), tuple(matches), tuple(_rule_changes(before, after)), tuple(_terms(before, after))
    )


def _accounted(matches: list[Match], before: Record, after: Record) -> list[Match]:
    """The same matches; resolved ones of a rule that its counts do not bear out are not judged.

    A finding that is gone may be so because its unit is, or because the rule no longer speaks of it. Where units left
    the rule's sight, as many as are called resolved must have become clear.
    """
    was = {r["code"]: r for r in before["rules"]}
    now = {r["code"]: r for r in after["rules"]}
    resolved = Counter(m.finding["rule"] for m in matches if m.state == "resolved")
    new = Counter(m.finding["rule"] for m in matches if m.state == "new")
    doubtful: dict[str, Text] = {}
    for code, gone in resolved.items():
        a, b = was[code], now[code]
        units = [r["flagged"] + r["clear"] + r["not_assessed"] + r["not_applicable"] for r in (a, b)]
        left = b["not_applicable"] > a["not_applicable"] or units[1] < units[0]
        if left and b["clear"] - a["clear"] + new[code] < gone:
            zh = f"不适用{a['not_applicable']}个变为{b['not_applicable']}个，单元共{units[0]}个变为{units[1]}个"
            en = f"not applicable {a['not_applicable']} → {b['not_applicable']}, units {units[0]} → {units[1]}"
            doubtful[code] = Text(
                f"规则 {code} 可能已不涉及它，或它已不在后一份中（{zh}）",
                f"rule {code} may no longer speak of it, or it is not in the later input ({en})",
            )
    return [
        attrs.evolve(m, state="not_judged", why=doubtful[m.finding["rule"]])
        if m.state == "resolved" and m.finding["rule"] in doubtful
        else m
        for m in matches
    ]


def _records(given: Report | Record) -> Record:
    if isinstance(given, Mapping):
        return given
    from budgetreview.render import records

    return records.report(given)


def _head(report: Record) -> Record:
    return {k: v for k, v in report.items() if k != "findings"}


def _match(was: Record | None, now: Record | None, judged: _Judged) -> Match:
    if was is None:
        return Match("new", None, now)
    if now is not None:
        same = was["facts"] == now["facts"] and was["severity"] == now["severity"]
        waiver = _waiver_change(was, now)
        return Match("persisting" if same and waiver is None else "changed", was, now, waiver)
    why = judged.silence(was)
    return Match("resolved", was, None) if why is None else Match("not_judged", was, None, why)


def _waiver_change(was: Record, now: Record) -> Text | None:
    if (was.get("waived") is None) == (now.get("waived") is None):
        return None
    if now.get("waived") is None:
        return Text("原有豁免，现已没有", "it was waived and no longer is")
    return Text("现已豁免", "it is waived now")


class _Judged:
    """Whether the later review could have found again what the earlier one found."""

    def __init__(self, before: Record, after: Record) -> None:
        self._reports = (before, after)
        self._was = {r["code"]: r for r in before["rules"]}
        self._now = {r["code"]: r for r in after["rules"]}
        self._periods = [tuple(p) for p in after["periods"]]
        self._grey = {r["code"]: frozenset(r["not_assessed_units"]) for r in after["rules"]}
        self._unread = sorted({i["name"] for i in after["inputs"] if i["problems"]})
        self._off = set(after["off"])
        self._stages = (before["stage"], after["stage"])
        self._columns = (_columns(before), _columns(after))

    def silence(self, finding: Record) -> Text | None:
        """Why the later report says nothing of the finding; None: it was judged again and is gone."""
        code = finding["rule"]
        rule = self._now.get(code)
        if rule is None:
            off = code in self._off
            return Text(
                f"规则 {code} {'未启用' if off else '不在本次审查中'}",
                f"rule {code} {'is switched off' if off else 'is not in the later review'}",
            )
        if rule["outcome"] != "ran":
            return Text(
                f"规则 {code} 本次没有运行（{_OUTCOME.get(rule['outcome'], rule['outcome'])}）",
                f"rule {code} did not run ({rule['outcome'].replace('_', ' ')})",
            )
        place = (finding["entity"], finding["fiscal_year"])
        if place not in self._periods:
            shown = " ".join(str(p) for p in place if p is not None)
            return Text(f"本次没有 {shown} 的数据", f"the later review has no data of {shown}")
        if self._unread:
            names = self._unread[0] + ("…" if len(self._unread) > 1 else "")
            return Text(f"本次有输入未能读入（{names}）", f"an input of the later review was unreadable ({names})")
        return self._terms_differ(finding, rule)

    def _terms_differ(self, finding: Record, rule: Record) -> Text | None:
        code = finding["rule"]
        was = self._was[code]
        lacks = "、".join(rule["missing"]) or "…"
        if finding["fingerprint"].partition("#")[0] in self._grey[code]:
            return Text(
                f"规则 {code} 本次对它无法判断（缺 {lacks}）",
                f"rule {code} could not judge it this time (missing {lacks})",
            )
        place = (finding["entity"], finding["fiscal_year"])
        if place in [self._periods[i] for i in rule["not_assessed_in"]]:
            return Text(
                f"规则 {code} 本次在该地区有单元无法判断（缺 {lacks}），可能含此项",
                f"rule {code} could not judge units of the place (missing {lacks}), perhaps this one",
            )
        if (was.get("version"), was["parameters"]) != (rule.get("version"), rule["parameters"]):
            return Text(f"规则 {code} 的版本或参数已改变", f"rule {code} has another version or other parameters")
        levels = [r["levels"].get(finding["entity"]) for r in self._reports]
        if levels[0] != levels[1]:
            return Text(f"级次不同（{levels[0]}、{levels[1]}）", f"another level ({levels[0]}, {levels[1]})")
        if self._stages[0] != self._stages[1]:
            return Text(
                f"阶段不同（{self._stages[0]}、{self._stages[1]}）",
                f"another stage ({self._stages[0]}, {self._stages[1]})",
            )
        lost = self._columns[0] - self._columns[1]
        if finding["table"] == "lines" and lost and self._columns[1]:
            return Text(
                f"金额所取的列不同（原为 {'、'.join(sorted(lost))}）",
                f"the amount comes from another column (it was {', '.join(sorted(lost))})",
            )
        return None


_OUTCOME: Final[Mapping[str, str]] = {
    "no_data": "无数据",
    "not_in_stage": "不属本阶段",
    "not_in_force": "当日未生效",
    "failed": "运行失败",
}


def _columns(report: Record) -> set[str]:
    return {i["amount_column"] for i in report["inputs"] if i["amount_column"]}


_COUNTS: Final = ("clear", "not_assessed", "not_applicable")
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "clear": ("未见问题", "clear"),
    "not_assessed": ("无法判断", "not assessed"),
    "not_applicable": ("不适用", "not applicable"),
}


def _rule_changes(before: Record, after: Record) -> Iterator[RuleChange]:
    was = {r["code"]: r for r in before["rules"]}
    now = {r["code"]: r for r in after["rules"]}
    for code in sorted({*was, *now}):
        a, b = was.get(code), now.get(code)
        title = Text(**(b or a or {})["title"])
        what = _rule_change(a, b)
        if what is not None:
            yield RuleChange(code, title, what)


def _rule_change(a: Record | None, b: Record | None) -> Text | None:
    if a is None or b is None:
        return (
            Text("只在后一份报告中", "only in the later report")
            if a is None
            else Text("只在前一份报告中", "only in the earlier report")
        )
    zh: list[str] = []
    en: list[str] = []
    if a["outcome"] != b["outcome"]:
        named = {"ran": "已运行", **_OUTCOME}
        zh.append(f"{named.get(a['outcome'], a['outcome'])} → {named.get(b['outcome'], b['outcome'])}")
        en.append(f"{a['outcome']} → {b['outcome']}".replace("_", " "))
    if a.get("version") != b.get("version"):
        zh.append(f"版本 {a.get('version')} → {b.get('version')}")
        en.append(f"version {a.get('version')} → {b.get('version')}")
    for name in sorted({*a["parameters"], *b["parameters"]}):
        x, y = a["parameters"].get(name), b["parameters"].get(name)
        if x != y:
            zh.append(f"参数 {name} {_shown(x)} → {_shown(y)}")
            en.append(f"parameter {name} {_shown(x)} → {_shown(y)}")
    for key in _COUNTS:
        if a["outcome"] == b["outcome"] == "ran" and a[key] != b[key]:
            zh.append(f"{_SAID[key][0]} {a[key]} → {b[key]}")
            en.append(f"{_SAID[key][1]} {a[key]} → {b[key]}")
    for sign, lost in (("+", set(b["missing"]) - set(a["missing"])), ("-", set(a["missing"]) - set(b["missing"]))):
        if lost:
            listed = ", ".join(sorted(lost))
            zh.append(("新缺少 " if sign == "+" else "不再缺少 ") + listed)
            en.append(("now missing " if sign == "+" else "no longer missing ") + listed)
    return Text("；".join(zh), "; ".join(en)) if zh else None


def _shown(value: object) -> str:
    return "—" if value is None else json.dumps(value, ensure_ascii=False)


def _terms(before: Record, after: Record) -> Iterator[Text]:
    for key, zh, en in (("engine", "程序版本", "engine"), ("stage", "阶段", "stage"), ("as_of", "基准日", "as of")):
        if before[key] != after[key]:
            yield Text(f"{zh} {before[key]} → {after[key]}", f"{en} {before[key]} → {after[key]}")
    if before["complete"] != after["complete"]:
        yield (
            Text("前一份完整，后一份不完整", "the earlier report is complete, the later is not")
            if before["complete"]
            else Text("前一份不完整，后一份完整", "the earlier report is incomplete, the later complete")
        )
    elif not after["complete"]:
        yield Text("两份报告都不完整", "both reports are incomplete")
    if before["profile"] != after["profile"]:
        x, y = before["profile"].get("key"), after["profile"].get("key")
        yield Text(f"审查机制 {x} → {y}", f"mechanism {x} → {y}")
    for key, zh, en in (("packs", "规则包", "package"), ("levels", "级次", "level")):
        for name in sorted({*before[key], *after[key]}):
            was, now = before[key].get(name), after[key].get(name)
            if was != now:
                shown = f"{name} {was or '—'} → {now or '—'}"
                yield Text(f"{zh} {shown}", f"{en} {shown}")
    yield from _inputs(before["inputs"], after["inputs"])


def _inputs(before: Sequence[Record], after: Sequence[Record]) -> Iterator[Text]:
    was = {i["name"]: i["sha256"] for i in before}
    now = {i["name"]: i["sha256"] for i in after}
    for name in sorted({*was, *now}):
        if name not in now:
            yield Text(f"输入 {name} 只在前一份报告中", f"input {name} only in the earlier report")
        elif name not in was:
            yield Text(f"输入 {name} 只在后一份报告中", f"input {name} only in the later report")
        elif was[name] != now[name]:
            yield Text(f"输入 {name} 的内容已改变", f"the content of input {name} changed")
