"""County reports put together to one for the city, from the reports alone: no line of any budget is needed.

The result equals the review of all inputs in one batch, in its counts, findings and coverage. Reports that were not
made alike, and rules of which that cannot be said, are refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from budgetreview.errors import Text, UsageError
from budgetreview.readback import Record
from budgetreview.rule import Severity

ALIKE: Final = ("schema", "engine", "packs", "profile", "stage", "as_of", "without", "off")
"""What all parts must share."""
_RULE_ALIKE: Final = ("pack", "version", "status", "per", "across", "parameters")
_COUNTS: Final = ("flagged", "waived", "clear", "not_assessed", "not_applicable")


def merge(parts: Mapping[str, Record]) -> dict[str, Any]:
    """One report of several, as data.

    Args:
        parts: Reports (CONTRACT section 5) by the name to call them; their order is that of the batch.

    Returns:
        The records of one report, with ``parts``: the entities and years of each, and ``no_data_in``: for each rule
        that ran only in some, the parts where it had no data: all units there count as not assessed, of which one
        review of everything may find some not applicable. ``missing`` of a rule is what any part lacked, and
        ``missing_in`` what each lacked where they differ. ``own_standards`` are the rules that each part judged by its
        own table of standards, where one review would have judged all by all of them. It has no ``asked``, as no
        single review made it, and so cannot be replayed.

    Raises:
        UsageError: Fewer than two, not made alike, an entity and year in two of them, or a rule that cannot be merged:
            one that compares entities, or years where an entity is in two parts.
    """
    named = list(parts.items())
    if len(named) < 2:  # noqa: PLR2004 - one report is whole already
        raise UsageError(Text("至少需要两份报告才能合并", "merging takes at least two reports"))
    _check_alike(named)
    _check_places(named)
    _check_reach(named)
    first = named[0][1]
    names = _names(named)
    before = [sum(len(p["periods"]) for _, p in named[:i]) for i in range(len(named))]
    rules = [_rule(r["code"], named, before) for r in first["rules"]]
    findings: list[dict[str, Any]] = []
    for rule in rules:
        for (_, part), new in zip(named, names, strict=True):
            findings += [_renamed(f, new) for f in part["findings"] if f["rule"] == rule["code"]]
    return {
        **{k: first[k] for k in ALIKE},
        "levels": dict(sorted({k: v for _, p in named for k, v in p["levels"].items()}.items())),
        "periods": [period for _, p in named for period in p["periods"]],
        "inputs": sorted(
            ({**i, "name": new[i["name"]]} for (_, p), new in zip(named, names, strict=True) for i in p["inputs"]),
            key=lambda i: i["table"] is None,
        ),
        "notices": [n for _, p in named for n in p.get("notices", ())],
        "parts": [{"name": name, "periods": p["periods"], "complete": p["complete"]} for name, p in named],
        "no_data_in": _no_data(named),
        "missing_in": _missing(named),
        "own_standards": _own_standards(named),
        "complete": all(p["complete"] for _, p in named),
        "rules": rules,
        "findings": findings,
    }


def _no_data(named: Sequence[tuple[str, Record]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for name, part in named:
        for rule in part["rules"]:
            if rule["outcome"] == "no_data":
                out.setdefault(rule["code"], []).append(name)
    return {code: parts for code, parts in sorted(out.items()) if len(parts) < len(named)}


def _missing(named: Sequence[tuple[str, Record]]) -> dict[str, dict[str, list[str]]]:
    """What each part lacked, of the rules where that differs."""
    out: dict[str, dict[str, list[str]]] = {}
    for name, part in named:
        for rule in part["rules"]:
            out.setdefault(rule["code"], {})[name] = rule["missing"]
    return {code: by for code, by in sorted(out.items()) if len({tuple(m) for m in by.values()}) > 1}


def _reaching(part: Record, word: str) -> set[str]:
    """Codes of the rules that ran and whose answers reach over something; an older report does not say."""
    return {r["code"] for r in part["rules"] if r["outcome"] == "ran" and word in r.get("across", ())}


def _own_standards(named: Sequence[tuple[str, Record]]) -> list[str]:
    given = {frozenset(i["sha256"] for i in p["inputs"] if i["table"] == "standards") for _, p in named}
    return sorted(set().union(*(_reaching(p, "standards") for _, p in named))) if len(given) > 1 else []


def _check_reach(named: Sequence[tuple[str, Record]]) -> None:
    """Refuse rules whose answers for the parts are not those for the whole.

    Raises:
        UsageError: naming them.
    """
    over = sorted(set().union(*(_reaching(p, "entities") for _, p in named)))
    if over:
        codes = ",".join(over)
        raise UsageError(Text(
            f"规则 {'、'.join(over)} 跨地区比较，各县分别审查的结果不能合并；"
            f"请从全部数据审查，或用 --ignore {codes} 重新审查",
            f"the rules {', '.join(over)} compare entities, so what they said of single ones cannot be merged; "
            f"review all the data at once, or again with --ignore {codes}",
        ))  # fmt: skip
    where: dict[str, str] = {}
    over_years = {name: _reaching(part, "years") for name, part in named}
    for name, part in named:
        for entity in sorted({e for e, _ in part["periods"] if e is not None}):
            other = where.setdefault(entity, name)
            years = sorted(over_years[name] | over_years[other])
            if other != name and years:
                codes = ",".join(years)
                raise UsageError(Text(
                    f"{entity} 的不同年度分在 {other} 和 {name} 中，而规则 {'、'.join(years)} 跨年度判断，不能合并；"
                    f"请一并审查该地区各年度，或用 --ignore {codes} 重新审查",
                    f"years of {entity} are both in {other} and in {name}, and the rules {', '.join(years)} look "
                    f"over years; review all years of it at once, or again with --ignore {codes}",
                ))  # fmt: skip


def _check_alike(named: Sequence[tuple[str, Record]]) -> None:
    (one, first), *others = named
    rules = {r["code"]: r for r in first["rules"]}
    for name, part in others:
        for key in ALIKE:
            if part.get(key) != first.get(key):
                raise _refused(one, name, key, first.get(key), part.get(key))
        theirs = {r["code"]: r for r in part["rules"]}
        odd = sorted(set(rules) ^ set(theirs))
        if odd:
            raise _refused(one, name, "rules", *("、".join(c for c in odd if c in s) or None for s in (rules, theirs)))
        for code, rule in rules.items():
            for key in _RULE_ALIKE:
                if rule.get(key) != theirs[code].get(key):
                    raise _refused(one, name, f"{code}.{key}", rule.get(key), theirs[code].get(key))


def _refused(one: str, other: str, what: str, a: object, b: object) -> UsageError:
    return UsageError(Text(
        f"{one} 与 {other} 不能合并：{what} 不同（{a} 与 {b}）；请用相同的版本、规则包和选项重新审查",
        f"{one} and {other} cannot be merged: {what} differs ({a}, {b}); review them again with the same versions, "
        "packages and options",
    ))  # fmt: skip


def _check_places(named: Sequence[tuple[str, Record]]) -> None:
    seen: dict[tuple[Any, Any], str] = {}
    levels: dict[str, tuple[str, str]] = {}
    for name, part in named:
        for entity, year in part["periods"]:
            if entity is None or year is None:
                raise UsageError(Text(
                    f"{name} 有未写明区划或年度的数据，不能合并；审查时请用 --entity、--year 指明",
                    f"{name} has data without an entity or year and cannot be merged; name them with --entity, --year",
                ))  # fmt: skip
            other = seen.setdefault((entity, year), name)
            if other != name:
                raise UsageError(Text(
                    f"{entity} {year}年度同时出现在 {other} 和 {name} 中，不能合并",
                    f"{entity} {year} is both in {other} and in {name}; they cannot be merged",
                ))  # fmt: skip
        for entity, level in part["levels"].items():
            other, known = levels.setdefault(entity, (name, level))
            if known != level:
                raise _refused(other, name, f"levels.{entity}", known, level)
        strays = sorted({f["rule"] for f in part["findings"] if [f["entity"], f["fiscal_year"]] not in part["periods"]})
        if strays:
            raise UsageError(Text(
                f"{name} 中规则 {'、'.join(strays)} 的发现不属于单一区划和年度，不能合并；请从全部数据重新审查",
                f"in {name} findings of {', '.join(strays)} are of no single entity and year and cannot be merged; "
                "review all the data at once",
            ))  # fmt: skip


def _names(named: Sequence[tuple[str, Record]]) -> list[dict[str, str]]:
    """For each part the new names of its inputs: equal ones get ``#2``, ``#3``, as in a batch."""
    times: dict[str, int] = {}
    out: list[dict[str, str]] = []
    for _, part in named:
        new: dict[str, str] = {}
        for name in dict.fromkeys(i["name"] for i in part["inputs"]):
            times[name] = times.get(name, 0) + 1
            new[name] = name if times[name] == 1 else f"{name}#{times[name]}"
        out.append(new)
    return out


def _renamed(finding: Record, names: Mapping[str, str]) -> dict[str, Any]:
    source = finding["source"]
    return {**finding, "source": {**source, "name": names.get(source["name"], source["name"])}}


def _rule(code: str, named: Sequence[tuple[str, Record]], before: Sequence[int]) -> dict[str, Any]:
    """What a rule did in all parts.

    Raises:
        UsageError: Its outcomes contradict each other.
    """
    records = [next(r for r in p["rules"] if r["code"] == code) for _, p in named]
    outcomes = {r["outcome"] for r in records}
    if len(outcomes) > 1 and outcomes != {"ran", "no_data"}:
        said = ", ".join(f"{name} {r['outcome']}" for (name, _), r in zip(named, records, strict=True))
        raise UsageError(Text(
            f"规则 {code} 在各报告中的结果不同（{said}），计数不能合并；"
            f"请用 --ignore {code} 重新审查，或从全部数据审查",
            f"the rule {code} ended differently ({said}), so its counts cannot be merged; review again with "
            f"--ignore {code}, or all the data at once",
        ))  # fmt: skip
    greys = [
        [b + i for i in (range(len(p["periods"])) if _blind(r, outcomes) else r["not_assessed_in"])]
        for b, r, (_, p) in zip(before, records, named, strict=True)
    ]
    return {
        **records[0],
        "outcome": "ran" if "ran" in outcomes else records[0]["outcome"],
        "severity": min((Severity(r["severity"]) for r in records), key=lambda s: s.rank).value,
        **{k: sum(r[k] for r in records) for k in _COUNTS},
        "missing": sorted({m for r in records for m in r["missing"]}),
        "not_assessed_in": [i for part in greys for i in part],
        "not_assessed_units": sorted({u for r in records for u in r["not_assessed_units"]}),
        "error": next((r["error"] for r in records if r["error"]), None),
    }


def _blind(record: Record, outcomes: set[str]) -> bool:
    """Whether the rule had no data in this part but in others: then nothing there may count as looked at."""
    return len(outcomes) > 1 and record["outcome"] == "no_data"
