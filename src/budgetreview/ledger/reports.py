"""A report as the ledger reads it: the JSON of CONTRACT section 5, checked before anything is recorded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from budgetreview.errors import IntakeError, Problem, Text
from budgetreview.ledger.chain import canonical
from budgetreview.mechanism import STAGES

_SCHEMA: Final = "budgetreview/1"
_NEEDED: Final = ("stage", "as_of", "profile", "complete", "rules", "findings", "engine", "periods")
_OF_A_FINDING: Final = ("fingerprint", "facts", "rule", "severity", "entity", "fiscal_year", "message", "amount",
                        "book", "agency", "project")  # fmt: skip
_MOST: Final = 20

Place = tuple[str | None, int | None]


@attrs.frozen
class Judgement:
    """What one rule could judge in a review, and by what measure.

    Attributes:
        ran: It ran.
        measure: Its version and parameter values, as text: findings go away when a threshold is moved, too.
        gaps: Entities and years where it could not judge all units and does not say which.
        greys: Fingerprints of the units that it could not judge, elsewhere.
    """

    ran: bool
    measure: str
    gaps: frozenset[Place]
    greys: frozenset[str]


@attrs.frozen
class Reading:
    """A report, read and checked.

    Attributes:
        name: Of the file.
        sha256: Of its bytes.
        stage: A word of CONTRACT section 1.
        as_of: The as-of date.
        head: What the ledger keeps of the report beside its findings.
        periods: The entities and years it looked at.
        rules: What each rule could judge.
        findings: As they stand in the report.
    """

    name: str
    sha256: str
    stage: str
    as_of: date
    head: Mapping[str, Any]
    periods: frozenset[Place]
    rules: Mapping[str, Judgement]
    findings: tuple[Mapping[str, Any], ...]


def read(report: Path | Mapping[str, Any], name: str = "") -> Reading:
    """Read a report.

    Args:
        report: A file of ``--format json``, or the same as data.
        name: What to call it; a file has its own name.

    Raises:
        IntakeError: It cannot be read or is no report; every problem is listed.
    """
    if isinstance(report, Path):
        name = name or report.name
        try:
            raw = report.read_bytes()
            data = json.loads(raw)
        except OSError as error:
            why = error.strerror or str(error)
            raise _wrong(name, [Text(f"无法读取：{why}", f"cannot be read: {why}")]) from None
        except (ValueError, RecursionError) as error:
            raise _wrong(name, [Text(
                f"不是完整的 JSON 报告（{error}）；请用 check --format json 写出",
                f"no whole JSON report ({error}); write one with check --format json",
            )]) from None  # fmt: skip
        sha256 = hashlib.sha256(raw).hexdigest()
    else:
        data = report
        sha256 = hashlib.sha256(canonical(data).encode()).hexdigest()
    problems = _problems(data)
    if problems:
        raise _wrong(name, problems)
    return _reading(name, sha256, data)


def _wrong(name: str, texts: list[Text]) -> IntakeError:
    return IntakeError([Problem("not-a-report", t, name) for t in texts])


def _problems(data: Any) -> list[Text]:
    if not isinstance(data, Mapping) or data.get("schema") != _SCHEMA:
        return [Text(f'不是本程序的报告（应有 "schema": "{_SCHEMA}"）',
                     f'no report of this program ("schema": "{_SCHEMA}" expected)')]  # fmt: skip
    lost = [n for n in _NEEDED if n not in data]
    if lost:
        return [Text(f"缺少 {'、'.join(lost)}；报告由较早版本写出，请重新审查并写出",
                     f"{', '.join(lost)} missing; an earlier version wrote it, review again")]  # fmt: skip
    problems: list[Text] = []
    if data["stage"] not in STAGES:
        problems.append(Text(f"没有阶段 {data['stage']!r}", f"no stage {data['stage']!r}"))
    try:
        date.fromisoformat(str(data["as_of"]))
    except ValueError:
        problems.append(Text(f"as_of = {data['as_of']!r} 不是日期", f"as_of = {data['as_of']!r} is no date"))
    if not isinstance(data["findings"], list) or not isinstance(data["rules"], list):
        return [*problems, Text("findings、rules 应为列表", "findings and rules must be lists")]
    seen: set[str] = set()
    periods = {tuple(p) for p in data["periods"]}
    for i, f in enumerate(data["findings"], start=1):
        if len(problems) >= _MOST:
            break
        absent = [n for n in _OF_A_FINDING if n not in f] if isinstance(f, Mapping) else ["{…}"]
        if absent:
            problems.append(Text(f"第{i}条发现缺少 {'、'.join(absent)}", f"finding {i} lacks {', '.join(absent)}"))
        elif f["fingerprint"] in seen:
            problems.append(
                Text(f"指纹 {f['fingerprint']} 出现两次", f"the fingerprint {f['fingerprint']} stands twice")
            )
        elif (f["entity"], f["fiscal_year"]) not in periods:
            problems.append(Text(
                f"第{i}条发现的区划和年度（{f['entity']} {f['fiscal_year']}）不在 periods 中",
                f"finding {i} is of {f['entity']} {f['fiscal_year']}, which periods does not list",
            ))  # fmt: skip
        else:
            seen.add(f["fingerprint"])
    return problems


def _reading(name: str, sha256: str, data: Mapping[str, Any]) -> Reading:
    periods: list[Place] = [(p[0], p[1]) for p in data["periods"]]
    rules: dict[str, Judgement] = {}
    for r in data["rules"]:
        measure = canonical([r.get("version"), r.get("parameters", {})])
        gaps = frozenset(periods[i] for i in r.get("not_assessed_in", ()))
        rules[r["code"]] = Judgement(r["outcome"] == "ran", measure, gaps, frozenset(r.get("not_assessed_units", ())))
    head = {
        "name": name, "sha256": sha256, "stage": data["stage"], "as_of": data["as_of"], "engine": data["engine"],
        "packs": data.get("packs", {}), "profile": data["profile"], "complete": bool(data["complete"]),
        "periods": [list(p) for p in periods], "findings": len(data["findings"]),
        "measures": {code: j.measure for code, j in rules.items() if j.ran},
    }  # fmt: skip
    return Reading(
        name, sha256, data["stage"], date.fromisoformat(data["as_of"]), head, frozenset(periods), rules,
        tuple(data["findings"]),
    )  # fmt: skip
